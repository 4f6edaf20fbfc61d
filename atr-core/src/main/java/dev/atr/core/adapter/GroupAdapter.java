package dev.atr.core.adapter;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.InvalidContentException;

/**
 * Turns lists into the Group of another library's FHIR model, and back. What this library does not model comes through as well as
 * the other one holds it. Such a Group holds all its rows in memory; where that is too much, rows travel by
 * cursors and by {@link dev.atr.core.json.GroupReader} and {@link dev.atr.core.json.GroupWriter} alone.
 *
 * @param <G> the Group
 */
public interface GroupAdapter<G> {
    /**
     * Returns a list without its rows.
     *
     * @throws InvalidContentException when the Group is none that this library can read
     */
    AttributionList list(G group);

    /**
     * Returns the rows, in their order.
     *
     * @throws InvalidContentException when the Group is none that this library can read, here or at a later row
     */
    MemberCursor members(G group);

    /**
     * Returns a new Group.
     *
     * @param list the list
     * @param members its rows, which are read to their end; the caller closes them
     * @throws InvalidContentException when the model can't hold what the list says
     */
    G group(AttributionList list, MemberCursor members);
}
