package dev.atr.producer.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * Has tasks done, each at least once. A task is an id and nothing else: what it stands for is kept elsewhere, for
 * exports in the {@link ExportJobStore}. At least once means that the same task can be handed over again, and even while
 * it is still being handled elsewhere: by another node that took this one for dead. Whoever handles tasks must tell the
 * newest handling from older ones by other means.
 *
 * <p>A runner serves one owner, who starts and closes it. Thread-safe; methods may block.
 */
public interface TaskRunner extends AutoCloseable {
    /** How long {@link #close} waits for handlers that are at work: 30 seconds. */
    Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

    /**
     * Begins to hand tasks over, those included that an earlier process left behind where this runner outlives one.
     * Called once, before everything else.
     *
     * @param handler called from the runner's threads, several at a time
     * @throws IllegalStateException when it was started before
     */
    void start(Handler handler);

    /**
     * Takes a task in. It is handed over soon, not in the calling thread unless the embedder's executor does that. A
     * task that is there already stays as it is.
     *
     * @param task the id: letters and digits, at most 100
     * @throws java.util.concurrent.RejectedExecutionException when no more tasks are taken, for now or for good
     * @throws dev.atr.core.error.TransportException when the runner can't be reached; the task may be there or not
     */
    void submit(String task);

    /**
     * Forgets a task, which is then not handed over any more. One that is being handled is not interrupted: its handler
     * finds out by itself that the work is not wanted any more. Neither an unknown task nor a closed runner is an error.
     *
     * @throws dev.atr.core.error.TransportException when the runner can't be reached
     */
    void cancel(String task);

    /**
     * Waits no more for a handler that is at work and does not come to its end: from now on another task may be handled
     * in its place, and {@link #close} does not wait for it. Its thread is not interrupted; it is its own until it
     * returns, and what it returns counts for nothing. The task itself is handed over again after a pause, as if the
     * handler had thrown, unless it was cancelled. A task that is not being handled is no error.
     *
     * <p>The owner sees to it that these threads do not become too many.
     */
    void giveUp(String task);

    /**
     * Hands nothing over any more and waits for handlers that are at work, {@link #CLOSE_PATIENCE} at most; to end them
     * sooner is the owner's part, before this call or by {@link #giveUp} meanwhile. Where the runner outlives the process, tasks that are not done with
     * are handed over by the next one, or by another node.
     */
    @Override
    void close();

    /** Does the work that tasks stand for. Thread-safe. */
    @FunctionalInterface
    interface Handler {
        /**
         * Handles a task. When this throws, or the process ends before it returns, the task is handed over again after a
         * pause of the runner's own choosing, 60 seconds at most.
         *
         * @param task the id
         * @return empty when the task is done with; otherwise how long to wait, at least, until it is handed over again
         */
        Optional<Duration> handle(String task);
    }
}
