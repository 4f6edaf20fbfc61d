package dev.atr.spring.boot.starter;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.StoredResource;
import java.util.List;
import java.util.Optional;

/** A payer that has no lists yet, and takes no changes. */
class NoLists implements ProducerBackend {
    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        return Optional.empty();
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        return new ListPage(List.of(), 0);
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        return Optional.empty();
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        return Optional.empty();
    }
}
