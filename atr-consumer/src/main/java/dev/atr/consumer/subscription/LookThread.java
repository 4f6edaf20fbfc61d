package dev.atr.consumer.subscription;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that looks again and again, and does between two looks what it is asked for. Thread-safe. */
final class LookThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LookThread.class);
    private static final Duration LAST_CALL = Duration.ofSeconds(10);

    /** So many looks as there are seconds in that: where tests have looks follow each other quickly, they end so too. */
    private static final int LAST_LOOKS = 10;

    private final String name;
    private final Duration pause;
    private final ScheduledExecutorService executor;
    private volatile @Nullable Thread thread;

    /**
     * Creates it; it does nothing yet.
     *
     * @param pause how long it waits from one look to the next: a second, but in tests
     */
    LookThread(String name, Duration pause) {
        this.name = name;
        this.pause = pause;
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            thread = made;
            return made;
        });
    }

    /** Begins to look after a while, and goes on whatever one look throws. */
    void look(Runnable task, Duration first) {
        ScheduledFuture<?> unused =
                executor.scheduleWithFixedDelay(() -> go(task), first.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Has something done soon; not at all when this is closed. */
    void soon(Runnable task) {
        try {
            executor.execute(() -> go(task));
        } catch (RejectedExecutionException e) {
            // Closed.
        }
    }

    /**
     * Has something done soon, and says how it went; cancelled when this is closed before.
     *
     * @throws RejectedExecutionException when this is closed
     */
    <T> Future<T> submit(Callable<T> task) {
        return executor.submit(task);
    }

    /** Returns whether the caller is this thread, which can't wait for itself. */
    boolean isCaller() {
        return Thread.currentThread().equals(thread);
    }

    private void go(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.warn(
                    "{}: a look failed, and is made again: {}",
                    name,
                    e.getClass().getName());
        }
    }

    /**
     * Ends the thread: after what it is doing now, which is interrupted after ten seconds, and then waited for for ten
     * more. Called by the thread itself, it ends when what it is doing is done.
     */
    @Override
    public void close() {
        executor.shutdown();
        if (isCaller()) {
            return;
        }
        try {
            long looks = Math.min(LAST_CALL.toNanos(), pause.toNanos() * LAST_LOOKS);
            if (!executor.awaitTermination(looks, TimeUnit.NANOSECONDS)) {
                interrupt();
                boolean unused = executor.awaitTermination(LAST_CALL.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void interrupt() {
        for (Runnable waiting : executor.shutdownNow()) {
            // Whoever waits for it must not wait for ever.
            if (waiting instanceof Future<?> future) {
                boolean unused = future.cancel(false);
            }
        }
    }
}
