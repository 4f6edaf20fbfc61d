package dev.atr.producer.jdbc;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.DbSchedulerException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.atr.core.error.TransportException;
import dev.atr.producer.spi.TaskRunner;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks in a table, handed over by db-scheduler to whichever node is free. A node that is not heard of for
 * {@link #HEARTBEAT} times {@link #MISSED_HEARTBEATS} is taken for dead, and its tasks are begun elsewhere. The clocks of
 * nodes should agree to a few seconds: where they do not, tasks are begun twice more often than needed, which is a waste
 * and no error. Where a clock is set forward, a task may be begun once more; where it is set back, a task that rests does
 * so for that much longer.
 */
final class DatabaseTaskRunner implements TaskRunner {
    /**
     * With these, a task whose node died is begun again within 40 seconds: 25 until it is missed, 10 between two looks for
     * missing ones, and a poll.
     */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final int MISSED_HEARTBEATS = 5;
    private static final Duration POLL = Duration.ofSeconds(2);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    /** Whether a node is alive is a matter of real time, whatever clock the ledger has. */
    private static final Clock CLOCK = Clock.systemUTC();

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseTaskRunner.class);

    private final Database database;
    private final String name;
    private final int workers;
    private final Object lock = new Object();
    private final Map<String, CompletableFuture<Optional<Duration>>> handlings = new ConcurrentHashMap<>();

    /** Handlers run beside db-scheduler's own threads, which wait for them: so they can be waited for no more. */
    private final ExecutorService handlers;

    private @Nullable Scheduler scheduler;
    private boolean closed;

    /**
     * Creates a runner.
     *
     * @param name tells its tasks from those of others in the same table
     */
    DatabaseTaskRunner(Database database, String name, int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers: at least 1");
        }
        this.database = database;
        this.name = name;
        this.workers = workers;
        this.handlers = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "atr-" + name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void start(Handler handler) {
        CustomTask<Void> task = Tasks.custom(name, Void.class)
                .onDeadExecutionRevive()
                .execute((instance, context) -> handle(handler, instance.getId()));
        synchronized (lock) {
            if (scheduler != null) {
                throw new IllegalStateException("the runner was started before");
            }
            scheduler = Scheduler.create(database.dataSource(), task)
                    .tableName(database.schema() + ".export_task")
                    .jdbcCustomization(customization(database.dialect()))
                    .schedulerName(new SchedulerName.Fixed(UUID.randomUUID().toString()))
                    .threads(workers)
                    .pollingInterval(POLL)
                    .enableImmediateExecution()
                    .heartbeatInterval(HEARTBEAT)
                    .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                    .shutdownMaxWait(CLOSE_PATIENCE)
                    .build();
            scheduler.start();
        }
    }

    private static JdbcCustomization customization(Dialect dialect) {
        return switch (dialect) {
            case H2 -> new DefaultJdbcCustomization(false);
            case POSTGRESQL -> new PostgreSqlJdbcCustomization(false, false);
        };
    }

    private CompletionHandler<Void> handle(Handler handler, String task) {
        CompletableFuture<Optional<Duration>> handling = new CompletableFuture<>();
        handlings.put(task, handling);
        Optional<Duration> pause = Optional.of(PAUSE_AFTER_FAILURE);
        try {
            handlers.execute(() -> handle(handler, task, handling));
            pause = handling.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn(
                    "Task {} is handled again: its handler threw {}",
                    task,
                    Objects.requireNonNullElse(e.getCause(), e).getClass().getName());
        } finally {
            handlings.remove(task, handling);
        }
        return ended(pause);
    }

    private static void handle(Handler handler, String task, CompletableFuture<Optional<Duration>> handling) {
        try {
            handling.complete(handler.handle(task));
        } catch (RuntimeException | Error e) {
            handling.completeExceptionally(e);
        }
    }

    private CompletionHandler<Void> ended(Optional<Duration> pause) {
        return (completed, operations) -> record(() -> pause.ifPresentOrElse(
                wait -> operations.reschedule(completed, CLOCK.instant().plus(wait)), operations::remove));
    }

    /**
     * Writes down how a task ended, as soon as the database answers. Were it not for this patience, db-scheduler would
     * think of the task as still being handled, and find out in half a minute that it is not.
     */
    private void record(Runnable end) {
        while (true) {
            try {
                end.run();
                return;
            } catch (DbSchedulerException e) {
                // It was written down, and the answer was lost; or others have the task in hand.
                return;
            } catch (RuntimeException e) {
                if (!rest()) {
                    throw e;
                }
            }
        }
    }

    /** Waits for {@link #POLL}; returns false when the runner is closed. */
    private boolean rest() {
        long deadline = System.nanoTime() + POLL.toNanos();
        synchronized (lock) {
            try {
                for (long left = POLL.toNanos(); left > 0 && !closed; left = deadline - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            return !closed;
        }
    }

    @Override
    public void submit(String task) {
        Scheduler running = running();
        try {
            running.scheduleIfNotExists(new TaskInstance<Void>(name, task), CLOCK.instant());
        } catch (RuntimeException e) {
            throw new TransportException("the table of tasks does not answer", e);
        }
    }

    @Override
    public void cancel(String task) {
        Scheduler running;
        try {
            running = running();
        } catch (RejectedExecutionException e) {
            // Nothing is handed over any more; the next one who does finds out that the work is not wanted.
            return;
        }
        try {
            running.cancel(TaskInstanceId.of(name, task));
        } catch (TaskInstanceNotFoundException | TaskInstanceCurrentlyExecutingException e) {
            // Nothing to cancel, or its handler finds out by itself.
            return;
        } catch (RuntimeException e) {
            throw new TransportException("the table of tasks does not answer", e);
        }
    }

    @Override
    public void giveUp(String task) {
        CompletableFuture<Optional<Duration>> handling = handlings.get(task);
        if (handling != null) {
            handling.complete(Optional.of(PAUSE_AFTER_FAILURE));
        }
    }

    private Scheduler running() {
        synchronized (lock) {
            if (scheduler == null) {
                throw new IllegalStateException("the runner was not started");
            }
            if (closed) {
                throw new RejectedExecutionException("the runner is closed");
            }
            return scheduler;
        }
    }

    @Override
    public void close() {
        Scheduler ending;
        synchronized (lock) {
            ending = closed ? null : scheduler;
            closed = true;
            lock.notifyAll();
        }
        if (ending != null) {
            ending.stop();
        }
        // Without an interrupt, which would close the files of an embedded database
        handlers.shutdown();
    }
}
