package dev.atr.producer.jdbc.load;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.jdbc.LedgerTransaction;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which resources are there, and which are referred to and not. What is missing may still come with a later file, so it
 * is looked at again at the end. Bounded: it remembers the targets seen last and the first of the missing ones.
 */
final class References {
    /** Most missing targets that are reported: 1000. */
    private static final int MAX_MISSING = 1_000;

    private static final int REMEMBERED = 4_096;

    private final Map<ResourceKey, Missing> missing = new LinkedHashMap<>();
    private final Set<ResourceKey> known = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ResourceKey, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** Where a missing target is referred to. */
    record Missing(Path file, String place, String element) {}

    /** Returns whether the ledger holds a resource, or this load has written it. */
    boolean isThere(LedgerTransaction tx, ResourceKey key) {
        if (known.contains(key)) {
            return true;
        }
        boolean there = tx.holds(key);
        if (there) {
            known.add(key);
        }
        return there;
    }

    /** Notes a reference whose target is not there yet. */
    void expect(LedgerTransaction tx, ResourceKey target, Missing from) {
        boolean ofInterest = ResourceType.ATTRIBUTION_TYPES.contains(target.type())
                && !target.type().equals(ResourceType.GROUP);
        if (ofInterest && missing.size() < MAX_MISSING && !isThere(tx, target)) {
            missing.putIfAbsent(target, from);
        }
    }

    /** Forgets what a refused file said. */
    void forget(Path file) {
        missing.values().removeIf(from -> from.file().equals(file));
        known.clear();
    }

    /** Returns the targets that never came, with the first place that refers to them. */
    Map<ResourceKey, Missing> stillMissing(LedgerTransaction tx) {
        missing.keySet().removeIf(key -> tx.holds(key));
        return missing;
    }
}
