package dev.atr.producer.jdbc;

class PostgresReconciliationTest extends LedgerReconciliationContract {
    @Override
    LedgerOptions options() {
        return Postgres.freshSchema();
    }
}
