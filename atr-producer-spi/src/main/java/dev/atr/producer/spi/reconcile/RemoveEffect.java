package dev.atr.producer.spi.reconcile;

/** What {@code $member-remove} did. */
public enum RemoveEffect {
    /** The rows are gone. */
    REMOVED,
    /** The rows are inactive and dropped. */
    MARKED_INACTIVE,
    /** Nothing: the rows are inactive already (C-31). */
    ALREADY_INACTIVE
}
