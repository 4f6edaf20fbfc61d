package dev.atr.producer.spi.creation;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.StoredResource;
import java.util.List;
import java.util.Optional;

/**
 * What clients said about the source of what they created: an optional capability of a
 * {@link dev.atr.producer.spi.ProducerBackend} that has one of the two creations. Called like the backend itself.
 */
public interface ProvenanceRecords {
    /**
     * Reads one record.
     *
     * @param id the id of the Provenance
     * @return the record; empty when there is none, or the caller may not read what it is about
     */
    Optional<StoredResource> read(Caller caller, String id);

    /**
     * Returns the records about a list or resource, oldest first.
     *
     * @return the records; none when the caller may not read what they are about
     */
    List<StoredResource> about(Caller caller, ResourceKey target);
}
