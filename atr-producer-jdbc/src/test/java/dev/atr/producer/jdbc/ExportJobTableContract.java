package dev.atr.producer.jdbc;

import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.tck.ExportJobStoreContract;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;

/** The contract of job stores, over one database. */
abstract class ExportJobTableContract extends ExportJobStoreContract {
    private final Deque<Ledger> open = new ArrayDeque<>();

    abstract LedgerOptions options();

    @Override
    protected final ExportJobStore emptyStore() {
        open.push(Ledger.open(options()));
        return open.element().exportJobs("r4");
    }

    @AfterEach
    void close() {
        open.forEach(Ledger::close);
    }
}
