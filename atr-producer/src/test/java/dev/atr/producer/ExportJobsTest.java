package dev.atr.producer;

import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.tck.ExportJobStoreContract;

class ExportJobsTest extends ExportJobStoreContract {
    @Override
    protected ExportJobStore emptyStore() {
        return ExportJobs.inMemory();
    }
}
