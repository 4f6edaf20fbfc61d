package dev.atr.http.jdk;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for requests: an idle one if there is one, else a new one, else a place in a bounded queue. A pool as it comes
 * would make a new thread although others are idle, or none before its queue is full.
 */
final class RequestThreads {
    private static final int IDLE_SECONDS = 30;

    private RequestThreads() {}

    static ExecutorService of(int threads, int waiting) {
        AtomicInteger count = new AtomicInteger();
        HandOff queue = new HandOff();
        return new ThreadPoolExecutor(
                0,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                queue,
                task -> {
                    Thread thread = new Thread(task, "atr-http-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                (task, pool) -> {
                    if (pool.isShutdown() || queue.size() >= waiting) {
                        throw new RejectedExecutionException("more requests than threads and places to wait");
                    }
                    queue.put(task);
                });
    }

    /** Offers a task to idle threads only; what is put there waits. */
    private static final class HandOff extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        @Override
        public void put(Runnable task) {
            super.offer(task);
        }
    }
}
