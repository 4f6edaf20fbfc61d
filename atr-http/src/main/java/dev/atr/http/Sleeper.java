package dev.atr.http;

import java.time.Duration;

/** A way to wait, so that an hour of polling passes in no time when it is tested. Thread-safe. */
@FunctionalInterface
public interface Sleeper {
    /**
     * Waits.
     *
     * @param duration how long; zero or less returns at once
     * @throws InterruptedException when the waiting thread is interrupted
     */
    void sleep(Duration duration) throws InterruptedException;

    /** Returns one that really waits. */
    static Sleeper system() {
        return duration -> {
            if (!duration.isNegative()) {
                Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
            }
        };
    }
}
