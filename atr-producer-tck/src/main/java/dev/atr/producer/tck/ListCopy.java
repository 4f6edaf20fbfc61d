package dev.atr.producer.tck;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.KeyCursor;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A Consumer's copy of a list, held whole: one snapshot of everything, brought up to date by snapshots of what changed
 * since. Not thread-safe.
 */
public final class ListCopy {
    private final NavigableMap<ResourceKey, String> resources = new TreeMap<>();
    private List<Member> rows = List.of();
    private @Nullable AttributionList header;
    private Instant time = Instant.EPOCH;

    /** Creates a copy of nothing. */
    public ListCopy() {}

    /**
     * Takes over what a snapshot holds: rows in the place of those before, resources into the place of those of their
     * keys, and those that were deleted out.
     *
     * @return this copy
     */
    public ListCopy take(ListSnapshot snapshot) {
        header = snapshot.list();
        time = snapshot.transactionTime();
        rows = new ArrayList<>();
        try (MemberCursor cursor = snapshot.members()) {
            for (Member row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        resources.putAll(read(snapshot));
        deletedBy(snapshot).forEach(resources::remove);
        return this;
    }

    /** Returns the time up to which the copy is whole: the next snapshot's {@code since}. */
    public Instant time() {
        return time;
    }

    /** Returns the rows. */
    public List<Member> rows() {
        return List.copyOf(rows);
    }

    /**
     * Returns what this copy says: the list, its rows, and the JSON of the resources that the rows lead to. What belonged
     * to members who have left is left aside.
     */
    public List<Object> content() {
        if (header == null) {
            return List.of();
        }
        SampleList list = new SampleList(header, rows);
        SampleLists held = new SampleLists(List.of(list), resources, Map.of());
        NavigableMap<ResourceKey, String> reached = new TreeMap<>(resources);
        reached.keySet().retainAll(held.resourcesOf(list.id()));
        return List.of(header, rows, reached);
    }

    /** Returns the resources of a snapshot by key. */
    static NavigableMap<ResourceKey, String> read(ListSnapshot snapshot) {
        NavigableMap<ResourceKey, String> found = new TreeMap<>();
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            try (ResourceCursor cursor = snapshot.resources(type)) {
                for (StoredResource next = cursor.next(); next != null; next = cursor.next()) {
                    found.put(next.key(), new String(next.json(), StandardCharsets.UTF_8));
                }
            }
        }
        return found;
    }

    /** Returns what a snapshot says was deleted. */
    static Set<ResourceKey> deletedBy(ListSnapshot snapshot) {
        Set<ResourceKey> found = new TreeSet<>();
        try (KeyCursor cursor = snapshot.deleted()) {
            for (ResourceKey next = cursor.next(); next != null; next = cursor.next()) {
                if (!found.add(next)) {
                    throw new AssertionError("the same deletion is named twice");
                }
            }
        }
        return found;
    }

    /** Returns the number of rows and resources. */
    @Override
    public String toString() {
        return "ListCopy[" + rows.size() + " rows, " + resources.size() + " resources]";
    }
}
