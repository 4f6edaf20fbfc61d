package dev.atr.producer.tck;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.StoredResource;
import java.util.Optional;

/** Passes on what every backend has, and has no other capability; what a subclass overrides is its flaw. */
class PassingBackend implements ProducerBackend {
    private final ProducerBackend backend;

    PassingBackend(ProducerBackend backend) {
        this.backend = backend;
    }

    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        return backend.find(caller, list);
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        return backend.search(caller, query);
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        return backend.snapshot(caller, list);
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        return backend.read(caller, key);
    }
}
