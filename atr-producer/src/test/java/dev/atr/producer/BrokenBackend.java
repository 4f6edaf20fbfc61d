package dev.atr.producer;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A backend that breaks the rules of its contract in the ways that a test asks for. */
final class BrokenBackend implements ProducerBackend {
    /** Stands for member data in the message of a payer's exception. */
    static final String SECRET = "canary-member-0815";

    boolean failing;
    boolean away;
    boolean isChecked;
    boolean keepsVersions;
    int passingFailures;
    Runnable onRow = () -> {};
    Runnable onCancel = () -> {};
    UnaryOperator<List<StoredResource>> resources = list -> list;
    UnaryOperator<List<Member>> rows = list -> list;
    Predicate<ListId> isBroken = list -> true;
    int openSnapshots;
    final AtomicInteger openCursors = new AtomicInteger();
    private final ProducerBackend sound;

    BrokenBackend(ProducerBackend sound) {
        this.sound = sound;
    }

    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        if (away) {
            throw new TransportException(SECRET, new IllegalStateException(SECRET));
        }
        return sound.find(caller, list);
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        return sound.search(caller, query);
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        Optional<ListSnapshot> snapshot = sound.snapshot(caller, list);
        return isBroken.test(list) ? snapshot.map(Broken::new) : snapshot;
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        fail();
        return sound.read(caller, key);
    }

    @Override
    public Optional<ListHistory> listHistory() {
        return keepsVersions ? sound.listHistory() : Optional.empty();
    }

    private void fail() {
        if (passingFailures > 0) {
            passingFailures--;
            throw new TransportException("the payer's database does not answer", null);
        }
        if (failing) {
            throw new IllegalStateException(SECRET, new IllegalArgumentException(SECRET));
        }
    }

    private final class Broken implements ListSnapshot {
        private final ListSnapshot snapshot;

        Broken(ListSnapshot snapshot) {
            this.snapshot = snapshot;
            openSnapshots++;
        }

        @Override
        public AttributionList list() {
            return snapshot.list();
        }

        @Override
        public Instant transactionTime() {
            return snapshot.transactionTime();
        }

        @Override
        public MemberCursor members() {
            openCursors.incrementAndGet();
            List<Member> all = new ArrayList<>();
            try (MemberCursor cursor = snapshot.members()) {
                for (Member row = cursor.next(); row != null; row = cursor.next()) {
                    all.add(row);
                }
            }
            Iterator<Member> left = rows.apply(all).iterator();
            return new MemberCursor() {
                @Override
                public @Nullable Member next() {
                    onRow.run();
                    return left.hasNext() ? left.next() : null;
                }

                @Override
                public void close() {
                    openCursors.decrementAndGet();
                }
            };
        }

        @Override
        public ResourceCursor resources(ResourceType type) {
            openCursors.incrementAndGet();
            List<StoredResource> all = new ArrayList<>();
            try (ResourceCursor cursor = snapshot.resources(type)) {
                for (StoredResource next = cursor.next(); next != null; next = cursor.next()) {
                    all.add(next);
                }
            }
            Iterator<StoredResource> left =
                    (type.equals(ResourceType.COVERAGE) ? resources.apply(all) : all).iterator();
            return new ResourceCursor() {
                @Override
                public @Nullable StoredResource next() {
                    if (type.equals(ResourceType.COVERAGE)) {
                        fail();
                    }
                    return left.hasNext() ? left.next() : null;
                }

                @Override
                public void close() {
                    openCursors.decrementAndGet();
                }
            };
        }

        @Override
        public boolean isChecked() {
            return isChecked;
        }

        @Override
        public void cancel() {
            onCancel.run();
        }

        @Override
        public void close() {
            openSnapshots--;
            snapshot.close();
        }
    }
}
