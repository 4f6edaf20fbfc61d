package dev.atr.producer.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Keeps the state of export jobs. Thread-safe; methods may block. */
public interface ExportJobStore {
    /**
     * Adds a new running job, unless its client has as many running ones as it may have. Counting and adding are one
     * step: of two concurrent calls the second counts the job of the first.
     *
     * @param job the job
     * @param limit most running jobs of one client, the new one included
     * @return whether the job was added
     * @throws IllegalArgumentException when a job of that id exists
     */
    boolean add(ExportJob job, int limit);

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

    /** Returns the jobs whose {@link ExportJob#expires} is not after an instant. */
    List<ExportJob> expired(Instant now);
}
