package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.Release;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilityTest {
    private static final URI ENDPOINT = URI.create("https://login.payer.example/token");

    @TempDir
    Path files;

    @Test
    @Requirement({
        "FHIR-001",
        "ATR-GEN-008",
        "ATR-CAP-019",
        "ATR-CAP-001",
        "ATR-CAP-003",
        "ATR-CAP-009",
        "BULK-CAP-001",
        "BULK-CAP-003"
    })
    void theStatementListsWhatIsServed() {
        try (ProducerFixture fixture = ProducerFixture.of(files)) {
            Answer answer = fixture.send("GET", "/metadata", "");

            assertThat(answer.status()).isEqualTo(200);
            JsonObject statement = answer.json();
            assertThat(statement.text("resourceType")).contains("CapabilityStatement");
            assertThat(statement.text("fhirVersion")).contains("4.0.1");
            assertThat(statement.text("date")).contains("2026-03-02T09:00:00Z");
            assertThat(statement.text("kind")).contains("instance");
            assertThat(texts(statement, "rest.mode")).containsExactly("server");
            assertThat(texts(statement, "rest.resource.type"))
                    .containsExactly(
                            "Group",
                            "Patient",
                            "Coverage",
                            "RelatedPerson",
                            "Practitioner",
                            "PractitionerRole",
                            "Organization",
                            "Location",
                            "SearchParameter");
            assertThat(texts(statement, "rest.resource.operation.name"))
                    .containsExactly(
                            "davinci-data-export",
                            "export",
                            "group-export",
                            "member-add",
                            "member-remove",
                            "attribution-status",
                            "confirm-attribution-list");
            assertThat(texts(statement, "rest.resource.searchParam.name"))
                    .containsExactly(
                            "identifier", "name", "characteristic", "characteristic-value", "_id", "_lastUpdated");
            assertThat(texts(statement, "rest.resource.supportedProfile"))
                    .hasSize(8)
                    .contains("http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-relatedperson");
            assertThat(texts(statement, "rest.security.service.coding.code")).containsExactly("SMART-on-FHIR");
            // The guide's own not before its every SHALL is served.
            assertThat(texts(statement, "instantiates"))
                    .containsExactly("http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data");
        }
    }

    @Test
    @Requirement({"ATR-SEC-001", "ATR-SEC-002", "SMART-001", "SMART-002", "SMART-003"})
    void anotherAuthorizationServerIsFoundByDiscovery() {
        try (ProducerFixture fixture = ProducerFixture.of(files, CapabilityTest::withDiscovery)) {
            JsonObject document =
                    fixture.send("GET", "/.well-known/smart-configuration", "").json();

            assertThat(document.text("token_endpoint")).contains(ENDPOINT.toString());
            assertThat(texts(document, "grant_types_supported")).containsExactly("client_credentials");
            assertThat(texts(document, "capabilities")).contains("client-confidential-asymmetric");
            assertThat(texts(document, "code_challenge_methods_supported")).containsExactly("S256");
            assertThat(fixture.send("POST", "/auth/token", "").status()).isEqualTo(401);
            assertThat(texts(fixture.send("GET", "/metadata", "").json(), "rest.security.extension.extension.valueUri"))
                    .contains(ENDPOINT.toString());
        }
    }

    @Test
    @Requirement("SMART-004")
    void scopesAreThoseOfWhatThePayerServes() {
        try (ProducerFixture whole = ProducerFixture.of(files.resolve("whole"), CapabilityTest::withDiscovery);
                ProducerFixture mapped = ProducerFixture.of(
                        files.resolve("mapped"),
                        builder -> builder.tokenEndpoint(ENDPOINT).fhirVersion(FhirVersion.STU3));
                ProducerFixture least = ProducerFixture.over(
                        new BrokenBackend(whole.sample), files.resolve("least"), CapabilityTest::withDiscovery)) {
            List<String> reading = new ArrayList<>(List.of("system/*.read", "system/*.rs"));
            ResourceType.ATTRIBUTION_TYPES.forEach(type -> reading.add("system/" + type.code() + ".rs"));
            List<String> changing = List.of(
                    "system/*.write",
                    "system/Group.cud",
                    "system/Patient.cd",
                    "system/Practitioner.cd",
                    "system/PractitionerRole.cd",
                    "system/Organization.cd");

            assertThat(scopes(least)).isEqualTo(reading);
            assertThat(scopes(mapped)).startsWith("system/*.read").endsWith(changing.toArray(String[]::new));
            assertThat(scopes(mapped)).hasSize(reading.size() + changing.size());
            assertThat(scopes(whole)).containsAll(reading).containsAll(changing).contains("system/Provenance.rs");
            assertThat(scopes(whole)).hasSize(reading.size() + changing.size() + 1);
        }
    }

    @Test
    void aProducerThatChangesNothingNamesNoScopeForChanges() {
        InMemoryBackend payer = new InMemoryBackend(SampleLists.standard());
        try (DirectoryExportFiles exportFiles = DirectoryExportFiles.open(files);
                AtrProducer producer = AtrProducer.builder(payer)
                        .baseUrl(URI.create(ProducerFixture.BASE))
                        .accessTokens(token -> Optional.empty())
                        .tokenEndpoint(ENDPOINT)
                        .exportFiles(exportFiles)
                        .readOnly()
                        .build()) {
            Answer answer =
                    Answer.of(producer.handle(ProducerFixture.request("GET", "/.well-known/smart-configuration", "")));

            assertThat(texts(answer.json(), "scopes_supported"))
                    .contains("system/Group.rs")
                    .allMatch(scope -> scope.endsWith(".rs") || scope.endsWith(".read"));
        }
    }

    private static AtrProducer.Builder withDiscovery(AtrProducer.Builder builder) {
        return builder.tokenEndpoint(ENDPOINT);
    }

    private static List<String> scopes(ProducerFixture fixture) {
        return texts(fixture.send("GET", "/.well-known/smart-configuration", "").json(), "scopes_supported");
    }

    @Test
    void withoutATokenEndpointThereIsNoDiscovery() {
        try (ProducerFixture fixture = ProducerFixture.of(files)) {
            assertThat(fixture.send("GET", "/.well-known/smart-configuration", "")
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void theStatementNamesTheRelease() {
        try (ProducerFixture fixture = ProducerFixture.of(files)) {
            JsonObject statement = fixture.send("GET", "/metadata", "").json();

            assertThat(texts(statement, "software.version")).containsExactly(Release.version());
        }
    }

    @Test
    void theStatementComesByTheNameThatIsAskedFor() {
        try (ProducerFixture fixture = ProducerFixture.of(files)) {
            assertThat(fixture.send("GET", "/metadata", "", "Accept", "application/json")
                            .header("Content-Type"))
                    .isEqualTo("application/json");
            assertThat(fixture.send("HEAD", "/metadata", "").status()).isEqualTo(200);
            assertThat(fixture.send("GET", "/metadata?_format=xml", "").status())
                    .isEqualTo(406);
        }
    }

    @Test
    @Requirement({"BULK-CAP-002", "BULK-KICK-015"})
    void theStatementSaysWhatAnExportIsLike() {
        try (ProducerFixture fixture = ProducerFixture.of(files.resolve("full"));
                ProducerFixture lesser =
                        ProducerFixture.over(new BrokenBackend(fixture.sample), files.resolve("lesser"))) {
            String full = texts(fixture.get("/metadata").json(), "rest.resource.operation.documentation")
                    .get(0);
            String less = texts(lesser.get("/metadata").json(), "rest.resource.operation.documentation")
                    .get(0);

            assertThat(full)
                    .contains("one Group on one line", "application/fhir+ndjson", "transactionTime")
                    .contains("_since, _until, patient, _typeFilter (Patient by gender)");
            assertThat(less).contains("_elements, by GET").doesNotContain("_since", "_until", "patient", "_typeFilter");
        }
    }

    @Test
    @Requirement({"BULK-CAP-003", "ATR-EXP-002"})
    void withoutThePlainExportTheStatementDoesNotListIt() {
        try (ProducerFixture fixture = ProducerFixture.of(files, builder -> builder.plainExport(false))) {
            assertThat(texts(fixture.get("/metadata").json(), "rest.resource.operation.name"))
                    .doesNotContain("export", "group-export");
            assertThat(fixture.get("/metadata").json().find("instantiates")).isEmpty();
            assertThat(fixture.get("/Group/list-open/$export").status()).isEqualTo(404);
            assertThat(fixture.get("/Group/list-open/$export").json().text("resourceType"))
                    .contains("OperationOutcome");
        }
    }

    @Test
    @Requirement("STU3-002")
    void stu3HasItsOwnForm() {
        try (ProducerFixture fixture = ProducerFixture.stu3(files)) {
            JsonObject statement = fixture.send("GET", "/metadata", "").json();

            assertThat(statement.text("fhirVersion")).contains("3.0.2");
            assertThat(statement.text("acceptUnknown")).contains("both");
            assertThat(statement.all("rest.resource.operation")).isEmpty();
            assertThat(statement.all("rest.resource.supportedProfile")).isEmpty();
            assertThat(texts(statement, "rest.operation.definition.reference"))
                    .contains("http://hl7.org/fhir/us/davinci-atr/OperationDefinition/davinci-data-export");
        }
    }

    @Test
    @Requirement("ATR-DISC-004")
    void theNameParameterIsDefinedWhereTheStatementSays() {
        try (ProducerFixture fixture = ProducerFixture.of(files)) {
            List<String> definitions = texts(fixture.get("/metadata").json(), "rest.resource.searchParam.definition");

            String url = definitions.get(1);
            JsonObject parameter = fixture.get(ProducerFixture.below(url)).json();

            assertThat(parameter.text("url")).contains(url);
            assertThat(parameter.text("type")).contains("string");
            assertThat(parameter.text("expression")).contains("Group.name");
        }
    }

    @Test
    @Requirement("FHIR-029")
    void searchParametersAreNamedAsWhoeverDefinedThemNamesThem() {
        try (ProducerFixture fixture = ProducerFixture.of(files)) {
            JsonObject statement = fixture.get("/metadata").json();
            Map<String, String> definitions = new TreeMap<>();
            for (JsonValue parameter : statement.all("rest.resource.searchParam")) {
                definitions.put(
                        parameter.text("name").orElseThrow(),
                        parameter.text("definition").orElseThrow());
            }

            String base = "http://hl7.org/fhir/SearchParameter/";
            assertThat(definitions)
                    .containsEntry("identifier", base + "Group-identifier")
                    .containsEntry("characteristic", base + "Group-characteristic")
                    .containsEntry("characteristic-value", base + "Group-characteristic-value")
                    .containsEntry("_id", base + "Resource-id")
                    .containsEntry("_lastUpdated", base + "Resource-lastUpdated");
            assertThat(definitions.get("name")).startsWith(ProducerFixture.BASE + "/SearchParameter/");
        }
    }

    private static List<String> texts(JsonObject json, String path) {
        return json.all(path).stream()
                .map(JsonValue::text)
                .map(text -> text.orElseThrow())
                .toList();
    }
}
