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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A backend behind which something happens each time an export reads it.
 *
 * @param sound what answers
 * @param hook runs when the rows of a list are about to be read, and the file that they go to has been opened
 * @param change what is handed over instead of a resource
 */
record HookedBackend(ProducerBackend sound, Runnable hook, UnaryOperator<StoredResource> change)
        implements ProducerBackend {
    HookedBackend(ProducerBackend sound, Runnable hook) {
        this(sound, hook, resource -> resource);
    }

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
        return sound.snapshot(caller, list).map(snapshot -> new Hooked(snapshot, hook, change));
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        return sound.read(caller, key);
    }

    private record Hooked(ListSnapshot sound, Runnable hook, UnaryOperator<StoredResource> change)
            implements ListSnapshot {
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
            List<StoredResource> changed = new ArrayList<>();
            try (ResourceCursor cursor = sound.resources(type)) {
                for (StoredResource next = cursor.next(); next != null; next = cursor.next()) {
                    changed.add(change.apply(next));
                }
            }
            return ResourceCursor.of(changed);
        }

        @Override
        public void close() {
            sound.close();
        }
    }
}
