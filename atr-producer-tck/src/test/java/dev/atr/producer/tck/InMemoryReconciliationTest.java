package dev.atr.producer.tck;

import dev.atr.producer.spi.ProducerBackend;

class InMemoryReconciliationTest extends ReconciliationContract {
    @Override
    protected ProducerBackend backendHolding(SampleLists lists) {
        return new InMemoryBackend(lists);
    }
}
