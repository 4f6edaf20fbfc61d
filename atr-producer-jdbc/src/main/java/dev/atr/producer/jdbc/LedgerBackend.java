package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSlices;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceHistory;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.TypeFilters;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.creation.ListCreation;
import dev.atr.producer.spi.creation.ProvenanceRecords;
import dev.atr.producer.spi.creation.ResourceCreation;
import dev.atr.producer.spi.reconcile.Reconciliation;
import dev.atr.producer.spi.subscription.ListChanges;
import java.time.Clock;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The ledger as the Producer sees it. */
final class LedgerBackend implements ProducerBackend, ListSlices, AutoCloseable {
    private final Database database;
    private final Database paged;
    private final AfterDrop afterDrop;
    private final LedgerHistory history;
    private final TypeFilters filters = new ResourceFilters();
    private final Creations creations;
    private final ListCreation listCreation;
    private final ResourceCreation resourceCreation;
    private final Reconciliation reconciliation;
    private final ListAdministration administration;
    private final ListChanges changes;

    LedgerBackend(Database database, LedgerOptions options) {
        Clock clock = options.clock();
        ZoneId zone = options.zone();
        this.database = database;
        this.paged = database.withTurns(Math.max(1, options.connections() / 2));
        this.afterDrop = options.afterDrop();
        this.history = new LedgerHistory(database, paged, afterDrop);
        this.creations = new Creations(database, clock, zone);
        this.listCreation = new LedgerListCreation(creations, options);
        this.resourceCreation = new LedgerResourceCreation(creations);
        this.reconciliation = new LedgerReconciliation(database, clock, zone);
        this.administration = new LedgerAdministration(database, paged, clock, zone);
        this.changes = new LedgerChanges(database);
    }

    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        return database.readPage("finding a list", session -> ListSearch.find(session, caller, list));
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        ListSearch search = new ListSearch(caller, query);
        return database.read("searching lists", session -> new ListPage(search.page(session), search.total(session)));
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        return snapshot(caller, list, ListSlice.WHOLE);
    }

    @Override
    public Optional<ListSlices> slices() {
        return Optional.of(this);
    }

    @Override
    public Set<ListSlice.Limit> limits() {
        return EnumSet.allOf(ListSlice.Limit.class);
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list, ListSlice slice) {
        return database.read(
                "opening a snapshot",
                session ->
                        LedgerSnapshot.open(paged, session, caller, list, slice).map(snapshot -> snapshot));
    }

    @Override
    public Optional<ListChanges> listChanges() {
        return Optional.of(changes);
    }

    @Override
    public Optional<TypeFilters> typeFilters() {
        return Optional.of(filters);
    }

    @Override
    public Optional<Reconciliation> reconciliation() {
        return Optional.of(reconciliation);
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        return database.readPage("reading a resource", session -> ResourceAccess.read(session, caller, key, afterDrop));
    }

    @Override
    public Optional<ListHistory> listHistory() {
        return Optional.of(history);
    }

    @Override
    public Optional<ResourceHistory> resourceHistory() {
        return Optional.of(history);
    }

    @Override
    public Optional<ListCreation> listCreation() {
        return Optional.of(listCreation);
    }

    @Override
    public Optional<ResourceCreation> resourceCreation() {
        return Optional.of(resourceCreation);
    }

    @Override
    public Optional<ProvenanceRecords> provenanceRecords() {
        return Optional.of(creations);
    }

    @Override
    public Optional<ListAdministration> listAdministration() {
        return Optional.of(administration);
    }

    /** Ends what reads ahead. */
    @Override
    public void close() {
        paged.close();
    }
}
