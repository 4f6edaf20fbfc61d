package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.ListSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A kind of export, found by the value of the kick-off parameter {@code exportType}. Thread-safe. */
public interface ExportType {
    /** Returns the value of {@code exportType}. */
    String name();

    /** Returns the resource types that can be exported, in the order in which they are written. */
    List<ResourceType> types();

    /** Returns the types that an explicit list must hold. */
    Set<ResourceType> minimum();

    /**
     * Writes the resources of one type as NDJSON.
     *
     * @param snapshot what is exported
     * @param type one of {@link #types}
     * @param selection which of the resources are written, and how much of each
     * @param out where the lines go, nothing when there is nothing of the type; stays open
     * @param checkpoint to be passed before each row and resource
     * @throws ExportFailure when the payer's data breaks a rule
     * @throws IOException when writing fails
     */
    void write(ListSnapshot snapshot, ResourceType type, Selection selection, LineStream out, Checkpoint checkpoint)
            throws IOException;

    /** A place at which an export can be stopped. */
    @FunctionalInterface
    interface Checkpoint {
        /** Returns at once, or throws when the export is to end here. */
        void pass();
    }
}
