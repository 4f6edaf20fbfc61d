package dev.atr.producer.jdbc;

class H2SubscriptionTableTest extends SubscriptionTableContract {
    @Override
    LedgerOptions options() {
        return LedgerOptions.inMemory();
    }
}
