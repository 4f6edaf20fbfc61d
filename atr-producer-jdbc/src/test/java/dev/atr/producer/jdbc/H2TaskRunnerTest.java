package dev.atr.producer.jdbc;

class H2TaskRunnerTest extends DatabaseTaskRunnerContract {
    @Override
    LedgerOptions options() {
        return LedgerOptions.inMemory();
    }
}
