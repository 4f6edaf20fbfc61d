package dev.atr.producer.internal.export;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers until when each running job was asked to be left alone. Two early polls are forgiven, for clients that look
 * once more when something made them impatient; each poll in time earns one back. Every node counts for itself.
 * Thread-safe.
 */
final class PollGuard {
    private static final int FORGIVEN = 2;

    /** Jobs that are remembered; the one that was asked for least recently is forgotten first. */
    private static final int MAX_JOBS = 10_000;

    private final Object lock = new Object();
    private final Map<String, Promise> promises = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Promise> eldest) {
            return size() > MAX_JOBS;
        }
    };

    /**
     * Counts a poll.
     *
     * @param job the job
     * @param now when it is asked for
     * @param wait how long the client is asked to wait from now on; never shorter than at an earlier poll of the job
     * @return how long the client must still wait, when it came too early too often
     */
    Optional<Duration> poll(String job, Instant now, Duration wait) {
        synchronized (lock) {
            Promise promise = promises.getOrDefault(job, new Promise(now, FORGIVEN));
            Duration rest = Duration.between(now, promise.until);
            // Nobody was ever asked to wait for longer than now: a longer rest says that the clock was set back
            boolean early = now.isBefore(promise.until) && rest.compareTo(wait) <= 0;
            if (early && promise.forgiven == 0) {
                return Optional.of(rest);
            }
            int forgiven = early ? promise.forgiven - 1 : Math.min(FORGIVEN, promise.forgiven + 1);
            promises.put(job, new Promise(now.plus(wait), forgiven));
            return Optional.empty();
        }
    }

    /** Forgets a job that is over. */
    void forget(String job) {
        synchronized (lock) {
            promises.remove(job);
        }
    }

    private record Promise(Instant until, int forgiven) {}
}
