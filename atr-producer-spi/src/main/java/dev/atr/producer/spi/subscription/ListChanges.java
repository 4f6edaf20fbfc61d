package dev.atr.producer.spi.subscription;

import dev.atr.core.attribution.ListId;
import java.util.List;
import java.util.Optional;

/**
 * Tells which lists have new versions: an optional capability of a {@link dev.atr.producer.spi.ProducerBackend}, behind
 * Subscriptions. It is asked by the Producer itself, for all lists and without a caller; whether a subscriber may hear of
 * a list is asked of the backend before anything is sent.
 *
 * <p>Versions of a list count up by one, the deletion included. A list that was deleted and begun again under its id goes
 * on counting. Positions are given in the order in which versions become visible: once {@link #since} has told of a
 * position, no smaller one appears. Thread-safe; methods may block.
 */
public interface ListChanges {
    /**
     * Returns a position after which there is no version yet: that of the newest version of any list, or a later one where
     * positions are given to other things too; 0 when there is nothing.
     */
    long position();

    /**
     * Returns versions of all lists after a position, in ascending order of position.
     *
     * @param position told of by {@link #position} or by an earlier change
     * @param limit how many changes are enough; positive
     * @return fewer than the limit only when there are no more; more only where several share the last position, which
     *     pages never part
     */
    List<ListChange> since(long position, int limit);

    /** Returns the newest version of a list; empty when there never was such a list. */
    Optional<ListChange> newest(ListId list);

    /**
     * Returns versions of one list after a version, in ascending order.
     *
     * @param after the last version that is not wanted; 0 for all
     * @param limit most versions to return; positive
     * @return fewer than the limit only when there are no more; versions that are not kept any more are left out
     */
    List<ListChange> versions(ListId list, int after, int limit);
}
