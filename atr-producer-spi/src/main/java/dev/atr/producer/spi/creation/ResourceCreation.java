package dev.atr.producer.spi.creation;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.StoredResource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets Consumers create what a list of theirs needs and the payer does not hold: an optional capability of a
 * {@link dev.atr.producer.spi.ProducerBackend}, behind {@code create} and {@code delete} of these types. Called like the
 * backend itself, by clients whose token holds the scope.
 */
public interface ResourceCreation {
    /** The types that the guide lets a Consumer create. */
    Set<ResourceType> TYPES_OF_THE_GUIDE = Set.of(
            ResourceType.PATIENT, ResourceType.PRACTITIONER, ResourceType.PRACTITIONER_ROLE, ResourceType.ORGANIZATION);

    /** Returns the types that are taken, some of {@link #TYPES_OF_THE_GUIDE}; the same on every call. */
    Set<ResourceType> types();

    /**
     * Creates a resource. When this returns, the caller may read it; what a client created itself is readable by it.
     *
     * @param key type and random id under which it is to be kept
     * @param json R4 JSON on one line with this id and without {@code meta}, checked; every reference is relative
     * @param provenance what the client says about its source, to be kept with the resource; absent when it says nothing
     * @return the resource as it stands now; or that the payer declined, as it must when the resource refers to another
     *     that the caller may not read, see {@link LinkRules#ofResource}
     */
    Creation<StoredResource> create(Caller caller, ResourceKey key, byte[] json, @Nullable ProvenanceNote provenance);

    /**
     * Deletes a resource, or declines.
     *
     * @param version the version that the client wants to delete; absent for whichever there is
     */
    Deletion delete(Caller caller, ResourceKey key, @Nullable String version);
}
