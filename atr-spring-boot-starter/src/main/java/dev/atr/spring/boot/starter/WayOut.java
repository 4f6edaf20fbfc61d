package dev.atr.spring.boot.starter;

import dev.atr.http.client.OutgoingClient;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The one way out, for both roles. */
@Configuration(proxyBeanMethods = false)
class WayOut {
    /** Lazily: a Producer that issues its own tokens calls nobody. */
    @Bean
    @Lazy
    @ConditionalOnMissingBean
    OutgoingClient atrOutgoingClient() {
        return OutgoingClient.builder().build();
    }
}
