package dev.atr.producer.jdbc;

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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.List;

class ListWritesTest {
    @OnEachDatabase
    @Requirement("ATR-MDL-005")
    void allChangesOfATransactionMakeOneVersion(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            ledger.write(tx -> {
                tx.putList(list(ListStatus.OPEN));
                tx.putMember(LIST, row("a"));
                tx.putMember(LIST, row("b"));
                tx.putList(list(ListStatus.OPEN).withName("Named"));
                tx.removeMember(LIST, row("a").key());
            });

            assertThat(header(ledger).version()).isEqualTo("1");
            assertThat(header(ledger).name()).isEqualTo("Named");
            assertThat(header(ledger).quantity()).isEqualTo(1);
            assertThat(codes(ledger)).containsExactly("b new");
        }
    }

    @OnEachDatabase
    void aListWithoutQuantityStaysWithout(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            AttributionList silent = AttributionList.of(
                    LIST,
                    ListStatus.OPEN,
                    List.of(),
                    Reference.to(ResourceType.ORGANIZATION, "payer"),
                    Period.of("2026-01-01", null));
            ledger.write(tx -> tx.putList(silent));

            assertThat(header(ledger).quantity()).isNull();
        }
    }

    @OnEachDatabase
    void whatIsAlreadySoMakesNoVersion(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));

            putMembers(ledger, row("a"));
            ledger.write(tx -> tx.putList(list(ListStatus.OPEN).withQuantity(17)));
            ImportedList again = importRows(ledger, ListStatus.OPEN, row("a", ChangeType.CHANGED));

            assertThat(again).isEqualTo(new ImportedList(LIST, "1", false, 1));
            assertThat(header(ledger).version()).isEqualTo("1");
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-015")
    void aMemberCountsOnceHoweverManyRowsItHas(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            Member other = new Member(row("a").patient(), null, null, null, false, ChangeType.NEW, OtherElements.NONE);
            importRows(ledger, ListStatus.OPEN, row("a"), row("b"));

            putMembers(ledger, other);
            assertThat(header(ledger).quantity()).isEqualTo(2);

            ledger.write(tx -> tx.removeMember(LIST, row("a").key()));
            assertThat(header(ledger).quantity()).isEqualTo(2);

            ledger.write(tx -> tx.removeMember(LIST, other.key()));
            assertThat(header(ledger).quantity()).isEqualTo(1);
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-REC-022", "ATR-MDL-017"})
    void removalFromADraftListKeepsTheRowAsInactive(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.DRAFT, row("a"), row("b"));

            ledger.write(tx -> {
                assertThat(tx.removeMember(LIST, row("a").key())).isEqualTo(MemberChange.DONE);
                assertThat(tx.removeMember(LIST, row("a").key())).isEqualTo(MemberChange.UNCHANGED);
            });

            assertThat(codes(ledger)).containsExactly("a dropped", "b new");
            assertThat(header(ledger).quantity()).isEqualTo(1);
        }
    }

    @OnEachDatabase
    @Requirement("ATR-REC-023")
    void removalFromAnOpenListTakesTheRowAway(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"), row("b"));

            ledger.write(tx -> {
                assertThat(tx.removeMember(LIST, row("a").key())).isEqualTo(MemberChange.DONE);
                assertThat(tx.removeMember(LIST, row("a").key())).isEqualTo(MemberChange.NOT_ON_LIST);
            });

            assertThat(codes(ledger)).containsExactly("b new");
        }
    }

    @OnEachDatabase
    void aFinalListRefusesMemberChangesAndTakesImports(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.FINAL, row("a"), row("b"));

            ledger.write(tx -> {
                assertThat(tx.putMember(LIST, row("c"))).isEqualTo(MemberChange.LIST_IS_FINAL);
                assertThat(tx.removeMember(LIST, row("a").key())).isEqualTo(MemberChange.LIST_IS_FINAL);
            });
            assertThat(header(ledger).version()).isEqualTo("1");

            importRows(ledger, ListStatus.FINAL, row("b"));
            assertThat(codes(ledger)).containsExactly("b nochange");
        }
    }

    @OnEachDatabase
    void anUnknownListRefusesMemberChanges(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            ListId unknown = new ListId("unknown");

            ledger.write(tx -> {
                assertThat(tx.putMember(unknown, row("a"))).isEqualTo(MemberChange.NO_SUCH_LIST);
                assertThat(tx.removeMember(unknown, row("a").key())).isEqualTo(MemberChange.NO_SUCH_LIST);
                assertThat(tx.publish(unknown)).isFalse();
            });

            assertThat(ledger.backend().find(LedgerFixture.CALLER, unknown)).isEmpty();
        }
    }

    @OnEachDatabase
    void anImportWithTwoRowsOfOneKeyLeavesEverythingAsItWas(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));

            assertThatThrownBy(() -> importRows(ledger, ListStatus.OPEN, row("b"), row("b", null, "2026-10-31")))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessage("two rows of the list have the same patient, provider, coverage and start");

            assertThat(codes(ledger)).containsExactly("a new");
            assertThat(importRows(ledger, ListStatus.OPEN, row("a"), row("b")).version())
                    .isEqualTo("2");
        }
    }

    @OnEachDatabase
    void anImportGoesWithItsTransaction(TestDatabase database) {
        ResourceKey patient = LedgerFixture.patient("b");
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));

            assertThatThrownBy(() -> ledger.write(tx -> {
                        tx.putResource(patient, LedgerFixture.json(patient, ""));
                        tx.importList(list(ListStatus.OPEN), MemberCursor.of(List.of(row("b"))));
                        throw new IllegalStateException("changed my mind");
                    }))
                    .isInstanceOf(IllegalStateException.class);

            assertThat(codes(ledger)).containsExactly("a new");
            ledger.write(tx -> assertThat(tx.find(patient)).isEmpty());

            ledger.write(tx -> {
                tx.putResource(patient, LedgerFixture.json(patient, ""));
                assertThat(tx.find(patient)).isPresent();
                tx.importList(list(ListStatus.OPEN), MemberCursor.of(List.of(row("b"))));
            });

            assertThat(codes(ledger)).containsExactly("b new");
            assertThat(ledger.backend().read(LedgerFixture.CALLER, patient)).isPresent();
        }
    }

    @OnEachDatabase
    void aFailedWriteLeavesEverythingAsItWas(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));

            assertThatThrownBy(() -> ledger.write(tx -> {
                        tx.putMember(LIST, row("b"));
                        tx.publish(LIST);
                        throw new IllegalStateException("changed my mind");
                    }))
                    .isInstanceOf(IllegalStateException.class);

            assertThat(header(ledger).version()).isEqualTo("1");
            assertThat(codes(ledger)).containsExactly("a new");
        }
    }

    @OnEachDatabase
    @Requirement("BULK-MAN-001")
    void anOldSnapshotIsReadPageByPageAsItWas(TestDatabase database) {
        HandClock clock = new HandClock("2026-06-01T12:00:00Z");
        try (Ledger ledger = database.open(clock)) {
            // More rows than a page holds
            Member[] many = new Member[2500];
            for (int i = 0; i < many.length; i++) {
                many[i] = row("p" + (10_000 + i));
            }
            importRows(ledger, ListStatus.OPEN, many);
            try (ListSnapshot before = snapshot(ledger)) {
                clock.turn(Duration.ofSeconds(1));

                importRows(ledger, ListStatus.OPEN, many[0], many[2499], row("z"));

                assertThat(rows(before)).hasSize(2500);
                assertThat(header(ledger).quantity()).isEqualTo(3);
                assertThat(header(ledger).lastUpdated()).isAfter(before.transactionTime());
            }
        }
    }

    @OnEachDatabase
    void timeGoesOnWhenTheClockGoesBack(TestDatabase database) {
        HandClock clock = new HandClock("2026-06-01T12:00:00Z");
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            clock.turn(Duration.ofHours(-1));

            putMembers(ledger, row("b"));

            assertThat(header(ledger).lastUpdated()).isEqualTo("2026-06-01T12:00:00.001Z");
        }
    }

    @OnEachDatabase
    void aListWhoseTextIsNoneIsRefusedWhole(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            AttributionList halfNamed = list(ListStatus.OPEN).withName("canary \ud800");

            assertThatThrownBy(() -> ledger.importList(halfNamed, MemberCursor.of(List.of(row("a")))))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("half a character")
                    .hasMessageNotContaining("canary");
            assertThatThrownBy(() -> ledger.write(tx -> tx.putList(halfNamed)))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("half a character");

            assertThat(ledger.backend().find(LedgerFixture.CALLER, LIST)).isEmpty();
        }
    }

    @OnEachDatabase
    void aRowWhoseTextIsNoneIsRefused(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            Reference named = new Reference("Patient/b", null, null, "canary \udc00", OtherElements.NONE);
            Member halfNamed = new Member(named, null, null, null, false, null, OtherElements.NONE);

            assertThatThrownBy(() -> importRows(ledger, ListStatus.OPEN, halfNamed))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("half a character")
                    .hasMessageNotContaining("canary");
            assertThatThrownBy(() -> putMembers(ledger, halfNamed))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("half a character");

            assertThat(codes(ledger)).containsExactly("a new");
        }
    }
}
