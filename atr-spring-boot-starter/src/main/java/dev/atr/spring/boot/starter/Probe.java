package dev.atr.spring.boot.starter;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A check of which the answer is kept for a while, so that whoever asks often costs nothing. One check is under way at
 * most; those who ask meanwhile wait for it, and not for long. Thread-safe.
 */
final class Probe {
    /** Longest wait for a check that is under way: 5 seconds. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Check check;
    private final Duration life;
    private final Clock clock;
    private final ReentrantLock checking = new ReentrantLock();
    private volatile @Nullable Kept kept;

    /**
     * What was found.
     *
     * @param up whether all is well
     * @param details nothing about members, and nothing secret
     */
    record Finding(boolean up, Map<String, String> details) {
        Finding {
            details = Map.copyOf(details);
        }
    }

    /** Looks. */
    @FunctionalInterface
    interface Check {
        Finding look() throws InterruptedException;
    }

    private record Kept(Finding finding, Instant at) {}

    Probe(Check check, Duration life, Clock clock) {
        this.check = check;
        this.life = life;
        this.clock = clock;
    }

    Finding look() {
        try {
            Finding known = known();
            if (known != null) {
                return known;
            }
            if (!checking.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Finding(false, Map.of("error", "no answer yet"));
            }
            try {
                Finding others = known();
                return others != null ? others : keep(check.look());
            } finally {
                checking.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finding(false, Map.of("error", "interrupted"));
        }
    }

    private @Nullable Finding known() {
        Kept now = kept;
        Instant time = clock.instant();
        if (now == null || time.isBefore(now.at) || !time.isBefore(now.at.plus(life))) {
            return null;
        }
        return now.finding;
    }

    private Finding keep(Finding finding) {
        kept = new Kept(finding, clock.instant());
        return finding;
    }
}
