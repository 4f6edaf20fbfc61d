package dev.atr.producer.jdbc;

import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.tck.TaskRunnerContract;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;

/** The contract of task runners, over one database. */
abstract class DatabaseTaskRunnerContract extends TaskRunnerContract {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    abstract LedgerOptions options();

    @Override
    protected final TaskRunner newRunner() {
        Ledger ledger = Ledger.open(options());
        TaskRunner runner = ledger.taskRunner("r4", 2);
        open.push(ledger);
        open.push(runner);
        return runner;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open) {
            part.close();
        }
    }
}
