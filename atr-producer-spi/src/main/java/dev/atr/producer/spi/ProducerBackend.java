package dev.atr.producer.spi;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.creation.ListCreation;
import dev.atr.producer.spi.creation.ProvenanceRecords;
import dev.atr.producer.spi.creation.ResourceCreation;
import dev.atr.producer.spi.reconcile.Reconciliation;
import dev.atr.producer.spi.subscription.ListChanges;
import java.util.Optional;

/**
 * A payer's system of record, as the Producer sees it.
 *
 * <p>Called from many threads at once; methods may block. The caller always comes first: a list or resource that is not
 * the caller's is answered exactly as one that does not exist. A caller sees a list when the payer entitles the client
 * to it <em>and</em> {@link Caller#permits} says so. An exception thrown here reaches the Consumer as a {@code 500} with
 * an opaque id; its message never leaves the process. A {@link dev.atr.core.error.TransportException} says that the
 * payer's system can't be reached just now: the Consumer is asked to come back ({@code 503}), and an export is begun
 * again after a pause; any other exception fails the export for good.
 */
public interface ProducerBackend {
    /**
     * Finds one list.
     *
     * @return the list as it stands now, without rows; empty when there is none that the caller may see
     */
    Optional<AttributionList> find(Caller caller, ListId list);

    /** Searches the lists that the caller may see. */
    ListPage search(Caller caller, ListQuery query);

    /**
     * Opens a consistent view of one list as it stands now. The Producer closes it when the export ends, however it
     * ends.
     *
     * @return the snapshot; empty when there is no such list that the caller may see
     */
    Optional<ListSnapshot> snapshot(Caller caller, ListId list);

    /**
     * Reads one resource other than a Group.
     *
     * @return the resource as it stands now; empty when there is none, or when it belongs to no list that the caller may
     *     see
     */
    Optional<StoredResource> read(Caller caller, ResourceKey key);

    /**
     * Returns how parts of lists are looked at, the same on every call. Empty when whole lists as they stand now are all
     * that there is: exports then serve neither {@code _since} nor {@code _until} nor {@code patient}.
     */
    default Optional<ListSlices> slices() {
        return Optional.empty();
    }

    /**
     * Returns how exports are narrowed by search parameters, the same on every call. Empty when they are not: exports
     * then do not serve {@code _typeFilter}.
     */
    default Optional<TypeFilters> typeFilters() {
        return Optional.empty();
    }

    /**
     * Returns how Consumers change lists, the same on every call. Empty when this payer takes no changes: the operations
     * then leave the CapabilityStatement too.
     */
    default Optional<Reconciliation> reconciliation() {
        return Optional.empty();
    }

    /** Returns earlier versions of lists, the same on every call. Empty when only the newest ones are kept. */
    default Optional<ListHistory> listHistory() {
        return Optional.empty();
    }

    /** Returns earlier versions of other resources, the same on every call. Empty when only the newest ones are kept. */
    default Optional<ResourceHistory> resourceHistory() {
        return Optional.empty();
    }

    /** Returns how Consumers begin lists, the same on every call. Empty when the payer alone does. */
    default Optional<ListCreation> listCreation() {
        return Optional.empty();
    }

    /** Returns how Consumers create other resources, the same on every call. Empty when the payer alone does. */
    default Optional<ResourceCreation> resourceCreation() {
        return Optional.empty();
    }

    /** Returns what was said about the source of what was created, the same on every call. Empty when it is not kept. */
    default Optional<ProvenanceRecords> provenanceRecords() {
        return Optional.empty();
    }

    /** Returns how the payer itself changes lists, the same on every call. Empty when it does so elsewhere. */
    default Optional<ListAdministration> listAdministration() {
        return Optional.empty();
    }

    /** Returns which lists have new versions, the same on every call. Empty when nobody is told: no Subscriptions then. */
    default Optional<ListChanges> listChanges() {
        return Optional.empty();
    }
}
