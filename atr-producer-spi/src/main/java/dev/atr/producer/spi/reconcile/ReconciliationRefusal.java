package dev.atr.producer.spi.reconcile;

/** Why a request can't be done. */
public enum ReconciliationRefusal {
    /** There is no such list that the caller may see. */
    NO_SUCH_LIST,
    /** The list has another version than the caller asked for. */
    VERSION_CONFLICT,
    /** The list is final, or of a status that the guide does not know: its members stay as they are. */
    LIST_IS_FINAL,
    /** The payer knows no such provider. */
    UNKNOWN_PROVIDER,
    /** The number is that of several providers. */
    SEVERAL_PROVIDERS,
    /** The list's payer has no such member, or the policy hides it. */
    UNKNOWN_MEMBER,
    /** The number is that of several members. */
    SEVERAL_MEMBERS,
    /** The member has no active coverage by the list's payer at that time. */
    NO_COVERAGE,
    /** The member has several active coverages by the list's payer at that time, and the policy chose none. */
    SEVERAL_COVERAGES,
    /** The list has no such row. */
    NOT_ON_LIST
}
