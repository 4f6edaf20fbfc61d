package dev.atr.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Times as HTTP writes them, in whole seconds.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7">RFC 9110, "Date/Time Formats"</a>
 */
public final class HttpDate {
    private static final DateTimeFormatter FIXED = formatter("EEE, dd MMM yyyy HH:mm:ss 'GMT'");
    // RFC 1123 as the JDK reads it is more generous than the fixed form: one-digit days, numeric offsets.
    private static final List<DateTimeFormatter> READABLE = List.of(
            DateTimeFormatter.RFC_1123_DATE_TIME,
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, LocalDate.of(1970, 1, 1))
                    .appendPattern(" HH:mm:ss 'GMT'")
                    .toFormatter(Locale.US)
                    .withZone(ZoneOffset.UTC),
            formatter("EEE MMM ppd HH:mm:ss yyyy"));

    private HttpDate() {}

    /** Returns for example {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static String format(Instant time) {
        return FIXED.format(time);
    }

    /** Returns the time in any of the three forms of HTTP; empty when the text is none of them. */
    public static Optional<Instant> parse(String text) {
        for (DateTimeFormatter formatter : READABLE) {
            try {
                return Optional.of(Instant.from(formatter.parse(text.trim())));
            } catch (DateTimeException e) {
                // Perhaps one of the other forms.
            }
        }
        return Optional.empty();
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.US).withZone(ZoneOffset.UTC);
    }
}
