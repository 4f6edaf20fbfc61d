package dev.atr.producer.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which versions are asked for.
 *
 * @param since only versions that came to be at or after this instant; absent for all
 * @param before only versions older than the one of this id, where the page before has ended; absent for the first page,
 *     and without effect on {@link VersionPage#total}
 * @param limit most versions to return; positive
 */
public record VersionQuery(
        @Nullable Instant since, @Nullable Integer before, int limit) {
    /** Checks the limit. */
    public VersionQuery {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be positive");
        }
    }

    /** Returns a query for the newest version alone. */
    public static VersionQuery newest() {
        return new VersionQuery(null, null, 1);
    }
}
