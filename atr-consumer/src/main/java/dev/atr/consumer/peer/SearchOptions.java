package dev.atr.consumer.peer;

import java.util.Objects;

/**
 * What peers disagree about when lists are looked for. Immutable.
 *
 * @param summaries how lists are asked for without their rows (C-46, C-47)
 * @param names how lists are found by name (C-43)
 */
public record SearchOptions(Summaries summaries, Names names) {
    /** Finds out both. */
    public static final SearchOptions AUTO = new SearchOptions(Summaries.AUTO, Names.AUTO);

    /** Checks that both are given. */
    public SearchOptions {
        Objects.requireNonNull(summaries, "summaries");
        Objects.requireNonNull(names, "names");
    }

    /** How lists are asked for without their rows. */
    public enum Summaries {
        /** {@code _summary=true}; from a Producer that sends rows all the same, {@code _elements} from then on. */
        AUTO,
        /** {@code _summary=true} alone. */
        SUMMARY,
        /** {@code _elements} with what a list says of itself. */
        ELEMENTS
    }

    /** How lists are found by name, for which base FHIR has no search. */
    public enum Names {
        /** By the Producer where its metadata says that it can, else as {@link #HERE}. */
        AUTO,
        /** Here, among all lists: for a Producer that says it can and does not. */
        HERE
    }
}
