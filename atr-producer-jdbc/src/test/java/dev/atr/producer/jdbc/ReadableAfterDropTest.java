package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.json;
import static dev.atr.producer.jdbc.LedgerFixture.patient;
import static dev.atr.producer.jdbc.LedgerFixture.resources;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static dev.atr.producer.jdbc.LedgerFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.VersionQuery;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a caller may read of a member who has left an open list. */
class ReadableAfterDropTest {
    private static final ResourceKey LEFT = patient("a");
    private static final ResourceKey COVERAGE = new ResourceKey(ResourceType.COVERAGE, "c-a");
    private static final ResourceKey SUBSCRIBER = new ResourceKey(ResourceType.RELATED_PERSON, "parent");
    private static final ResourceKey DOCTOR = new ResourceKey(ResourceType.PRACTITIONER, "doctor");
    private static final List<ResourceKey> ALL = List.of(LEFT, COVERAGE, SUBSCRIBER, DOCTOR);

    private final HandClock clock = new HandClock("2026-06-01T12:00:00Z");

    @OnEachDatabase
    void nothingUnlessConfigured(TestDatabase database) {
        try (Ledger ledger = leftBehind(database.options())) {
            assertThat(readable(ledger, CALLER)).isEmpty();
        }
    }

    @OnEachDatabase
    void whatBelongedToTheMemberForAsLongAsConfigured(TestDatabase database) {
        try (Ledger ledger = leftBehind(database.options().readableAfterDrop(Duration.ofDays(30)))) {
            clock.turn(Duration.ofDays(30));
            assertThat(readable(ledger, CALLER)).isEqualTo(ALL);

            clock.turn(Duration.ofSeconds(1));
            assertThat(readable(ledger, CALLER)).isEmpty();
        }
    }

    @OnEachDatabase
    void itsHistoryToo(TestDatabase database) {
        try (Ledger ledger = leftBehind(database.options().readableAfterDrop(Duration.ofDays(30)))) {
            assertThat(ledger.backend().resourceHistory().orElseThrow().versions(CALLER, LEFT, VersionQuery.newest()))
                    .isPresent();
        }
    }

    @OnEachDatabase
    @Requirement("ATR-REC-023")
    void inExportsNothing(TestDatabase database) {
        try (Ledger ledger = leftBehind(database.options().readableAfterDrop(Duration.ofDays(30)));
                ListSnapshot now = snapshot(ledger)) {
            assertThat(resources(now, ResourceType.PATIENT)).isEmpty();
            assertThat(resources(now, ResourceType.COVERAGE)).isEmpty();
        }
    }

    @OnEachDatabase
    void nothingByWhoMayNotSeeTheList(TestDatabase database) {
        try (Ledger ledger = leftBehind(database.options().readableAfterDrop(Duration.ofDays(30)))) {
            assertThat(readable(ledger, new Caller("client-2", "system/*.read", null)))
                    .isEmpty();
        }
    }

    @OnEachDatabase
    void nothingThroughADeletedList(TestDatabase database) {
        try (Ledger ledger = leftBehind(database.options().readableAfterDrop(Duration.ofDays(30)))) {
            ledger.backend().listAdministration().orElseThrow().delete(LIST, null);

            assertThat(readable(ledger, CALLER)).isEmpty();
        }
    }

    @Test
    void aTimeThatNoDatabaseReckonsWithIsRefused() {
        LedgerOptions options = LedgerOptions.inMemory();

        for (Duration wrong : List.of(Duration.ofSeconds(-1), Duration.ofDays(36_501))) {
            assertThatThrownBy(() -> options.readableAfterDrop(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("readableAfterDrop: 0 to 36500 days");
        }
    }

    /** Opens a ledger whose list had one member, who was dropped now. */
    private Ledger leftBehind(LedgerOptions options) {
        Ledger ledger = Ledger.open(options.clock(clock));
        ledger.entitle(CALLER.clientId(), Set.of(LIST));
        ledger.write(tx -> {
            tx.putResource(LEFT, json(LEFT, ""));
            tx.putResource(COVERAGE, json(COVERAGE, ",\"policyHolder\":{\"reference\":\"RelatedPerson/parent\"}"));
            tx.putResource(SUBSCRIBER, json(SUBSCRIBER, ""));
            tx.putResource(DOCTOR, json(DOCTOR, ""));
        });
        importRows(ledger, ListStatus.OPEN, row("a"));
        clock.turn(Duration.ofDays(1));
        ledger.write(tx -> assertThat(tx.removeMember(LIST, row("a").key())).isEqualTo(MemberChange.DONE));
        return ledger;
    }

    private static List<ResourceKey> readable(Ledger ledger, Caller caller) {
        return ALL.stream()
                .filter(key -> ledger.backend().read(caller, key).isPresent())
                .toList();
    }
}
