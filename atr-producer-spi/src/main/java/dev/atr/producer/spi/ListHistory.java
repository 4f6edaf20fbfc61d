package dev.atr.producer.spi;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import java.util.Optional;

/**
 * Looks at earlier versions of lists: an optional capability of a {@link ProducerBackend}, behind {@code vread} and
 * {@code history} of Groups. Called like the backend itself: versions of a list are there for whoever may see the list
 * now, and those of a deleted list for whoever might see it if it were there.
 */
public interface ListHistory {
    /**
     * Returns versions of a list, newest first and without rows. Each is the list as {@link ProducerBackend#find} gave it
     * while it was the newest.
     *
     * @return the page; empty when there never was such a list that the caller may see. When the list is deleted, its
     *     newest version is the deletion
     */
    Optional<VersionPage<AttributionList>> versions(Caller caller, ListId list, VersionQuery query);

    /**
     * Opens a version of a list, rows and change codes as they were while it was the newest. Like any snapshot it may be
     * read for long, and it is the caller's to close.
     *
     * @param version the version id
     * @return the snapshot; empty when there is no such version that the caller may see, or it is the deletion, or it is
     *     not kept any more
     */
    Optional<ListSnapshot> snapshot(Caller caller, ListId list, int version);
}
