package dev.atr.producer.tck;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceHistory;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.Version;
import dev.atr.producer.spi.VersionPage;
import dev.atr.producer.spi.VersionQuery;
import dev.atr.producer.tck.InMemoryBackend.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Versions, read off the states that were. */
final class InMemoryHistory implements ListHistory, ResourceHistory {
    private final List<State> states;
    private final InMemoryCreation creation;

    InMemoryHistory(List<State> states, InMemoryCreation creation) {
        this.states = states;
        this.creation = creation;
    }

    @Override
    public Optional<VersionPage<AttributionList>> versions(Caller caller, ListId list, VersionQuery query) {
        return now().mightSee(caller, list) ? page(ofList(list), query) : Optional.empty();
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list, int version) {
        return now().mightSee(caller, list) ? snapshot(list, version).map(snapshot -> snapshot) : Optional.empty();
    }

    /** Opens a version of a list, whoever may see it. */
    Optional<InMemoryBackend.Snapshot> snapshot(ListId list, int version) {
        return states.stream()
                .flatMap(state -> Optional.ofNullable(state.headers().get(list.value())).stream()
                        .filter(header -> String.valueOf(version).equals(header.version()))
                        .map(header -> new InMemoryBackend.Snapshot(state, header, null, Set.of())))
                .findFirst();
    }

    @Override
    public Optional<VersionPage<StoredResource>> versions(Caller caller, ResourceKey key, VersionQuery query) {
        return mayRead(caller, key) ? page(ofResource(key), query) : Optional.empty();
    }

    @Override
    public Optional<Version<StoredResource>> version(Caller caller, ResourceKey key, int version) {
        return mayRead(caller, key)
                ? ofResource(key).stream()
                        .filter(one -> one.id().equals(String.valueOf(version)))
                        .findFirst()
                : Optional.empty();
    }

    private boolean mayRead(Caller caller, ResourceKey key) {
        return creation.isOf(caller, key) || now().belongsToVisibleList(caller, key);
    }

    private State now() {
        return states.get(states.size() - 1);
    }

    private List<Version<AttributionList>> ofList(ListId list) {
        return versions(
                list.key(),
                state -> state.headers().get(list.value()),
                header -> new Version<>(
                        Objects.requireNonNull(header.version()),
                        Objects.requireNonNull(header.lastUpdated()),
                        header));
    }

    private List<Version<StoredResource>> ofResource(ResourceKey key) {
        return versions(
                key,
                state -> state.resources().get(key),
                resource -> new Version<>(resource.version(), resource.lastUpdated(), resource));
    }

    private <T> List<Version<T>> versions(
            ResourceKey key, Function<State, @Nullable T> content, Function<T, Version<T>> version) {
        List<Version<T>> versions = new ArrayList<>();
        for (State state : states) {
            Version<T> last = versions.isEmpty() ? null : versions.get(versions.size() - 1);
            T held = content.apply(state);
            if (held != null) {
                Version<T> next = version.apply(held);
                if (last == null || !last.id().equals(next.id())) {
                    versions.add(next);
                }
            } else if (last != null && !last.isDeletion()) {
                String id = Objects.requireNonNull(state.deletions().get(key));
                versions.add(new Version<>(id, state.time(), null));
            }
        }
        Collections.reverse(versions);
        return versions;
    }

    private static <T> Optional<VersionPage<T>> page(List<Version<T>> versions, VersionQuery query) {
        if (versions.isEmpty()) {
            return Optional.empty();
        }
        Instant since = query.since();
        Integer before = query.before();
        List<Version<T>> matches = versions.stream()
                .filter(version -> since == null || !version.lastUpdated().isBefore(since))
                .toList();
        return Optional.of(new VersionPage<>(
                matches.stream()
                        .filter(version -> before == null || Integer.parseInt(version.id()) < before)
                        .limit(query.limit())
                        .toList(),
                matches.size()));
    }
}
