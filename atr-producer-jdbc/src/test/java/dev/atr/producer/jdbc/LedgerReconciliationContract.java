package dev.atr.producer.jdbc;

import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.tck.ReconciliationContract;
import dev.atr.producer.tck.SampleLists;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The contract of reconciliation, kept by the ledger on each database. */
abstract class LedgerReconciliationContract extends ReconciliationContract {
    private @Nullable Ledger ledger;

    abstract LedgerOptions options() throws Exception;

    @Override
    protected ProducerBackend backendHolding(SampleLists lists) throws Exception {
        ledger = Ledger.open(options());
        LedgerBackendContract.load(ledger, lists);
        return ledger.backend();
    }

    @AfterEach
    void close() {
        if (ledger != null) {
            ledger.close();
        }
    }
}
