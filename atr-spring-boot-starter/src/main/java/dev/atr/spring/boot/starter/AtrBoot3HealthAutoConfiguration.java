package dev.atr.spring.boot.starter;

import dev.atr.auth.server.ClientRegistry;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ProducerBackend;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Health in the actuator of Spring Boot 3, where the same types have other names: {@link AtrHealthAutoConfiguration}: what the Producer rests on, and whether the payers'
 * Producers answer. Answers are kept for 5 and 30 seconds.
 */
@AutoConfiguration(after = {AtrProducerAutoConfiguration.class, AtrConsumerAutoConfiguration.class})
@ConditionalOnClass(HealthIndicator.class)
public final class AtrBoot3HealthAutoConfiguration {
    /** Is called by Spring. */
    public AtrBoot3HealthAutoConfiguration() {}

    @Bean
    @ConditionalOnBean({AtrProducer.class, ProducerBackend.class})
    @ConditionalOnEnabledHealthIndicator("atr-producer")
    @ConditionalOnMissingBean(name = "atrProducerHealthIndicator")
    HealthIndicator atrProducerHealthIndicator(
            ProducerBackend backend,
            ObjectProvider<ExportJobStore> exportJobs,
            ObjectProvider<ClientRegistry> clients) {
        return indicator(Probes.ofProducer(backend, exportJobs, clients, Clock.systemUTC()));
    }

    @Bean
    @ConditionalOnBean(PayerConnections.class)
    @ConditionalOnEnabledHealthIndicator("atr-payers")
    @ConditionalOnMissingBean(name = "atrPayersHealthContributor")
    CompositeHealthContributor atrPayersHealthContributor(PayerConnections payers) {
        return CompositeHealthContributor.fromMap(
                Probes.ofPayers(payers, Clock.systemUTC()), probe -> indicator(probe));
    }

    private static HealthIndicator indicator(Probe probe) {
        return () -> {
            Probe.Finding finding = probe.look();
            return (finding.up() ? Health.up() : Health.down())
                    .withDetails(finding.details())
                    .build();
        };
    }
}
