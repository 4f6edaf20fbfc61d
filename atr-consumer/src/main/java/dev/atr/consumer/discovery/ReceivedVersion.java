package dev.atr.consumer.discovery;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One version of a resource, as its history tells it.
 *
 * @param id the version id; absent when the Producer names none
 * @param lastUpdated when this version came to be; absent when the Producer does not say
 * @param json what it said, as JSON in UTF-8; absent when this version is the deletion. A list comes without its rows
 */
public record ReceivedVersion(@Nullable String id, @Nullable Instant lastUpdated, byte @Nullable [] json) {
    /** Returns whether this version is the deletion. */
    public boolean isDeletion() {
        return json == null;
    }

    /** Compares the content byte by byte. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ReceivedVersion that
                && Objects.equals(id, that.id)
                && Objects.equals(lastUpdated, that.lastUpdated)
                && Arrays.equals(json, that.json);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, lastUpdated);
    }

    /** Returns the id only: the content may be member data. */
    @Override
    public String toString() {
        return "ReceivedVersion[" + id + "]";
    }
}
