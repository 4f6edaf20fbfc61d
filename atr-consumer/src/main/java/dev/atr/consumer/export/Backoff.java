package dev.atr.consumer.export;

import dev.atr.consumer.internal.FhirPeer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits that double from {@link FhirPeer#SHORTEST_WAIT} up to a bound, each shortened at random by up to a half, so that
 * Consumers that failed together do not come back together. For one thread.
 */
final class Backoff {
    private final Duration longest;
    private Duration bound = FhirPeer.SHORTEST_WAIT;

    Backoff(Duration longest) {
        this.longest = longest;
    }

    Duration next() {
        long millis = bound.toMillis();
        Duration wait = Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis) + 1);
        bound = bound.multipliedBy(2);
        if (bound.compareTo(longest) > 0) {
            bound = longest;
        }
        return wait;
    }

    void reset() {
        bound = FhirPeer.SHORTEST_WAIT;
    }
}
