package dev.atr.producer.jdbc;

class H2ReconciliationTest extends LedgerReconciliationContract {
    @Override
    LedgerOptions options() {
        return LedgerOptions.inMemory();
    }
}
