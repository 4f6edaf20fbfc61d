package dev.atr.producer.spi;

import java.util.List;

/**
 * One page of the versions of a list or of another resource.
 *
 * @param versions the versions, newest first
 * @param total how many there are in all pages together
 * @param <T> what has versions
 */
public record VersionPage<T>(List<Version<T>> versions, int total) {
    /** Copies the list. */
    public VersionPage {
        versions = List.copyOf(versions);
    }
}
