package dev.atr.producer.jdbc;

class H2MemoryLedgerTest extends LedgerBackendContract {
    @Override
    LedgerOptions options() {
        return LedgerOptions.inMemory();
    }
}
