package dev.atr.producer;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSlices;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceHistory;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.TypeFilters;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.creation.ProvenanceRecords;
import java.util.Optional;

/**
 * A backend without what lets clients change anything: no reconciliation, no creation, no deletion, whatever the payer's own offers.
 * So nothing of it is served or advertised.
 *
 * @param payer the payer's own
 */
record ReadOnlyBackend(ProducerBackend payer) implements ProducerBackend {
    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        return payer.find(caller, list);
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        return payer.search(caller, query);
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        return payer.snapshot(caller, list);
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        return payer.read(caller, key);
    }

    @Override
    public Optional<ListSlices> slices() {
        return payer.slices();
    }

    @Override
    public Optional<TypeFilters> typeFilters() {
        return payer.typeFilters();
    }

    @Override
    public Optional<ListHistory> listHistory() {
        return payer.listHistory();
    }

    @Override
    public Optional<ResourceHistory> resourceHistory() {
        return payer.resourceHistory();
    }

    /** The payer's own changes are no client's. */
    @Override
    public Optional<ListAdministration> listAdministration() {
        return payer.listAdministration();
    }

    @Override
    public Optional<ProvenanceRecords> provenanceRecords() {
        return payer.provenanceRecords();
    }
}
