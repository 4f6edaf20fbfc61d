package dev.atr.http;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads {@code Retry-After}. Peers send whole seconds, fractions, dates, and now and then epoch milliseconds or words;
 * whatever they send, the wait stays within the caller's bounds.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, "Retry-After"</a>
 */
public final class RetryAfter {
    private static final Pattern SECONDS = Pattern.compile("[+-]?\\d{1,18}(\\.\\d{1,9})?");

    private RetryAfter() {}

    /**
     * Returns the wait that the header asks for, moved into the bounds.
     *
     * @param headers the headers of the answer
     * @param now the present time, against which a date is held
     * @param least the shortest wait
     * @param most the longest wait; not less than {@code least}
     * @return empty when the header is absent or is neither a number nor an HTTP date
     */
    public static Optional<Duration> of(HttpHeaders headers, Instant now, Duration least, Duration most) {
        if (least.compareTo(most) > 0) {
            throw new IllegalArgumentException("the longest wait is shorter than the shortest");
        }
        return headers.first("Retry-After")
                .flatMap(value -> parse(value.trim(), now))
                .map(wait -> wait.compareTo(least) < 0 ? least : wait.compareTo(most) > 0 ? most : wait);
    }

    private static Optional<Duration> parse(String value, Instant now) {
        if (SECONDS.matcher(value).matches()) {
            // Rounded up, so that nobody comes back too soon.
            BigDecimal seconds = new BigDecimal(value).setScale(0, RoundingMode.CEILING);
            return Optional.of(Duration.ofSeconds(seconds.longValueExact()));
        }
        return HttpDate.parse(value).map(date -> Duration.between(now, date));
    }
}
