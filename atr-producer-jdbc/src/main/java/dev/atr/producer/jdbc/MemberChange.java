package dev.atr.producer.jdbc;

/** What became of a change to a row of a list. */
public enum MemberChange {
    /** Taken in. */
    DONE,
    /** Nothing to do: the row was inactive already. */
    UNCHANGED,
    /** Refused: the list has no such row. */
    NOT_ON_LIST,
    /** Refused: the list is final. */
    LIST_IS_FINAL,
    /** Refused: there is no such list. */
    NO_SUCH_LIST
}
