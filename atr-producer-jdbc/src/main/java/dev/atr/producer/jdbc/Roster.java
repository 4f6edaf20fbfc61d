package dev.atr.producer.jdbc;

import java.io.IOException;
import java.util.Optional;

/**
 * A payer's full current list: every attribution that holds, and no other. For example a query on the payer's own tables,
 * or a file, {@link dev.atr.producer.jdbc.roster.RosterFile}.
 */
@FunctionalInterface
public interface Roster {
    /**
     * Opens the rows; called once an import. The import closes them.
     *
     * @throws IOException when they can't be had
     * @throws dev.atr.core.error.InvalidContentException when the source is not what it must be
     */
    RosterCursor open() throws IOException;

    /**
     * Returns what tells this roster from any other, such as the digest of a file. One whose digest is that of the last
     * import is not taken in again. Empty, as by default, where nothing but the rows tells.
     *
     * @throws IOException when it can't be had
     */
    default Optional<String> digest() throws IOException {
        return Optional.empty();
    }
}
