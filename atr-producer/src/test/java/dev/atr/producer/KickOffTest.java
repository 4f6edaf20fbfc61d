package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KickOffTest extends SampleProducerTest {
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";
    private static final String ALL =
            "Group Patient Coverage RelatedPerson Practitioner PractitionerRole Organization Location";

    @Test
    @Requirement({"ATR-EXP-001", "ATR-EXP-015", "ATR-EXP-021", "BULK-KICK-001", "BULK-KICK-002", "BULK-KICK-005"})
    void isAcceptedWithTheAddressOfItsStatus() {
        Answer answer = fixture.get(
                OPERATION + "?exportType=hl7.fhir.us.davinci-atr",
                "Accept",
                "application/fhir+json",
                "Prefer",
                "respond-async");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Content-Location"))
                .matches("https://payer\\.example/r4/\\$export-status/[0-9a-f]{40}");
        assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");
        assertThat(answer.json().text("resourceType")).contains("OperationOutcome");
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "'';" + ALL,
                "exportType=hl7.fhir.us.davinci-atr;" + ALL,
                "exportType=http://hl7.org/fhir/us/davinci-atr/ImplementationGuide/davinci-atr;" + ALL,
                "exportType=http://hl7.org/fhir/us/davinci-atr/ImplementationGuide/davinci-atr|2.1.0;" + ALL,
                "_type=Group,Patient,Coverage; Group Patient Coverage",
                "resourceTypes=Group,Patient,Coverage; Group Patient Coverage",
                "_type=Coverage,Patient,Group&resourceTypes=Group,Patient,Coverage; Group Patient Coverage",
                "_type=Group&_type=Patient&_type=Coverage,Location; Group Patient Coverage Location",
                "_type=group,PATIENT,coverage; Group Patient Coverage",
                "_type=Group,Patient,Coverage,Group; Group Patient Coverage",
                "_outputFormat=application/fhir%2Bndjson;" + ALL,
                "_outputFormat=application/fhir+ndjson;" + ALL,
                "_outputFormat=application/ndjson;" + ALL,
                "_outputFormat=ndjson;" + ALL,
                "_format=json&_pretty=false;" + ALL
            })
    @Requirement({
        "ATR-EXP-003",
        "ATR-EXP-004",
        "ATR-EXP-008",
        "ATR-EXP-009",
        "ATR-EXP-011",
        "BULK-KICK-013",
        "BULK-KICK-018",
        "BULK-KICK-019",
        "BULK-KICK-021"
    })
    void exportsTheTypesAskedFor(String query, String types) {
        JsonObject manifest = fixture.exported(OPERATION + (query.isEmpty() ? "" : "?" + query));

        assertThat(types(manifest)).containsExactly(types.split(" "));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "_type=Patient; required; _type",
                "_type=Group,Patient; required; _type",
                "resourceTypes=Patient,Coverage; required; _type",
                "_type=Group,Patient,Coverage,Observation; not-supported; _type",
                "_type=Group,Patient,Coverages; not-supported; _type",
                "_type=; value; _type",
                "_type=Group,,Patient,Coverage; value; _type",
                "_type=Group,Patient,Coverage&resourceTypes=Group,Patient,Coverage,Location; invalid; _type",
                "exportType=hl7.fhir.us.davinci-pdex#payertopayer; not-supported; exportType",
                "exportType=; value; exportType",
                "exportType=hl7.fhir.us.davinci-atr&exportType=hl7.fhir.us.davinci-atr; invalid; exportType",
                "_outputFormat=text/csv; not-supported; _outputFormat",
                "allowPartialManifests=true; not-supported; allowPartialManifests",
                "organizeOutputBy=Patient; not-supported; organizeOutputBy",
                "includeAssociatedData=LatestProvenanceResources; not-supported; includeAssociatedData",
                "colour=red; not-supported; colour"
            })
    @Requirement({
        "ATR-EXP-004",
        "ATR-EXP-010",
        "BULK-KICK-006",
        "BULK-KICK-020",
        "BULK-KICK-026",
        "BULK-KICK-030",
        "BULK-KICK-031",
        "FHIR-019"
    })
    void refusesWhatItCannotExport(String query, String issue, String expression) {
        Answer answer = fixture.get(OPERATION + "?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.issue()).isEqualTo(issue);
        assertThat(answer.json().all("issue.expression").get(0).text()).contains(expression);
    }

    @Test
    @Requirement("ATR-EXP-010")
    void namesTheTypesThatAreMissing() {
        Answer answer = fixture.get(OPERATION + "?_type=Patient");

        assertThat(answer.text())
                .contains("This export needs at least Group, Patient, Coverage; missing: Group, Coverage.");
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "includeAssociatedData=LatestProvenanceResources; Group Patient Coverage RelatedPerson Practitioner PractitionerRole"
                        + " Organization Location; not-supported",
                "allowPartialManifests=true; Group Patient Coverage RelatedPerson Practitioner PractitionerRole"
                        + " Organization Location; not-supported",
                "organizeOutputBy=Patient; Group Patient Coverage RelatedPerson Practitioner PractitionerRole"
                        + " Organization Location; not-supported",
                "_type=Group,Patient,Coverage,Observation; Group Patient Coverage; not-supported",
                "_type=Patient; Patient; required"
            })
    @Requirement({
        "BULK-KICK-031",
        "BULK-KICK-026",
        "BULK-KICK-030",
        "BULK-KICK-020",
        "BULK-STAT-013",
        "BULK-MAN-009",
        "BULK-MAN-007"
    })
    void leavesAsideWithAMessageWhenAskedToBeLenient(String query, String types, String issue) {
        JsonObject manifest = fixture.exported(OPERATION + "?" + query, "Prefer", "handling=lenient");

        assertThat(types(manifest)).containsExactly(types.split(" "));
        Answer messages = fixture.get(ProducerFixture.file(manifest, "error", "OperationOutcome"));
        assertThat(messages.issue()).isEqualTo(issue);
        assertThat(messages.json().all("issue.severity").get(0).text()).contains("warning");
    }

    @Test
    @Requirement({"BULK-KICK-019", "BULK-KICK-032", "SMART-037"})
    void leavesOutTypesWithoutScopeThatWereNotAskedFor() {
        String[] client = fixture.as(
                SampleLists.CONSUMER, "system/Group.rs system/Patient.rs system/Coverage.rs system/Practitioner.r");

        Answer kickOff = fixture.send("GET", OPERATION, "", client);
        fixture.executor.runAll();
        String status = ProducerFixture.below(kickOff.header("Content-Location"));
        JsonObject manifest = fixture.send("GET", status, "", client).json();

        assertThat(types(manifest)).containsExactly("Group", "Patient", "Coverage");
        Answer messages = fixture.send("GET", ProducerFixture.file(manifest, "error", "OperationOutcome"), "", client);
        assertThat(messages.text().lines()).hasSize(5).allMatch(line -> line.contains("\"forbidden\""));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "`{'name':'exportType','valueCanonical':'hl7.fhir.us.davinci-atr'}`;" + ALL,
                "`{'name':'exportType','valueUri':'hl7.fhir.us.davinci-atr'}`;" + ALL,
                "`{'name':'exportType','valueString':'hl7.fhir.us.davinci-atr'}`;" + ALL,
                "`{'name':'exportType','valueCode':'hl7.fhir.us.davinci-atr'}`;" + ALL,
                "`{'name':'_type','valueString':'Group,Patient,Coverage'}`; Group Patient Coverage",
                "`{'name':'_type','valueString':'Group'},{'name':'_type','valueString':'Patient'},"
                        + "{'name':'_type','valueString':'Coverage'}`; Group Patient Coverage",
                "`{'name':'resourceTypes','valueCode':'Group,Patient,Coverage'}`; Group Patient Coverage"
            })
    @Requirement({"ATR-EXP-021", "BULK-KICK-003", "FHIR-033", "BULK-KICK-021", "STU3-018", "BULK-MAN-002"})
    void takesParametersInABody(String parameters, String types) {
        for (String contentType : List.of("application/fhir+json", "application/json;charset=UTF-8")) {
            Answer answer = post(OPERATION, parameters(parameters), contentType);
            assertThat(answer.status()).isEqualTo(202);
            fixture.executor.runAll();

            JsonObject manifest = fixture.get(ProducerFixture.below(answer.header("Content-Location")))
                    .json();
            assertThat(types(manifest)).containsExactly(types.split(" "));
            assertThat(manifest.text("request")).contains(ProducerFixture.BASE + OPERATION);
        }
    }

    @Test
    void aPostWithoutABodyIsLikeAGet() {
        assertThat(fixture.send("POST", OPERATION, "", fixture.as(SampleLists.CONSUMER))
                        .status())
                .isEqualTo(202);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{; 400",
                "[]; 400",
                "{'resourceType':'Group'}; 400",
                "{'resourceType':'Parameters','_type':'Patient'}; 400",
                "{'resourceType':'Parameters','parameter':{}}; 400",
                "{'resourceType':'Parameters','parameter':[{'valueString':'x'}]}; 400",
                "{'resourceType':'Parameters','parameter':[{'name':'_type'}]}; 400",
                "{'resourceType':'Parameters','parameter':[{'name':'_type','valueBoolean':true}]}; 400",
                "{'resourceType':'Parameters','parameter':[{'name':'_type','valueString':'a','valueCode':'b'}]}; 400",
                "{'resourceType':'Parameters','parameter':['x']}; 400",
                "{'resourceType':'Parameters','resourceType':'Parameters'}; 400",
                "{'resourceType':'Parameters'} x; 400",
                "{'resourceType':'Parameters','parameter':[{'name':'_since','valueInstant':'2026-01-01'}]}; 400",
                "{'resourceType':'Parameters','parameter':"
                        + "[{'name':'patient','valueReference':{'display':'Patient/10'}}]}; 400"
            })
    @Requirement({"FHIR-020", "BULK-KICK-006"})
    void refusesABrokenBody(String body, int status) {
        Answer answer = post(OPERATION, body.replace('\'', '"'), "application/fhir+json");

        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void aParameterMustNotStandInAddressAndBody() {
        String body = parameters("{'name':'_type','valueString':'Group,Patient,Coverage'}");

        Answer answer = post(OPERATION + "?_type=Group,Patient,Coverage", body, "application/fhir+json");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.issue()).isEqualTo("invalid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/fhir+xml",
                "text/plain",
                "application/fhir+json; fhirVersion=3.0",
                "application/json; charset=utf-7",
                ""
            })
    @Requirement({"FHIR-003", "FHIR-020"})
    void refusesABodyOfAnotherType(String contentType) {
        assertThat(post(OPERATION, parameters(""), contentType).status()).isEqualTo(415);
    }

    @Test
    void refusesACompressedBody() {
        String[] headers = ProducerFixture.and(
                fixture.as(SampleLists.CONSUMER), "Content-Type", "application/json", "Content-Encoding", "gzip");

        assertThat(fixture.send("POST", OPERATION, "x", headers).status()).isEqualTo(415);
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        assertThat(post(OPERATION, " ".repeat(5 * 1024 * 1024), "application/json")
                        .status())
                .isEqualTo(413);
    }

    @Test
    @Requirement("ATR-EXP-002")
    void thePlainExportHasNoMinimum() {
        JsonObject manifest = fixture.exported("/Group/list-open/$export?_type=Patient");

        assertThat(types(manifest)).containsExactly("Patient");
        assertThat(types(fixture.exported("/Group/list-open/$export"))).containsExactly(ALL.split(" "));
    }

    @Test
    @Requirement({"BULK-KICK-007", "BULK-CAP-005"})
    void aClientMayHaveTwoExportsWrittenAndTwoWaiting() {
        String first = fixture.kickOff(OPERATION);
        fixture.kickOff(OPERATION);
        fixture.kickOff(OPERATION);
        fixture.kickOff(OPERATION);

        Answer fifth = fixture.get(OPERATION);
        Answer others = fixture.send("GET", "/Group/list-foreign/$export", "", fixture.as(SampleLists.OTHER_CONSUMER));
        fixture.send("DELETE", first, "", fixture.as(SampleLists.CONSUMER));
        Answer afterDelete = fixture.get(OPERATION);
        fixture.executor.runAll();
        Answer afterEnd = fixture.get(OPERATION);

        assertThat(fifth.status()).isEqualTo(429);
        assertThat(fifth.issue()).isEqualTo("throttled");
        assertThat(fifth.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(others.status()).isEqualTo(202);
        assertThat(afterDelete.status()).isEqualTo(202);
        assertThat(afterEnd.status()).isEqualTo(202);
    }

    @Test
    void noExportStartsWhenTheExecutorTakesNoMore() {
        try (ProducerFixture full = ProducerFixture.of(
                otherFiles,
                builder -> builder.executor(task -> {
                    throw new RejectedExecutionException();
                }))) {
            Answer answer = full.get(OPERATION);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
        }
    }

    private Answer post(String target, String body, String contentType) {
        return fixture.send(
                "POST",
                target,
                body,
                ProducerFixture.and(fixture.as(SampleLists.CONSUMER), "Content-Type", contentType));
    }

    private static String parameters(String parameters) {
        return "{\"resourceType\":\"Parameters\",\"parameter\":[" + parameters.replace('\'', '"') + "]}";
    }

    private static List<String> types(JsonObject manifest) {
        return manifest.all("output.type").stream()
                .map(JsonValue::text)
                .map(text -> text.orElseThrow())
                .toList();
    }
}
