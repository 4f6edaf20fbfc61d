package dev.atr.producer.spi.administration;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a list differ between two of its versions, one difference at a time. Those of one patient come one after
 * the other; patients come in any order. May be read for long, holds no transaction open meanwhile, and shows the same
 * whatever is written meanwhile. For one thread. Whoever opened it closes it.
 */
public interface RowDifferences extends AutoCloseable {
    /**
     * Returns the next difference.
     *
     * @return the difference, or {@code null} after the last one
     */
    @Nullable
    RowDifference next();

    @Override
    void close();

    /** Returns a cursor over a few differences that are in memory already, in their order. */
    static RowDifferences of(List<RowDifference> differences) {
        Iterator<RowDifference> remaining = List.copyOf(differences).iterator();
        return new RowDifferences() {
            @Override
            public @Nullable RowDifference next() {
                return remaining.hasNext() ? remaining.next() : null;
            }

            @Override
            public void close() {}
        };
    }
}
