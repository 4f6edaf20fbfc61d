package dev.atr.producer.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Keeps the state of export jobs. Thread-safe; methods may block. */
public interface ExportJobStore {
    /**
     * Adds a new job.
     *
     * @throws IllegalArgumentException when a job of that id exists
     */
    void add(ExportJob job);

    /** Finds a job; empty when there is none, or no more. */
    Optional<ExportJob> find(String id);

    /**
     * Changes a job in one step; of two concurrent changes the second sees the first.
     *
     * @return the changed job; empty when there is none any more
     */
    Optional<ExportJob> update(String id, UnaryOperator<ExportJob> change);

    /** Removes a job; returns whether there was one. */
    boolean remove(String id);

    /** Returns the jobs of a client that are still running. */
    List<ExportJob> running(String clientId);

    /** Returns the jobs whose life ended before an instant. */
    List<ExportJob> expired(Instant before);
}
