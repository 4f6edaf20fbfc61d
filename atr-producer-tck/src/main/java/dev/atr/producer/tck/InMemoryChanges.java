package dev.atr.producer.tck;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.producer.spi.subscription.ListChange;
import dev.atr.producer.spi.subscription.ListChanges;
import dev.atr.producer.tck.InMemoryBackend.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** New versions of lists, read off the states that were; a position is the number of a state. */
final class InMemoryChanges implements ListChanges {
    private final List<State> states;

    InMemoryChanges(List<State> states) {
        this.states = states;
    }

    @Override
    public long position() {
        return states.size();
    }

    @Override
    public List<ListChange> since(long position, int limit) {
        List<ListChange> later = new ArrayList<>();
        for (ListChange change : all()) {
            boolean full = later.size() >= limit;
            if (full && change.position() > later.get(later.size() - 1).position()) {
                break;
            }
            if (change.position() > position) {
                later.add(change);
            }
        }
        return later;
    }

    @Override
    public Optional<ListChange> newest(ListId list) {
        return all().stream().filter(change -> change.list().equals(list)).reduce((earlier, later) -> later);
    }

    @Override
    public List<ListChange> versions(ListId list, int after, int limit) {
        return all().stream()
                .filter(change -> change.list().equals(list) && change.version() > after)
                .limit(limit)
                .toList();
    }

    private List<ListChange> all() {
        List<ListChange> changes = new ArrayList<>();
        State before = State.NOTHING;
        long position = 0;
        for (State state : states) {
            position++;
            for (AttributionList list : state.headers().values()) {
                AttributionList old = before.headers().get(list.id().value());
                if (old == null || !Objects.equals(old.version(), list.version())) {
                    changes.add(change(list.id(), list.version(), state.time(), false, position));
                }
            }
            for (AttributionList old : before.headers().values()) {
                if (!state.headers().containsKey(old.id().value())) {
                    String version = state.deletions().get(old.id().key());
                    changes.add(change(old.id(), version, state.time(), true, position));
                }
            }
            before = state;
        }
        return changes;
    }

    private static ListChange change(
            ListId list, @Nullable String version, Instant at, boolean deleted, long position) {
        return new ListChange(list, Integer.parseInt(Objects.requireNonNull(version)), at, deleted, position);
    }
}
