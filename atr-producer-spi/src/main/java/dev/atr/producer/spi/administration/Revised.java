package dev.atr.producer.spi.administration;

import dev.atr.core.attribution.AttributionList;
import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link Revision}. All of it happened, or nothing.
 *
 * @param kind what happened
 * @param list the list as it stands now; absent when there is none
 * @param row which of the revision's rows the list does not have, counted from 0; present with {@link Kind#NO_SUCH_ROW}
 */
public record Revised(
        Kind kind, @Nullable AttributionList list, @Nullable Integer row) {
    /** What happened. */
    public enum Kind {
        /** The list has a new version. */
        DONE,
        /** Nothing to do: the list is like that already. */
        UNCHANGED,
        /** Nothing was done: there is no such list. */
        UNKNOWN,
        /** Nothing was done: the list has another version than the caller asked for. */
        OTHER_VERSION,
        /** Nothing was done: the status of the list does not allow it. */
        WRONG_STATUS,
        /** Nothing was done: a list without active members does not become final (C-67). */
        NO_MEMBERS,
        /** Nothing was done: the list has no such row. */
        NO_SUCH_ROW
    }

    /** Checks that the parts agree. */
    public Revised {
        if ((kind == Kind.UNKNOWN) != (list == null) || (kind == Kind.NO_SUCH_ROW) != (row != null)) {
            throw new IllegalArgumentException("a list goes with all but UNKNOWN, a row with NO_SUCH_ROW");
        }
    }

    /** Returns that there is no such list. */
    public static Revised unknown() {
        return new Revised(Kind.UNKNOWN, null, null);
    }

    /** Returns an outcome that is about the list as a whole. */
    public static Revised of(Kind kind, AttributionList list) {
        return new Revised(kind, list, null);
    }

    /** Returns that the list lacks a row of the revision. */
    public static Revised noSuchRow(AttributionList list, int row) {
        return new Revised(Kind.NO_SUCH_ROW, list, row);
    }

    /** Returns the kind only. */
    @Override
    public String toString() {
        return "Revised[" + kind + "]";
    }
}
