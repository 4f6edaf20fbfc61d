package dev.atr.consumer.check;

import java.util.Locale;
import java.util.Objects;

/**
 * What was seen of one rule. Holds nothing of what a Producer sent but statuses, names of headers and elements, and
 * counts: neither member data nor tokens.
 *
 * @param rule the rule
 * @param outcome how it stands
 * @param text what was seen, or why nothing was; empty where there is nothing to add
 */
public record Finding(Rule rule, Outcome outcome, String text) {
    /** Checks that all parts are there. */
    public Finding {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(text, "text");
    }

    /** How a rule stands, from the worst to the best, and last what is not known. */
    public enum Outcome {
        /** The Producer does otherwise. */
        BROKEN,
        /** What was seen may be right: a person has to judge. */
        DOUBTFUL,
        /** Wherever we looked, the Producer does so. */
        CONFORMS,
        /** Nothing was seen; the text says why. */
        NOT_LOOKED_AT;

        /** Returns the word for it, for example {@code not-looked-at}. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
