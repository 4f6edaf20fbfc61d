package dev.atr.producer.jdbc;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attribution as a payer's own tables or files have it: texts, which are checked when the roster is taken in. A
 * member with two providers has two rows.
 *
 * @param line where the row stands in its source, counted from 1, for reports
 * @param values what it says; blank texts and {@code null} count as absent
 */
public record RosterRow(long line, Map<RosterColumn, String> values) {
    /** Copies what is not blank. */
    public RosterRow {
        Map<RosterColumn, String> present = new EnumMap<>(RosterColumn.class);
        values.forEach((column, value) -> putIfPresent(present, column, value));
        values = Collections.unmodifiableMap(present);
    }

    /** Returns what the row says in a column; empty when it says nothing there. */
    public Optional<String> find(RosterColumn column) {
        return Optional.ofNullable(values.get(column));
    }

    private static void putIfPresent(Map<RosterColumn, String> present, RosterColumn column, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            present.put(column, value.strip());
        }
    }

    /** Returns the line only: the rest is member data. */
    @Override
    public String toString() {
        return "RosterRow[" + line + "]";
    }
}
