package dev.atr.core.fhir;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.regex.Pattern;

/**
 * A FHIR {@code dateTime}: a year, a month, a day, or an instant with seconds and zone. The text is kept as it was
 * written, so that precision is never invented.
 *
 * @param text the text, for example {@code 2026}, {@code 2026-01-31} or {@code 2026-01-31T08:00:00Z}
 */
public record FhirDateTime(String text) {
    private static final Pattern SHAPE = Pattern.compile(
            "\\d{4}(-\\d{2}(-\\d{2}" + "(T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2}))?)?)?");

    /** Checks shape and calendar. */
    public FhirDateTime {
        if (text.length() > 35 || !SHAPE.matcher(text).matches() || !isOnCalendar(text)) {
            throw new IllegalArgumentException("not a FHIR dateTime");
        }
    }

    /** Returns the given day. */
    public static FhirDateTime of(LocalDate day) {
        return new FhirDateTime(day.toString());
    }

    /**
     * Returns the first calendar day that this value touches.
     *
     * @param zone the zone in which an instant is seen as a day
     */
    public LocalDate firstDay(ZoneId zone) {
        return switch (text.length()) {
            case 4 -> LocalDate.of(Integer.parseInt(text), 1, 1);
            case 7 -> YearMonth.parse(text).atDay(1);
            case 10 -> LocalDate.parse(text);
            default -> OffsetDateTime.parse(text).atZoneSameInstant(zone).toLocalDate();
        };
    }

    /**
     * Returns the last calendar day that this value touches.
     *
     * @param zone the zone in which an instant is seen as a day
     */
    public LocalDate lastDay(ZoneId zone) {
        return switch (text.length()) {
            case 4 -> LocalDate.of(Integer.parseInt(text), 12, 31);
            case 7 -> YearMonth.parse(text).atEndOfMonth();
            case 10 -> LocalDate.parse(text);
            default -> OffsetDateTime.parse(text).atZoneSameInstant(zone).toLocalDate();
        };
    }

    private static boolean isOnCalendar(String text) {
        try {
            switch (text.length()) {
                case 4 -> {
                    return !text.equals("0000");
                }
                case 7 -> YearMonth.parse(text);
                case 10 -> LocalDate.parse(text);
                default -> OffsetDateTime.parse(text);
            }
            return true;
        } catch (java.time.DateTimeException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "FhirDateTime";
    }
}
