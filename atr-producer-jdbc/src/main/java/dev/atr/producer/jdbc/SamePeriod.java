package dev.atr.producer.jdbc;

import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes periods, and remembers the last one: most rows of a list share theirs, and dates are checked. For one thread. */
final class SamePeriod {
    private String start = "";
    private @Nullable String end;
    private @Nullable Period period;

    /**
     * Returns the period between two texts.
     *
     * @param start may be empty
     * @param end may be absent
     * @return absent when both are
     */
    @Nullable
    Period between(String start, @Nullable String end) {
        if (!this.start.equals(start) || !Objects.equals(this.end, end)) {
            period = start.isEmpty() && end == null
                    ? null
                    : new Period(
                            start.isEmpty() ? null : new FhirDateTime(start),
                            end == null ? null : new FhirDateTime(end),
                            OtherElements.NONE);
            this.start = start;
            this.end = end;
        }
        return period;
    }
}
