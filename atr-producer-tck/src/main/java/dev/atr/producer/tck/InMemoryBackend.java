package dev.atr.producer.tck;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.ResourceMeta;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A backend that holds everything on the heap: for tests, examples and as reading matter, not for a payer. Thread-safe;
 * {@link #replace} swaps the whole state at once, so that open snapshots stay as they were.
 */
public final class InMemoryBackend implements ProducerBackend {
    private final Clock clock;
    private volatile State state;

    /** Creates a backend that holds the given lists, each in version 1. */
    public InMemoryBackend(SampleLists lists) {
        this(lists, Clock.systemUTC());
    }

    /** Creates a backend that holds the given lists, each in version 1, and takes times from a clock. */
    public InMemoryBackend(SampleLists lists, Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.state = State.NOTHING.next(lists, now());
    }

    /**
     * Takes on another state. What is the same as before keeps version and time; what differs gets the next version.
     */
    public synchronized void replace(SampleLists lists) {
        Instant now = now();
        Instant time = now.isBefore(state.time) ? state.time : now;
        state = state.next(lists, time);
    }

    /** Returns what this backend holds now. */
    public SampleLists lists() {
        return state.sample;
    }

    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        return state.visible(caller, list);
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        State now = state;
        List<AttributionList> matches = now.headers.values().stream()
                .flatMap(list -> now.visible(caller, list.id()).stream())
                .filter(list -> matches(list, query))
                .toList();
        ListId after = query.after();
        List<AttributionList> page = matches.stream()
                .filter(list -> after == null || list.id().value().compareTo(after.value()) > 0)
                .limit(query.limit())
                .toList();
        return new ListPage(page, matches.size());
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        State now = state;
        return now.visible(caller, list).map(header -> new Snapshot(now, header));
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        State now = state;
        boolean mayRead = now.sample.lists().stream()
                .map(SampleList::id)
                .filter(id -> now.visible(caller, id).isPresent())
                .anyMatch(id -> now.sample.resourcesOf(id).contains(key));
        return mayRead ? Optional.ofNullable(now.resources.get(key)) : Optional.empty();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static boolean matches(AttributionList list, ListQuery query) {
        Set<ListId> ids = query.ids();
        return (ids == null || ids.contains(list.id()))
                && query.identifiers().stream()
                        .allMatch(anyOf -> list.identifiers().stream()
                                .anyMatch(i -> anyOf.stream().anyMatch(token -> token.matches(i.system(), i.value()))))
                && query.names().stream()
                        .allMatch(anyOf -> anyOf.stream()
                                .anyMatch(text -> list.name() != null
                                        && folded(list.name()).startsWith(folded(text))));
    }

    private static String folded(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
    }

    /** Everything at one point in time. Never changed once it is built. */
    private record State(
            SampleLists sample,
            Instant time,
            NavigableMap<String, AttributionList> headers,
            NavigableMap<ResourceKey, StoredResource> resources) {
        static final State NOTHING = new State(SampleLists.empty(), Instant.EPOCH, new TreeMap<>(), new TreeMap<>());

        State next(SampleLists newSample, Instant newTime) {
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
            return new State(newSample, newTime, newHeaders, newResources);
        }

        Optional<AttributionList> visible(Caller caller, ListId list) {
            boolean entitled = sample.entitlements()
                    .getOrDefault(caller.clientId(), Set.of())
                    .contains(list);
            return entitled && caller.permits(list) ? Optional.ofNullable(headers.get(list.value())) : Optional.empty();
        }

        private static AttributionList header(SampleList list, @Nullable AttributionList old, Instant time) {
            AttributionList header = list.header().withVersion(after(old == null ? null : old.version()), time);
            return header.quantity() == null ? header : header.withQuantity(list.activeMembers());
        }

        private static StoredResource resource(
                ResourceKey key, String json, @Nullable StoredResource old, Instant time) {
            String version = after(old == null ? null : old.version());
            return new StoredResource(
                    key, version, time, ResourceMeta.withMeta(json.getBytes(StandardCharsets.UTF_8), version, time));
        }

        private static String after(@Nullable String version) {
            return version == null ? "1" : String.valueOf(Integer.parseInt(version) + 1);
        }
    }

    private record Snapshot(State state, AttributionList list) implements ListSnapshot {
        @Override
        public Instant transactionTime() {
            return state.time;
        }

        @Override
        public MemberCursor members() {
            TreeMap<MemberKey, Member> rows = new TreeMap<>();
            for (Member row : state.sample.list(list.id()).orElseThrow().rows()) {
                rows.put(row.key(), row.changeType() == null ? withChangeType(row) : row);
            }
            return MemberCursor.of(List.copyOf(rows.values()));
        }

        @Override
        public ResourceCursor resources(ResourceType type) {
            return ResourceCursor.of(state.sample.resourcesOf(list.id()).stream()
                    .filter(key -> key.type().equals(type))
                    .map(key -> Objects.requireNonNull(state.resources.get(key)))
                    .toList());
        }

        @Override
        public void close() {}

        private static Member withChangeType(Member row) {
            return row.withState(row.inactive(), row.inactive() ? ChangeType.DROPPED : ChangeType.NEW);
        }
    }
}
