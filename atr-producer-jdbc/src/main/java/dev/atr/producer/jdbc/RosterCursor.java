package dev.atr.producer.jdbc;

import org.jspecify.annotations.Nullable;

/** The rows of a roster, one at a time, in any order. For one thread. Whoever opened it closes it. */
public interface RosterCursor extends AutoCloseable {
    /**
     * Returns the next row.
     *
     * @return the row, or {@code null} after the last one
     * @throws dev.atr.core.error.InvalidContentException when the source can't be read further; the message names the place
     *     and holds no member data
     */
    @Nullable
    RosterRow next();

    @Override
    void close();
}
