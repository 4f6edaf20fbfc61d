package dev.atr.producer.tck;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.ResourceMeta;
import dev.atr.core.json.ResourceScanner;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.KeyCursor;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSlices;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.ResourceHistory;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.TypeFilters;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.creation.ListCreation;
import dev.atr.producer.spi.creation.ProvenanceRecords;
import dev.atr.producer.spi.creation.ResourceCreation;
import dev.atr.producer.spi.reconcile.Reconciliation;
import dev.atr.producer.spi.subscription.ListChanges;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A backend that holds everything on the heap: for tests, examples and as reading matter, not for a payer. Thread-safe;
 * {@link #replace} swaps the whole state at once, so that open snapshots stay as they were. All earlier states are kept.
 */
public final class InMemoryBackend implements ProducerBackend, ListSlices, TypeFilters {
    private static final Set<String> GENDERS = Set.of("male", "female", "other", "unknown");

    private final Clock clock;
    private final Reconciliation reconciliation;
    private final List<State> states = new CopyOnWriteArrayList<>();
    private final InMemoryAdministration administration = new InMemoryAdministration(this);
    private final InMemoryCreation creation = new InMemoryCreation(this);
    private final InMemoryHistory history = new InMemoryHistory(states, creation);
    private final InMemoryChanges changes = new InMemoryChanges(states);

    /** Creates a backend that holds the given lists, each in version 1. */
    public InMemoryBackend(SampleLists lists) {
        this(lists, Clock.systemUTC());
    }

    /** Creates a backend that holds the given lists, each in version 1, and takes times from a clock. */
    public InMemoryBackend(SampleLists lists, Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.reconciliation = new InMemoryReconciliation(this, administration, clock);
        states.add(State.NOTHING.next(lists, now()));
    }

    /**
     * Takes on another state, later than the one before. What is the same as before keeps version and time; what differs
     * gets the next version; a resource that is not there any more was deleted.
     */
    public synchronized void replace(SampleLists lists) {
        Instant now = now();
        State last = state();
        states.add(last.next(lists, now.isAfter(last.time) ? now : last.time.plusMillis(1)));
    }

    /** Returns what this backend holds now. */
    public SampleLists lists() {
        return state().sample;
    }

    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        return state().visible(caller, list);
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        State now = state();
        List<AttributionList> visible = now.headers.values().stream()
                .flatMap(list -> now.visible(caller, list.id()).stream())
                .toList();
        return query.among(visible, now::identifiers);
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
        State now = state();
        Instant until = slice.until();
        Instant since = slice.since();
        State then = until == null ? now : last(time -> time.isBefore(until)).orElse(State.NOTHING);
        State before = since == null ? null : last(time -> !time.isAfter(since)).orElse(State.NOTHING);
        return now.visible(caller, list)
                .flatMap(visible -> Optional.ofNullable(then.headers.get(list.value())))
                .map(header -> new Snapshot(then, header, before, slice.patients()));
    }

    @Override
    public Optional<TypeFilters> typeFilters() {
        return Optional.of(this);
    }

    @Override
    public Set<String> parameters(ResourceType type) {
        return type.equals(ResourceType.PATIENT) ? Set.of("gender") : Set.of();
    }

    @Override
    public Optional<Predicate<StoredResource>> condition(ResourceType type, String parameter, String value) {
        if (!parameters(type).contains(parameter)) {
            return Optional.empty();
        }
        Set<String> genders = Set.copyOf(List.of(value.split(",", -1)));
        return GENDERS.containsAll(genders)
                ? Optional.of(patient -> JsonValue.parse(patient.json())
                        .text("gender")
                        .filter(genders::contains)
                        .isPresent())
                : Optional.empty();
    }

    @Override
    public Optional<Reconciliation> reconciliation() {
        return Optional.of(reconciliation);
    }

    @Override
    public Optional<ListAdministration> listAdministration() {
        return Optional.of(administration);
    }

    /** Finds a list, whoever may see it. */
    Optional<AttributionList> held(ListId list) {
        return Optional.ofNullable(state().headers.get(list.value()));
    }

    /** Opens a version of a list, whoever may see it. */
    Optional<Snapshot> version(ListId list, int version) {
        return history.snapshot(list, version);
    }

    /** Returns how a list that is there was to begin with. */
    SampleList first(ListId list) {
        return states.stream()
                .flatMap(state -> state.sample.list(list).stream())
                .findFirst()
                .orElseThrow();
    }

    /** Returns whether there was a list that is gone. */
    boolean isDeleted(ListId list) {
        return held(list).isEmpty() && state().deletions.containsKey(list.key());
    }

    /** Returns the client that created a resource; empty for the payer's own. */
    Optional<String> creatorOf(ResourceKey key) {
        return creation.creatorOf(key);
    }

    /** Does what reads this state and then replaces it. */
    synchronized <T> T inTurn(Supplier<T> work) {
        return work.get();
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        State now = state();
        return creation.isOf(caller, key) || now.belongsToVisibleList(caller, key)
                ? Optional.ofNullable(now.resources.get(key))
                : Optional.empty();
    }

    @Override
    public Optional<ListCreation> listCreation() {
        return Optional.of(creation);
    }

    @Override
    public Optional<ResourceCreation> resourceCreation() {
        return Optional.of(creation);
    }

    @Override
    public Optional<ProvenanceRecords> provenanceRecords() {
        return Optional.of(creation);
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
    public Optional<ListChanges> listChanges() {
        return Optional.of(changes);
    }

    private State state() {
        return states.get(states.size() - 1);
    }

    private Optional<State> last(Predicate<Instant> when) {
        return states.stream().filter(state -> when.test(state.time)).reduce((earlier, later) -> later);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Everything at one point in time. Never changed once it is built. */
    record State(
            SampleLists sample,
            Instant time,
            NavigableMap<String, AttributionList> headers,
            NavigableMap<ResourceKey, StoredResource> resources,
            NavigableSet<ResourceKey> everHeld,
            Map<ResourceKey, String> deletions) {
        static final State NOTHING = new State(
                SampleLists.empty(), Instant.EPOCH, new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), Map.of());

        State next(SampleLists newSample, Instant newTime) {
            Map<ResourceKey, String> newDeletions = new TreeMap<>(deletions);
            headers.values().stream()
                    .filter(list -> newSample.list(list.id()).isEmpty())
                    .forEach(list -> newDeletions.put(list.id().key(), after(list.version())));
            resources.values().stream()
                    .filter(resource -> !newSample.resources().containsKey(resource.key()))
                    .forEach(resource -> newDeletions.put(resource.key(), after(resource.version())));
            NavigableMap<String, AttributionList> newHeaders = new TreeMap<>();
            for (SampleList list : newSample.lists()) {
                AttributionList old = headers.get(list.id().value());
                boolean same = sample.list(list.id()).equals(Optional.of(list));
                newHeaders.put(list.id().value(), old != null && same ? old : header(list, old, newTime));
            }
            NavigableMap<ResourceKey, StoredResource> newResources = new TreeMap<>();
            newSample.resources().forEach((key, json) -> {
                StoredResource old = resources.get(key);
                boolean same = json.equals(sample.resources().get(key));
                newResources.put(key, old != null && same ? old : resource(key, json, old, newTime));
            });
            NavigableSet<ResourceKey> ever = new TreeSet<>(everHeld);
            ever.addAll(newResources.keySet());
            return new State(newSample, newTime, newHeaders, newResources, ever, Map.copyOf(newDeletions));
        }

        Optional<AttributionList> visible(Caller caller, ListId list) {
            return mightSee(caller, list) ? Optional.ofNullable(headers.get(list.value())) : Optional.empty();
        }

        List<Identifier> identifiers(ResourceKey key) {
            StoredResource resource = resources.get(key);
            return resource == null
                    ? List.of()
                    : ResourceScanner.scan(resource.json()).identifiers();
        }

        /** Returns whether a list is the caller's, be it deleted. */
        boolean mightSee(Caller caller, ListId list) {
            boolean entitled = sample.entitlements()
                    .getOrDefault(caller.clientId(), Set.of())
                    .contains(list);
            return entitled && caller.permits(list);
        }

        /** Returns whether a list that the caller may see refers to a resource, be it deleted. */
        boolean belongsToVisibleList(Caller caller, ResourceKey key) {
            return sample.lists().stream()
                    .filter(list -> visible(caller, list.id()).isPresent())
                    .anyMatch(list -> sample.resourcesOf(list, everHeld).contains(key));
        }

        private AttributionList header(SampleList list, @Nullable AttributionList old, Instant time) {
            String last = old == null ? deletions.get(list.id().key()) : old.version();
            AttributionList header = list.header().withVersion(after(last), time);
            return header.quantity() == null ? header : header.withQuantity(list.activeMembers());
        }

        private StoredResource resource(ResourceKey key, String json, @Nullable StoredResource old, Instant time) {
            String version = after(old == null ? deletions.get(key) : old.version());
            return new StoredResource(
                    key, version, time, ResourceMeta.withMeta(json.getBytes(StandardCharsets.UTF_8), version, time));
        }

        private static String after(@Nullable String version) {
            return version == null ? "1" : String.valueOf(Integer.parseInt(version) + 1);
        }
    }

    record Snapshot(
            State state, AttributionList list, @Nullable State before, Set<ResourceKey> patients)
            implements ListSnapshot {
        @Override
        public Instant transactionTime() {
            return state.time;
        }

        @Override
        public MemberCursor members() {
            TreeMap<MemberKey, Member> rows = new TreeMap<>();
            for (Member row : part(state).rows()) {
                rows.put(row.key(), row.changeType() == null ? withChangeType(row) : row);
            }
            return MemberCursor.of(List.copyOf(rows.values()));
        }

        @Override
        public ResourceCursor resources(ResourceType type) {
            Set<ResourceKey> known = belonging(before);
            return ResourceCursor.of(belonging(state).stream()
                    .filter(state.resources::containsKey)
                    .filter(key -> key.type().equals(type))
                    .filter(key -> before == null
                            || !known.contains(key)
                            || !Objects.equals(before.resources.get(key), state.resources.get(key)))
                    .map(key -> Objects.requireNonNull(state.resources.get(key)))
                    .toList());
        }

        @Override
        public KeyCursor deleted() {
            if (before == null) {
                return KeyCursor.of(List.of());
            }
            Set<ResourceKey> known = belonging(before);
            Set<ResourceKey> belonging = belonging(state);
            return KeyCursor.of(state.everHeld.stream()
                    .filter(key -> !state.resources.containsKey(key))
                    .filter(key -> known.contains(key) ? before.resources.containsKey(key) : belonging.contains(key))
                    .toList());
        }

        /** Returns what the list refers to at a state, held or deleted. */
        private Set<ResourceKey> belonging(@Nullable State at) {
            return at == null || at.sample.list(list.id()).isEmpty()
                    ? Set.of()
                    : at.sample.resourcesOf(part(at), state.everHeld);
        }

        /** Returns the list with the rows that are asked for. */
        private SampleList part(State from) {
            SampleList whole = from.sample.list(list.id()).orElseThrow();
            return patients.isEmpty()
                    ? whole
                    : new SampleList(
                            whole.header(),
                            whole.rows().stream()
                                    .filter(row -> row.patient()
                                            .key()
                                            .filter(patients::contains)
                                            .isPresent())
                                    .toList());
        }

        @Override
        public void close() {}

        private static Member withChangeType(Member row) {
            return row.withState(row.inactive(), row.inactive() ? ChangeType.DROPPED : ChangeType.NEW);
        }
    }
}
