package dev.atr.examples;

import dev.atr.auth.server.ClientStore;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * A payer's Spring Boot service. The starter makes a Producer of these beans, serves it, has the tokens of the payer's
 * authorization server checked, and tells the actuator how it is; {@code docs/spring-boot.md} has the properties.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ServiceInSpringBoot {
    /** Starts serving. */
    public static void main(String[] args) {
        SpringApplication.run(ServiceInSpringBoot.class, args);
    }

    // README:
    @Bean
    Ledger ledger(@Value("${payer.ledger}") Path folder) {
        return Ledger.open(LedgerOptions.ofDirectory(folder)); // or LedgerOptions.ofDataSource(…)
    }

    @Bean
    ProducerBackend lists(Ledger ledger) {
        return ledger.backend(); // or a backend over your own tables
    }

    @Bean
    ClientStore clients(Ledger ledger) {
        return ledger.clientStore(); // who may come with a token, and see which lists
    }

    @Bean
    AttributionPolicy policy() {
        return AttributionPolicy.anyMemberOfThisPayer(); // yours decides on what Consumers ask to change
    }

    @Bean
    ExportJobStore exportJobs(Ledger ledger) {
        return ledger.exportJobs("r4"); // exports outlive the process
    }

    @Bean
    TaskRunner exports(Ledger ledger) {
        return ledger.taskRunner("r4", AtrProducer.DEFAULT_EXPORT_THREADS);
    }
    // :README
}
