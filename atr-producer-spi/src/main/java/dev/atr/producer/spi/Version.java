package dev.atr.producer.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One version of a list or of another resource.
 *
 * @param id the version id; a positive number as text, one more than that of the version before
 * @param lastUpdated when this version came to be
 * @param content what it said; absent when this version is the deletion
 * @param <T> what has versions
 */
public record Version<T>(
        String id, Instant lastUpdated, @Nullable T content) {
    /** Returns whether this version is the deletion. */
    public boolean isDeletion() {
        return content == null;
    }

    /** Returns the id only: content may be member data. */
    @Override
    public String toString() {
        return "Version[" + id + "]";
    }
}
