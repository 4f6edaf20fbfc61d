package dev.atr.producer.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Keeps the state of export jobs. Thread-safe; methods may block, and throw
 * {@link dev.atr.core.error.TransportException} when the store can't be reached just now.
 *
 * <p>A job is written by attempts, which are numbered: a later one can begin while an earlier one, taken for dead, is
 * still at work. Every change is one step, so that whoever changes a job only where {@link ExportJob#attempt} is still
 * its own can't overtake a later attempt.
 */
public interface ExportJobStore {
    /**
     * Adds a new running job, unless its client has as many running ones as it may have. Counting and adding are one
     * step: of two concurrent calls the second counts the job of the first.
     *
     * @param job the job
     * @param limit most running jobs of one client, those that wait for their turn and the new one included
     * @return whether the job was added
     * @throws IllegalArgumentException when a job of that id exists
     */
    boolean add(ExportJob job, int limit);

    /**
     * Begins the next attempt of a running job, in one step with counting: a job that was never begun waits while its
     * client has enough others that were begun and still run.
     *
     * @param id the job
     * @param limit most running jobs of one client that have begun, this one included
     * @return the job as {@link ExportJob#begun} makes it; empty when it has ended, is no more, or has to wait
     */
    Optional<ExportJob> begin(String id, int limit);

    /** Finds a job; empty when there is none, or no more. */
    Optional<ExportJob> find(String id);

    /**
     * Changes a job in one step; of two concurrent changes the second sees the first.
     *
     * @param id the job
     * @param change a function without side effects: it may be called more than once
     * @return the changed job; empty when there is none any more
     */
    Optional<ExportJob> update(String id, UnaryOperator<ExportJob> change);

    /** Removes a job; returns whether there was one. */
    boolean remove(String id);

    /** Returns the ids of the running jobs, oldest first, those that wait for their turn included. */
    List<String> running();

    /** Returns the jobs whose {@link ExportJob#expires} is not after an instant. */
    List<ExportJob> expired(Instant now);
}
