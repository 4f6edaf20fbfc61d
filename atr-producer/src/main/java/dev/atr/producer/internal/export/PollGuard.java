package dev.atr.producer.internal.export;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers until when each running job was asked to be left alone. Two early polls are forgiven, for clients that look
 * once more when something made them impatient; each poll in time earns one back. Every node counts for itself. Who storms
 * costs next to nothing: for a second after the job was looked at, it need not be looked at again to be refused.
 * Thread-safe.
 */
final class PollGuard {
    private static final int FORGIVEN = 2;

    /** For how long a job that ran is taken to run. */
    private static final Duration FRESH = Duration.ofSeconds(1);

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
     * Says whether a poll may be refused without a look at the job: the same client was refused, or told to wait without
     * a poll to spare, a moment ago.
     *
     * @param job the job
     * @param client who asks for it
     * @param now when it is asked for
     * @return how long the client must still wait; empty when the job has to be looked at
     */
    Optional<Duration> stillRefused(String job, String client, Instant now) {
        synchronized (lock) {
            Promise promise = promises.get(job);
            return promise != null
                            && promise.client.equals(client)
                            && promise.forgiven == 0
                            && now.isBefore(promise.until)
                            && !now.isBefore(promise.looked)
                            && now.isBefore(promise.looked.plus(FRESH))
                    ? Optional.of(Duration.between(now, promise.until))
                    : Optional.empty();
        }
    }

    /**
     * Counts a poll of a job that runs.
     *
     * @param job the job
     * @param client who asks for it
     * @param now when it is asked for
     * @param wait how long the client is asked to wait from now on; never shorter than at an earlier poll of the job
     * @return how long the client must still wait, when it came too early too often
     */
    Optional<Duration> poll(String job, String client, Instant now, Duration wait) {
        synchronized (lock) {
            Promise promise = promises.getOrDefault(job, new Promise(client, now, FORGIVEN, now));
            Duration rest = Duration.between(now, promise.until);
            // Nobody was ever asked to wait for longer than now: a longer rest says that the clock was set back
            boolean early = now.isBefore(promise.until) && rest.compareTo(wait) <= 0;
            if (early && promise.forgiven == 0) {
                promises.put(job, new Promise(client, promise.until, 0, now));
                return Optional.of(rest);
            }
            int forgiven = early ? promise.forgiven - 1 : Math.min(FORGIVEN, promise.forgiven + 1);
            promises.put(job, new Promise(client, now.plus(wait), forgiven, now));
            return Optional.empty();
        }
    }

    /** Forgets a job that is over, or may be. */
    void forget(String job) {
        synchronized (lock) {
            promises.remove(job);
        }
    }

    /**
     * What a client was told.
     *
     * @param client the client
     * @param until when it may ask again
     * @param forgiven how often it may come early
     * @param looked when the job was last seen to run
     */
    private record Promise(String client, Instant until, int forgiven, Instant looked) {}
}
