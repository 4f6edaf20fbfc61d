package dev.atr.producer.internal.routing;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads parameters that are FHIR instants of the time that this Producer can know of. */
public final class Instants {
    /** How far a client's clock may be ahead: 30 seconds. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final Pattern SHAPE =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");

    private Instants() {}

    /**
     * Returns the instant of a parameter that may be given once; absent when it was not.
     *
     * @throws Refusal when it is no instant with seconds and zone, before 1970 or in the future
     */
    public static @Nullable Instant read(Query query, String name, Instant now) {
        String text = query.single(name).orElse(null);
        if (text == null) {
            return null;
        }
        Instant instant = parse(text, name);
        if (instant.isBefore(Instant.EPOCH) || instant.isAfter(now.plus(SKEW))) {
            throw Refusal.of(Reason.VALUE, "An instant between 1970 and now is expected.")
                    .at(name);
        }
        return instant;
    }

    private static Instant parse(String text, String name) {
        // A '+' that was not escaped arrives as a blank.
        String instant = text.trim().replace(' ', '+');
        if (instant.length() <= 35 && SHAPE.matcher(instant).matches()) {
            try {
                return OffsetDateTime.parse(instant).toInstant();
            } catch (DateTimeException e) {
                // A day or an hour that there is not; said below.
            }
        }
        throw Refusal.of(Reason.VALUE, "An instant with seconds and zone is expected, such as 2026-01-31T08:00:00Z.")
                .at(name);
    }
}
