package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.codes;
import static dev.atr.producer.jdbc.LedgerFixture.header;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.putMembers;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Attributions that end by the calendar. The payer is in Chicago, where midnight comes at 05:00 UTC in June. */
class AttributionEndsTest {
    private final HandClock clock = new HandClock("2026-07-01T04:30:00Z");

    @OnEachDatabase
    @Requirement({"ATR-MDL-014", "ATR-MDL-017", "ATR-MDL-018"})
    void anAttributionEndsWithItsLastDayInThePayersZone(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"));

            // Still the 30th of June in Chicago, although it is July in Greenwich
            assertThat(ledger.endAttributions()).isEmpty();
            clock.turn(Duration.ofHours(1));

            assertThat(ledger.endAttributions()).containsExactly(LIST);
            assertThat(header(ledger).version()).isEqualTo("2");
            assertThat(header(ledger).quantity()).isEqualTo(1);
            assertThat(codes(ledger)).containsExactly("ends dropped", "stays new");
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-006")
    void theVersionBeforeStaysAsItWas(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"));
            clock.turn(Duration.ofDays(1));
            ledger.endAttributions();

            try (ListSnapshot before = ledger.backend()
                    .listHistory()
                    .orElseThrow()
                    .snapshot(CALLER, LIST, 1)
                    .orElseThrow()) {
                assertThat(codes(before)).containsExactly("ends new", "stays new");
                assertThat(before.list().quantity()).isEqualTo(2);
            }
        }
    }

    @OnEachDatabase
    void calledAgainItChangesNothing(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.DRAFT, row("ends", null, "2026-06-30"), row("stays"));
            clock.turn(Duration.ofDays(1));
            ledger.endAttributions();

            assertThat(ledger.endAttributions()).isEmpty();
            clock.turn(Duration.ofDays(1));
            assertThat(ledger.endAttributions()).isEmpty();
            assertThat(header(ledger).version()).isEqualTo("2");
        }
    }

    @OnEachDatabase
    void daysThatWereLeftOutAreMadeUpFor(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("a", null, "2026-07-01"), row("b", null, "2026-07-03"), row("c"));
            clock.turn(Duration.ofDays(10));

            assertThat(ledger.endAttributions()).containsExactly(LIST);
            assertThat(codes(ledger)).containsExactly("a dropped", "b dropped", "c new");
        }
    }

    @OnEachDatabase
    void anyOtherWriteEndsThemToo(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"));
            clock.turn(Duration.ofDays(1));
            putMembers(ledger, row("comes"));

            assertThat(ledger.endAttributions()).isEmpty();
            assertThat(codes(ledger)).containsExactly("comes new", "ends dropped", "stays new");
        }
    }

    @OnEachDatabase
    void aFinalListIsLeftAlone(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.FINAL, row("ends", null, "2026-06-30"), row("stays"));
            clock.turn(Duration.ofDays(1));

            assertThat(ledger.endAttributions()).isEmpty();
            assertThat(codes(ledger)).containsExactly("ends new", "stays new");
        }
    }

    @OnEachDatabase
    void aListInWhichNothingEndsGetsNoVersion(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("stays"));
            clock.turn(Duration.ofDays(1));

            assertThat(ledger.endAttributions()).isEmpty();
            assertThat(header(ledger).version()).isEqualTo("1");
        }
    }

    @Test
    void twoNodesAtOnceWriteOneVersion() throws Exception {
        LedgerOptions options = Postgres.freshSchema().clock(clock).zone(ZoneId.of("America/Chicago"));
        try (Ledger one = Ledger.open(options);
                Ledger other = Ledger.open(options)) {
            one.entitleToAll(CALLER.clientId());
            importRows(one, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"));
            clock.turn(Duration.ofDays(1));

            List<ListId> changed = new ArrayList<>();
            for (List<ListId> lists : atOnce(one::endAttributions, other::endAttributions)) {
                changed.addAll(lists);
            }

            assertThat(changed).containsExactly(LIST);
            assertThat(header(other).version()).isEqualTo("2");
        }
    }

    private static <T> List<T> atOnce(Callable<T> one, Callable<T> other) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(List.of(one, other))) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
