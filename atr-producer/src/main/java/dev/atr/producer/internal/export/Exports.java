package dev.atr.producer.internal.export;

import dev.atr.core.attribution.ListId;
import dev.atr.core.error.TransportException;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.TaskRunner;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of this Producer: takes them in, has them written, removes them. It looks twice a second whether the jobs
 * that are being written here are still wanted and come further, and once a minute for what is left over; the two never
 * wait for each other. Thread-safe.
 */
public final class Exports implements AutoCloseable {
    private static final Duration BUSY_RETRY = Duration.ofSeconds(30);

    /** How soon it is asked again whether it is a job's turn: the others of its client take minutes. */
    private static final Duration TURN = Duration.ofSeconds(2);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    private static final long WATCH_MILLIS = 500;

    /** Looks between two times that it is stored how many rows have come: every two seconds. */
    private static final int LOOKS_PER_TELLING = 4;

    /** Looks after which a run that was told to stop is given up: five seconds. */
    private static final int LOOKS_TO_STOP = 10;

    /** Runs that are given up at most, each of which holds a thread: 16. Any further one keeps its place as well. */
    private static final int MAX_GIVEN_UP = 16;

    private static final long SWEEP_SECONDS = 60;

    private final ExportContext context;
    private final Map<String, ExportType> types;
    private final TaskRunner runner;
    private final Limits limits;
    private final PollGuard polls = new PollGuard();
    private final Set<ExportRun> runs = ConcurrentHashMap.newKeySet();
    private final Set<ExportRun> givenUp = ConcurrentHashMap.newKeySet();
    private long looks;
    private final ScheduledExecutorService watch;
    private volatile boolean stopped;

    /**
     * Creates the jobs' keeper.
     *
     * @param context what every run needs
     * @param types the kinds of export by name
     * @param runner has the jobs done; started and closed here
     * @param limits how many a client may have, and how long a run may stand still
     */
    public Exports(ExportContext context, Map<String, ExportType> types, TaskRunner runner, Limits limits) {
        this.context = context;
        this.types = Map.copyOf(types);
        this.runner = runner;
        this.limits = limits;
        this.watch = Executors.newScheduledThreadPool(2, task -> {
            Thread thread = new Thread(task, "atr-exports");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts the work, with what an earlier process or another node has left to do. */
    public void open() {
        runner.start(this::attempt);
        sweep();
        // Both see to their own failures, so that nothing is lost with what is returned here.
        Future<?> unusedWatch =
                watch.scheduleWithFixedDelay(this::lookOn, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        Future<?> unusedSweep =
                watch.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Adds a job and has it done.
     *
     * @throws Refusal when the client has too many running jobs, or no more work is taken
     */
    void start(ExportJob job) {
        if (stopped) {
            throw busy();
        }
        if (!context.jobs().add(job, limits.atOnce() + limits.waiting())) {
            throw Refusal.of(
                            Reason.THROTTLED,
                            "The client has " + (limits.atOnce() + limits.waiting()) + " running exports already,"
                                    + " waiting ones included; wait for one to end or delete it.")
                    .retryAfter(BUSY_RETRY);
        }
        try {
            runner.submit(job.id());
        } catch (RejectedExecutionException | TransportException e) {
            // The client does not know of it; a task without a job is done with at once.
            context.jobs().remove(job.id());
            throw busy();
        }
    }

    private static Refusal busy() {
        return Refusal.of(Reason.UNAVAILABLE, "No more exports can be started right now.")
                .retryAfter(BUSY_RETRY);
    }

    /** Finds a job that has not expired. */
    Optional<ExportJob> find(String id) {
        Optional<ExportJob> found = context.jobs().find(id);
        if (found.filter(job -> isOver(job.expires())).isPresent()) {
            remove(id);
            return Optional.empty();
        }
        return found;
    }

    private boolean isOver(@Nullable Instant expires) {
        return expires != null && !expires.isAfter(context.clock().instant());
    }

    /** Returns what is remembered of those who ask for jobs. */
    PollGuard polls() {
        return polls;
    }

    /** Removes a job with its files and stops it when it runs; returns whether there was one. */
    boolean remove(String id) {
        if (!context.jobs().remove(id)) {
            return false;
        }
        stop(id);
        return true;
    }

    /** Stops the writing of a job here, if it is written, and removes its files. */
    private void stop(String id) {
        polls.forget(id);
        runs.stream().filter(run -> run.id().equals(id)).forEach(ExportRun::stop);
        runner.cancel(id);
        removeFiles(id);
    }

    /**
     * Ends the running jobs of a list that was deleted; ended ones are found out when they are asked for. What goes wrong
     * is reported and does no harm: the same is done with each job that is asked for.
     */
    public void endForDeletion(ListId list) {
        try {
            for (String id : context.jobs().running()) {
                if (context.jobs()
                        .find(id)
                        .filter(job -> job.list().equals(list))
                        .isPresent()) {
                    Optional<ExportJob> unused = endForDeletion(id);
                }
            }
        } catch (RuntimeException e) {
            context.incidents().report("ending the exports of a deleted list", e);
        }
    }

    /** Has a job fail since its list was deleted, running or complete; its files go. Empty when there is no such job. */
    Optional<ExportJob> endForDeletion(String id) {
        Instant expires = context.clock().instant().plus(context.life());
        Optional<ExportJob> ended = context.jobs()
                .update(
                        id,
                        job -> job.state() == ExportJob.State.FAILED
                                ? job
                                : job.failed("The list was deleted; nothing of it is exported any more.", expires));
        stop(id);
        return ended;
    }

    /** Does the next attempt at a job, if there is anything to do and it is its turn. */
    private Optional<Duration> attempt(String id) {
        try {
            Optional<ExportJob> begun = context.jobs().begin(id, limits.atOnce());
            if (begun.isEmpty()) {
                return context.jobs()
                        .find(id)
                        .filter(job -> job.state() == ExportJob.State.RUNNING)
                        .map(job -> TURN);
            }
            ExportRun run = new ExportRun(begun.get(), types.get(begun.get().exportType()), context);
            runs.add(run);
            try {
                if (stopped) {
                    run.stop();
                }
                return run.perform();
            } finally {
                runs.remove(run);
                givenUp.remove(run);
                // It may be over: whoever asks next is told what is so.
                polls.forget(id);
            }
        } catch (RuntimeException e) {
            context.incidents().report("an attempt at export " + id, e);
            return Optional.of(AFTER_FAILURE);
        }
    }

    /** Looks at each run: whether it is still wanted, comes further, and ends when it is told to. */
    private void lookOn() {
        looks++;
        for (ExportRun run : runs) {
            try {
                run.look();
                if (run.isStopped()) {
                    seeToItsEnd(run);
                } else {
                    lookOn(run);
                }
            } catch (RuntimeException e) {
                // The store can't be asked just now; the run finds out by itself when it next reports.
            }
        }
    }

    /** Stops a run whose job was deleted, or begun again, by way of another node, or that comes no further. */
    private void lookOn(ExportRun run) {
        if (context.jobs().find(run.id()).filter(run::mayGoOn).isEmpty()) {
            run.stop();
        } else if (run.idleLooks() * WATCH_MILLIS >= limits.stall().toMillis()) {
            run.abandon(limits.stall());
        } else if (looks % LOOKS_PER_TELLING == 0) {
            run.tellProgress();
        }
    }

    /** Repeats to a run that it is to stop, until it is given up: then others have its place in the runner. */
    private void seeToItsEnd(ExportRun run) {
        if (run.looksSinceStop() <= LOOKS_TO_STOP) {
            run.stop();
            return;
        }
        if (!stopped && givenUp.size() >= MAX_GIVEN_UP) {
            return;
        }
        givenUp.add(run);
        if (runs.remove(run)) {
            run.giveUp();
            runner.giveUp(run.id());
        } else {
            // It has ended just now
            givenUp.remove(run);
        }
    }

    /** Removes what has expired and what belongs to no job, and hands in what nobody has in hand. */
    void sweep() {
        try {
            for (ExportJob job : context.jobs().expired(context.clock().instant())) {
                remove(job.id());
            }
            for (String id : context.files().jobs()) {
                Optional<ExportJob> job = context.jobs().find(id);
                if (job.isEmpty()) {
                    removeFiles(id);
                } else {
                    AttemptFiles.removeBefore(context.files(), id, job.get().attempt());
                }
            }
            for (String id : context.jobs().running()) {
                runner.submit(id);
            }
        } catch (RejectedExecutionException e) {
            // There is plenty to do; the rest comes at the next sweep.
            return;
        } catch (IOException | RuntimeException e) {
            context.incidents().report("looking after earlier exports", e);
        }
    }

    private void removeFiles(String id) {
        try {
            context.files().delete(id);
        } catch (IOException e) {
            context.incidents().report("removing the files of export " + id, e);
        }
    }

    /** Takes no more jobs, stops the running ones where they are, and waits for those that end within some seconds. */
    @Override
    public void close() {
        stopped = true;
        runs.forEach(ExportRun::stop);
        runner.close();
        watch.shutdown();
        try {
            watch.awaitTermination(TaskRunner.CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * How many running jobs a client may have, and how patient is waited for a payer's system.
     *
     * @param atOnce most that are written at the same time
     * @param waiting most that wait beside them
     * @param stall how long a run may stand still before it is abandoned
     */
    public record Limits(int atOnce, int waiting, Duration stall) {}
}
