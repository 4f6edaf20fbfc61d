package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.json;
import static dev.atr.producer.jdbc.LedgerFixture.patient;
import static dev.atr.producer.jdbc.LedgerFixture.resources;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static dev.atr.producer.jdbc.LedgerFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.StoredResource;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceWritesTest {
    private static final ResourceKey A = patient("a");

    @OnEachDatabase
    @Requirement("BULK-FILE-002")
    void whatIsStoredStandsOnOneLineWithVersionAndTime(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));

            ledger.write(tx -> tx.putResource(
                    A, json(A, ",\n \"meta\": {\"versionId\": \"77\", \"source\": \"urn:x\"},\n \"active\": true")));

            StoredResource stored = ledger.backend().read(CALLER, A).orElseThrow();
            assertThat(stored.version()).isEqualTo("1");
            assertThat(stored.lastUpdated()).isEqualTo("2026-06-01T12:00:00.001Z");
            assertThat(new String(stored.json(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{\"versionId\":\"1\","
                            + "\"lastUpdated\":\"2026-06-01T12:00:00.001Z\",\"source\":\"urn:x\"},\"active\":true}");
        }
    }

    @OnEachDatabase
    void aTransactionSeesWhatItHasWrittenSinceItLastLooked(TestDatabase database) {
        ResourceKey key = LedgerFixture.patient("1");
        try (Ledger ledger = database.open()) {
            ledger.write(tx -> {
                assertThat(tx.holds(key)).isFalse();
                tx.putResource(key, LedgerFixture.json(key, ""));
                tx.importList(LedgerFixture.list(ListStatus.OPEN), MemberCursor.of(List.of()));

                assertThat(tx.holds(key)).isTrue();
            });
        }
    }

    @OnEachDatabase
    void theSameContentAgainMakesNoVersion(TestDatabase database) {
        HandClock clock = new HandClock("2026-06-01T12:00:00Z");
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            ledger.write(tx -> tx.putResource(A, json(A, ",\"active\":true")));
            Instant before = ledger.backend().read(CALLER, A).orElseThrow().lastUpdated();
            clock.turn(Duration.ofMinutes(1));

            ledger.write(tx -> tx.putResource(A, json(A, ",\"active\":true,\"meta\":{\"versionId\":\"9\"}")));

            StoredResource same = ledger.backend().read(CALLER, A).orElseThrow();
            assertThat(same.version()).isEqualTo("1");
            assertThat(same.lastUpdated()).isEqualTo(before);
        }
    }

    @OnEachDatabase
    @Requirement("BULK-FILE-006")
    void otherContentMakesTheNextVersionAndLeavesOpenSnapshotsAlone(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            ledger.write(tx -> tx.putResource(A, json(A, ",\"active\":true")));
            try (ListSnapshot before = snapshot(ledger)) {
                ledger.write(tx -> {
                    tx.putResource(A, json(A, ""));
                    tx.holds(A);
                    tx.putResource(A, json(A, ",\"active\":false"));
                });

                StoredResource now = ledger.backend().read(CALLER, A).orElseThrow();
                assertThat(now.version()).isEqualTo("2");
                assertThat(new String(now.json(), StandardCharsets.UTF_8)).contains("\"active\":false");
                assertThat(resources(before, ResourceType.PATIENT))
                        .singleElement()
                        .satisfies(old -> assertThat(new String(old.json(), StandardCharsets.UTF_8))
                                .contains("\"active\":true"));
            }
        }
    }

    @OnEachDatabase
    void batchesOfOneTransactionSeeEachOther(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));

            ledger.write(tx -> {
                tx.putResource(A, json(A, ",\"active\":true"));
                for (int i = 0; i < 600; i++) {
                    tx.putResource(patient("p" + i), json(patient("p" + i), ""));
                }
                assertThat(tx.holds(A)).isTrue();
                assertThat(tx.holds(patient("p599"))).isTrue();
                assertThat(tx.holds(patient("none"))).isFalse();
                tx.putResource(A, json(A, ",\"active\":false"));
            });

            StoredResource stored = ledger.backend().read(CALLER, A).orElseThrow();
            assertThat(stored.version()).isEqualTo("1");
            assertThat(new String(stored.json(), StandardCharsets.UTF_8)).contains("\"active\":false");
        }
    }

    @OnEachDatabase
    void aReferenceThatIsGoneNoLongerBringsItsTargetAlong(TestDatabase database) {
        ResourceKey coverage = new ResourceKey(ResourceType.COVERAGE, "c-a");
        ResourceKey employer = new ResourceKey(ResourceType.ORGANIZATION, "employer");
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            ledger.write(tx -> {
                tx.putResource(employer, json(employer, ""));
                tx.putResource(coverage, json(coverage, ",\"policyHolder\":{\"reference\":\"Organization/employer\"}"));
            });
            assertThat(ledger.backend().read(CALLER, employer)).isPresent();

            ledger.write(tx -> tx.putResource(coverage, json(coverage, "")));

            assertThat(ledger.backend().read(CALLER, employer)).isEmpty();
            try (ListSnapshot snapshot = snapshot(ledger)) {
                assertThat(resources(snapshot, ResourceType.ORGANIZATION)).isEmpty();
            }
        }
    }

    @OnEachDatabase
    void manyResourcesComeInManyPages(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            Member[] rows = new Member[1200];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = row("p" + i);
            }
            importRows(ledger, ListStatus.OPEN, rows);
            ledger.write(tx -> {
                // Every other one only: references may lead nowhere
                for (int i = 0; i < rows.length; i += 2) {
                    tx.putResource(patient("p" + i), json(patient("p" + i), ""));
                }
            });

            try (ListSnapshot snapshot = snapshot(ledger)) {
                assertThat(resources(snapshot, ResourceType.PATIENT))
                        .hasSize(600)
                        .extracting(resource -> resource.key().id())
                        .isSorted();
            }
        }
    }

    @Test
    void whatIsNotTheResourceOfItsKeyIsRefused() {
        try (Ledger ledger = TestDatabase.H2.open()) {
            assertThatThrownBy(() -> ledger.write(tx -> tx.putResource(A, json(patient("b"), ""))))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessage("a Patient does not carry the type and id of its key");
            assertThatThrownBy(() -> ledger.write(tx -> tx.putResource(A, "{".getBytes(StandardCharsets.UTF_8))))
                    .isInstanceOf(InvalidContentException.class);
            assertThatThrownBy(() -> ledger.write(tx -> tx.putResource(A, new byte[1_000_001])))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessage("a Patient is longer than 1000000 bytes");
            assertThatThrownBy(() -> ledger.write(tx -> tx.putResource(LedgerFixture.LIST.key(), json(A, ""))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
