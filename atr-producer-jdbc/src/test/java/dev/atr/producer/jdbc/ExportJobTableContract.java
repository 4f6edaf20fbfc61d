package dev.atr.producer.jdbc;

import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.tck.ExportJobStoreContract;
import org.junit.jupiter.api.AfterEach;

/** The contract of job stores, over one database. */
abstract class ExportJobTableContract extends ExportJobStoreContract {
    private Ledger ledger;

    abstract LedgerOptions options();

    @Override
    protected final ExportJobStore emptyStore() {
        ledger = Ledger.open(options());
        return ledger.exportJobs("r4");
    }

    @AfterEach
    void closeLedger() {
        ledger.close();
    }
}
