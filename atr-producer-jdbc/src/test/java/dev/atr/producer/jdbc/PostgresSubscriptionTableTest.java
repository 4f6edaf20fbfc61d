package dev.atr.producer.jdbc;

class PostgresSubscriptionTableTest extends SubscriptionTableContract {
    @Override
    LedgerOptions options() {
        return Postgres.freshSchema();
    }
}
