package dev.atr.producer.spi.subscription;

import dev.atr.core.attribution.ListId;
import java.time.Instant;

/**
 * One new version of a list.
 *
 * @param list the list
 * @param version the version, from 1; each is one more than the one before
 * @param at when it came to be
 * @param deleted whether with this version the list is no more
 * @param position where it stands among all versions of all lists: later ones have larger numbers, and versions of
 *     several lists that came to be in one step share one
 */
public record ListChange(ListId list, int version, Instant at, boolean deleted, long position) {
    /** Checks the numbers. */
    public ListChange {
        if (version < 1 || position < 0) {
            throw new IllegalArgumentException("versions begin at 1, positions at 0");
        }
    }
}
