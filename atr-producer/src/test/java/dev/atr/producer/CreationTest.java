package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.core.Canonicals;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Consumers create and delete. */
class CreationTest extends SampleProducerTest {
    private static final String STATUS =
            "http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributionListStatus";
    private static final String PERIOD =
            "http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-contractValidityPeriod";
    private static final String IDENTIFIERS = "\"identifier\":[{\"system\":\"https://payer.example/contracts\","
            + "\"value\":\"CT-9\"},{\"type\":{\"coding\":[{\"system\":"
            + "\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"NPI\"}]},"
            + "\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1234567893\"}]";
    private static final String CONTRACT =
            "{\"url\":\"" + PERIOD + "\",\"valuePeriod\":{\"start\":\"2026-01-01\",\"end\":\"2026-12-31\"}}";
    private static final String GROUP = group("\"extension\":[" + CONTRACT + "]," + IDENTIFIERS);
    private static final String DOCTOR = "{\"resourceType\":\"Practitioner\",\"identifier\":[{\"system\":"
            + "\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1000000061\"}],"
            + "\"name\":[{\"family\":\"Canary\",\"given\":[\"Made\"]}]}";
    private static final String PROVENANCE = "{\"resourceType\":\"Provenance\",\"recorded\":\"2026-03-02T08:00:00Z\","
            + "\"agent\":[{\"who\":{\"display\":\"Clinic\"}}]}";

    @Test
    @Requirement({"ATR-CAP-006", "ATR-CRE-004", "FHIR-005", "FHIR-006", "ATR-MDL-024"})
    void aListIsCreatedAsADraftWithoutMembers() {
        Answer answer = post("/Group", GROUP);

        assertThat(answer.status()).isEqualTo(201);
        JsonObject created = answer.json();
        String id = created.text("id").orElseThrow();
        assertThat(answer.header("Location")).isEqualTo(ProducerFixture.BASE + "/Group/" + id + "/_history/1");
        assertThat(answer.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(id).isNotEqualTo("mine");
        assertThat(created.all("extension.valueCode").get(0).text()).contains("draft");
        assertThat(created.find("member")).isEmpty();
        assertThat(fixture.get("/Group/" + id).text()).isEqualTo(answer.text());
        assertThat(fixture.get(ProducerFixture.below(answer.header("Location"))).status())
                .isEqualTo(200);
    }

    @Test
    @Requirement({"ATR-DISC-011", "ATR-SEC-012"})
    void aCreatedListIsItsCreatorsAlone() {
        String id = post("/Group", GROUP).json().text("id").orElseThrow();

        assertThat(fixture.send("GET", "/Group/" + id, "", fixture.as(SampleLists.OTHER_CONSUMER))
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"return=minimal, ''", "return=representation, Group", "return=OperationOutcome, OperationOutcome"})
    @Requirement("FHIR-014")
    void theAnswerComesAsPreferred(String preference, String type) {
        Answer answer = post("/Group", GROUP, "Prefer", preference);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location")).isNotEmpty();
        if (type.isEmpty()) {
            assertThat(answer.body()).isEmpty();
        } else {
            assertThat(answer.json().text("resourceType")).contains(type);
        }
    }

    @Test
    @Requirement({"ATR-CRE-004", "ATR-MDL-045"})
    void aListBeginsAsDraftOrOpen() {
        Answer open = post("/Group", withStatus("open"));
        Answer closed = post("/Group", withStatus("final").replace("CT-9", "CT-10"));
        Answer other = post("/Group", withStatus("Draft").replace("CT-9", "CT-10"));

        assertThat(open.status()).isEqualTo(201);
        assertThat(closed.status()).isEqualTo(422);
        assertThat(other.status()).isEqualTo(422);
        assertThat(closed.json().all("issue.expression").get(0).text())
                .contains("Group.extension(attributionListStatus)");
    }

    @Test
    @Requirement({"FHIR-012", "FHIR-013"})
    void aConditionalCreateMakesNoSecondList() {
        String condition = "identifier=https%3A%2F%2Fpayer.example%2Fcontracts%7CCT-9";
        Answer first = post("/Group", GROUP, "If-None-Exist", condition);
        Answer second = post("/Group", GROUP, "If-None-Exist", condition);
        Answer several = post("/Group", GROUP, "If-None-Exist", "identifier=https://payer.example/contracts|");

        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(several.status()).isEqualTo(412);
        assertThat(several.issue()).isEqualTo("multiple-matches");
    }

    @Test
    @Requirement({"ATR-MDL-011", "ATR-DISC-003"})
    void aListIsFoundByItsSettlementEntity() {
        String settlement = "{\"system\":\"https://payer.example/aco\",\"value\":\"ACO-7\","
                + "\"assigner\":{\"display\":\"Valley ACO\"}}";
        String id = post("/Group", GROUP.replace("\"identifier\":[", "\"identifier\":[" + settlement + ","))
                .json()
                .text("id")
                .orElseThrow();

        JsonObject found = fixture.get("/Group?identifier=https://payer.example/aco%7CACO-7")
                .json();

        assertThat(found.all("entry.resource.id")).hasSize(1);
        assertThat(found.all("entry.resource.id").get(0).text()).contains(id);
        assertThat(found.all("entry.resource.identifier.assigner.display")
                        .get(0)
                        .text())
                .contains("Valley ACO");
    }

    @Test
    @Requirement("ATR-MDL-031")
    void theRecipientThatACreatorNamesIsKept() {
        String recipient = "{\"url\":\"" + Canonicals.EXT_INTENDED_RECIPIENT + "\",\"valueIdentifier\":{\"system\":\""
                + Canonicals.NPI + "\",\"value\":\"1234567893\"}}";

        Answer answer = post(
                "/Group", GROUP.replace("\"extension\":[" + CONTRACT, "\"extension\":[" + recipient + "," + CONTRACT));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.json().all("extension.valueIdentifier.value").get(0).text())
                .contains("1234567893");
    }

    @Test
    @Requirement({"ATR-MDL-016", "ATR-MDL-069", "ATR-CRE-004"})
    void aMemberMayBeAttributedToTheSettlementEntity() {
        String settlement = post(
                        "/Organization", "{\"resourceType\":\"Organization\",\"active\":true,\"name\":\"Valley ACO\"}")
                .json()
                .text("id")
                .orElseThrow();
        String list = post("/Group", GROUP).json().text("id").orElseThrow();
        String provider = "Organization/" + settlement;

        Answer added = send(
                "POST",
                "/Group/" + list + "/$member-add?patientReference=Patient/10&providerReference=" + provider,
                "");
        JsonObject manifest = fixture.exported("/Group/" + list + "/$davinci-data-export");

        assertThat(added.status()).as(added.text()).isEqualTo(200);
        assertThat(fixture.get(ProducerFixture.file(manifest, "output", "Group"))
                        .json()
                        .all("member.extension.valueReference.reference"))
                .flatExtracting(reference -> reference.text().stream().toList())
                .contains(provider);
        assertThat(fixture.get(ProducerFixture.file(manifest, "output", "Organization"))
                        .text())
                .contains("Valley ACO");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "colour=red", "_count=1", "identifier=|"})
    void aConditionMustBeASearchOfLists(String condition) {
        assertThat(post("/Group", GROUP, "If-None-Exist", condition).status()).isEqualTo(400);
    }

    @Test
    @Requirement({"ATR-MDL-001", "FHIR-020"})
    void aSecondListForAContractIsRefused() {
        post("/Group", GROUP);

        Answer answer = post("/Group", GROUP);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.issue()).isEqualTo("business-rule");
    }

    @Test
    @Requirement({"ATR-CRE-006", "FHIR-022"})
    void provenanceIsKeptAndPointsToTheNewVersion() {
        String id = post("/Group", GROUP, "X-Provenance", PROVENANCE)
                .json()
                .text("id")
                .orElseThrow();

        JsonObject found = fixture.get("/Provenance?target=Group/" + id).json();

        assertThat(found.all("entry.resource.target.reference").get(0).text()).contains("Group/" + id + "/_history/1");
        assertThat(found.all("entry.resource.agent.who.display").get(0).text()).contains("Clinic");
        String provenance = found.all("entry.resource.id").get(0).text().orElseThrow();
        assertThat(fixture.get("/Provenance/" + provenance).status()).isEqualTo(200);
        assertThat(fixture.send("GET", "/Provenance/" + provenance, "", fixture.as(SampleLists.OTHER_CONSUMER))
                        .status())
                .isEqualTo(404);
        assertThat(fixture.get("/Provenance").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "{\"resourceType\":\"Patient\"}",
                "{\"resourceType\":\"Provenance\",\"recorded\":\"2026-03-02T08:00:00Z\"}",
                "{\"resourceType\":\"Provenance\",\"agent\":[{\"who\":{}}]}",
                "{\"resourceType\":\"Provenance\",\"recorded\":\"2026-03-02T08:00:00Z\",\"agent\":[{\"who\":{}}],"
                        + "\"target\":[{\"reference\":\"Group/list-open\"}]}",
                "{\"resourceType\":\"Provenance\",\"recorded\":\"2026-03-02T08:00:00Z\",\"agent\":[{\"who\":{}}],"
                        + "\"modifierExtension\":[]}"
            })
    @Requirement({"FHIR-022", "ATR-CRE-006"})
    void aMalformedProvenanceIsRefusedAndNothingIsCreated(String header) {
        Answer answer = post("/Group", GROUP, "X-Provenance", header);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(fixture.get("/Group?identifier=CT-9").json().find("total").flatMap(JsonValue::number))
                .contains(0L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "not json; 400",
                "{}; 400",
                "{\"resourceType\":\"Patient\"}; 400",
                "{\"resourceType\":\"Group\",\"resourceType\":\"Group\"}; 400",
                "{\"resourceType\":\"Group\",\"colour\":\"red\"}; 400",
                "{\"resourceType\":\"Group\",\"contained\":[]}; 400",
                "{\"resourceType\":\"Group\",\"modifierExtension\":[{\"url\":\"urn:x\",\"valueBoolean\":true}]}; 400",
                "{\"resourceType\":\"Group\",\"managingEntity\":{\"reference\":\"https://x.example/Organization/p\"}};"
                        + " 400",
                "{\"resourceType\":\"Group\",\"managingEntity\":{\"reference\":\"urn:uuid:1\"}}; 400",
                "{\"resourceType\":\"Group\",\"type\":\"animal\"}; 422",
                "{\"resourceType\":\"Group\"}; 422"
            })
    @Requirement({"FHIR-019", "FHIR-020", "ATR-GEN-013"})
    void aBodyThatBreaksARuleIsRefused(String body, int status) {
        Answer answer = post("/Group", body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().text("resourceType")).contains("OperationOutcome");
    }

    @Test
    @Requirement({"FHIR-019", "ATR-MDL-003", "ATR-MDL-008", "ATR-MDL-035"})
    void everyBrokenRuleIsNamedWithItsElement() {
        Answer answer = post("/Group", "{\"resourceType\":\"Group\"}");

        assertThat(answer.json().all("issue.expression").stream()
                        .map(at -> at.text().orElseThrow()))
                .contains("Group.identifier", "Group.managingEntity", "Group.extension(contractValidityPeriod)");
    }

    @Test
    @Requirement("ATR-CRE-004")
    void membersAreNotCreatedWithTheList() {
        String members = GROUP.replace(
                "\"type\":\"person\"", "\"type\":\"person\",\"member\":[{\"entity\":{\"reference\":\"Patient/10\"}}]");

        Answer answer = post("/Group", members);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().all("issue.expression").get(0).text()).contains("Group.member");
    }

    @Test
    @Requirement("FHIR-020")
    void aBodyOfAnotherKindIsRefused() {
        assertThat(send("POST", "/Group", GROUP, "Content-Type", "application/fhir+xml")
                        .status())
                .isEqualTo(415);
        assertThat(send("POST", "/Group", GROUP).status()).isEqualTo(415);
    }

    @Test
    @Requirement("ATR-SEC-006")
    void creatingAndDeletingNeedTheirScopes() {
        String[] reader = fixture.as(ProducerFixture.CONSUMER, "system/*.rs");

        assertThat(fixture.send(
                                "POST",
                                "/Group",
                                GROUP,
                                ProducerFixture.and(reader, "Content-Type", "application/fhir+json"))
                        .status())
                .isEqualTo(403);
        assertThat(fixture.send("DELETE", "/Group/list-open", "", reader).status())
                .isEqualTo(403);
    }

    @Test
    @Requirement({"ATR-CAP-006", "FHIR-015", "FHIR-016"})
    void aDeletedListIsGone() {
        String path = ProducerFixture.below(post("/Group", GROUP).header("Location"));
        String list = path.substring(0, path.indexOf("/_history"));

        assertThat(send("DELETE", list, "", "If-Match", "W/\"9\"").status()).isEqualTo(412);
        assertThat(send("DELETE", list, "", "If-Match", "W/\"1\"").status()).isEqualTo(204);
        assertThat(send("DELETE", list, "").status()).isEqualTo(204);
        assertThat(fixture.get(list).status()).isEqualTo(410);
        assertThat(fixture.get(path).status()).isEqualTo(200);
    }

    @Test
    @Requirement({"FHIR-016", "BULK-STAT-008"})
    void theExportsOfADeletedListEnd() {
        String id = post("/Group", GROUP).json().text("id").orElseThrow();
        String waiting = fixture.kickOff("/Group/" + id + "/$davinci-data-export?exportType=hl7.fhir.us.davinci-atr");

        assertThat(send("DELETE", "/Group/" + id, "").status()).isEqualTo(204);

        assertThat(fixture.get(waiting).status()).isEqualTo(500);
        assertThat(fixture.get(waiting).text()).contains("The list was deleted");
    }

    @Test
    @Requirement({"FHIR-008", "ATR-MDL-004"})
    void thePayersListsStay() {
        assertThat(send("DELETE", "/Group/list-open", "").status()).isEqualTo(422);
        assertThat(send("DELETE", "/Group/list-foreign", "").status()).isEqualTo(404);
        assertThat(send("DELETE", "/Group/no-such", "").status()).isEqualTo(404);
        assertThat(fixture.get("/Group/list-open").status()).isEqualTo(200);
    }

    @Test
    @Requirement("FHIR-007")
    void aListIsNotUpdated() {
        assertThat(send("PUT", "/Group/list-open", GROUP).status()).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Practitioner; \"identifier\":[{\"system\":\"urn:x\",\"value\":\"1\"}],\"name\":[{\"family\":\"Canary\"}]",
                "Patient; \"identifier\":[{\"system\":\"urn:x\",\"value\":\"1\"}],\"name\":[{\"family\":\"Canary\"}],"
                        + "\"gender\":\"female\"",
                "Organization; \"active\":true,\"name\":\"Canary\"",
                "PractitionerRole; \"practitioner\":{\"reference\":\"Practitioner/dr-1\"},"
                        + "\"organization\":{\"reference\":\"Organization/clinic\"}"
            })
    @Requirement({"ATR-CAP-007", "ATR-CAP-008", "FHIR-005", "FHIR-016"})
    void resourcesThatAListNeedsAreCreatedAndDeleted(String type, String content) {
        Answer answer = post("/" + type, "{\"resourceType\":\"" + type + "\",\"id\":\"mine\"," + content + "}");

        assertThat(answer.status()).isEqualTo(201);
        String id = answer.json().text("id").orElseThrow();
        assertThat(answer.header("Location")).isEqualTo(ProducerFixture.BASE + "/" + type + "/" + id + "/_history/1");
        assertThat(fixture.get("/" + type + "/" + id).text()).isEqualTo(answer.text());
        assertThat(send("DELETE", "/" + type + "/" + id, "").status()).isEqualTo(204);
        assertThat(fixture.get("/" + type + "/" + id).status()).isEqualTo(410);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Coverage", "Location", "RelatedPerson"})
    @Requirement("FHIR-020")
    void otherTypesAreThePayersToCreate(String type) {
        Answer answer = post("/" + type, "{\"resourceType\":\"" + type + "\"}");

        assertThat(answer.status()).isIn(404, 405);
        assertThat(send("DELETE", "/" + type + "/x", "").status()).isEqualTo(405);
    }

    @Test
    @Requirement({"ATR-SEC-010", "FHIR-020"})
    void aResourceRefersToNothingThatItsCreatorMayNotRead() {
        String role = "{\"resourceType\":\"PractitionerRole\",\"practitioner\":{\"reference\":\"Practitioner/%s\"},"
                + "\"organization\":{\"reference\":\"Organization/clinic\"}}";

        Answer foreign = post("/PractitionerRole", role.formatted("dr-foreign"));
        Answer unknown = post("/PractitionerRole", role.formatted("no-such"));

        assertThat(foreign.status()).isEqualTo(422);
        assertThat(foreign.text()).isEqualTo(unknown.text());
    }

    @ParameterizedTest
    @CsvSource({
        "Practitioner/dr-foreign, Practitioner/no-such",
        "PractitionerRole/role-foreign, PractitionerRole/no-such",
        "Organization/foreign-clinic, Organization/no-such",
        "Patient/foreign, Patient/no-such",
        "Patient/10, Patient/no-such",
        "Coverage/c-10, Coverage/no-such"
    })
    @Requirement({"ATR-SEC-010", "ATR-SEC-012", "FHIR-020"})
    void aListNamesNobodyWhomItsCreatorMayNotRead(String held, String unknown) {
        Answer refused = post("/Group", naming(held));

        Answer missing = post("/Group", naming(unknown));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(missing.status()).isEqualTo(422);
        assertThat(refused.text()).isEqualTo(missing.text());
        assertThat(fixture.get("/Group?identifier=CT-9").json().find("total").flatMap(JsonValue::number))
                .contains(0L);
    }

    @Test
    @Requirement({"ATR-SEC-010", "ATR-SEC-012"})
    void anExtensionNamesNobodyElseEither() {
        String named = "{\"url\":\"urn:x\",\"valueReference\":{\"reference\":\"Patient/%s\"}},";

        Answer refused = post("/Group", GROUP.replace(CONTRACT, named.formatted("foreign") + CONTRACT));
        Answer missing = post("/Group", GROUP.replace(CONTRACT, named.formatted("no-such") + CONTRACT));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).isEqualTo(missing.text());
    }

    @Test
    @Requirement({"ATR-DISC-003", "ATR-SEC-010"})
    void aListNamesAProviderWhomItsCreatorMayReadAndIsFoundByIt() {
        Answer created = post("/Group", naming("Practitioner/dr-3"));

        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(fixture.get("/Group?characteristic-value=attributed-to$Practitioner/dr-3&identifier=CT-9")
                        .json()
                        .all("entry.resource.id"))
                .isEqualTo(created.json().all("id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Organization/clinic", "Organization/foreign-clinic"})
    @Requirement({"ATR-REC-014", "ATR-SEC-012"})
    void onlyThePayerManagesAList(String other) {
        Answer refused = post("/Group", GROUP.replace("Organization/payer", other));

        Answer missing = post("/Group", GROUP.replace("Organization/payer", "Organization/no-such"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).isEqualTo(missing.text());
    }

    @Test
    @Requirement({"FHIR-019", "ATR-SEC-011"})
    void halfACharacterIsRefusedAndNotKept() {
        Answer answer = post("/Group", GROUP.replace("\"identifier\"", "\"name\":\"Canary \\ud800\",\"identifier\""));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("half a character").doesNotContain("Canary");
        assertThat(fixture.get("/Group?identifier=CT-9").json().find("total").flatMap(JsonValue::number))
                .contains(0L);
    }

    @Test
    @Requirement({"FHIR-019", "ATR-SEC-011"})
    void aRefusalRepeatsNoValue() {
        Answer answer = post(
                "/Practitioner",
                DOCTOR.replace("\"1000000061\"", "\"canary-7\"")
                        .replace("Practitioner\",", "Practitioner\",\"birthDate\":\"1970-01-01\","));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).doesNotContain("canary-7", "Canary", "1970");
    }

    @Test
    @Requirement("FHIR-012")
    void aConditionOnOtherTypesIsRefused() {
        assertThat(post("/Practitioner", DOCTOR, "If-None-Exist", "identifier=x")
                        .status())
                .isEqualTo(400);
    }

    @Test
    @Requirement("ATR-SEC-012")
    void theAuditTrailIsToldOfWhatIsCreatedAndDeleted() {
        List<AuditEvent> events = new ArrayList<>();
        fixture.close();
        fixture = ProducerFixture.of(files, builder -> builder.auditTrail(events::add));

        String list = post("/Group", GROUP).json().text("id").orElseThrow();
        post("/Group", GROUP);
        String doctor = post("/Practitioner", DOCTOR).json().text("id").orElseThrow();
        send("DELETE", "/Practitioner/" + doctor, "");
        send("DELETE", "/Practitioner/" + doctor, "");
        send("DELETE", "/Group/" + list, "");

        assertThat(events)
                .extracting(AuditEvent::toString)
                .containsExactly(
                        "CHANGE granted, client sample-consumer, /Group, CREATED, list " + list,
                        "CHANGE granted, client sample-consumer, /Practitioner, CREATED",
                        "CHANGE granted, client sample-consumer, /Practitioner/{id}, DELETED",
                        "CHANGE granted, client sample-consumer, /Group/{id}, DELETED, list " + list);
    }

    @Test
    void aClientCreatesSoMuchInAnHour() {
        fixture.close();
        fixture = ProducerFixture.of(files, builder -> builder.creationsPerHour(2));
        post("/Practitioner", DOCTOR);
        assertThat(post("/Practitioner", "{}").status()).isEqualTo(400);
        post("/Group", GROUP);

        Answer stopped = post("/Practitioner", DOCTOR);
        Answer other = fixture.send(
                "POST",
                "/Practitioner",
                DOCTOR,
                ProducerFixture.and(
                        fixture.as(SampleLists.OTHER_CONSUMER, "system/*.cruds"),
                        "Content-Type",
                        "application/fhir+json"));
        fixture.clock.turn(Duration.ofHours(1));
        Answer later = post("/Practitioner", DOCTOR);

        assertThat(stopped.status()).isEqualTo(429);
        assertThat(stopped.issue()).isEqualTo("throttled");
        assertThat(stopped.header("Retry-After")).isEqualTo("3600");
        assertThat(other.status()).isEqualTo(201);
        assertThat(later.status()).isEqualTo(201);
    }

    @Test
    @Requirement("FHIR-020")
    void aBodyIsOfBoundedSize() {
        Answer answer = post("/Group", GROUP + " ".repeat(4 << 20));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.issue()).isEqualTo("too-costly");
    }

    @Test
    void narrativeIsLeftAside() {
        Answer answer = post(
                "/Practitioner",
                DOCTOR.replace(
                        "Practitioner\",",
                        "Practitioner\",\"text\":{\"status\":\"generated\",\"div\":\"<div>x</div>\"},"));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().find("text")).isEmpty();
    }

    @Test
    @Requirement({"ATR-CAP-006", "ATR-CAP-007", "ATR-CAP-008"})
    void theStatementListsWhatTheBackendOffers() {
        try (ProducerFixture lesser = ProducerFixture.over(new BrokenBackend(fixture.sample), otherFiles)) {
            JsonObject full = fixture.get("/metadata").json();

            assertThat(codes(full)).filteredOn("create"::equals).hasSize(5);
            assertThat(codes(full)).filteredOn("delete"::equals).hasSize(5);
            assertThat(codes(lesser.get("/metadata").json())).doesNotContain("create", "delete");
            assertThat(lesser.send("POST", "/Group", GROUP, lesser.as("x")).status())
                    .isEqualTo(405);
        }
    }

    private Answer post(String target, String body, String... headers) {
        return send("POST", target, body, ProducerFixture.and(headers, "Content-Type", "application/fhir+json"));
    }

    private Answer send(String method, String target, String body, String... headers) {
        return fixture.send(
                method,
                target,
                body,
                ProducerFixture.and(fixture.as(ProducerFixture.CONSUMER, "system/*.cruds"), headers));
    }

    private static String naming(String reference) {
        return GROUP.replace(
                "\"managingEntity\"",
                "\"characteristic\":[{\"code\":{\"coding\":[{\"system\":\"" + Canonicals.CHARACTERISTIC_SYSTEM
                        + "\",\"code\":\"attributed-to\"}]},\"valueReference\":{\"reference\":\"" + reference
                        + "\"},\"exclude\":false}],\"managingEntity\"");
    }

    private static String withStatus(String status) {
        return group("\"extension\":[" + CONTRACT + ",{\"url\":\"" + STATUS + "\",\"valueCode\":\"" + status + "\"}],"
                + IDENTIFIERS);
    }

    private static String group(String properties) {
        return "{\"resourceType\":\"Group\",\"id\":\"mine\",\"meta\":{\"versionId\":\"7\"}," + properties
                + ",\"type\":\"person\",\"actual\":true,\"name\":\"Made list\",\"quantity\":0,"
                + "\"managingEntity\":{\"reference\":\"Organization/payer\"}}";
    }

    private static List<String> codes(JsonObject statement) {
        return statement.all("rest.resource.interaction.code").stream()
                .map(code -> code.text().orElseThrow())
                .toList();
    }
}
