package dev.atr.spring.boot.starter;

import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.ClientStore;
import dev.atr.egress.GuardedEgress;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Registrations in a store; their keys may be at addresses that the clients chose. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(GuardedEgress.class)
@ConditionalOnBean(ClientStore.class)
@ConditionalOnMissingBean(ClientRegistry.class)
class StoredClientsConfiguration {
    @Bean
    @ConditionalOnMissingBean
    GuardedEgress atrGuardedEgress() {
        return GuardedEgress.builder().build();
    }

    @Bean
    ClientRegistry atrClientRegistry(ClientStore store, GuardedEgress egress) {
        return ClientRegistry.over(store, egress, Clock.systemUTC());
    }
}
