package dev.atr.producer.spi.reconcile;

/** What {@code $member-add} did. */
public enum AddEffect {
    /** There is a new row, or an inactive one is active again. */
    ADDED,
    /** A row that was there has another period now. */
    CHANGED,
    /** Nothing: the row is there (C-31). */
    ALREADY_THERE
}
