package dev.atr.core.attribution;

import java.util.Iterator;
import java.util.List;
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

    /** Returns a cursor over a few rows that are in memory already, in their order. */
    static MemberCursor of(List<Member> rows) {
        Iterator<Member> remaining = List.copyOf(rows).iterator();
        return new MemberCursor() {
            @Override
            public @Nullable Member next() {
                return remaining.hasNext() ? remaining.next() : null;
            }

            @Override
            public void close() {}
        };
    }
}
