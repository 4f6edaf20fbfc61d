package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.codes;
import static dev.atr.producer.jdbc.LedgerFixture.header;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.patient;
import static dev.atr.producer.jdbc.LedgerFixture.putMembers;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Change;
import dev.atr.producer.spi.reconcile.Outcome;
import dev.atr.producer.spi.reconcile.RemoveEffect;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Attributions that end by the calendar. The payer is in Chicago, where midnight comes at 05:00 UTC in June. */
class AttributionEndsTest {
    private static final ZoneId CHICAGO = ZoneId.of("America/Chicago");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

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

    @OnEachDatabase
    @Requirement({"ATR-MDL-014", "ATR-MDL-017", "ATR-MDL-018"})
    void aLedgerThatIsOpenEndsThemByItself(TestDatabase database) {
        LedgerOptions options = database.options().clock(clock).zone(CHICAGO);
        try (Ledger yesterday = Ledger.open(options.attributionsEndOnCall())) {
            yesterday.entitleToAll(CALLER.clientId());
            importRows(yesterday, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"));
            clock.turn(Duration.ofHours(1));

            try (Ledger today = Ledger.open(options)) {
                await(() -> "2".equals(header(today).version()));

                assertThat(codes(today)).containsExactly("ends dropped", "stays new");
            }
        }
    }

    @OnEachDatabase
    void aLedgerIsClosedWithItsCalendar(TestDatabase database) throws Exception {
        Set<Thread> others = calendars();
        Ledger ledger = database.open(clock);
        Set<Thread> own = calendars();
        own.removeAll(others);

        ledger.close();

        assertThat(own).hasSize(1);
        for (Thread thread : own) {
            thread.join(PATIENCE.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @OnEachDatabase
    void noCalendarRunsWhereAttributionsEndOnCall(TestDatabase database) {
        Set<Thread> others = calendars();

        try (Ledger ledger = Ledger.open(database.options().attributionsEndOnCall())) {
            assertThat(ledger.endAttributions()).isEmpty();
            assertThat(others).containsAll(calendars());
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-014", "ATR-MDL-017"})
    void toldThatTheMemberIsInactiveAlreadyAConsumerFindsThatInTheList(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"));
            clock.turn(Duration.ofHours(1));

            Change<RemoveEffect> change = remove(ledger, "ends");

            assertThat(change.effect()).isEqualTo(RemoveEffect.ALREADY_INACTIVE);
            assertThat(change.list().version()).isEqualTo("2");
            assertThat(codes(ledger)).containsExactly("ends dropped", "stays new");
            assertThat(ledger.endAttributions()).isEmpty();
        }
    }

    @OnEachDatabase
    void aRemovalOfWhatTheListCallsInactiveMakesNoVersion(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"));
            clock.turn(Duration.ofHours(1));
            ledger.endAttributions();

            assertThat(remove(ledger, "ends").list().version()).isEqualTo("2");
            assertThat(header(ledger).version()).isEqualTo("2");
        }
    }

    @Test
    void twoNodesAtOnceWriteOneVersion() throws Exception {
        LedgerOptions options = Postgres.freshSchema().clock(clock).zone(CHICAGO);
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

    @Test
    void twoNodesThatAreOpenWriteOneVersion() throws Exception {
        LedgerOptions options = Postgres.freshSchema().clock(clock).zone(CHICAGO);
        try (Ledger one = Ledger.open(options);
                Ledger other = Ledger.open(options)) {
            one.entitleToAll(CALLER.clientId());
            importRows(one, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"));
            clock.turn(Duration.ofDays(1));

            atOnce(() -> looked(one), () -> looked(other));

            assertThat(header(one).version()).isEqualTo("2");
            assertThat(codes(one)).containsExactly("ends dropped", "stays new");
        }
    }

    /** Does what the thread of a ledger does when it looks at the clock. */
    private boolean looked(Ledger ledger) {
        try (DailyTick tick =
                new DailyTick(new AttributionEnds(ledger.database(), clock, CHICAGO)::write, clock, CHICAGO)) {
            tick.look(tick.today());
        }
        return true;
    }

    private static Change<RemoveEffect> remove(Ledger ledger, String patient) {
        Outcome<Change<RemoveEffect>> outcome = ledger.backend()
                .reconciliation()
                .orElseThrow()
                .memberRemove(
                        CALLER,
                        LIST,
                        new MemberRemoveRequest.OfPatient(patient(patient)),
                        null,
                        AttributionPolicy.anyMemberOfThisPayer());
        return ((Outcome.Done<Change<RemoveEffect>>) outcome).result();
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean() && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
    }

    private static Set<Thread> calendars() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("atr-ledger-calendar"))
                .collect(Collectors.toSet());
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
