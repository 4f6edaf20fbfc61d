package dev.atr.auth.server;

import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonNumber;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Times in tokens. */
final class Times {
    /** By how much two clocks may differ. */
    static final Duration SKEW = Duration.ofSeconds(30);

    /** How long an assertion may live. */
    static final Duration LIFE = Duration.ofMinutes(5);

    /** The last second of the year 9999: whatever lies beyond is no date. */
    private static final double LAST_SECOND = 253_402_300_799d;

    private Times() {}

    /** Reads seconds since 1970, whole or not; empty when the claim is absent or anything else. */
    static Optional<Instant> read(Optional<JsonValue> claim) {
        if (claim.isEmpty() || !(claim.get() instanceof JsonNumber number)) {
            return Optional.empty();
        }
        double seconds = Double.parseDouble(number.literal());
        if (!(seconds > 0 && seconds <= LAST_SECOND)) {
            return Optional.empty();
        }
        return Optional.of(Instant.ofEpochMilli((long) (seconds * 1000)));
    }
}
