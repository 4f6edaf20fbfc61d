package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a roster.
 *
 * @param list the list
 * @param outcome what was done
 * @param version the version of the list now, or for {@link Outcome#ALREADY_IMPORTED} the one that the same roster made;
 *     absent when there is no such list
 * @param rows how many rows the roster has, as far as it was read
 * @param changes how the roster differs from the list as it was; absent when it was not compared
 * @param resources how many Patients, Coverages and providers it writes: those that are new or differ
 * @param problems why it was refused or can't be undone; empty otherwise. Of each kind the first 20, and how many more
 */
public record RosterReport(
        ListId list,
        Outcome outcome,
        @Nullable String version,
        long rows,
        @Nullable RosterChanges changes,
        long resources,
        List<RosterProblem> problems) {
    /** Copies the list. */
    public RosterReport {
        problems = List.copyOf(problems);
    }

    /** Returns whether the list is as the roster, or the undoing, wants it. */
    public boolean isDone() {
        return switch (outcome) {
            case IMPORTED, UNCHANGED, ALREADY_IMPORTED, PREVIEWED, UNDONE -> true;
            case TOO_MUCH_CHANGE, REFUSED -> false;
        };
    }

    /** What was done with a roster. */
    public enum Outcome {
        /** The list has a new version, or resources behind it have. */
        IMPORTED,
        /** Nothing differed: no new version. */
        UNCHANGED,
        /** The last import was of the same roster: it was not read again, and there is no new version. */
        ALREADY_IMPORTED,
        /** It was only compared, as asked. */
        PREVIEWED,
        /** More of the list would change than is allowed: nothing was written. */
        TOO_MUCH_CHANGE,
        /** It breaks rules, or can't be read: nothing was written. */
        REFUSED,
        /** The list is as it was before the last import, in a new version. */
        UNDONE
    }
}
