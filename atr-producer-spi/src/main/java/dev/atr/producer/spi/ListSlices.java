package dev.atr.producer.spi;

import dev.atr.core.attribution.ListId;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at parts of lists: an optional capability of a {@link ProducerBackend}, behind the parameters {@code _since},
 * {@code _until} and {@code patient} of an export. Called like the backend itself.
 *
 * <p>Who exports a whole list, and from then on what changed since the {@link ListSnapshot#transactionTime} of the
 * export before, holds at any time what a whole export would give: no change is ever between two exports.
 */
public interface ListSlices {
    /** Returns the limits that slices may have here, alone and together. The same on every call. */
    Set<ListSlice.Limit> limits();

    /**
     * Opens a consistent view of a part of one list. Besides what {@link ListSnapshot} says:
     *
     * <ul>
     *   <li>Limited by {@link ListSlice#since}, {@link ListSnapshot#resources} are those whose content changed after
     *       that instant, and those that did not belong to the list then and do now, whatever their age: a member who is
     *       new comes with everything that belongs to it. {@link ListSnapshot#deleted} names what was deleted from the
     *       payer's system. {@link ListSnapshot#members} and {@link ListSnapshot#list} are not limited. A resource may be
     *       there without having changed; none that changed may be missing.
     *   <li>Limited by {@link ListSlice#until}, the view is the one that there was just before that instant, for a
     *       caller who may see the list now; {@link ListSnapshot#transactionTime} is not after it.
     *   <li>Limited by {@link ListSlice#patients}, the rows are those of these members, and the resources those that
     *       belong to the list for the sake of these rows and of the list itself; keys that are on no row are left
     *       aside.
     * </ul>
     *
     * @param slice what to look at, limited as {@link #limits} allows
     * @return the snapshot; empty when there is no such list that the caller may see, or there was none at that time
     */
    Optional<ListSnapshot> snapshot(Caller caller, ListId list, ListSlice slice);
}
