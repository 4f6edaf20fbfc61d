package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.codes;
import static dev.atr.producer.jdbc.LedgerFixture.header;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.list;
import static dev.atr.producer.jdbc.LedgerFixture.putMembers;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static dev.atr.producer.jdbc.LedgerFixture.rows;
import static dev.atr.producer.jdbc.LedgerFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.requirements.Requirement;
import java.time.Duration;

/** Change codes, read off the ledger (C-33). */
class ChangeCodesTest {
    @OnEachDatabase
    @Requirement("ATR-MDL-019")
    void everyoneIsNewOnAFirstVersion(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"), row("b", ChangeType.NEW));

            assertThat(header(ledger).version()).isEqualTo("1");
            assertThat(codes(ledger)).containsExactly("a new", "b new");
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-018", "ATR-MDL-020", "ATR-MDL-021", "ATR-MDL-047"})
    void aFirstImportBelievesTheCodesItIsGiven(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(
                    ledger,
                    ListStatus.DRAFT,
                    row("cancelled", ChangeType.CANCELLED),
                    row("changed", ChangeType.CHANGED),
                    row("dropped", ChangeType.DROPPED),
                    row("new", ChangeType.NEW),
                    row("same", ChangeType.NOCHANGE));

            assertThat(header(ledger).version()).isEqualTo("2");
            assertThat(header(ledger).quantity()).isEqualTo(3);
            assertThat(codes(ledger))
                    .containsExactly(
                            "cancelled cancelled", "changed changed", "dropped dropped", "new new", "same nochange");
            try (ListSnapshot now = snapshot(ledger)) {
                assertThat(rows(now))
                        .filteredOn(Member::inactive)
                        .extracting(row -> row.key().patient())
                        .containsExactly("Patient/cancelled", "Patient/dropped");
            }
            // Who is cancelled or dropped was a member in the version before
            try (ListSnapshot before = ledger.backend()
                    .listHistory()
                    .orElseThrow()
                    .snapshot(CALLER, LIST, 1)
                    .orElseThrow()) {
                assertThat(codes(before)).containsExactly("cancelled new", "changed new", "dropped new", "same new");
                assertThat(rows(before)).noneMatch(Member::inactive);
            }
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-019", "ATR-MDL-020", "ATR-MDL-021"})
    void aLaterImportComparesWithTheOneBefore(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("changes"), row("goes"), row("stays"));

            importRows(ledger, ListStatus.OPEN, row("changes", null, "2026-11-30"), row("comes"), row("stays"));

            assertThat(codes(ledger)).containsExactly("changes changed", "comes new", "stays nochange");
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-017", "ATR-MDL-018"})
    void whoIsMissingFromAnImportStaysOnADraftListAsDropped(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.DRAFT, row("goes"), row("stays"));

            importRows(ledger, ListStatus.DRAFT, row("stays"));

            assertThat(codes(ledger)).containsExactly("goes dropped", "stays nochange");
            assertThat(header(ledger).quantity()).isEqualTo(1);
            assertThat(importRows(ledger, ListStatus.DRAFT, row("stays")).changed())
                    .isFalse();
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-019")
    void whoReturnsAfterADropIsNewAgain(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.DRAFT, row("returns"), row("stays"));
            importRows(ledger, ListStatus.DRAFT, row("stays"));

            importRows(ledger, ListStatus.DRAFT, row("returns"), row("stays"));

            assertThat(codes(ledger)).containsExactly("returns new", "stays nochange");
            assertThat(header(ledger).quantity()).isEqualTo(2);
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-019")
    void singleChangesKeepTheBaselineOfTheLastPublication(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            importRows(ledger, ListStatus.OPEN, row("a"), row("b"));

            putMembers(ledger, row("c"));
            putMembers(ledger, row("d"), row("a", null, "2026-11-30"));

            assertThat(header(ledger).version()).isEqualTo("4");
            assertThat(codes(ledger)).containsExactly("a changed", "b new", "c new", "d new");
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-021")
    void aPublicationComparesWithThePublicationBefore(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            putMembers(ledger, row("b"));

            ledger.write(tx -> assertThat(tx.publish(LIST)).isTrue());
            assertThat(codes(ledger)).containsExactly("a nochange", "b new");

            ledger.write(tx -> assertThat(tx.publish(LIST)).isTrue());
            assertThat(codes(ledger)).containsExactly("a nochange", "b nochange");
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-017", "ATR-MDL-018"})
    void attributionsEndWithTheLastDayOfTheirPeriodInThePayersZone(TestDatabase database) {
        // Two in the morning of 1 July in Greenwich is still 30 June in Chicago
        HandClock clock = new HandClock("2026-07-01T02:00:00Z");
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("ends", null, "2026-06"), row("stays"));
            assertThat(codes(ledger)).containsExactly("ends new", "stays new");
            assertThat(header(ledger).quantity()).isEqualTo(2);

            try (ListSnapshot before = LedgerFixture.snapshot(ledger)) {
                clock.turn(Duration.ofHours(6));
                putMembers(ledger, row("z"));

                assertThat(codes(ledger)).containsExactly("ends dropped", "stays new", "z new");
                assertThat(header(ledger).quantity()).isEqualTo(2);
                assertThat(codes(before)).containsExactly("ends new", "stays new");
            }
        }
    }

    @OnEachDatabase
    void theCalendarLeavesFinalListsAlone(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("ended", null, "2026-03-31"));
            assertThat(codes(ledger)).containsExactly("ended dropped");
            assertThat(header(ledger).quantity()).isZero();

            ledger.write(tx -> tx.putList(list(ListStatus.FINAL)));

            assertThat(codes(ledger)).containsExactly("ended new");
            assertThat(header(ledger).quantity()).isEqualTo(1);
        }
    }
}
