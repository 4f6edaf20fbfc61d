package dev.atr.consumer.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.NumberedTokens;
import dev.atr.consumer.ProducerConnection;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.error.DeadlineException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberId;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.core.reconcile.ProviderNpi;
import dev.atr.http.HandClock;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListReconciliationTest {
    private static final ListId LIST = new ListId("list-1");
    private static final String GROUP = "/r4/Group/list-1";
    private static final MemberId MEMBER = new MemberId("https://payer.example/members", "M-1");
    private static final ProviderNpi NPI = new ProviderNpi("1357902463");
    private static final ResourceKey PATIENT = new ResourceKey(ResourceType.PATIENT, "p-1");
    private static final ResourceKey ROLE = new ResourceKey(ResourceType.PRACTITIONER_ROLE, "r-1");
    private static final ResourceKey COVERAGE = new ResourceKey(ResourceType.COVERAGE, "c-1");
    private static final String SAID =
            "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"%s\",\"code\":\"%s\"}]}";

    private final ScriptedPeer producer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final HandClock clock = new HandClock("2026-03-02T09:00:00Z");
    private final ListReconciliation reconciliation = new ListReconciliation(
            ProducerConnection.of(producer.base(), NumberedTokens.forOriginsOf(producer.base()), egress)
                    .withFhirVersion(FhirVersion.R4)
                    .withClock(clock, clock));

    @AfterEach
    void stop() {
        egress.close();
        producer.close();
    }

    @Test
    @Requirement({"ATR-REC-002", "ATR-REC-003", "ATR-REC-012"})
    void sendsNumbersAndPeriodOfAnAddition() throws Exception {
        producer.on(
                "POST",
                GROUP + "/$member-add",
                said("information", "informational").with("ETag", "W/\"7\""));

        Acknowledgement answer = reconciliation.memberAdd(
                LIST, new MemberAddRequest.OfMember(MEMBER, NPI, Period.of("2026-01-01", "2026-12-31")));

        assertThat(answer.version()).isEqualTo("7");
        assertThat(body(GROUP + "/$member-add"))
                .isEqualTo("{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"memberId\",\"valueIdentifier\":"
                        + "{\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\","
                        + "\"code\":\"MB\"}]},\"system\":\"https://payer.example/members\",\"value\":\"M-1\"}},"
                        + "{\"name\":\"providerNpi\",\"valueIdentifier\":{\"system\":"
                        + "\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1357902463\"}},"
                        + "{\"name\":\"attributionPeriod\",\"valuePeriod\":{\"start\":\"2026-01-01\","
                        + "\"end\":\"2026-12-31\"}}]}");
    }

    @Test
    @Requirement({"ATR-REC-019", "ATR-REC-020"})
    void sendsReferencesAndTheVersionOfARemoval() throws Exception {
        producer.on("POST", GROUP + "/$member-remove", said("information", "informational"));

        reconciliation.memberRemove(LIST, new MemberRemoveRequest.OfCoverage(PATIENT, ROLE, COVERAGE), "6");

        assertThat(producer.asked(GROUP + "/$member-remove"))
                .singleElement()
                .satisfies(asked -> assertThat(asked.headers()).containsEntry("if-match", "W/\"6\""));
        assertThat(body(GROUP + "/$member-remove"))
                .contains("\"Patient/p-1\"", "\"PractitionerRole/r-1\"", "\"Coverage/c-1\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204})
    @Requirement("ATR-REC-032")
    void anySuccessIsAConfirmation(int status) throws Exception {
        producer.on(
                "POST",
                GROUP + "/$confirm-attribution-list",
                Reply.status(status).with("Location", producer.base() + "/Group/list-1/_history/9"));

        Acknowledgement answer = reconciliation.confirmAttributionList(LIST);

        assertThat(answer.version()).isEqualTo("9");
        assertThat(answer.issues()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 412, 422})
    @Requirement("ATR-REC-040")
    void aRefusalTellsItsIssues(int status) {
        producer.on("POST", GROUP + "/$member-add", Reply.fhir(status, String.format(SAID, "error", "business-rule")));

        assertThatThrownBy(() -> reconciliation.memberAdd(LIST, new MemberAddRequest.OfMember(MEMBER, NPI, null)))
                .isInstanceOfSatisfying(RejectedException.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(status);
                    assertThat(refusal.issues().get(0).code().code()).isEqualTo("business-rule");
                })
                .hasMessageNotContaining("M-1");
    }

    @Test
    @Requirement("ATR-REC-029")
    void movesAnAttributionInTwoStepsAndStopsAtTheFirstRefusal() throws Exception {
        producer.on(
                "POST",
                GROUP + "/$member-remove",
                said("information", "informational").with("ETag", "W/\"2\""));
        producer.on(
                "POST",
                GROUP + "/$member-add",
                said("information", "informational").with("ETag", "W/\"3\""));
        MemberRemoveRequest from = new MemberRemoveRequest.OfMember(MEMBER);
        MemberAddRequest to = new MemberAddRequest.OfMember(MEMBER, NPI, null);

        assertThat(reconciliation.changeAttribution(LIST, from, to).version()).isEqualTo("3");
        producer.on("POST", GROUP + "/$member-remove", Reply.fhir(422, String.format(SAID, "error", "not-found")));
        assertThatThrownBy(() -> reconciliation.changeAttribution(LIST, from, to))
                .isInstanceOf(RejectedException.class);

        assertThat(producer.asked(GROUP + "/$member-add")).hasSize(1);
    }

    @Test
    @Requirement({"ATR-REC-036", "ATR-REC-039"})
    void readsTheStatusFromAnyBundle() throws Exception {
        producer.on(
                "POST",
                GROUP + "/$attribution-status",
                Reply.json("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":"
                        + "{\"resourceType\":\"Patient\",\"id\":\"p-1\"}},{\"resource\":" + group("draft", true)
                        + "}]}"));

        MemberStatus status = reconciliation
                .attributionStatus(LIST, new MemberSelector.ByMemberId(MEMBER))
                .orElseThrow();

        assertThat(status.isAttributed()).isTrue();
        assertThat(status.rows()).hasSize(1);
        assertThat(status.resources()).containsOnlyKeys(PATIENT);
    }

    @Test
    @Requirement("ATR-REC-038")
    void whoIsNotOnTheListHasNoStatusAndAListThatIsNotOursIsRefused() throws Exception {
        producer.on(
                "POST",
                GROUP + "/$attribution-status",
                Reply.fhir(404, String.format(SAID, "error", "not-found")),
                Reply.fhir(404, String.format(SAID, "error", "not-found")));
        producer.on(
                "GET",
                GROUP,
                Reply.json(group("draft", false)),
                Reply.fhir(404, String.format(SAID, "error", "not-found")));
        MemberSelector member = new MemberSelector.ByPatient(PATIENT);

        assertThat(reconciliation.attributionStatus(LIST, member)).isEmpty();
        assertThatThrownBy(() -> reconciliation.attributionStatus(LIST, member)).isInstanceOf(RejectedException.class);
    }

    @Test
    @Requirement("ATR-REC-035")
    void waitsUntilTheListIsFinalOrTimeIsUp() throws Exception {
        producer.on("GET", GROUP, Reply.json(group("draft", false)), Reply.json(group("final", false)));

        assertThat(reconciliation.awaitFinal(LIST, Duration.ofMinutes(1)).status())
                .isEqualTo(ListStatus.FINAL);
        assertThat(clock.passed()).isEqualTo(ListReconciliation.FINAL_POLL);

        producer.on("GET", GROUP, Reply.json(group("open", false)));
        assertThatThrownBy(() -> reconciliation.awaitFinal(LIST, Duration.ZERO)).isInstanceOf(DeadlineException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 412})
    @Requirement("FHIR-009")
    void aVersionConflictIsToldAndMadeAgainOnTheNewVersion(int status) throws Exception {
        producer.on(
                GROUP,
                Reply.fhir(200, group("open", false).replace("\"id\"", "\"meta\":{\"versionId\":\"7\"},\"id\"")));
        producer.on(
                "POST",
                GROUP + "/$member-add",
                Reply.fhir(status, String.format(SAID, "error", "conflict")),
                said("information", "informational").with("ETag", "W/\"8\""));
        MemberAddRequest request = new MemberAddRequest.OfMember(MEMBER, NPI, null);

        Acknowledgement answer = reconciliation.onCurrentVersion(
                LIST, 2, now -> reconciliation.memberAdd(now.id(), request, now.version()));

        assertThat(answer.version()).isEqualTo("8");
        assertThat(producer.asked(GROUP)).hasSize(2);
        assertThat(producer.asked(GROUP + "/$member-add"))
                .extracting(asked -> asked.headers().getOrDefault("if-match", ""))
                .containsExactly("W/\"7\"", "W/\"7\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 412})
    @Requirement("FHIR-009")
    void whoeverIsAlwaysTooLateLearnsIt(int status) {
        producer.on(GROUP, Reply.fhir(200, group("open", false)));
        producer.on("POST", GROUP + "/$member-remove", Reply.status(status));

        assertThatThrownBy(() -> reconciliation.onCurrentVersion(
                        LIST,
                        3,
                        now -> reconciliation.memberRemove(LIST, new MemberRemoveRequest.OfPatient(PATIENT), "1")))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> assertThat(rejected.isVersionConflict()).isTrue());
        assertThat(producer.asked(GROUP + "/$member-remove")).hasSize(3);
    }

    @Test
    @Requirement({"ATR-CRE-001", "ATR-CRE-005", "FHIR-012"})
    void beginsAListWithoutMembersAndSaysWhereItIsFrom() throws Exception {
        producer.on("POST", "/r4/Group", Reply.fhir(201, group("draft", false)));

        AttributionList created = reconciliation.createList(wanted(), source());

        assertThat(created.id()).isEqualTo(LIST);
        Asked asked = producer.asked("/r4/Group").get(0);
        assertThat(asked.body())
                .contains(
                        "\"resourceType\":\"Group\"",
                        "\"CT-1\"",
                        "\"draft\"",
                        "\"lastUpdated\":\"2026-03-02T09:00:00Z\"")
                .doesNotContain("\"member\"", "\"id\"", "SUBSETTED");
        assertThat(asked.headers().get("x-provenance"))
                .isEqualTo("{\"resourceType\":\"Provenance\",\"recorded\":\"2026-03-02T09:00:00Z\","
                        + "\"agent\":[{\"who\":{\"display\":\"Caf\\u00e9 Clinic\"}}]}");
        assertThat(asked.headers())
                .containsEntry("if-none-exist", "identifier=https%3A%2F%2Fpayer.example%2Fcontracts%7CCT-1")
                .containsEntry("prefer", "return=representation");
    }

    @Test
    @Requirement("ATR-CRE-001")
    void aCreationThatIsAnsweredWithoutAGroupIsRead() throws Exception {
        producer.on(
                "POST",
                "/r4/Group",
                Reply.status(201)
                        .with(
                                "Location",
                                producer.at("/r4/Group/list-1/_history/1").toString()));
        producer.on("GET", GROUP, Reply.fhir(200, group("draft", false)));

        assertThat(reconciliation.createList(wanted(), source()).id()).isEqualTo(LIST);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204, 410})
    @Requirement("FHIR-008")
    void deletesAListOfOneVersion(int status) throws Exception {
        producer.on("DELETE", GROUP, Reply.status(status));

        reconciliation.deleteList(LIST, "3");
        reconciliation.deleteList(LIST);

        assertThat(producer.asked(GROUP)).extracting(Asked::method).containsExactly("DELETE", "DELETE");
        assertThat(producer.asked(GROUP).get(0).headers()).containsEntry("if-match", "W/\"3\"");
        assertThat(producer.asked(GROUP).get(1).headers()).doesNotContainKey("if-match");
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 409, 412, 422})
    @Requirement({"FHIR-008", "FHIR-019"})
    void aListThatTheProducerKeepsIsARejection(int status) {
        producer.on("DELETE", GROUP, Reply.status(status));

        assertThatThrownBy(() -> reconciliation.deleteList(LIST, "3"))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> assertThat(rejected.status()).isEqualTo(status));
    }

    private static AttributionList wanted() {
        return AttributionList.of(
                new ListId("whatever"),
                ListStatus.DRAFT,
                List.of(
                        Identifier.of(Canonicals.NPI, "1357902463"),
                        Identifier.of("https://payer.example/contracts", "CT-1")),
                Reference.to(ResourceType.ORGANIZATION, "payer"),
                Period.of("2026-01-01", "2026-12-31"));
    }

    private static Reference source() {
        return new Reference(null, null, null, "Caf\u00e9 Clinic", OtherElements.NONE);
    }

    private String body(String path) {
        return producer.asked(path).get(0).body();
    }

    private static Reply said(String severity, String code) {
        return Reply.fhir(200, String.format(SAID, severity, code));
    }

    private static String group(String status, boolean withRow) {
        return "{\"resourceType\":\"Group\",\"id\":\"list-1\",\"extension\":[{\"url\":"
                + "\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributionListStatus\",\"valueCode\":\""
                + status + "\"},{\"url\":"
                + "\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-contractValidityPeriod\","
                + "\"valuePeriod\":{\"start\":\"2026-01-01\"}}],\"type\":\"person\",\"actual\":true"
                + (withRow ? ",\"member\":[{\"entity\":{\"reference\":\"Patient/p-1\"}}]" : "") + "}";
    }
}
