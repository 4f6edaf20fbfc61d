package dev.atr.producer.jdbc;

class H2ExportJobTableTest extends ExportJobTableContract {
    @Override
    LedgerOptions options() {
        return LedgerOptions.inMemory();
    }
}
