package dev.atr.producer.spi.reconcile;

import java.util.function.Function;

/**
 * What became of a request.
 *
 * @param <T> what there is when it was done
 */
public sealed interface Outcome<T> {
    /** Returns what one of three functions makes of it. */
    <R> R map(Function<T, R> done, Function<String, R> declined, Function<ReconciliationRefusal, R> refused);

    /** Returns the outcome of a next step when this one was done; what stopped this one otherwise. */
    default <R> Outcome<R> then(Function<T, Outcome<R>> next) {
        return map(next, Declined::new, Refused::new);
    }

    /**
     * It was done.
     *
     * @param <T> what there is
     * @param result what there is now
     */
    record Done<T>(T result) implements Outcome<T> {
        @Override
        public <R> R map(
                Function<T, R> done, Function<String, R> declined, Function<ReconciliationRefusal, R> refused) {
            return done.apply(result);
        }
    }

    /**
     * The payer decided against it; nothing has happened.
     *
     * @param <T> what there would be
     * @param reason why, for the Consumer's people; not blank
     */
    record Declined<T>(String reason) implements Outcome<T> {
        /** Checks that there is a reason. */
        public Declined {
            if (reason.isBlank()) {
                throw new IllegalArgumentException("who declines gives a reason");
            }
        }

        @Override
        public <R> R map(
                Function<T, R> done, Function<String, R> declined, Function<ReconciliationRefusal, R> refused) {
            return declined.apply(reason);
        }

        /** Returns the name of the type only: the reason may hold member data. */
        @Override
        public String toString() {
            return "Declined";
        }
    }

    /**
     * It can't be done; nothing has happened.
     *
     * @param <T> what there would be
     * @param why why not
     */
    record Refused<T>(ReconciliationRefusal why) implements Outcome<T> {
        @Override
        public <R> R map(
                Function<T, R> done, Function<String, R> declined, Function<ReconciliationRefusal, R> refused) {
            return refused.apply(why);
        }
    }
}
