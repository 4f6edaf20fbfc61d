package dev.atr.producer.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong in a roster; one is enough to refuse it. Holds no member data.
 *
 * @param line line of the row, counted from 1; 0 when it is about the roster as a whole
 * @param column the column; absent when it is about the row as a whole
 * @param rule the rule that is broken, for example {@code ATR-MDL-014}; absent when the roster can't be read at all
 * @param text what is wrong and what to change
 */
public record RosterProblem(
        long line, @Nullable RosterColumn column, @Nullable String rule, String text) {
    static RosterProblem ofRoster(@Nullable String rule, String text) {
        return new RosterProblem(0, null, rule, text);
    }

    /** Returns one line for whoever owns the roster. */
    public String describe() {
        return (rule == null ? "error" : "error " + rule)
                + (line == 0 ? "" : " at line " + line)
                + (column == null ? "" : (line == 0 ? " in " : ", ") + column.columnName())
                + ": " + text;
    }
}
