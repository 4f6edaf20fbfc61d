package dev.atr.egress;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/** One request and its answer, which can be cut at any moment by closing the connection under it. Thread-safe. */
final class Exchange {
    private final Cancellable request;
    private final ScheduledExecutorService timer;
    private final Consumer<Exchange> whenEnded;
    private final Alarm total;
    private volatile @Nullable String cutBecause;

    /** A cut that will come unless the alarm is closed. */
    record Alarm(Future<?> set) {
        void close() {
            set.cancel(false);
        }
    }

    /**
     * Begins the exchange.
     *
     * @param total time for all of it, the body too
     * @param whenEnded told once or more
     */
    Exchange(Cancellable request, Duration total, ScheduledExecutorService timer, Consumer<Exchange> whenEnded) {
        this.request = request;
        this.timer = timer;
        this.whenEnded = whenEnded;
        this.total = cutAfter(total, "the answer took longer than " + total.toMillis() + " ms");
    }

    /** Sets an alarm. */
    Alarm cutAfter(Duration time, String why) {
        return new Alarm(timer.schedule(() -> cut(why), time.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Closes the connection, wherever the exchange is; the first reason stays. */
    void cut(String why) {
        synchronized (this) {
            cutBecause = Objects.requireNonNullElse(cutBecause, why);
        }
        request.cancel();
        end();
    }

    /** Says why it was cut, or else what broke. */
    IOException failure(String otherwise, @Nullable Throwable cause) {
        return new IOException(reason(otherwise), cause);
    }

    /** Returns why it was cut, or else the given words. */
    String reason(String otherwise) {
        return Objects.requireNonNullElse(cutBecause, otherwise);
    }

    /** Calls off what was to come: the answer is there, or nobody waits for it. */
    void end() {
        total.close();
        whenEnded.accept(this);
    }
}
