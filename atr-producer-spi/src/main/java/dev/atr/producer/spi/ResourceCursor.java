package dev.atr.producer.spi;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resources of one type, one at a time, ids strictly ascending in code unit order. For one thread. Whoever opened it
 * closes it.
 */
public interface ResourceCursor extends AutoCloseable {
    /**
     * Returns the next resource.
     *
     * @return the resource, or {@code null} after the last one
     */
    @Nullable
    StoredResource next();

    @Override
    void close();

    /** Returns a cursor over a few resources that are in memory already, in their order. */
    static ResourceCursor of(List<StoredResource> resources) {
        Iterator<StoredResource> remaining = List.copyOf(resources).iterator();
        return new ResourceCursor() {
            @Override
            public @Nullable StoredResource next() {
                return remaining.hasNext() ? remaining.next() : null;
            }

            @Override
            public void close() {}
        };
    }
}
