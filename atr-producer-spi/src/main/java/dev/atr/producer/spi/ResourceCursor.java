package dev.atr.producer.spi;

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
}
