package dev.atr.examples.abuse;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.time.Instant;
import java.util.Optional;

/**
 * A backend behind which something happens each time the rows of a list are about to be read for an export, when the file
 * that they go to has been opened.
 */
record HookedBackend(ProducerBackend sound, Runnable hook) implements ProducerBackend {
    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        return sound.find(caller, list);
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        return sound.search(caller, query);
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        return sound.snapshot(caller, list).map(snapshot -> new Hooked(snapshot, hook));
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        return sound.read(caller, key);
    }

    private record Hooked(ListSnapshot sound, Runnable hook) implements ListSnapshot {
        @Override
        public AttributionList list() {
            return sound.list();
        }

        @Override
        public Instant transactionTime() {
            return sound.transactionTime();
        }

        @Override
        public MemberCursor members() {
            hook.run();
            return sound.members();
        }

        @Override
        public ResourceCursor resources(ResourceType type) {
            return sound.resources(type);
        }

        @Override
        public void close() {
            sound.close();
        }
    }
}
