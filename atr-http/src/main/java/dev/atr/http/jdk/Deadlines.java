package dev.atr.http.jdk;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends waits for clients that last too long. A thread that waits on a socket channel is interrupted, and that closes the
 * channel: the JDK's server has no other way to get at a connection whose thread is blocked. Time is that of
 * {@link System#nanoTime}. Thread-safe.
 */
final class Deadlines implements AutoCloseable {
    private static final Duration SHORTEST_TICK = Duration.ofMillis(10);
    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private final long tickNanos;
    private final Thread watchdog;
    private volatile boolean closed;

    /**
     * Starts a thread that looks after the waits.
     *
     * @param shortest the shortest wait that will be allowed: waits end a tenth of it late at most
     */
    Deadlines(Duration shortest) {
        Duration tick = shortest.dividedBy(10);
        tick = tick.compareTo(SHORTEST_TICK) < 0 ? SHORTEST_TICK : tick;
        tick = tick.compareTo(LONGEST_TICK) > 0 ? LONGEST_TICK : tick;
        tickNanos = tick.toNanos();
        watchdog = new Thread(this::watch, "atr-http-deadlines");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    /** Says that this thread waits for a client from now on, and for how many nanoseconds it may. */
    Wait begin(long nanos) {
        Wait wait = new Wait(System.nanoTime() + nanos);
        waits.add(wait);
        if (closed) {
            wait.cut();
        }
        return wait;
    }

    private void watch() {
        while (!closed) {
            long now = System.nanoTime();
            for (Wait wait : waits) {
                if (now - wait.end >= 0) {
                    wait.cut();
                }
            }
            LockSupport.parkNanos(tickNanos);
        }
    }

    /** Ends all waits, those that are yet to begin too, and the thread that looked after them. */
    @Override
    public void close() {
        closed = true;
        waits.forEach(Wait::cut);
        LockSupport.unpark(watchdog);
    }

    /** What lies between here and {@link #end} is one wait of one thread. */
    final class Wait {
        private final Object lock = new Object();
        private final Thread thread = Thread.currentThread();
        private final long end;
        private boolean cut;
        private boolean over;

        private Wait(long end) {
            this.end = end;
        }

        private void cut() {
            synchronized (lock) {
                if (!over && !cut) {
                    cut = true;
                    thread.interrupt();
                }
            }
        }

        /**
         * Ends the wait: the thread is not interrupted for it any more.
         *
         * @return whether it was; the channel may then be closed, even if what it waited for came in the end
         */
        boolean end() {
            synchronized (lock) {
                if (!over) {
                    over = true;
                    waits.remove(this);
                    if (cut) {
                        // The interrupt was for the wait, not for what this thread does next.
                        Thread.interrupted();
                    }
                }
                return cut;
            }
        }
    }
}
