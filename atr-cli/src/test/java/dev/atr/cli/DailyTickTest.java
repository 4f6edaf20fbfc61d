package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DailyTickTest {
    private static final ZoneId CHICAGO = ZoneId.of("America/Chicago");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-07-01T04:30:00Z"));
    private final InstantSource source = now::get;
    private int runs;
    private boolean failing;

    @Test
    void itWorksAtTheStartAndAfterEachMidnightOfTheZone() {
        try (DailyTick tick = new DailyTick(this::run, source.withZone(ZoneOffset.UTC), CHICAGO)) {
            tick.look();
            assertThat(runs).isEqualTo(1);

            now.set(Instant.parse("2026-07-01T05:01:00Z"));
            tick.look();
            tick.look();
            assertThat(runs).isEqualTo(2);
        }
    }

    @Test
    void whatFailsIsTriedAgain() {
        failing = true;
        try (DailyTick tick = new DailyTick(this::run, source.withZone(ZoneOffset.UTC), CHICAGO)) {
            failing = false;
            tick.look();
            tick.look();

            assertThat(runs).isEqualTo(2);
        }
    }

    private void run() {
        runs++;
        if (failing) {
            throw new IllegalStateException("away");
        }
    }
}
