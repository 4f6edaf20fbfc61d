package dev.atr.producer.jdbc;

import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.tck.TaskRunnerContract;
import org.junit.jupiter.api.AfterEach;

/** The contract of task runners, over one database. */
abstract class DatabaseTaskRunnerContract extends TaskRunnerContract {
    private Ledger ledger;
    private TaskRunner runner;

    abstract LedgerOptions options();

    @Override
    protected final TaskRunner newRunner() {
        ledger = Ledger.open(options());
        runner = ledger.taskRunner("r4", 2);
        return runner;
    }

    @AfterEach
    void closeLedger() {
        runner.close();
        ledger.close();
    }
}
