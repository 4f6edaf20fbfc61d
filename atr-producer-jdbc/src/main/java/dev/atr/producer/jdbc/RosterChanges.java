package dev.atr.producer.jdbc;

/**
 * How a roster differs from the list that it is for, in rows that are active today.
 *
 * @param added rows that the list does not have, or has as inactive
 * @param changed rows that the list has with another period
 * @param dropped rows of the list that the roster does not have, or has with a period that is over
 * @param unchanged rows that the list has just so
 */
public record RosterChanges(long added, long changed, long dropped, long unchanged) {
    /** Returns how many active rows the list has before. */
    public long before() {
        return changed + dropped + unchanged;
    }

    /** Returns how many active rows the list would have. */
    public long after() {
        return added + changed + unchanged;
    }

    /**
     * Returns how much of the list would not stay as it is: the greater of two shares, that of the rows before which are
     * changed or dropped, and that of the rows after which are new or changed.
     *
     * @return percent, from 0 to 100; 0 for a list that had no active rows
     */
    public double churn() {
        return before() == 0 ? 0 : Math.max(share(changed + dropped, before()), share(added + changed, after()));
    }

    private static double share(long some, long all) {
        return all == 0 ? 0 : 100.0 * some / all;
    }
}
