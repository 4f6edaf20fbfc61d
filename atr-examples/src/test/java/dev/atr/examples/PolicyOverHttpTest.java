package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.reconcile.ListReconciliation;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.error.RejectedException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Decision;
import dev.atr.producer.spi.reconcile.ProposedAddition;
import dev.atr.producer.spi.reconcile.ProposedRemoval;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a payer decides, and what another version of a list keeps from happening, as our Consumer meets it over sockets. */
class PolicyOverHttpTest {
    private static final Period SPRING = Period.of("2026-03-01", "2026-05-31");

    @TempDir
    private Path folder;

    private RunningProducer producer;
    private ListReconciliation reconciliation;
    private ListClient lists;
    private ListId list;
    private Member row;

    @BeforeEach
    void start() throws Exception {
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
        reconciliation = producer.reconciliation(FhirVersion.R4);
        lists = producer.lists(FhirVersion.R4);
        list = producer.openList();
        row = rows(key(producer.storedOne("Patient"))).get(0);
    }

    @AfterEach
    void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    @Requirement({"ATR-REC-009", "ATR-REC-010", "ATR-REC-026"})
    void whatThePayerDeclinesIsAnsweredWithItsReason() throws Exception {
        producer.decideBy(deciding(
                new Decision.Declined("No additions this year."), new Decision.Declined("No removals this year.")));
        String before = version();

        RejectedException added = rejected(() -> reconciliation.memberAdd(list, addition(SPRING)));
        RejectedException removed = rejected(() -> reconciliation.memberRemove(list, removal()));

        assertThat(List.of(added, removed))
                .allSatisfy(refusal -> assertThat(refusal.status()).isEqualTo(422));
        assertThat(added.issues().get(0).text()).contains("No additions this year.");
        assertThat(removed.issues().get(0).text()).contains("No removals this year.");
        assertThat(version()).isEqualTo(before);
    }

    @Test
    @Requirement({"ATR-REC-009", "ATR-REC-014"})
    void whatThePayerChangesIsWhatTheListSays() throws Exception {
        ResourceKey clinic = key(producer.storedOne("Organization"));
        producer.decideBy(deciding(new Decision.Changed(clinic, key(row.coverage()), SPRING), new Decision.Accepted()));

        reconciliation.memberAdd(list, addition(null));

        assertThat(rows(key(row.patient())))
                .filteredOn(changed -> key(changed.provider()).equals(clinic))
                .extracting(Member::period)
                .containsExactly(SPRING);
    }

    @Test
    @Requirement({"ATR-SEC-012", "ATR-REC-011"})
    void whomThePayerHidesIsAnsweredLikeNobody() throws Exception {
        producer.decideBy(deciding(new Decision.Hidden(), new Decision.Accepted()));

        HttpResponse<String> hidden = add(key(row.patient()).reference());
        HttpResponse<String> unknown = add("Patient/nobody-at-all");

        assertThat(hidden.statusCode()).isEqualTo(422);
        assertThat(hidden.statusCode()).isEqualTo(unknown.statusCode());
        assertThat(hidden.body()).isEqualTo(unknown.body());
    }

    @Test
    @Requirement({"FHIR-013", "ATR-REC-042"})
    void aChangeOfAnotherVersionIsRefused() throws Exception {
        String old = version();
        reconciliation.memberRemove(list, removal(), old);
        String now = version();

        RejectedException added = rejected(() -> reconciliation.memberAdd(list, addition(null), old));
        RejectedException removed = rejected(() -> reconciliation.memberRemove(list, removal(), old));
        assertThat(version()).isEqualTo(now);
        reconciliation.memberAdd(list, addition(null), now);

        assertThat(now).isNotEqualTo(old);
        assertThat(List.of(added, removed)).allSatisfy(refusal -> {
            assertThat(refusal.status()).isEqualTo(412);
            assertThat(refusal.isVersionConflict()).isTrue();
        });
        assertThat(rows(key(row.patient()))).hasSize(1);
    }

    private HttpResponse<String> add(String patient) throws IOException, InterruptedException {
        return producer.post(
                "/" + list.key().reference() + "/$member-add?patientReference=" + patient + "&providerReference="
                        + key(row.provider()).reference(),
                "");
    }

    private MemberAddRequest addition(@Nullable Period period) {
        return new MemberAddRequest.OfPatient(key(row.patient()), key(row.provider()), period);
    }

    private MemberRemoveRequest removal() {
        return new MemberRemoveRequest.OfPatient(key(row.patient()));
    }

    private String version() throws InterruptedException {
        return Optional.ofNullable(lists.find(list).orElseThrow().version()).orElseThrow();
    }

    private List<Member> rows(ResourceKey patient) throws InterruptedException {
        return reconciliation
                .attributionStatus(list, new MemberSelector.ByPatient(patient))
                .orElseThrow()
                .rows();
    }

    private static RejectedException rejected(ThrowingCallable request) {
        RejectedException[] refusal = new RejectedException[1];
        assertThatThrownBy(request).isInstanceOfSatisfying(RejectedException.class, thrown -> refusal[0] = thrown);
        return refusal[0];
    }

    private static ResourceKey key(@Nullable Reference reference) {
        return Optional.ofNullable(reference).flatMap(Reference::key).orElseThrow();
    }

    private static ResourceKey key(String reference) {
        return ResourceKey.ofReference(reference).orElseThrow();
    }

    private static AttributionPolicy deciding(Decision.OnAddition onAddition, Decision.OnRemoval onRemoval) {
        return new AttributionPolicy() {
            @Override
            public Decision.OnAddition onAddition(ProposedAddition addition) {
                return onAddition;
            }

            @Override
            public Decision.OnRemoval onRemoval(ProposedRemoval removal) {
                return onRemoval;
            }
        };
    }
}
