package dev.atr.subscriptions;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.Version;
import dev.atr.producer.spi.VersionPage;
import dev.atr.producer.spi.VersionQuery;
import dev.atr.producer.spi.subscription.ListChange;
import dev.atr.producer.spi.subscription.ListChanges;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A payer's system that knows versions of lists and who may see them, and nothing else. */
final class Payer implements ProducerBackend, ListChanges, ListHistory {
    private final Clock clock;
    private final List<ListChange> log = new ArrayList<>();
    private final Map<ListId, List<ListChange>> lists = new HashMap<>();
    private final Set<String> hidden = new HashSet<>();
    private @Nullable Error failure;

    Payer(Clock clock) {
        this.clock = clock;
    }

    /** Gives a list its next version; the first one makes it. */
    synchronized ListChange change(String list) {
        return add(list, false);
    }

    /** Deletes a list. */
    synchronized ListChange delete(String list) {
        return add(list, true);
    }

    /** Lets a client no longer see any list. */
    synchronized void hideFrom(String client) {
        hidden.add(client);
    }

    /** Fails the next time it is asked for changes. */
    synchronized void failOnce(Error with) {
        failure = with;
    }

    /** Returns whether it is still to fail. */
    synchronized boolean isToFail() {
        return failure != null;
    }

    private ListChange add(String list, boolean deleted) {
        ListId id = new ListId(list);
        int version = newest(id).map(ListChange::version).orElse(0) + 1;
        ListChange change = new ListChange(id, version, clock.instant(), deleted, log.size() + 1L);
        log.add(change);
        of(id).add(change);
        return change;
    }

    @Override
    public synchronized long position() {
        return log.size();
    }

    @Override
    public synchronized List<ListChange> since(long position, int limit) {
        Error failing = failure;
        failure = null;
        if (failing != null) {
            throw failing;
        }
        int first = Math.toIntExact(position);
        return List.copyOf(log.subList(first, Math.min(log.size(), first + limit)));
    }

    @Override
    public synchronized Optional<ListChange> newest(ListId list) {
        List<ListChange> versions = of(list);
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
    }

    @Override
    public synchronized List<ListChange> versions(ListId list, int after, int limit) {
        List<ListChange> versions = of(list);
        return after >= versions.size()
                ? List.of()
                : List.copyOf(versions.subList(after, Math.min(versions.size(), after + limit)));
    }

    private List<ListChange> of(ListId list) {
        return lists.computeIfAbsent(list, unused -> new ArrayList<>());
    }

    @Override
    public synchronized Optional<AttributionList> find(Caller caller, ListId list) {
        return newest(list)
                .filter(change -> !change.deleted())
                .filter(change -> maySee(caller, list))
                .map(change -> AttributionList.of(
                        list,
                        ListStatus.OPEN,
                        List.of(),
                        Reference.to(ResourceType.ORGANIZATION, "payer"),
                        Period.of("2026", null)));
    }

    private boolean maySee(Caller caller, ListId list) {
        return caller.permits(list) && !hidden.contains(caller.clientId());
    }

    @Override
    public synchronized Optional<VersionPage<AttributionList>> versions(
            Caller caller, ListId list, VersionQuery query) {
        return newest(list)
                .filter(change -> maySee(caller, list))
                .map(change -> new VersionPage<>(
                        List.of(new Version<>(Integer.toString(change.version()), change.at(), null)),
                        change.version()));
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list, int version) {
        return Optional.empty();
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        return Optional.empty();
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        return new ListPage(List.of(), 0);
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        return Optional.empty();
    }

    @Override
    public Optional<ListHistory> listHistory() {
        return Optional.of(this);
    }

    @Override
    public Optional<ListChanges> listChanges() {
        return Optional.of(this);
    }
}
