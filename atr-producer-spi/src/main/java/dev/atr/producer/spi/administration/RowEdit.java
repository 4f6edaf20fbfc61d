package dev.atr.producer.spi.administration;

import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import java.util.function.Function;

/** What the payer does to one row of a list. */
public sealed interface RowEdit {
    /** Returns the key of the row. */
    MemberKey key();

    /** Returns what one of three functions makes of it. */
    <R> R map(Function<Member, R> put, Function<MemberKey, R> drop, Function<MemberKey, R> cancel);

    /**
     * Puts a row in the place of the one of its key, or adds it. Its change code is not kept: it follows from what the list
     * held before.
     *
     * @param row an active row that refers to a Patient
     */
    record Put(Member row) implements RowEdit {
        /** Checks the row. */
        public Put {
            if (!row.key().patient().startsWith("Patient/")) {
                throw new IllegalArgumentException("a row refers to a Patient");
            }
            if (row.inactive()) {
                throw new IllegalArgumentException("a row to be put is active; others are dropped or cancelled");
            }
        }

        @Override
        public MemberKey key() {
            return row.key();
        }

        @Override
        public <R> R map(Function<Member, R> put, Function<MemberKey, R> drop, Function<MemberKey, R> cancel) {
            return put.apply(row);
        }

        /** Returns the name of the type only: a row is member data. */
        @Override
        public String toString() {
            return "Put";
        }
    }

    /**
     * Takes a row out: on a draft list it stays as inactive and dropped, from an open one it goes (C-29).
     *
     * @param key the row
     */
    record Drop(MemberKey key) implements RowEdit {
        @Override
        public <R> R map(Function<Member, R> put, Function<MemberKey, R> drop, Function<MemberKey, R> cancel) {
            return drop.apply(key);
        }

        /** Returns the name of the type only: a row is member data. */
        @Override
        public String toString() {
            return "Drop";
        }
    }

    /**
     * Takes a row back that had been added by mistake: it stays as inactive and cancelled until the list becomes final, on
     * an open list too, since a row that is gone could not say so.
     *
     * @param key the row
     */
    record Cancel(MemberKey key) implements RowEdit {
        @Override
        public <R> R map(Function<Member, R> put, Function<MemberKey, R> drop, Function<MemberKey, R> cancel) {
            return cancel.apply(key);
        }

        /** Returns the name of the type only: a row is member data. */
        @Override
        public String toString() {
            return "Cancel";
        }
    }
}
