package dev.atr.producer.spi;

import dev.atr.core.fhir.ResourceKey;
import java.util.Optional;

/**
 * Looks at earlier versions of resources other than Groups: an optional capability of a {@link ProducerBackend}, behind
 * {@code vread} and {@code history} of these types. Called like the backend itself: versions are there for whoever may
 * read the resource now, and those of a deleted resource for whoever might read it if it were there.
 */
public interface ResourceHistory {
    /**
     * Returns versions of a resource, newest first.
     *
     * @return the page; empty when there never was such a resource that the caller may read. When the resource is
     *     deleted, its newest version is the deletion
     */
    Optional<VersionPage<StoredResource>> versions(Caller caller, ResourceKey key, VersionQuery query);

    /**
     * Reads one version of a resource.
     *
     * @param version the version id
     * @return the version; empty when there is none that the caller may read, or it is not kept any more
     */
    Optional<Version<StoredResource>> version(Caller caller, ResourceKey key, int version);
}
