package dev.atr.cli.sample;

import dev.atr.core.fhir.Period;
import java.time.LocalDate;
import java.time.Month;

/**
 * When things happen in the sample. The contracts run for two calendar years, the second of which is the given one: so
 * the lists are current on every day of that year, what happened to the members lies behind, and the same year gives the
 * same dates.
 *
 * @param year the contracts' second year
 */
record SampleCalendar(int year) {
    LocalDate contractStart() {
        return LocalDate.of(year - 1, Month.JANUARY, 1);
    }

    LocalDate contractEnd() {
        return LocalDate.of(year, Month.DECEMBER, 31);
    }

    Period contract() {
        return Period.of(contractStart(), contractEnd());
    }

    /**
     * Returns the day from which something holds that a publication brought.
     *
     * @param publication 1 to 3
     */
    LocalDate effective(int publication) {
        return switch (publication) {
            case 1 -> contractStart();
            case 2 -> LocalDate.of(year - 1, Month.JULY, 1);
            case 3 -> LocalDate.of(year - 1, Month.OCTOBER, 1);
            default -> throw new IllegalArgumentException("there are three publications");
        };
    }
}
