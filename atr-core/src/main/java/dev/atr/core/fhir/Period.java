package dev.atr.core.fhir;

import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * A span of time; both ends belong to it.
 *
 * @param start the start; absent means unknown or always
 * @param end the end; absent means that it goes on
 * @param other properties not modelled here
 */
public record Period(@Nullable FhirDateTime start, @Nullable FhirDateTime end, OtherElements other) {
    /**
     * Returns the span between two days, both included.
     *
     * @param start first day
     * @param end last day; absent when open
     */
    public static Period of(LocalDate start, @Nullable LocalDate end) {
        return new Period(FhirDateTime.of(start), end == null ? null : FhirDateTime.of(end), OtherElements.NONE);
    }

    /** Returns the span between two dateTime texts; either may be absent. */
    public static Period of(@Nullable String start, @Nullable String end) {
        return new Period(
                start == null ? null : new FhirDateTime(start),
                end == null ? null : new FhirDateTime(end),
                OtherElements.NONE);
    }

    /**
     * Returns whether the period is over on a day: its last day lies before it.
     *
     * @param day the day
     * @param zone the zone in which an instant is seen as a day
     */
    public boolean endedBefore(LocalDate day, ZoneId zone) {
        return end != null && end.lastDay(zone).isBefore(day);
    }
}
