package dev.atr.core.attribution;

import org.jspecify.annotations.Nullable;

/**
 * Rows of one list, one at a time; the only way in which rows travel. For one thread. Whoever opened it closes it.
 */
public interface MemberCursor extends AutoCloseable {
    /**
     * Returns the next row.
     *
     * @return the row, or {@code null} after the last one
     */
    @Nullable
    Member next();

    @Override
    void close();
}
