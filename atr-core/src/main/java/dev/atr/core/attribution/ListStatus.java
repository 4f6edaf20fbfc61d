package dev.atr.core.attribution;

/**
 * Where a list is in its life. The guide's codes are constants; an unknown code of a peer is kept word for word and
 * makes the list read-only.
 *
 * @param code the wire text
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/CodeSystem-atr-attribution-list-status.html">ATR 2.1.0,
 *     attribution list status</a>
 */
public record ListStatus(String code) {
    /** Not yet agreed; members may be added and removed, and removed ones stay visible as inactive. */
    public static final ListStatus DRAFT = new ListStatus("draft");

    /** Kept open for continuous adds and removals; removed members leave the list. */
    public static final ListStatus OPEN = new ListStatus("open");

    /** Agreed; no reconciliation any more. */
    public static final ListStatus FINAL = new ListStatus("final");

    /** Returns whether this is one of the guide's three codes. */
    public boolean isKnown() {
        return equals(DRAFT) || equals(OPEN) || equals(FINAL);
    }

    /** Returns whether members may be added and removed. */
    public boolean isModifiable() {
        return equals(DRAFT) || equals(OPEN);
    }
}
