package dev.atr.producer.jdbc;

class PostgresTaskRunnerTest extends DatabaseTaskRunnerContract {
    @Override
    LedgerOptions options() {
        return Postgres.freshSchema();
    }
}
