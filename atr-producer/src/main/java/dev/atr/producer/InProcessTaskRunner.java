package dev.atr.producer;

import dev.atr.producer.spi.TaskRunner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has tasks done in this process, on an executor of the embedder. Tasks are forgotten when the process ends; the
 * Producer finds out from its job store what is still to be done, and hands it in again when it starts. Thread-safe.
 */
public final class InProcessTaskRunner implements TaskRunner {
    /** Tasks that may be there at once, those that wait included: 1000. */
    public static final int MAX_TASKS = 1000;

    /** How long a task rests whose handler threw: 5 seconds. */
    public static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(InProcessTaskRunner.class);

    private final Executor executor;
    private final int workers;
    private final ScheduledThreadPoolExecutor timer;
    private final Object lock = new Object();
    private final Map<String, State> tasks = new HashMap<>();
    private final Map<String, Handling> handlings = new HashMap<>();
    private final Deque<String> ready = new ArrayDeque<>();
    private @Nullable Handler handler;
    private int working;
    private boolean closed;

    /**
     * Creates a runner.
     *
     * @param executor where handlers run; not closed here. It needs a thread more for each handler that is given up
     * @param workers most tasks that are handled at once; each keeps one thread of the executor
     */
    public InProcessTaskRunner(Executor executor, int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers: at least 1");
        }
        this.executor = Objects.requireNonNull(executor, "executor");
        this.workers = workers;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "atr-task-timer");
            thread.setDaemon(true);
            return thread;
        });
        // Most runners never have to repeat anything.
        timer.setKeepAliveTime(30, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    @Override
    public void start(Handler newHandler) {
        synchronized (lock) {
            if (handler != null) {
                throw new IllegalStateException("the runner was started before");
            }
            handler = Objects.requireNonNull(newHandler, "newHandler");
        }
    }

    @Override
    public void submit(String task) {
        synchronized (lock) {
            if (handler == null) {
                throw new IllegalStateException("the runner was not started");
            }
            if (closed || tasks.size() >= MAX_TASKS) {
                throw new RejectedExecutionException(closed ? "the runner is closed" : "too many tasks wait");
            }
            if (tasks.putIfAbsent(task, State.READY) != null) {
                return;
            }
            ready.add(task);
        }
        try {
            addWorker();
        } catch (RejectedExecutionException e) {
            cancel(task);
            throw e;
        }
    }

    @Override
    public void cancel(String task) {
        synchronized (lock) {
            if (tasks.replace(task, State.HANDLED, State.LAST_TIME)) {
                return;
            }
            if (tasks.get(task) != State.LAST_TIME) {
                tasks.remove(task);
                ready.remove(task);
            }
        }
    }

    @Override
    public void giveUp(String task) {
        synchronized (lock) {
            Handling left = handlings.get(task);
            if (left == null) {
                return;
            }
            left.isGivenUp = true;
            working--;
            ended(left, Optional.of(PAUSE_AFTER_FAILURE));
        }
        fillPlace();
    }

    private void fillPlace() {
        try {
            addWorker();
        } catch (RejectedExecutionException e) {
            // The executor is full for now
            synchronized (lock) {
                if (!closed) {
                    Future<?> unused =
                            timer.schedule(this::fillPlace, PAUSE_AFTER_FAILURE.toNanos(), TimeUnit.NANOSECONDS);
                }
            }
        }
    }

    @Override
    public void close() {
        long deadline = System.nanoTime() + CLOSE_PATIENCE.toNanos();
        synchronized (lock) {
            closed = true;
            ready.clear();
            timer.shutdownNow();
            try {
                long left = deadline - System.nanoTime();
                while (!handlings.isEmpty() && left > 0) {
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                    left = deadline - System.nanoTime();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void addWorker() {
        synchronized (lock) {
            if (ready.isEmpty() || working >= workers) {
                return;
            }
            working++;
        }
        try {
            executor.execute(this::work);
        } catch (RejectedExecutionException e) {
            synchronized (lock) {
                working--;
            }
            throw e;
        }
    }

    private void work() {
        Handling next = take();
        while (next != null) {
            next = handle(next) ? take() : null;
        }
    }

    /** Returns whether this worker may go on; another one has taken the place of one that was given up. */
    private boolean handle(Handling next) {
        Optional<Duration> again = Optional.of(PAUSE_AFTER_FAILURE);
        try {
            again = Objects.requireNonNull(handler).handle(next.task);
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "Task {} is handled again: its handler threw {}",
                    next.task,
                    e.getClass().getName());
        }
        synchronized (lock) {
            if (next.isGivenUp) {
                return false;
            }
            ended(next, again);
            return true;
        }
    }

    private @Nullable Handling take() {
        synchronized (lock) {
            String task = ready.poll();
            if (task == null) {
                working--;
                return null;
            }
            tasks.put(task, State.HANDLED);
            Handling handling = new Handling(task);
            handlings.put(task, handling);
            return handling;
        }
    }

    private void ended(Handling handling, Optional<Duration> again) {
        synchronized (lock) {
            String task = handling.task;
            handlings.remove(task);
            lock.notifyAll();
            State state = tasks.remove(task);
            if (!closed && state == State.HANDLED && again.isPresent()) {
                tasks.put(task, State.RESTING);
                repeatAfter(task, again.get());
            }
        }
    }

    private void repeatAfter(String task, Duration pause) {
        Future<?> unused = timer.schedule(() -> repeat(task), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void repeat(String task) {
        synchronized (lock) {
            if (closed || !tasks.replace(task, State.RESTING, State.READY)) {
                return;
            }
            ready.add(task);
        }
        try {
            addWorker();
        } catch (RejectedExecutionException e) {
            // The executor is full for now: the task goes back to rest.
            synchronized (lock) {
                if (!closed && ready.remove(task)) {
                    tasks.put(task, State.RESTING);
                    repeatAfter(task, PAUSE_AFTER_FAILURE);
                }
            }
        }
    }

    /** A task in the hands of one worker. */
    private static final class Handling {
        final String task;
        boolean isGivenUp;

        Handling(String task) {
            this.task = task;
        }
    }

    private enum State {
        READY,
        HANDLED,
        /** Is being handled, and was cancelled meanwhile. */
        LAST_TIME,
        RESTING
    }
}
