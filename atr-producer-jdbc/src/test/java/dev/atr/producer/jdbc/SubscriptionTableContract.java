package dev.atr.producer.jdbc;

import dev.atr.producer.spi.subscription.SubscriptionStore;
import dev.atr.producer.tck.SubscriptionStoreContract;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;

/** The contract of stores of Subscriptions, over one database. */
abstract class SubscriptionTableContract extends SubscriptionStoreContract {
    private final Deque<Ledger> open = new ArrayDeque<>();

    abstract LedgerOptions options();

    @Override
    protected final SubscriptionStore emptyStore() {
        open.push(Ledger.open(options()));
        return open.element().subscriptions();
    }

    @AfterEach
    void close() {
        open.forEach(Ledger::close);
    }
}
