package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.tck.SampleList;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What narrows an export: times, patients, filters, elements, and how a client wants to be told. */
class ExportParametersTest extends SampleProducerTest {
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";
    private static final ResourceKey CLINIC = new ResourceKey(ResourceType.ORGANIZATION, "clinic");

    // _since and _until

    @Test
    @Requirement({"ATR-EXP-022", "BULK-KICK-014", "BULK-KICK-015", "BULK-KICK-016"})
    void sinceTheLastExportThereIsWhatChangedAndAllOfNewMembers() {
        String then = fixture.exported(OPERATION).text("transactionTime").orElseThrow();
        fixture.clock.turn(Duration.ofMinutes(1));
        SampleLists sample = SampleLists.standard();
        SampleList open = sample.list(SampleLists.OPEN).orElseThrow();
        fixture.sample.replace(sample.withList(open.withRow(row("nobody")))
                .withResource(CLINIC, json(sample, CLINIC).replace("Sample", "Renamed")));

        JsonObject manifest = fixture.exported(OPERATION + "?_since=" + then);

        assertThat(types(manifest)).containsExactly("Group", "Patient", "Coverage", "RelatedPerson", "Organization");
        assertThat(ids(manifest, "Patient")).containsExactly("nobody");
        assertThat(ids(manifest, "Organization")).containsExactly("clinic");
        assertThat(group(manifest).items("member")).hasSize(9);
        assertThat(manifest.find("deleted")).isEmpty();
    }

    @Test
    @Requirement({"ATR-EXP-022", "BULK-MAN-001"})
    void sinceTheLastExportThereIsTheGroupAloneWhenNothingChanged() {
        String then = fixture.exported(OPERATION).text("transactionTime").orElseThrow();
        fixture.clock.turn(Duration.ofMinutes(1));

        JsonObject manifest = fixture.exported(OPERATION + "?_since=" + then);

        assertThat(types(manifest)).containsExactly("Group");
        assertThat(group(manifest).items("member")).hasSize(8);
    }

    @Test
    @Requirement({"ATR-EXP-022", "BULK-MAN-001"})
    void theTimeOfTheLastExportIsTakenAlsoWhenTheClockWasSetBackSince() {
        String then = fixture.exported(OPERATION).text("transactionTime").orElseThrow();
        fixture.clock.turn(Duration.ofHours(-1));

        JsonObject manifest = fixture.exported(OPERATION + "?_since=" + then);

        assertThat(types(manifest)).containsExactly("Group");
        assertThat(manifest.text("transactionTime"))
                .hasValueSatisfying(time -> assertThat(Instant.parse(time)).isAfterOrEqualTo(Instant.parse(then)));
    }

    @Test
    @Requirement({"BULK-MAN-010", "BULK-MAN-011"})
    void deletedResourcesAreNamedInTransactionBundles() {
        String then = fixture.exported(OPERATION).text("transactionTime").orElseThrow();
        fixture.clock.turn(Duration.ofMinutes(1));
        fixture.sample.replace(SampleLists.standard()
                .withoutResource(new ResourceKey(ResourceType.COVERAGE, "c-x"))
                .withoutResource(CLINIC));

        JsonObject manifest = fixture.exported(OPERATION + "?_since=" + then + "&_type=Group,Patient,Coverage");

        Answer deleted = fixture.get(ProducerFixture.file(manifest, "deleted", "Bundle"));
        // An Organization was not asked for
        assertThat(deleted.text())
                .isEqualTo("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":"
                        + "{\"method\":\"DELETE\",\"url\":\"Coverage/c-x\"}}]}\n");
        assertThat(types(manifest)).containsExactly("Group");
    }

    @Test
    @Requirement({"BULK-MAN-010", "BULK-STAT-016"})
    void deletionsAreReadWithTheScopesOfWhatWasExported() {
        String then = fixture.exported(OPERATION).text("transactionTime").orElseThrow();
        fixture.clock.turn(Duration.ofMinutes(1));
        fixture.sample.replace(SampleLists.standard().withoutResource(new ResourceKey(ResourceType.COVERAGE, "c-x")));
        String deleted = ProducerFixture.file(
                fixture.exported(OPERATION + "?_since=" + then + "&_type=Group,Patient,Coverage"), "deleted", "Bundle");

        Answer enough = fixture.send(
                "GET",
                deleted,
                "",
                fixture.as(SampleLists.CONSUMER, "system/Group.rs system/Patient.rs system/Coverage.rs"));
        Answer tooFew =
                fixture.send("GET", deleted, "", fixture.as(SampleLists.CONSUMER, "system/Group.rs system/Patient.rs"));

        assertThat(enough.status()).isEqualTo(200);
        assertThat(tooFew.status()).isEqualTo(403);
    }

    @Test
    @Requirement({"ATR-EXP-023", "BULK-KICK-017"})
    void untilAnInstantTheListIsAsItWas() {
        fixture.clock.turn(Duration.ofMinutes(1));
        SampleLists sample = SampleLists.standard();
        SampleList open = sample.list(SampleLists.OPEN).orElseThrow();
        fixture.sample.replace(sample.withList(open.withRow(row("nobody"))));

        JsonObject before = fixture.exported(OPERATION + "?_until=2026-03-02T09:01:00Z");
        JsonObject after = fixture.exported(OPERATION + "?_until=2026-03-02T09:01:00.001Z");

        assertThat(group(before).items("member")).hasSize(8);
        assertThat(before.text("transactionTime")).contains("2026-03-02T09:00:00Z");
        assertThat(group(after).items("member")).hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-02",
                "2026-03-02T08:00:00",
                "2026-03-02T08:00Z",
                "2026-02-30T08:00:00Z",
                "2026-03-01T23:59:60Z",
                "10000-01-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "2026-03-02T10:00:00Z",
                "yesterday",
                "' or 1=1"
            })
    @Requirement("BULK-KICK-006")
    void refusesAnInstantThatIsNone(String instant) {
        for (String name : List.of("_since", "_until")) {
            Answer answer = fixture.get(OPERATION + "?" + name + "=" + encoded(instant));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.issue()).isEqualTo("value");
            assertThat(answer.text()).contains(name).doesNotContain("yesterday");
        }
    }

    @Test
    void takesInstantsWithAnyZoneEscapedOrNot() {
        for (String instant : List.of(
                "2026-03-02T03:00:00-06:00", "2026-03-02T10:00:00%2B01:00", "2026-03-02T10:00:00.123456+01:00")) {
            assertThat(fixture.exported(OPERATION + "?_since=" + instant).text("transactionTime"))
                    .isPresent();
        }
    }

    @Test
    @Requirement("ATR-EXP-023")
    void refusesTimesInTheWrongOrderAndBeforeTheList() {
        Answer turned = fixture.get(OPERATION + "?_since=2026-03-02T08:00:00Z&_until=2026-03-02T07:00:00Z");
        Answer tooEarly = fixture.get(OPERATION + "?_until=2026-03-02T07:00:00Z");

        assertThat(turned.status()).isEqualTo(400);
        assertThat(turned.issue()).isEqualTo("invalid");
        assertThat(tooEarly.status()).isEqualTo(400);
        assertThat(tooEarly.text()).contains("no such list at that time");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_since=2026-03-02T08:00:00Z",
                "_until=2026-03-02T08:00:00Z",
                "_typeFilter=Patient?gender=male",
                "patient=Patient/10"
            })
    @Requirement({"BULK-KICK-031", "ATR-EXP-024"})
    void refusesWhatThePayersSystemCannotDo(String query) {
        try (ProducerFixture lesser = ProducerFixture.over(new BrokenBackend(fixture.sample), otherFiles)) {
            Answer strict = lesser.get(OPERATION + "?" + query);
            Answer lenient = lesser.get(OPERATION + "?" + query, "Prefer", "handling=lenient");

            assertThat(strict.status()).isEqualTo(400);
            assertThat(strict.issue()).isEqualTo("not-supported");
            // To export everybody instead would disclose more than asked for
            assertThat(lenient.status()).isEqualTo(query.startsWith("patient") ? 400 : 202);
        }
    }

    // patient

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient=Patient/10&patient=Patient/A",
                "patient=Patient/10,Patient/A,Patient/10",
                "patient=https://payer.example/r4/Patient/10,Patient/A"
            })
    @Requirement({"ATR-EXP-005", "BULK-KICK-024"})
    void exportsThePatientsNamedAndWhatBelongsToThem(String query) {
        JsonObject manifest = fixture.exported(OPERATION + "?" + query);

        assertThat(ids(manifest, "Patient")).containsExactly("10", "A");
        assertThat(ids(manifest, "Coverage")).containsExactly("C-A", "c-10");
        assertThat(ids(manifest, "RelatedPerson")).containsExactly("parent-of-A");
        JsonObject group = group(manifest);
        assertThat(group.all("member.entity.reference").stream()
                        .map(reference -> reference.text().orElseThrow()))
                .containsExactly("Patient/10", "Patient/10", "Patient/A");
        assertThat(group.all("meta.tag.code")).containsExactly(JsonValue.of("SUBSETTED"));
        assertThat(messages(manifest)).containsExactly("business-rule");
    }

    @Test
    @Requirement({"ATR-EXP-007", "ATR-EXP-005", "BULK-STAT-013", "BULK-KICK-024", "BULK-KICK-025"})
    void reportsPatientsWhoAreNoMembersAndExportsTheOthers() {
        Answer kickOff = post("{'name':'patient','valueReference':{'reference':'Patient/10'}},"
                + "{'name':'patient','valueReference':{'reference':'Patient/foreign'}},"
                + "{'name':'patient','valueReference':{'reference':'Patient/no-such-patient'}}");
        fixture.executor.runAll();
        JsonObject manifest = fixture.get(ProducerFixture.below(kickOff.header("Content-Location")))
                .json();

        assertThat(ids(manifest, "Patient")).containsExactly("10");
        assertThat(manifest.text("request")).contains("https://payer.example/r4/Group/list-open/$davinci-data-export");
        assertThat(messages(manifest)).containsExactly("not-found", "not-found");
        assertThat(fixture.get(ProducerFixture.file(manifest, "error", "OperationOutcome"))
                        .text())
                .contains("Patient/foreign is not a member of Group/list-open and was skipped.")
                .contains("Patient/no-such-patient is not a member");
    }

    @Test
    @Requirement({"ATR-EXP-007", "BULK-KICK-025"})
    void refusesAnExportOfStrangersOnly() {
        Answer foreign = post("{'name':'patient','valueReference':{'reference':'Patient/foreign'}}");
        Answer unknown = post("{'name':'patient','valueReference':{'reference':'Patient/no-such-patient'}}");

        assertThat(foreign.status()).isEqualTo(422);
        assertThat(foreign.text()).isEqualTo(unknown.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Group/list-open",
                "Patient/../Group/x",
                "https://elsewhere.example/r4/Patient/10",
                "Patient/10/_history/1",
                "10",
                "Patient/",
                "",
                "urn:uuid:0"
            })
    @Requirement("BULK-KICK-006")
    void refusesReferencesThatAreToNoPatientOfThisProducer(String reference) {
        Answer inBody = post("{'name':'patient','valueReference':{'reference':'" + reference + "'}}");
        Answer inAddress = fixture.get(OPERATION + "?patient=" + encoded(reference), "Prefer", "handling=lenient");

        assertThat(inBody.status()).isEqualTo(400);
        assertThat(inAddress.status()).isEqualTo(400);
        assertThat(inAddress.text()).doesNotContain("elsewhere");
    }

    @Test
    void refusesMorePatientsThanAnExportMayName() {
        Answer tooMany = fixture.get(OPERATION + "?patient=" + "Patient/10,".repeat(10_000) + "Patient/10");
        Answer most = fixture.get(OPERATION + "?patient=" + "Patient/10,".repeat(9_999) + "Patient/10");

        assertThat(tooMany.status()).isEqualTo(400);
        assertThat(most.status()).isEqualTo(202);
    }

    // _typeFilter

    @Test
    @Requirement({"ATR-EXP-024", "BULK-KICK-027"})
    void filtersByParametersThatThePayerDeclares() {
        ResourceKey ten = new ResourceKey(ResourceType.PATIENT, "10");
        SampleLists sample = SampleLists.standard();
        fixture.sample.replace(sample.withResource(ten, json(sample, ten).replace("unknown", "female")));

        JsonObject one = fixture.exported(OPERATION + "?_typeFilter=" + encoded("Patient?gender=female"));
        JsonObject either =
                fixture.exported(OPERATION + "?_typeFilter=" + encoded("Patient?gender=female,Patient?gender=unknown"));
        JsonObject both =
                fixture.exported(OPERATION + "?_typeFilter=" + encoded("Patient?gender=female&gender=unknown"));

        assertThat(ids(one, "Patient")).containsExactly("10");
        assertThat(ids(one, "Coverage")).hasSize(7);
        assertThat(ids(either, "Patient")).hasSize(6);
        assertThat(types(both)).doesNotContain("Patient").contains("Coverage");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient?name=x' or '1'='1",
                "Patient?_include=Patient:link",
                "Patient?_has:Coverage:beneficiary:status=active",
                "Patient?general-practitioner.name=x",
                "Patient?gender:not=male",
                "Patient?gender=robot",
                "Patient?gender=",
                "Patient?_sort=name",
                "Patient?gender=%zz",
                "Patient?",
                "Patient",
                "Coverage?status=active",
                "Observation?code=1",
                "Group?_id=x",
                "?gender=male",
                ""
            })
    @Requirement({"BULK-KICK-027", "ATR-EXP-024", "BULK-KICK-031"})
    void refusesOtherFiltersOrLeavesThemAsideWithAMessage(String filter) {
        String target = OPERATION + "?_typeFilter=" + encoded(filter);

        Answer answer = fixture.get(target);
        JsonObject manifest = fixture.exported(target, "Prefer", "handling=lenient");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).doesNotContain("robot", "or '1'");
        assertThat(messages(manifest)).containsExactly("not-supported");
        assertThat(ids(manifest, "Patient")).hasSize(6);
    }

    @Test
    void refusesAFilterOfAnyLength() {
        String value = "Patient?gender=" + "male,".repeat(20_000) + "male";

        assertThat(fixture.get(OPERATION + "?_typeFilter=" + encoded(value)).status())
                .isEqualTo(400);
    }

    // _elements

    @Test
    @Requirement("BULK-KICK-023")
    void leavesOutElementsThatAreNotAskedFor() {
        JsonObject manifest =
                fixture.exported(OPERATION + "?_elements=id,Coverage.class&_elements=PractitionerRole.code");

        JsonObject patient =
                JsonValue.parseObject(lines(manifest, "Patient").get(0).getBytes(StandardCharsets.UTF_8));
        JsonObject coverage =
                JsonValue.parseObject(lines(manifest, "Coverage").get(0).getBytes(StandardCharsets.UTF_8));
        assertThat(patient.properties().keySet())
                .containsExactlyInAnyOrder("resourceType", "id", "meta", "identifier", "name", "gender");
        assertThat(patient.all("meta.tag.code")).containsExactly(JsonValue.of("SUBSETTED"));
        assertThat(patient.text("id")).contains("-x");
        assertThat(coverage.properties().keySet())
                .contains("class", "status", "beneficiary", "payor", "relationship", "period")
                .doesNotContain("identifier", "policyHolder", "subscriber");
        assertThat(group(manifest).items("member")).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Patient.name.family", "../name", "name[0]", "Patient.where(true)", "", "name,", "patient/name"})
    @Requirement("BULK-KICK-023")
    void refusesElementsThatAreNotAtTheRoot(String elements) {
        Answer answer = fixture.get(OPERATION + "?_elements=" + encoded(elements));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.issue()).isEqualTo("value");
    }

    // Prefer

    @Test
    @Requirement({"BULK-KICK-012", "BULK-STAT-001", "BULK-STAT-008"})
    void tellsTheStatusOfTheJobApartWhenAskedTo() {
        BrokenBackend backend = new BrokenBackend(fixture.sample);
        try (ProducerFixture over = ProducerFixture.over(backend, otherFiles)) {
            String[] prefer = {"Prefer", "respond-async, separate-export-status"};
            Answer kickOff = over.get(OPERATION, prefer);
            String first = ProducerFixture.below(kickOff.header("Content-Location"));
            Answer running = over.get(first);
            over.executor.runAll();
            Answer complete = over.get(first);
            backend.failing = true;
            String second = over.kickOff(OPERATION, prefer);
            over.executor.runAll();
            Answer failed = over.get(second);

            assertThat(kickOff.status()).isEqualTo(202);
            assertThat(kickOff.header("Preference-Applied")).isEqualTo("respond-async, separate-export-status");
            assertThat(running.status()).isEqualTo(200);
            assertThat(running.header("X-Export-Status")).isEqualTo("202 Accepted");
            assertThat(running.header("Retry-After")).isEqualTo("1");
            assertThat(complete.status()).isEqualTo(200);
            assertThat(complete.header("X-Export-Status")).isEqualTo("200 OK");
            assertThat(failed.status()).isEqualTo(200);
            assertThat(failed.header("X-Export-Status")).isEqualTo("500 Internal Server Error");
            assertThat(failed.issue()).isEqualTo("exception");
        }
    }

    // Switches

    @Test
    @Requirement({"ATR-EXP-004", "ATR-EXP-010", "BULK-KICK-010", "ATR-EXP-016", "ATR-EXP-026", "BULK-KICK-025"})
    void departsFromTheDefaultsWhereToldTo() {
        assertThat(with(ExportOption.REQUIRE_EXPORT_TYPE, OPERATION).status()).isEqualTo(400);
        assertThat(with(ExportOption.REQUIRE_EXPORT_TYPE, OPERATION + "?exportType=hl7.fhir.us.davinci-atr")
                        .status())
                .isEqualTo(202);
        assertThat(with(ExportOption.REQUIRE_PREFER, OPERATION).status()).isEqualTo(400);
        assertThat(with(ExportOption.REQUIRE_PREFER, OPERATION, "Prefer", "respond-async")
                        .status())
                .isEqualTo(202);
        assertThat(with(ExportOption.ALLOW_FEWER_TYPES, OPERATION + "?_type=Patient")
                        .status())
                .isEqualTo(202);
        assertThat(with(ExportOption.REFUSE_PATIENT_IN_ADDRESS, OPERATION + "?patient=Patient/10")
                        .status())
                .isEqualTo(400);
        assertThat(with(ExportOption.REFUSE_UNKNOWN_PATIENTS, OPERATION + "?patient=Patient/10,Patient/foreign")
                        .status())
                .isEqualTo(422);
    }

    @Test
    @Requirement("ATR-EXP-026")
    void writesEmptyFilesWhereToldTo() {
        try (ProducerFixture other =
                ProducerFixture.of(otherFiles, builder -> builder.exportOptions(Set.of(ExportOption.EMPTY_FILES)))) {
            JsonObject manifest = other.exported("/Group/List-empty/$davinci-data-export");

            assertThat(types(manifest)).hasSize(8);
            Answer file = other.get(ProducerFixture.file(manifest, "output", "Location"));
            assertThat(file.status()).isEqualTo(200);
            assertThat(file.body()).isEmpty();
            assertThat(manifest.items("error")).isEmpty();
        }
    }

    @Test
    @Requirement({"ATR-EXP-016", "BULK-DEL-003"})
    void keepsJobsWhereToldTo() {
        try (ProducerFixture other =
                ProducerFixture.of(otherFiles, builder -> builder.exportOptions(Set.of(ExportOption.KEEP_JOBS)))) {
            String status = other.kickOff(OPERATION);

            Answer answer = other.send("DELETE", status, "", other.as(SampleLists.CONSUMER));

            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.issue()).isEqualTo("not-supported");
            assertThat(other.get(status).status()).isEqualTo(202);
        }
    }

    @Test
    @Requirement("BULK-KICK-004")
    void takesKickOffsByPostAloneWhereToldTo() {
        for (String target : List.of(OPERATION, "/Group/list-open/$export")) {
            Answer get = with(ExportOption.REQUIRE_POST, target);
            Answer post = fixture.send("POST", target, "", fixture.as(SampleLists.CONSUMER));

            assertThat(get.status()).isEqualTo(405);
            assertThat(get.header("Allow")).isEqualTo("POST");
            assertThat(post.status()).isEqualTo(202);
        }
    }

    private Answer with(ExportOption option, String target, String... headers) {
        fixture.close();
        fixture = ProducerFixture.of(files, builder -> builder.exportOptions(Set.of(option)));
        return fixture.get(target, headers);
    }

    private Answer post(String parameters) {
        String body = "{\"resourceType\":\"Parameters\",\"parameter\":[" + parameters.replace('\'', '"') + "]}";
        return fixture.send(
                "POST",
                OPERATION,
                body,
                ProducerFixture.and(fixture.as(SampleLists.CONSUMER), "Content-Type", "application/fhir+json"));
    }

    private JsonObject group(JsonObject manifest) {
        return fixture.get(ProducerFixture.file(manifest, "output", "Group")).json();
    }

    private List<String> lines(JsonObject manifest, String type) {
        return fixture.get(ProducerFixture.file(manifest, "output", type))
                .text()
                .lines()
                .toList();
    }

    private List<String> ids(JsonObject manifest, String type) {
        return lines(manifest, type).stream()
                .map(line -> JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8))
                        .text("id")
                        .orElseThrow())
                .toList();
    }

    private List<String> messages(JsonObject manifest) {
        return fixture.get(ProducerFixture.file(manifest, "error", "OperationOutcome"))
                .text()
                .lines()
                .map(line -> JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8))
                        .all("issue.code")
                        .get(0)
                        .text()
                        .orElseThrow())
                .toList();
    }

    private static String json(SampleLists sample, ResourceKey key) {
        return Objects.requireNonNull(sample.resources().get(key));
    }

    private static List<String> types(JsonObject manifest) {
        return manifest.all("output.type").stream()
                .map(type -> type.text().orElseThrow())
                .toList();
    }

    private static Member row(String patient) {
        return new Member(
                Reference.to(ResourceType.PATIENT, patient),
                Reference.to(ResourceType.COVERAGE, "c-" + patient),
                Reference.to(ResourceType.ORGANIZATION, "clinic"),
                Period.of("2026-01-01", null),
                false,
                ChangeType.NEW,
                OtherElements.NONE);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
