package dev.atr.consumer.sync;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one attribution of a member between two copies of a list. References are those of the payer, for
 * example {@code Patient/12}.
 *
 * @param run the run that found it
 * @param number its number in the run; the first is 1. Run and number together tell a change from all others of a store
 * @param kind what happened
 * @param patient the member
 * @param before the attribution as it was; absent when there was none
 * @param after the attribution as it is; absent when there is none
 */
public record MemberChange(
        long run,
        long number,
        Kind kind,
        String patient,
        @Nullable Attribution before,
        @Nullable Attribution after) {
    /** What happened to a member. */
    public enum Kind {
        /** Was not on the list, and is now: a change for each attribution. */
        NEW,
        /** Was on the list, and is not any more: a change for each attribution. */
        DROPPED,
        /**
         * Moved from one provider to another; or has one more provider, then there is no attribution before, or one
         * less, then there is none after.
         */
        RE_ATTRIBUTED,
        /**
         * Another coverage under the same provider; or, with the same coverage before and after, other content in it: its
         * plan, its period.
         */
        COVERAGE_CHANGED,
        /** The attribution holds for another period. */
        PERIOD_CHANGED,
        /** Other data of the Patient. */
        MEMBER_CHANGED;

        /** Returns the text that stands in the database and in the command's JSON, for example {@code re-attributed}. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Returns the kind of a code. */
        static Kind ofCode(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    /**
     * A row of the list.
     *
     * @param provider the attributed provider; absent when there is none
     * @param coverage the coverage; absent when there is none, or where a change is of the Patient
     * @param start when the attribution begins, as the payer writes it; absent when it does not say
     * @param end when it ends; absent when it does not say
     */
    public record Attribution(
            @Nullable String provider,
            @Nullable String coverage,
            @Nullable String start,
            @Nullable String end) {
        /** Returns nothing of the row: it is member data. */
        @Override
        public String toString() {
            return "Attribution";
        }
    }

    /** Returns run, number and kind: the rest is member data. */
    @Override
    public String toString() {
        return "MemberChange[" + run + "/" + number + " " + kind.code() + "]";
    }
}
