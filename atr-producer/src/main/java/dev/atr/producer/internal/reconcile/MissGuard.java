package dev.atr.producer.internal.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts how often each client names a person who is not there for it. Who goes on doing so is trying numbers, and is asked
 * to wait whatever it asks next. Every node counts for itself. Thread-safe.
 */
public final class MissGuard {
    /** Misses of one client in a minute: 100, far above what a day's reconciliation has by mistake. */
    public static final int PER_MINUTE = 100;

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MAX_CLIENTS = 10_000;

    private final Clock clock;
    private final Object lock = new Object();
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > MAX_CLIENTS;
        }
    };

    /** Creates a guard that has seen nothing. */
    public MissGuard(Clock clock) {
        this.clock = clock;
    }

    /** Returns how long a client must wait that has missed too often; empty when it need not. */
    Optional<Duration> wait(String clientId) {
        Instant now = clock.instant();
        synchronized (lock) {
            Window window = windows.get(clientId);
            return window != null && window.holds(now) && window.misses >= PER_MINUTE
                    ? Optional.of(Duration.between(now, window.begin.plus(WINDOW)))
                    : Optional.empty();
        }
    }

    /** Counts a miss. */
    void missed(String clientId) {
        Instant now = clock.instant();
        synchronized (lock) {
            Window window = windows.get(clientId);
            windows.put(
                    clientId,
                    window != null && window.holds(now)
                            ? new Window(window.begin, window.misses + 1)
                            : new Window(now, 1));
        }
    }

    private record Window(Instant begin, int misses) {
        boolean holds(Instant now) {
            return !now.isBefore(begin) && now.isBefore(begin.plus(WINDOW));
        }
    }
}
