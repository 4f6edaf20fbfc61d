package dev.atr.consumer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.peer.ExportOptions;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.http.QueryParameters;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KickOffTest extends ExportTest {
    private static final String ALL_TYPES =
            "Group,Patient,Coverage,RelatedPerson,Practitioner,PractitionerRole,Organization,Location";
    private static final ResourceKey PATIENT = new ResourceKey(ResourceType.PATIENT, "pat-1002");

    @Test
    @Requirement({"ATR-EXP-012", "ATR-EXP-021"})
    void asksForAllTypesByGet() throws Exception {
        producer.on("GET", KICK_OFF, accepted());

        ExportJob job = exports.kickOff(REQUEST);

        Asked asked = producer.asked(KICK_OFF).get(0);
        QueryParameters query = QueryParameters.parse(asked.query());
        assertThat(job.statusUrl()).isEqualTo(producer.at(STATUS));
        assertThat(query.single("exportType")).contains("hl7.fhir.us.davinci-atr");
        assertThat(query.single("_type")).contains(ALL_TYPES);
        assertThat(query.names()).containsExactly("exportType", "_type");
    }

    @Test
    @Requirement({"BULK-KICK-008", "BULK-KICK-009", "SMART-034"})
    void sendsBareAcceptAndPreferWithTheToken() throws Exception {
        producer.on("GET", KICK_OFF, accepted());

        exports.kickOff(REQUEST);

        Asked asked = producer.asked(KICK_OFF).get(0);
        assertThat(asked.headers())
                .containsEntry("accept", "application/fhir+json")
                .containsEntry("prefer", "respond-async")
                .containsEntry("authorization", "Bearer token-1");
    }

    @Test
    @Requirement("ATR-EXP-021")
    void namesPatientsByPost() throws Exception {
        producer.on("POST", KICK_OFF, accepted());
        Instant since = Instant.parse("2026-02-01T00:00:00Z");

        exports.kickOff(REQUEST.types(ExportRequest.MINIMUM).since(since).patient(PATIENT));

        Asked asked = producer.asked(KICK_OFF).get(0);
        JsonValue body = JsonValue.parse(asked.body().getBytes(StandardCharsets.UTF_8));
        assertThat(asked.headers()).containsEntry("content-type", "application/fhir+json");
        assertThat(body).isEqualTo(JsonValue.parse("""
                                {"resourceType": "Parameters", "parameter": [
                                  {"name": "exportType", "valueCanonical": "hl7.fhir.us.davinci-atr"},
                                  {"name": "_type", "valueString": "Group,Patient,Coverage"},
                                  {"name": "_since", "valueInstant": "2026-02-01T00:00:00Z"},
                                  {"name": "patient", "valueReference": {"reference": "Patient/pat-1002"}}]}
                                """.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    @Requirement({"ATR-EXP-022", "ATR-EXP-023"})
    void limitsAnExportToATime() throws Exception {
        producer.on("GET", KICK_OFF, accepted());
        Instant since = Instant.parse("2026-02-01T00:00:00.123Z");

        exports.kickOff(REQUEST.since(since).until(since.plusSeconds(60)));

        QueryParameters query =
                QueryParameters.parse(producer.asked(KICK_OFF).get(0).query());
        assertThat(query.single("_since")).contains("2026-02-01T00:00:00.123Z");
        assertThat(query.single("_until")).contains("2026-02-01T00:01:00.123Z");
    }

    @Test
    void asksForElementsAndFiltersInBothForms() throws Exception {
        ExportRequest narrow = REQUEST.elements(List.of("name", "Coverage.period"))
                .typeFilter("Coverage?status=active,cancelled")
                .typeFilter("Patient?gender=female");
        producer.on("GET", KICK_OFF, accepted()).on("POST", KICK_OFF, accepted());

        exports.kickOff(narrow);
        client(ExportOptions.AUTO.withMethod(ExportOptions.Method.POST), producer.base())
                .kickOff(narrow);

        QueryParameters query =
                QueryParameters.parse(producer.asked(KICK_OFF).get(0).query());
        assertThat(query.single("_elements")).contains("name,Coverage.period");
        assertThat(query.all("_typeFilter"))
                .containsExactly("Coverage?status=active,cancelled", "Patient?gender=female");
        JsonValue body = JsonValue.parse(producer.asked(KICK_OFF).get(1).body().getBytes(StandardCharsets.UTF_8));
        assertThat(body.items("parameter"))
                .contains(
                        parameter("_elements", "name,Coverage.period"),
                        parameter("_typeFilter", "Coverage?status=active,cancelled"),
                        parameter("_typeFilter", "Patient?gender=female"));
    }

    private static JsonValue parameter(String name, String value) {
        return JsonValue.object().put("name", name).put("valueString", value).build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Coverage?status=active&_sort=period",
                "Coverage?_include=Coverage:payor",
                "Coverage?_include:iterate=Coverage:payor",
                "Patient?_elements=name",
                "Patient?_count=10&gender=male",
                "Group?status=open",
                "Observation?code=1",
                "Patient",
                "Patient?",
                "gender=male",
                "Patient?gender=male female",
                "Patient?gender=%zz"
            })
    @Requirement("BULK-KICK-028")
    void aFilterIsAQueryThatFindsSomething(String query) {
        assertThatThrownBy(() -> REQUEST.typeFilter(query)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Patient", "Patient.name.family", "../x", "name,birthDate"})
    void anElementIsOneOfAResource(String element) {
        assertThatThrownBy(() -> REQUEST.elements(List.of(element))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Requirement("BULK-KICK-011")
    void asksForAStatusApartWhenToldTo() throws Exception {
        producer.on("GET", KICK_OFF, accepted());
        BulkExportClient apart = client(ExportOptions.AUTO.withSeparateStatus(true), producer.base());

        apart.kickOff(REQUEST);

        assertThat(producer.asked(KICK_OFF).get(0).headers())
                .containsEntry("prefer", "respond-async, separate-export-status");
    }

    @Test
    void aTimeEndsAfterItBegins() {
        Instant since = Instant.parse("2026-02-01T00:00:00Z");

        assertThatThrownBy(() -> REQUEST.since(since).until(since.minusMillis(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("until: is before since");
    }

    @Test
    @Requirement("ATR-EXP-021")
    void triesTheOtherMethodOnce() throws Exception {
        producer.on("GET", KICK_OFF, Reply.status(405)).on("POST", KICK_OFF, accepted());

        exports.kickOff(REQUEST);

        assertThat(producer.asked(KICK_OFF)).extracting(Asked::method).containsExactly("GET", "POST");
    }

    @Test
    @Requirement("ATR-GEN-009")
    void fallsBackToThePlainOperationWithoutExportType() throws Exception {
        producer.on("GET", PLAIN_KICK_OFF, accepted());

        exports.kickOff(REQUEST);

        assertThat(producer.paths()).containsExactly("GET " + KICK_OFF, "GET " + PLAIN_KICK_OFF);
        QueryParameters query =
                QueryParameters.parse(producer.asked(PLAIN_KICK_OFF).get(0).query());
        assertThat(query.names()).containsExactly("_type");
    }

    @Test
    void keepsToTheGuidesOperationWhenToldTo() {
        BulkExportClient strict =
                client(ExportOptions.AUTO.withOperation(ExportOptions.Operation.DAVINCI_DATA_EXPORT), producer.base());

        assertThatThrownBy(() -> strict.kickOff(REQUEST))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.status()).isEqualTo(404));

        assertThat(producer.paths()).containsExactly("GET " + KICK_OFF);
    }

    @Test
    @Requirement("ATR-EXP-012")
    void namesTheTypesAsThePeerWants() throws Exception {
        producer.on("GET", KICK_OFF, accepted());
        BulkExportClient both =
                client(ExportOptions.AUTO.withTypeParameter(ExportOptions.TypeParameter.BOTH), producer.base());
        BulkExportClient old = client(
                ExportOptions.AUTO.withTypeParameter(ExportOptions.TypeParameter.RESOURCE_TYPES), producer.base());

        both.kickOff(REQUEST);
        old.kickOff(REQUEST);

        QueryParameters first =
                QueryParameters.parse(producer.asked(KICK_OFF).get(0).query());
        QueryParameters second =
                QueryParameters.parse(producer.asked(KICK_OFF).get(1).query());
        assertThat(first.names()).containsExactly("exportType", "_type", "resourceTypes");
        assertThat(second.names()).containsExactly("exportType", "resourceTypes");
        assertThat(second.single("resourceTypes")).contains(ALL_TYPES);
    }

    @Test
    @Requirement("BULK-KICK-022")
    void givesEachTypeAParameterTowardsVersion4() throws Exception {
        producer.on("POST", KICK_OFF, accepted());
        BulkExportClient version4 = client(
                ExportOptions.AUTO
                        .withMethod(ExportOptions.Method.POST)
                        .withTypeList(ExportOptions.TypeList.REPEATED)
                        .withExportTypeForm(ExportOptions.ExportTypeForm.STRING),
                producer.base());

        version4.kickOff(REQUEST.types(ExportRequest.MINIMUM));

        JsonValue body = JsonValue.parse(producer.asked(KICK_OFF).get(0).body().getBytes(StandardCharsets.UTF_8));
        assertThat(body.all("parameter.valueString"))
                .extracting(value -> value.text().orElseThrow())
                .containsExactly("hl7.fhir.us.davinci-atr", "Group", "Patient", "Coverage");
    }

    @Test
    void neverAsksForLessThanTheMinimum() {
        assertThatThrownBy(() -> REQUEST.types(List.of(ResourceType.PATIENT)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Group, Coverage");
    }

    @Test
    @Requirement("BULK-KICK-036")
    void resolvesARelativeContentLocation() throws Exception {
        producer.on("GET", KICK_OFF, Reply.status(202).with("Content-Location", STATUS));

        ExportJob job = exports.kickOff(REQUEST);

        assertThat(job.statusUrl()).isEqualTo(producer.at(STATUS));
    }

    @Test
    @Requirement("BULK-KICK-036")
    void insistsOnContentLocation() {
        producer.on("GET", KICK_OFF, Reply.status(202));

        assertThatThrownBy(() -> exports.kickOff(REQUEST))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("kick-off: expected 202 with Content-Location, got 202 without");
    }

    @Test
    void refusesContentLocationOnAnOriginThatMayNotGetTheToken() throws Exception {
        Reply moved = Reply.status(202)
                .with("Content-Location", elsewhere.at("/status/1").toString());
        producer.on("GET", KICK_OFF, moved);
        BulkExportClient trusting = client(ExportOptions.AUTO, producer.base(), elsewhere.base());

        assertThatThrownBy(() -> exports.kickOff(REQUEST)).isInstanceOf(ProtocolException.class);
        assertThat(trusting.kickOff(REQUEST).statusUrl()).isEqualTo(elsewhere.at("/status/1"));
        assertThat(elsewhere.asked()).isEmpty();
    }

    @Test
    void refusesAnAnswerThatIsNoAcceptance() {
        producer.on("GET", KICK_OFF, Reply.fhir(200, "{\"resourceType\":\"Bundle\"}"));

        assertThatThrownBy(() -> exports.kickOff(REQUEST))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("kick-off: expected 202 with Content-Location, got 200");
    }

    @Test
    @Requirement("FHIR-019")
    void tellsWhyTheProducerRefused() {
        producer.on("GET", KICK_OFF, Reply.fhir(429, """
                                {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"throttled",
                                "details":{"text":"An export is already running."}}]}
                                """).with("Retry-After", "300"));

        assertThatThrownBy(() -> exports.kickOff(REQUEST)).isInstanceOfSatisfying(RejectedException.class, e -> {
            assertThat(e).hasMessage("kick-off: refused with 429 (throttled)");
            assertThat(e.isRetryable()).isTrue();
            assertThat(e.retryAfter()).contains(Duration.ofMinutes(5));
            assertThat(e.issues())
                    .singleElement()
                    .satisfies(issue -> assertThat(issue.text()).isEqualTo("An export is already running."));
        });
        assertThat(producer.asked()).hasSize(1);
    }

    @Test
    @Requirement("SMART-030")
    void renewsARefusedTokenOnce() throws Exception {
        producer.on("GET", KICK_OFF, Reply.status(401), accepted());

        exports.kickOff(REQUEST);

        assertThat(producer.asked()).extracting(Asked::token).containsExactly("token-1", "token-2");
    }

    @Test
    void givesUpWhenANewTokenIsRefusedToo() {
        producer.on("GET", KICK_OFF, Reply.status(401));

        assertThatThrownBy(() -> exports.kickOff(REQUEST)).isInstanceOf(AuthorizationException.class);

        assertThat(producer.asked()).hasSize(2);
    }

    private static Reply refused() {
        return Reply.fhir(400, """
                {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-supported"}]}""");
    }

    private QueryParameters query(int index) {
        return QueryParameters.parse(producer.asked(KICK_OFF).get(index).query());
    }

    @Test
    @Requirement("ATR-EXP-012")
    void findsOutHowThisPeerNamesTheTypes() throws Exception {
        producer.on("GET", KICK_OFF, refused(), accepted());

        exports.kickOff(REQUEST);
        exports.kickOff(REQUEST);

        assertThat(query(0).names()).containsExactly("exportType", "_type");
        assertThat(query(1).names()).containsExactly("exportType", "resourceTypes");
        assertThat(query(2).names()).containsExactly("exportType", "resourceTypes");
    }

    @Test
    void findsOutHowThisPeerWantsTheExportTypeInABody() throws Exception {
        producer.on("POST", KICK_OFF, refused(), accepted());

        client(ExportOptions.AUTO.withMethod(ExportOptions.Method.POST), producer.base())
                .kickOff(REQUEST);

        assertThat(producer.asked(KICK_OFF).get(0).body()).contains("\"valueCanonical\":\"hl7.fhir.us.davinci-atr\"");
        assertThat(producer.asked(KICK_OFF).get(1).body()).contains("\"valueString\":\"hl7.fhir.us.davinci-atr\"");
    }

    @Test
    void whereNoFormIsTakenTheFirstRefusalIsTold() {
        producer.on("GET", KICK_OFF, refused(), Reply.fhir(422, """
                        {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid"}]}"""));

        assertThatThrownBy(() -> exports.kickOff(REQUEST))
                .isInstanceOf(RejectedException.class)
                .hasMessage("kick-off: refused with 400 (not-supported)");

        assertThat(producer.asked(KICK_OFF)).hasSize(2);
    }

    @Test
    void aPeerThatIsSetIsNotTriedOtherwise() {
        producer.on("GET", KICK_OFF, refused());
        BulkExportClient set =
                client(ExportOptions.AUTO.withTypeParameter(ExportOptions.TypeParameter.TYPE), producer.base());

        assertThatThrownBy(() -> set.kickOff(REQUEST)).isInstanceOf(RejectedException.class);

        assertThat(producer.asked(KICK_OFF)).hasSize(1);
    }
}
