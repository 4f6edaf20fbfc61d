package dev.atr.spring.boot.starter;

import dev.atr.auth.server.ClientStore;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a payer has in its application: here a ledger. */
final class PayersSystem {
    private PayersSystem() {}

    /** The lists. */
    @Configuration(proxyBeanMethods = false)
    static class Lists {
        @Bean
        Ledger ledger() {
            return Ledger.open(LedgerOptions.inMemory());
        }

        @Bean
        ProducerBackend lists(Ledger ledger) {
            return ledger.backend();
        }
    }

    /** Which clients may come. */
    @Configuration(proxyBeanMethods = false)
    static class Clients {
        @Bean
        ClientStore clients(Ledger ledger) {
            return ledger.clientStore();
        }

        @Bean
        ReplayMemory replays(Ledger ledger) {
            return ledger.replayMemory();
        }

        @Bean
        ExportJobStore exportJobs(Ledger ledger) {
            return ledger.exportJobs("r4");
        }
    }

    /** Who decides on what Consumers ask for. */
    @Configuration(proxyBeanMethods = false)
    static class Policy {
        @Bean
        AttributionPolicy policy() {
            return AttributionPolicy.anyMemberOfThisPayer();
        }
    }
}
