package dev.atr.producer.spi.reconcile;

/** What {@code $confirm-attribution-list} did. */
public enum ConfirmEffect {
    /** The list was a draft and is final now. */
    FINALISED,
    /** Nothing: the list is final already. */
    ALREADY_FINAL,
    /** Nothing: the list is kept open, or is of a status that the guide does not know (C-20). */
    STAYS_OPEN,
    /** Nothing: a draft without members does not become final (C-67). */
    STAYS_DRAFT
}
