package dev.atr.producer.jdbc;

class PostgresLedgerTest extends LedgerBackendContract {
    @Override
    LedgerOptions options() {
        return Postgres.freshSchema();
    }
}
