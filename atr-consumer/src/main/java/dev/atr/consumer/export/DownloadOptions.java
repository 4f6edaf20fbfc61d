package dev.atr.consumer.export;

import java.time.Duration;
import java.util.Objects;

/**
 * How a download is done.
 *
 * @param timeout longest wait for the Producer to finish the export; the transfer that follows is not bounded
 * @param threads how many files are fetched at once at most, 1 to 32; half as many each time that the Producer answers 429 or
 *     503, one more with each file
 * @param listener told how it goes on
 */
public record DownloadOptions(Duration timeout, int threads, DownloadListener listener) {
    /** A day for the Producer, four files at once, nobody told. */
    public static final DownloadOptions DEFAULT = new DownloadOptions(Duration.ofDays(1), 4, DownloadListener.NONE);

    /** Checks the bounds. */
    public DownloadOptions {
        Objects.requireNonNull(listener, "listener");
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout: longer than zero");
        }
        if (threads < 1 || threads > 32) {
            throw new IllegalArgumentException("threads: 1 to 32");
        }
    }

    /** Returns a copy with another timeout. */
    public DownloadOptions withTimeout(Duration value) {
        return new DownloadOptions(value, threads, listener);
    }

    /** Returns a copy with another number of threads. */
    public DownloadOptions withThreads(int value) {
        return new DownloadOptions(timeout, value, listener);
    }

    /** Returns a copy with another listener. */
    public DownloadOptions withListener(DownloadListener value) {
        return new DownloadOptions(timeout, threads, value);
    }
}
