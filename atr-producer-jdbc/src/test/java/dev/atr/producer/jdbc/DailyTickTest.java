package dev.atr.producer.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.http.HandClock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The day begins in Chicago, at 05:00 UTC in June. */
class DailyTickTest {
    private static final LocalDate LAST_OF_JUNE = LocalDate.of(2026, 6, 30);

    private final HandClock clock = new HandClock("2026-07-01T04:30:00Z");
    private final List<LocalDate> days = new ArrayList<>();
    private boolean failing;

    @Test
    void itWorksOnceADayOfTheZone() {
        try (DailyTick tick = tick()) {
            tick.look(tick.today());
            tick.look(tick.today());
            clock.turn(Duration.ofMinutes(31));
            tick.look(tick.today());
            tick.look(tick.today());
        }

        assertThat(days).containsExactly(LAST_OF_JUNE, LAST_OF_JUNE.plusDays(1));
    }

    @Test
    void whatFailsIsTriedAgain() {
        try (DailyTick tick = tick()) {
            failing = true;
            tick.look(tick.today());
            failing = false;
            tick.look(tick.today());
            tick.look(tick.today());
        }

        assertThat(days).containsExactly(LAST_OF_JUNE, LAST_OF_JUNE);
    }

    @Test
    void onceClosedItDoesNothing() {
        DailyTick tick = tick();

        tick.close();
        tick.look(tick.today());

        assertThat(days).isEmpty();
    }

    @Test
    void workThatIsUnderWayIsAskedToEnd() {
        List<Boolean> answers = new ArrayList<>();
        List<DailyTick> made = new ArrayList<>();
        DailyTick tick = new DailyTick(
                (day, goesOn) -> {
                    answers.add(goesOn.getAsBoolean());
                    made.get(0).close();
                    answers.add(goesOn.getAsBoolean());
                },
                clock,
                ZoneId.of("America/Chicago"));
        made.add(tick);

        tick.look(tick.today());

        assertThat(answers).containsExactly(true, false);
    }

    private DailyTick tick() {
        return new DailyTick(this::run, clock, ZoneId.of("America/Chicago"));
    }

    private void run(LocalDate day, BooleanSupplier goesOn) {
        days.add(day);
        if (failing) {
            throw new IllegalStateException("away");
        }
    }
}
