package dev.atr.producer.jdbc;

class PostgresExportJobTableTest extends ExportJobTableContract {
    @Override
    LedgerOptions options() {
        return Postgres.freshSchema();
    }
}
