package dev.atr.producer.internal.routing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts what each client does and lets it do no more than so much in a while. What is under way is not counted
 * yet, so that requests sent at once go beyond it by as many. Every node counts for itself, and what was counted ends with
 * the process. Thread-safe.
 */
public final class ClientQuota {
    private static final int MAX_CLIENTS = 10_000;

    private final Clock clock;
    private final Duration span;
    private final int most;
    private final Object lock = new Object();
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > MAX_CLIENTS;
        }
    };

    /**
     * Creates a quota of which nothing is used up.
     *
     * @param clock tells the time
     * @param most what a client may have counted
     * @param span how long that is remembered, from the first that is counted
     */
    public ClientQuota(Clock clock, int most, Duration span) {
        this.clock = clock;
        this.most = most;
        this.span = span;
    }

    /** Returns how long a client must wait that has used its quota up; empty when it need not. */
    public Optional<Duration> wait(String clientId) {
        Instant now = clock.instant();
        synchronized (lock) {
            Window window = windows.get(clientId);
            return window != null && holds(window, now) && window.counted >= most
                    ? Optional.of(Duration.between(now, window.begin.plus(span)))
                    : Optional.empty();
        }
    }

    /** Counts once. */
    public void count(String clientId) {
        Instant now = clock.instant();
        synchronized (lock) {
            Window window = windows.get(clientId);
            windows.put(
                    clientId,
                    window != null && holds(window, now)
                            ? new Window(window.begin, window.counted + 1)
                            : new Window(now, 1));
        }
    }

    private boolean holds(Window window, Instant now) {
        return !now.isBefore(window.begin) && now.isBefore(window.begin.plus(span));
    }

    private record Window(Instant begin, int counted) {}
}
