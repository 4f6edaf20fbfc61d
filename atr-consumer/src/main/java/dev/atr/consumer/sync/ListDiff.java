package dev.atr.consumer.sync;

import dev.atr.core.attribution.ListId;
import java.net.URI;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run has found: how much of each kind. The changes themselves are in the store;
 * {@link ListStore#changes} reads them one at a time. Immutable.
 *
 * @param run the number of the run in its store; absent when nothing was compared
 * @param producer the Producer's FHIR base
 * @param list the list
 * @param outcome what became of it
 * @param versionBefore the version of the copy before; absent for a first copy, or when the Producer says none
 * @param version the version that was compared with; absent when the Producer says none
 * @param membersBefore how many were on the list
 * @param members how many are on it now, or would be
 * @param counts how many changes there are, or would be, of each kind; none of a kind is left out
 */
public record ListDiff(
        @Nullable Long run,
        URI producer,
        ListId list,
        Outcome outcome,
        @Nullable String versionBefore,
        @Nullable String version,
        long membersBefore,
        long members,
        Map<MemberChange.Kind, Long> counts) {
    /** What became of a run. */
    public enum Outcome {
        /** The copy is that of {@code version} now. */
        UPDATED,
        /** The Producer's list is in the version of the copy; nothing was fetched. */
        UNCHANGED,
        /** More members would vanish than are allowed to; the copy is as it was. */
        STOPPED,
        /** The Producer has no such list for us, or no more; the copy is as it was. */
        NOT_FOUND
    }

    /** Copies the counts. */
    public ListDiff {
        Map<MemberChange.Kind, Long> copy = new EnumMap<>(MemberChange.Kind.class);
        for (MemberChange.Kind kind : MemberChange.Kind.values()) {
            copy.put(kind, counts.getOrDefault(kind, 0L));
        }
        counts = Collections.unmodifiableMap(copy);
    }

    /** Returns how many changes there are of a kind. */
    public long count(MemberChange.Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** Returns how many changes there are. */
    public long changes() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
