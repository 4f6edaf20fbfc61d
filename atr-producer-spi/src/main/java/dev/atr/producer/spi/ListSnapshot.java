package dev.atr.producer.spi;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceType;
import java.time.Instant;
import java.util.List;

/**
 * A consistent view of one list and of all resources behind it, at one point of the payer's history. Two reads of one
 * snapshot agree, whatever commits meanwhile. Cursors may be opened one after the other; they end with the snapshot. For
 * one thread at a time.
 *
 * <p>An implementation holds no transaction open for the life of a snapshot: an export of millions of members takes
 * minutes.
 */
public interface ListSnapshot extends AutoCloseable {
    /** Returns the list as it stood, with version and time of its last change and the number of active members. */
    AttributionList list();

    /**
     * Returns the point in time of this snapshot. It never goes back from one snapshot of how a list stands now to a
     * later one, and every write that is missing from this snapshot is found when it is asked for what changed after that
     * time, so that it is a safe {@code _since} for the next export: also a write that was under way.
     */
    Instant transactionTime();

    /**
     * Opens the rows of the list, inactive ones included, {@link dev.atr.core.attribution.MemberKey}s strictly
     * ascending. Each row carries its state and change code as they stand at this snapshot.
     */
    MemberCursor members();

    /**
     * Opens the resources of one type that belong to the list: the Patients and Coverages of its rows, the attributed
     * providers with the Practitioners, Organizations and Locations that they refer to, the payer's Organization, and
     * the RelatedPersons and Organizations that the Coverages refer to. A Patient is there only as a member.
     *
     * <p>Types beyond those of the guide are only asked for where an {@link ExportKind} names them; what of them belongs to
     * the list, such as what was paid for its members, is the payer's to say, and is limited like the others.
     *
     * @param type any type other than Group; one that this payer does not have has no resources
     */
    ResourceCursor resources(ResourceType type);

    /**
     * Opens the keys of what is gone from the payer's system: what belonged to the list at {@link ListSlice#since} and was
     * deleted after that, and what the list has come to refer to after that although it was deleted, be it long ago. That
     * a member left the list deletes nothing. No keys, as here, when this snapshot is not limited to changes.
     */
    default KeyCursor deleted() {
        return KeyCursor.of(List.of());
    }

    /**
     * Returns whether every resource of this snapshot is known to be one JSON object that carries the type and id of its
     * key, because that was checked when it was stored. Otherwise, as here, the Producer checks each one as it passes,
     * which takes some microseconds, and a broken one fails the export.
     *
     * <p>What is vouched for here reaches clients as it is. The Producer still looks at keys and their order, and that each
     * resource stands on one line between braces; half a character in an escape, a property that stands twice or a number
     * of ten thousand digits pass. Say so only of what went through a check as strict as
     * {@link dev.atr.core.json.ResourceScanner#scan}.
     */
    default boolean isChecked() {
        return false;
    }

    /**
     * Ends a read that is under way, since nobody wants its result any more: the client deleted the export, nothing has
     * come for too long, or the Producer is being closed. Called by another thread than the one that reads, at any time
     * and repeatedly until the read has ended; returns at once. What is being read may then return or throw whatever it
     * likes. A read that goes on for five seconds more is given up: it keeps its thread, and nobody waits for it.
     *
     * <p>Without it, as here, an export ends at its next row. That is soon enough where a row comes within a second; a
     * cursor that can wait longer, for a slow query or a remote system, has to be cancelled here, for example by
     * {@code Statement.cancel()}. The reading thread is never interrupted: an interrupt closes the files of an embedded
     * database for everybody.
     */
    default void cancel() {}

    @Override
    void close();
}
