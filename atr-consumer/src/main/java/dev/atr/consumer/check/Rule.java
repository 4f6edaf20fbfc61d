package dev.atr.consumer.check;

import java.util.Objects;

/**
 * A rule for Producers.
 *
 * @param id its number among the requirements, for example {@code ATR-EXP-014}
 * @param level how binding it is
 * @param text what it asks for
 */
public record Rule(String id, Level level, String text) {
    /** Checks that all parts are there. */
    public Rule {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(text, "text");
    }

    /** How binding a rule is. */
    public enum Level {
        /** Who breaks it does not conform. */
        SHALL,
        /** There may be reasons to do otherwise. */
        SHOULD
    }
}
