package dev.atr.subscriptions;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to try again: after a second, then after twice as long each time, up to a longest wait; each wait is shortened by up
 * to a half, so that endpoints of one host do not all come at once. After a span of failures it is over.
 *
 * @param longest the longest wait
 * @param span how long to go on
 */
record Retries(Duration longest, Duration span) {
    private static final Duration FIRST = Duration.ofSeconds(1);

    Retries {
        if (longest.compareTo(FIRST) < 0 || span.isNegative()) {
            throw new IllegalArgumentException("the longest wait is a second or more, and the span not negative");
        }
    }

    /** Returns how long to wait after so many failures in a row. */
    Duration after(int failures, RandomGenerator random) {
        int doublings = Math.min(failures - 1, 30);
        long most = Math.min(FIRST.toMillis() << doublings, longest.toMillis());
        return Duration.ofMillis(most - random.nextLong(most / 2 + 1));
    }

    /** Returns whether it is over after so long. */
    boolean isOver(Duration failing) {
        return failing.compareTo(span) >= 0;
    }
}
