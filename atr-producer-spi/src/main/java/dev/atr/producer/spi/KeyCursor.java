package dev.atr.producer.spi;

import dev.atr.core.fhir.ResourceKey;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys of resources, one at a time, each once, in any order. For one thread. Whoever opened it closes it. */
public interface KeyCursor extends AutoCloseable {
    /**
     * Returns the next key.
     *
     * @return the key, or {@code null} after the last one
     */
    @Nullable
    ResourceKey next();

    @Override
    void close();

    /** Returns a cursor over a few keys that are in memory already, in their order. */
    static KeyCursor of(List<ResourceKey> keys) {
        Iterator<ResourceKey> remaining = List.copyOf(keys).iterator();
        return new KeyCursor() {
            @Override
            public @Nullable ResourceKey next() {
                return remaining.hasNext() ? remaining.next() : null;
            }

            @Override
            public void close() {}
        };
    }
}
