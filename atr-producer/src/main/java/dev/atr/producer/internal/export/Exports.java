package dev.atr.producer.internal.export;

import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ExportJob;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The jobs of this Producer: starts, stops and removes them. Thread-safe. */
public final class Exports {
    private static final Duration BUSY_RETRY = Duration.ofSeconds(30);

    private final ExportContext context;
    private final Executor executor;
    private final int jobsPerClient;
    private final Map<String, ExportRun> runs = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /**
     * Creates the jobs' keeper.
     *
     * @param context what every run needs
     * @param executor runs the jobs; not closed here
     * @param jobsPerClient most running jobs of one client
     */
    public Exports(ExportContext context, Executor executor, int jobsPerClient) {
        this.context = context;
        this.executor = executor;
        this.jobsPerClient = jobsPerClient;
    }

    /** Removes the files of jobs that are no more: an earlier process may have ended in the middle of its work. */
    public void removeOrphans() {
        try {
            for (String id : context.files().jobs()) {
                if (context.jobs().find(id).isEmpty()) {
                    removeFiles(id);
                }
            }
        } catch (IOException e) {
            context.incidents().report("looking for files of earlier exports", e);
        }
    }

    /**
     * Adds a job and starts it.
     *
     * @throws Refusal when the client has too many running jobs, or no more work is taken
     */
    void start(ExportJob job, ExportType type) {
        removeExpired();
        if (!context.jobs().add(job, jobsPerClient)) {
            throw Refusal.of(
                            Reason.THROTTLED,
                            "The client has " + jobsPerClient + " running exports already; wait for one to end or"
                                    + " delete it.")
                    .retryAfter(BUSY_RETRY);
        }
        ExportRun run = new ExportRun(job, type, context, () -> runs.remove(job.id()));
        runs.put(job.id(), run);
        try {
            if (stopped) {
                throw new RejectedExecutionException();
            }
            executor.execute(run);
        } catch (RejectedExecutionException e) {
            runs.remove(job.id());
            context.jobs().remove(job.id());
            throw Refusal.of(Reason.UNAVAILABLE, "No more exports can be started right now.")
                    .retryAfter(BUSY_RETRY);
        }
    }

    /** Finds a job that has not expired. */
    Optional<ExportJob> find(String id) {
        removeExpired();
        return context.jobs().find(id);
    }

    /** Removes a job with its files and stops it when it runs; returns whether there was one. */
    boolean remove(String id) {
        if (!context.jobs().remove(id)) {
            return false;
        }
        ExportRun run = runs.get(id);
        if (run == null) {
            removeFiles(id);
        } else {
            // The run removes the files when it has let go of them.
            run.stop("The export was cancelled.");
        }
        return true;
    }

    private void removeExpired() {
        for (ExportJob job : context.jobs().expired(context.clock().instant())) {
            if (context.jobs().remove(job.id())) {
                removeFiles(job.id());
            }
        }
    }

    private void removeFiles(String id) {
        try {
            context.files().delete(id);
        } catch (IOException e) {
            context.incidents().report("removing the files of export " + id, e);
        }
    }

    /** Takes no more jobs and stops the running ones, which end as failed. Returns at once. */
    public void stop() {
        stopped = true;
        runs.values().forEach(run -> run.stop("The Producer was stopped before the export was finished."));
    }

    /**
     * Waits until the running jobs have ended.
     *
     * @param patience how long at most
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public void awaitEnd(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (ExportRun run : runs.values()) {
            run.awaitEnd(deadline - System.nanoTime());
        }
    }
}
