package dev.atr.producer.internal.discovery;

import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ListQuery.TimeSpan;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Search values that are dates: a prefix, and a year, month, day, minute, second or part of it. Each stands for the whole
 * span that it names, in UTC where it names no zone.
 *
 * @see <a href="https://hl7.org/fhir/R4/search.html#date">FHIR R4, "date"</a>
 */
final class TimeText {
    private static final Pattern VALUE = Pattern.compile("(eq|ne|gt|lt|ge|le|sa|eb)?(\\d{4}(-\\d{2}(-\\d{2}"
            + "(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+ -]\\d{2}:\\d{2})?)?)?)?)");

    private TimeText() {}

    /**
     * Reads the spans of one value, of which one must hold.
     *
     * @param parameter the parameter's name, for the refusal
     */
    static List<TimeSpan> spans(String parameter, String value) {
        return Stream.of(value.split(",", -1))
                .flatMap(part -> one(parameter, part.trim()))
                .toList();
    }

    private static Stream<TimeSpan> one(String parameter, String text) {
        Matcher matcher = VALUE.matcher(text);
        if (text.length() > 40 || !matcher.matches()) {
            throw malformed(parameter);
        }
        TimeSpan named;
        try {
            // A '+' that was not escaped arrives as a blank.
            named = span(matcher.group(2).replace(' ', '+'));
        } catch (DateTimeException e) {
            throw malformed(parameter);
        }
        String prefix = matcher.group(1) == null ? "eq" : matcher.group(1);
        return switch (prefix) {
            case "ne" -> Stream.of(new TimeSpan(null, named.from()), new TimeSpan(named.to(), null));
            case "gt", "sa" -> Stream.of(new TimeSpan(named.to(), null));
            case "ge" -> Stream.of(new TimeSpan(named.from(), null));
            case "lt", "eb" -> Stream.of(new TimeSpan(null, named.from()));
            case "le" -> Stream.of(new TimeSpan(null, named.to()));
            default -> Stream.of(named);
        };
    }

    private static TimeSpan span(String text) {
        return switch (text.length()) {
            case 4 -> months(YearMonth.of(Year.parse(text).getValue(), 1), 12);
            case 7 -> months(YearMonth.parse(text), 1);
            case 10 -> days(LocalDate.parse(text), LocalDate.parse(text).plusDays(1));
            default -> instants(text);
        };
    }

    private static TimeSpan months(YearMonth first, int count) {
        return days(first.atDay(1), first.plusMonths(count).atDay(1));
    }

    private static TimeSpan days(LocalDate from, LocalDate to) {
        return new TimeSpan(
                from.atStartOfDay(ZoneOffset.UTC).toInstant(),
                to.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private static TimeSpan instants(String text) {
        boolean zoned = text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > 10;
        Instant from = zoned
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        int point = text.indexOf('.');
        if (point > 0) {
            int digits = 0;
            while (point + digits + 1 < text.length() && Character.isDigit(text.charAt(point + digits + 1))) {
                digits++;
            }
            return new TimeSpan(from, from.plusNanos((long) Math.pow(10, 9 - digits)));
        }
        boolean seconds = text.length() > 16 && text.charAt(16) == ':';
        return new TimeSpan(from, from.plusSeconds(seconds ? 1 : 60));
    }

    private static Refusal malformed(String parameter) {
        return Refusal.of(
                        Reason.VALUE,
                        "A date is expected, such as 2026-01-31, ge2026-01 or lt2026-01-31T08:00:00Z; the prefixes are"
                                + " eq, ne, gt, lt, ge, le, sa and eb.")
                .at(parameter);
    }
}
