package dev.atr.examples;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportKind;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A payer serves another guide's export by the operation of this one: the claims of a list's members. A client asks for it by
 * {@code exportType}; jobs, files, scopes and manifest are the Producer's work, as for the guide's own. Register
 * {@link #CLAIMS} with {@code AtrProducer.Builder.exportKind}.
 */
public final class ExportWithClaims implements ProducerBackend {
    // README:
    private static final ResourceType CLAIM = new ResourceType("ExplanationOfBenefit");

    /** What a client names, and what it gets, in this order. */
    public static final ExportKind CLAIMS = new ExportKind(
            "hl7.fhir.us.davinci-pdex", List.of(ResourceType.GROUP, ResourceType.PATIENT, CLAIM), Set.of(CLAIM));

    private record Snapshot(ListSnapshot lists, Function<ListId, ResourceCursor> claims) implements ListSnapshot {
        @Override
        public ResourceCursor resources(ResourceType type) {
            return type.equals(CLAIM) ? claims.apply(list().id()) : lists.resources(type);
        }
        // :README

        @Override
        public AttributionList list() {
            return lists.list();
        }

        @Override
        public Instant transactionTime() {
            return lists.transactionTime();
        }

        @Override
        public MemberCursor members() {
            return lists.members();
        }

        @Override
        public void cancel() {
            lists.cancel();
        }

        @Override
        public void close() {
            lists.close();
        }
    }

    private final ProducerBackend lists;
    private final Function<ListId, ResourceCursor> claims;

    /**
     * Creates it.
     *
     * @param lists the payer's lists. What it has beyond the four methods, such as {@code slices}, is left out here: it would
     *     have to know of claims too
     * @param claims opens the claims of a list's members, ids ascending
     */
    public ExportWithClaims(ProducerBackend lists, Function<ListId, ResourceCursor> claims) {
        this.lists = lists;
        this.claims = claims;
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        return lists.snapshot(caller, list).map(snapshot -> new Snapshot(snapshot, claims));
    }

    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        return lists.find(caller, list);
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        return lists.search(caller, query);
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        return lists.read(caller, key);
    }
}
