package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.codes;
import static dev.atr.producer.jdbc.LedgerFixture.header;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.json;
import static dev.atr.producer.jdbc.LedgerFixture.patient;
import static dev.atr.producer.jdbc.LedgerFixture.putMembers;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.producer.spi.reconcile.AddEffect;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Change;
import dev.atr.producer.spi.reconcile.ConfirmEffect;
import dev.atr.producer.spi.reconcile.Decision;
import dev.atr.producer.spi.reconcile.Outcome;
import dev.atr.producer.spi.reconcile.ProposedAddition;
import dev.atr.producer.spi.reconcile.ProposedConfirmation;
import dev.atr.producer.spi.reconcile.ProposedRemoval;
import dev.atr.producer.spi.reconcile.Reconciliation;
import dev.atr.producer.spi.reconcile.ReconciliationRefusal;
import dev.atr.producer.spi.reconcile.RemoveEffect;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What happens on other connections while a policy decides. */
class DecisionsBesideOthersTest {
    private static final ResourceKey DOCTOR = new ResourceKey(ResourceType.PRACTITIONER, "doctor");
    private static final ResourceKey COVERAGE = new ResourceKey(ResourceType.COVERAGE, "c-a");

    @OnEachDatabase
    @Requirement({"ATR-REC-011", "ATR-REC-042"})
    void aProviderThatIsDeletedMeanwhileGetsNobody(TestDatabase database) {
        try (Ledger ledger = holding(database, ListStatus.OPEN)) {
            Outcome<Change<AddEffect>> outcome = add(
                    ledger,
                    () -> ledger.write(
                            tx -> assertThat(tx.deleteResource(DOCTOR)).isTrue()));

            assertThat(outcome).isEqualTo(new Outcome.Refused<>(ReconciliationRefusal.UNKNOWN_PROVIDER));
            assertThat(codes(ledger)).isEmpty();
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-REC-014", "ATR-REC-042"})
    void onACoverageThatIsDeletedMeanwhileRestsNoRow(TestDatabase database) {
        try (Ledger ledger = holding(database, ListStatus.OPEN)) {
            Outcome<Change<AddEffect>> outcome = add(
                    ledger,
                    () -> ledger.write(
                            tx -> assertThat(tx.deleteResource(COVERAGE)).isTrue()));

            assertThat(outcome).isEqualTo(new Outcome.Refused<>(ReconciliationRefusal.NO_COVERAGE));
            assertThat(codes(ledger)).isEmpty();
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-REC-026", "ATR-REC-042"})
    void othersWriteWhileARemovalIsDecided(TestDatabase database) {
        try (Ledger ledger = holding(database, ListStatus.OPEN, row("a"))) {
            Asked asked = new Asked(1, () -> putMembers(ledger, row("b")));

            Outcome<Change<RemoveEffect>> outcome = remove(ledger, asked);

            assertThat(outcome).isInstanceOf(Outcome.Done.class);
            assertThat(asked.removals).hasSize(1);
            assertThat(codes(ledger)).containsExactly("b new");
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-REC-026", "ATR-REC-042"})
    void aRemovalIsDecidedAnewWhenTheMemberGotARowMeanwhile(TestDatabase database) {
        try (Ledger ledger = holding(database, ListStatus.OPEN, row("a"))) {
            Asked asked = new Asked(1, () -> putMembers(ledger, rowWithClinic()));

            Outcome<Change<RemoveEffect>> outcome = remove(ledger, asked);

            assertThat(outcome).isInstanceOf(Outcome.Done.class);
            assertThat(asked.removals)
                    .extracting(removal -> removal.rows().size())
                    .containsExactly(1, 2);
            assertThat(codes(ledger)).isEmpty();
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-REC-028", "ATR-REC-042"})
    void whoIsGoneMeanwhileIsNotRemovedTwice(TestDatabase database) {
        try (Ledger ledger = holding(database, ListStatus.OPEN, row("a"))) {
            Asked asked = new Asked(1, () -> ledger.write(tx -> tx.removeMember(LIST, row("a").key())));

            Outcome<Change<RemoveEffect>> outcome = remove(ledger, asked);

            assertThat(outcome).isEqualTo(new Outcome.Refused<>(ReconciliationRefusal.NOT_ON_LIST));
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-REC-034", "ATR-REC-042"})
    void aConfirmationIsDecidedAnewWhenTheListChangedMeanwhile(TestDatabase database) {
        try (Ledger ledger = holding(database, ListStatus.DRAFT, row("a"))) {
            Asked asked = new Asked(1, () -> putMembers(ledger, row("b")));

            ConfirmEffect effect = confirm(ledger, asked);

            assertThat(effect).isEqualTo(ConfirmEffect.FINALISED);
            assertThat(asked.confirmations)
                    .extracting(confirmation -> confirmation.list().version())
                    .containsExactly("1", "2");
            assertThat(header(ledger).status()).isEqualTo(ListStatus.FINAL);
            assertThat(header(ledger).quantity()).isEqualTo(2);
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-REC-033", "ATR-REC-042"})
    void aListThatKeepsChangingIsConfirmedInTheEnd(TestDatabase database) {
        try (Ledger ledger = holding(database, ListStatus.DRAFT, row("a"))) {
            List<Member> more = new ArrayList<>(List.of(row("b"), row("c"), row("d")));
            Asked asked = new Asked(more.size(), () -> putMembers(ledger, more.remove(0)));

            ConfirmEffect effect = confirm(ledger, asked);

            assertThat(effect).isEqualTo(ConfirmEffect.FINALISED);
            assertThat(asked.confirmations).hasSize(4);
            assertThat(header(ledger).quantity()).isEqualTo(4);
        }
    }

    private static Outcome<Change<AddEffect>> add(Ledger ledger, Runnable meanwhile) {
        return reconciliation(ledger)
                .memberAdd(
                        CALLER,
                        LIST,
                        new MemberAddRequest.OfPatient(patient("a"), DOCTOR, null),
                        null,
                        new Asked(1, meanwhile));
    }

    private static Outcome<Change<RemoveEffect>> remove(Ledger ledger, AttributionPolicy policy) {
        return reconciliation(ledger)
                .memberRemove(CALLER, LIST, new MemberRemoveRequest.OfPatient(patient("a")), null, policy);
    }

    private static ConfirmEffect confirm(Ledger ledger, AttributionPolicy policy) {
        return reconciliation(ledger)
                .confirmAttributionList(CALLER, LIST, null, policy)
                .map(
                        Change::effect,
                        reason -> {
                            throw new AssertionError("declined");
                        },
                        why -> {
                            throw new AssertionError("refused: " + why);
                        });
    }

    private static Reconciliation reconciliation(Ledger ledger) {
        return ledger.backend().reconciliation().orElseThrow();
    }

    private static Ledger holding(TestDatabase database, ListStatus status, Member... rows) {
        Ledger ledger = database.open();
        importRows(ledger, status, rows);
        ledger.write(tx -> {
            tx.putResource(DOCTOR, json(DOCTOR, ""));
            tx.putResource(patient("a"), json(patient("a"), ""));
            tx.putResource(
                    COVERAGE,
                    json(
                            COVERAGE,
                            ",\"status\":\"active\",\"beneficiary\":{\"reference\":\"Patient/a\"},"
                                    + "\"payor\":[{\"reference\":\"Organization/payer\"}]"));
        });
        return ledger;
    }

    private static Member rowWithClinic() {
        return new Member(
                Reference.to(ResourceType.PATIENT, "a"),
                Reference.to(ResourceType.COVERAGE, "c-a"),
                Reference.to(ResourceType.ORGANIZATION, "clinic"),
                Period.of("2026-01-01", "2026-12-31"),
                false,
                null,
                OtherElements.NONE);
    }

    /** Accepts everything; the first times that it is asked, it waits for what somebody else does. */
    private static final class Asked implements AttributionPolicy {
        private final List<ProposedRemoval> removals = new ArrayList<>();
        private final List<ProposedConfirmation> confirmations = new ArrayList<>();
        private final Runnable meanwhile;
        private int times;

        Asked(int times, Runnable meanwhile) {
            this.times = times;
            this.meanwhile = meanwhile;
        }

        @Override
        public Decision.OnAddition onAddition(ProposedAddition addition) {
            letOthersWrite();
            return new Decision.Accepted();
        }

        @Override
        public Decision.OnRemoval onRemoval(ProposedRemoval removal) {
            removals.add(removal);
            letOthersWrite();
            return new Decision.Accepted();
        }

        @Override
        public Decision.OnConfirmation onConfirmation(ProposedConfirmation confirmation) {
            confirmations.add(confirmation);
            letOthersWrite();
            return new Decision.Accepted();
        }

        private void letOthersWrite() {
            if (times-- > 0) {
                // Ends also where the policy is asked while others wait: the request fails then
                CompletableFuture.runAsync(meanwhile)
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join();
            }
        }
    }
}
