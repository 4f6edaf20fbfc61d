package dev.atr.producer.internal.discovery;

import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.VersionQuery;

/** Version ids in addresses: positive numbers, one after the other. */
final class VersionNumber {
    private VersionNumber() {}

    /**
     * Reads a version id.
     *
     * @throws Refusal when no version can have it
     */
    static int of(String text) {
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw unknown();
        }
        return Integer.parseInt(text);
    }

    /** Returns the query for one version. */
    static VersionQuery query(int number) {
        return new VersionQuery(null, number + 1, 1);
    }

    static Refusal unknown() {
        return Refusal.of(Reason.NOT_FOUND, "There is no version with this id, or it is not kept any more.");
    }

    static Refusal gone() {
        return Refusal.of(Reason.GONE, "It was deleted; its history says when.");
    }
}
