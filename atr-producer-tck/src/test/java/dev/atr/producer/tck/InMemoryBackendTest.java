package dev.atr.producer.tck;

import dev.atr.producer.spi.ProducerBackend;

class InMemoryBackendTest extends ProducerBackendContract {
    @Override
    protected ProducerBackend backendHolding(SampleLists lists) {
        return new InMemoryBackend(lists);
    }

    @Override
    protected boolean change(ProducerBackend held, SampleLists lists) {
        ((InMemoryBackend) held).replace(lists);
        return true;
    }
}
