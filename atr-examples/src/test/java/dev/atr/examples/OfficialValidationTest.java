package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ConsumerCapabilities;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Producer sends, held against the profiles as they were published. */
class OfficialValidationTest {
    private static final String SOURCE = "{'resourceType':'Provenance','recorded':'2026-03-02T08:00:00Z',"
            + "'agent':[{'who':{'display':'Valley Clinic'}}]}";
    private static final String DOCTOR =
            "{'resourceType':'Practitioner','identifier':[{'system':'http://hl7.org/fhir/sid/us-npi','value':"
                    + "'1234567893'}],'name':[{'family':'Sample','given':['Made']}]}";
    private static final String OPEN = "/Group/" + SamplePayer.OPEN_LIST;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private static Path folder;

    private static RunningProducer producer;
    private static DownloadedExport export;
    private static List<String> changes;
    private static final Map<String, OfficialProfiles> PROFILES = new HashMap<>();

    @BeforeAll
    static void exportTheSample() throws Exception {
        assumeTrue(OfficialProfiles.areHere(), "the published guides are not beside the project");
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
        BulkExportClient exports = producer.exports(FhirVersion.R4);
        export = exports.download(
                ExportRequest.attributionList(producer.openList()), folder.resolve("export"), DownloadOptions.DEFAULT);
        changes = changesAfter(export, exports);
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"us_core_700.tgz", "us_core_311.tgz"})
    @Requirement({"ATR-GEN-008", "ATR-GEN-019", "ATR-MDL-068"})
    void exportsResourcesThatMeetTheProfiles(String usCore) throws IOException {
        OfficialProfiles profiles = profiles(usCore);

        List<String> errors = new ArrayList<>();
        for (DownloadedFile file : export.files()) {
            for (String json : Files.readAllLines(file.path())) {
                for (String error : profiles.errorsIn(file.type().code(), json)) {
                    errors.add(file.type() + "/" + id(json) + " " + error);
                }
            }
        }

        assertThat(export.files()).extracting(DownloadedFile::type).containsAll(ResourceType.ATTRIBUTION_TYPES);
        assertThat(errors).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"us_core_700.tgz", "us_core_311.tgz"})
    @Requirement({"ATR-CAP-019", "ATR-GEN-008"})
    void saysOfItselfWhatMeetsTheProfiles(String usCore) throws Exception {
        assertThat(profiles(usCore).errorsIn(get("/metadata", 200)))
                // SMART's extension wants an address at which users log in. Backend services have none.
                .allMatch(error -> error.contains("oauth-uris") && error.contains("'Extension.extension:authorize'"));
    }

    @Test
    @Requirement("ATR-GEN-008")
    void theConsumerSaysOfItselfWhatMeetsTheProfiles() throws Exception {
        String statement = new String(
                ConsumerCapabilities.statement(LocalDate.of(2026, 1, 1)).toBytes(), StandardCharsets.UTF_8);

        assertThat(profiles("us_core_700.tgz").errorsIn(statement)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"us_core_700.tgz", "us_core_311.tgz"})
    @Requirement({"ATR-GEN-008", "ATR-EXP-022"})
    void exportsChangesThatMeetTheProfiles(String usCore) throws Exception {
        List<String> errors = new ArrayList<>();
        for (String json : changes) {
            errors.addAll(errors(profiles(usCore), json));
        }

        assertThat(changes).anyMatch(json -> json.contains("\"DELETE\""));
        assertThat(errors).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"us_core_700.tgz", "us_core_311.tgz"})
    @Requirement({"ATR-GEN-008", "ATR-CAP-001", "ATR-CAP-005", "ATR-REC-037", "ATR-CRE-004", "FHIR-019", "FHIR-034"})
    void everythingElseItSaysMeetsTheProfiles(String usCore) throws Exception {
        OfficialProfiles profiles = profiles(usCore);

        List<String> errors = new ArrayList<>();
        for (Map.Entry<String, String> said : sayings(usCore).entrySet()) {
            for (String error : errors(profiles, said.getValue())) {
                errors.add(said.getKey() + ": " + error);
            }
        }

        // The guide's profiles name two of US Core 7.0.0, which 3.1.1 did not have yet.
        assertThat(errors)
                .filteredOn(error -> !(usCore.equals("us_core_311.tgz")
                        && error.matches(
                                ".*Unable to resolve the profile reference '.*/us-core-(coverage|relatedperson)'")))
                .isEmpty();
    }

    /** Takes a member off the list and deletes the Patient of another, and returns all lines of an export of what has changed since. */
    private static List<String> changesAfter(DownloadedExport whole, BulkExportClient exports) throws Exception {
        SortedSet<String> patients =
                Objects.requireNonNull(producer.stored(producer.openList()).get("Patient"));
        ResourceKey leaves = ResourceKey.ofReference(patients.last()).orElseThrow();
        ResourceKey deleted = ResourceKey.ofReference(
                        patients.headSet(patients.last()).last())
                .orElseThrow();
        producer.reconciliation(FhirVersion.R4)
                .memberRemove(producer.openList(), new MemberRemoveRequest.OfPatient(leaves));
        producer.write(tx -> tx.deleteResource(deleted));
        CompletedExport changed = exports.kickOff(
                        ExportRequest.attributionList(producer.openList()).since(whole.transactionTime()))
                .await(PATIENCE);
        List<String> lines = new ArrayList<>();
        for (ExportFile file : changed.allFiles()) {
            lines.addAll(get(below(file.url().toString()), 200).lines().toList());
        }
        return lines;
    }

    /** Has the Producer say one thing of each kind, and returns what it said. */
    private static Map<String, String> sayings(String contract) throws Exception {
        Map<String, String> said = new LinkedHashMap<>();
        addReadings(said);
        addSearches(said);
        addRefusals(said);
        addCreations(said);
        addChanges(said, contract);
        return said;
    }

    private static void addReadings(Map<String, String> said) throws Exception {
        for (ListId list : List.of(SamplePayer.OPEN_LIST, SamplePayer.DRAFT_LIST, SamplePayer.FINAL_LIST)) {
            said.put("list " + list, get("/Group/" + list, 200));
            said.put("list in short " + list, get("/Group/" + list + "?_summary=true", 200));
        }
        said.put("history of a list", get(OPEN + "/_history?_count=2", 200));
        said.put("version of a list", get(OPEN + "/_history/1", 200));
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            if (!type.equals(ResourceType.GROUP)) {
                String one = "/" + producer.storedOne(type.code());
                said.put(type.code(), get(one, 200));
                said.put("version of a " + type, get(one + "/_history/1", 200));
                said.put("history of a " + type, get(one + "/_history", 200));
            }
        }
        said.put("search parameter", get("/SearchParameter/Group-name", 200));
        said.put("draft with a cancelled row", afterCancelling(SamplePayer.DRAFT_LIST));
    }

    /** Cancels the first row of a list, and returns the list. */
    private static String afterCancelling(ListId list) throws Exception {
        String reference = JsonValue.parse(get("/Group/" + list, 200).getBytes(StandardCharsets.UTF_8))
                .items("member")
                .get(0)
                .find("entity")
                .flatMap(entity -> entity.text("reference"))
                .orElseThrow();
        ListAdministration lists = producer.administration();
        MemberKey row = lists.rows(list, ResourceKey.ofReference(reference).orElseThrow())
                .get(0)
                .key();
        lists.revise(list, Revision.of(List.of(new RowEdit.Cancel(row))), null);
        return get("/Group/" + list, 200);
    }

    private static void addSearches(Map<String, String> said) throws Exception {
        said.put("all lists", get("/Group", 200));
        said.put("all lists in short", get("/Group?_summary=true", 200));
        said.put("page of lists", get("/Group?_count=1", 200));
        said.put("no list found", get("/Group?name=nobody", 200));
        said.put("search", get("/Group?identifier=" + SamplePayer.CONTRACT_SYSTEM + "%7C", 200));
        said.put("count", get("/Group?_summary=count", 200));
        said.put("refused search", get("/Group?colour=red", 400));
    }

    private static void addRefusals(Map<String, String> said) throws Exception {
        said.put("unknown list", get("/Group/no-such-list", 404));
        said.put("unknown type", get("/Observation/1", 404));
        said.put("no such version", get(OPEN + "/_history/999", 404));
        said.put("unknown format", get(OPEN + "?_format=text/turtle", 406));
        said.put("no update", body("PUT", OPEN, "{'resourceType':'Group'}", 405));
        said.put("no deletion", body("DELETE", OPEN, "", 422));
        said.put("no token", withoutToken());
        said.put("refused export", get(OPEN + "/$davinci-data-export?_type=Group", 400));
        HttpResponse<String> kickedOff =
                producer.get(OPEN + "/$davinci-data-export?exportType=" + Canonicals.EXPORT_TYPE);
        assertThat(kickedOff.statusCode()).isEqualTo(202);
        said.put("export under way", kickedOff.body());
        String status = below(kickedOff.headers().firstValue("Content-Location").orElseThrow());
        said.put("export ended", body("DELETE", status, "", 202));
        said.put("no such export", get(status, 404));
    }

    private static void addCreations(Map<String, String> said) throws Exception {
        for (String json : List.of(
                "{'resourceType':'Patient','identifier':[{'type':{'coding':[{'system':"
                        + "'http://terminology.hl7.org/CodeSystem/v2-0203','code':'MB'}]},'system':"
                        + "'https://clinic.example/patients','value':'P-1'}],'name':[{'family':'Sample','given':['Made']}],"
                        + "'gender':'female','birthDate':'1980-01-01'}",
                "{'resourceType':'Organization','active':true,'name':'Valley Clinic','identifier':[{'system':"
                        + "'http://hl7.org/fhir/sid/us-npi','value':'1234567893'}]}",
                DOCTOR)) {
            HttpResponse<String> made = send("POST", "/" + type(json), json, "representation", "X-Provenance", SOURCE);
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            String name = type(json);
            String path = "/" + name + "/" + id(made.body());
            said.put("created " + name, made.body());
            said.put("provenance of a " + name, body("GET", "/Provenance?target=" + path.substring(1), "", 200));
            said.put("deleted " + name, body("DELETE", path, "", 200));
            said.put("gone " + name, get(path, 410));
            said.put("history of a deleted " + name, get(path + "/_history", 200));
        }
        said.put("created, told", body("POST", "/Practitioner", DOCTOR, 201));
        said.put("broken list", body("POST", "/Group", "{'resourceType':'Group'}", 422));
        said.put("unreadable list", body("POST", "/Group", "{", 400));
    }

    private static void addChanges(Map<String, String> said, String contract) throws Exception {
        String patient = producer.storedOne("Patient");
        String list = "{'resourceType':'Group','extension':[{'url':'" + Canonicals.EXT_CONTRACT_PERIOD
                + "','valuePeriod':{'start':'2026-01-01','end':'2026-12-31'}}],'identifier':[{'system':'"
                + SamplePayer.CONTRACT_SYSTEM + "','value':'" + contract
                + "'}],'type':'person','actual':true,'name':'Made list','managingEntity':{'reference':'Organization/payer'}}";
        HttpResponse<String> created = send("POST", "/Group", list, "representation", "X-Provenance", SOURCE);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        String path =
                below(created.headers().firstValue("Location").orElseThrow()).replaceAll("/_history/1$", "");
        said.put("created list", created.body());
        said.put("provenance of a list", body("GET", "/Provenance?target=" + path.substring(1), "", 200));
        said.put("second list", body("POST", "/Group", list, 422));
        String add =
                "{'resourceType':'Parameters','parameter':[{'name':'patientReference','valueReference':{'reference':'"
                        + patient + "'}},{'name':'providerReference','valueReference':{'reference':'"
                        + producer.storedOne("Organization") + "'}}]}";
        String who = add.replaceAll(",\\{'name':'providerReference'.*", "]}");
        String nobody = who.replace(patient, "Patient/x");
        String memberAdd = path + "/$member-add";
        String memberRemove = path + "/$member-remove";
        String confirm = path + "/$confirm-attribution-list";
        said.put("addition", body("POST", memberAdd, add, 200));
        said.put(
                "addition, shown",
                send("POST", memberAdd, add, "representation").body());
        said.put("refused addition", body("POST", memberAdd, "{'resourceType':'Parameters'}", 400));
        said.put("addition of nobody", body("POST", memberAdd, add.replace(patient, "Patient/x"), 422));
        HttpResponse<String> stale = send("POST", memberAdd, add, "OperationOutcome", "If-Match", "W/'1'");
        assertThat(stale.statusCode()).isEqualTo(412);
        said.put("addition to another version", stale.body());
        said.put("status", body("POST", path + "/$attribution-status", who, 200));
        said.put("status of nobody", body("POST", path + "/$attribution-status", nobody, 404));
        said.put("list with a row", get(path, 200));
        said.put("removal", body("POST", memberRemove, who, 200));
        said.put("second removal", body("POST", memberRemove, who, 200));
        said.put("removal of nobody", body("POST", memberRemove, nobody, 422));
        said.put("draft with a dropped row", get(path, 200));
        said.put("status of a dropped row", body("POST", path + "/$attribution-status", who, 200));
        said.put("confirmation without members", body("POST", confirm, "", 201));
        said.put("addition of who was dropped", body("POST", memberAdd, add, 200));
        said.put("confirmation", body("POST", confirm, "", 201));
        said.put("second confirmation", body("POST", confirm, "", 201));
        said.put("final list", get(path, 200));
        said.put("addition to a final list", body("POST", memberAdd, add, 422));
        said.put("deletion of a final list", body("DELETE", path, "", 422));
        producer.administration().delete(new ListId(path.substring("/Group/".length())), null);
        said.put("gone list", get(path, 410));
        said.put("history of a deleted list", get(path + "/_history", 200));
    }

    private static OfficialProfiles profiles(String usCore) throws IOException {
        OfficialProfiles known = PROFILES.get(usCore);
        if (known == null) {
            known = OfficialProfiles.withUsCore(usCore);
            PROFILES.put(usCore, known);
        }
        return known;
    }

    private static List<String> errors(OfficialProfiles profiles, String json) {
        List<String> errors = new ArrayList<>(profiles.errorsIn(json));
        JsonValue resource = JsonValue.parse(json.getBytes(StandardCharsets.UTF_8));
        List<JsonValue> resources = new ArrayList<>(List.of(resource));
        for (JsonValue entry : resource.items("entry")) {
            entry.find("resource").ifPresent(resources::add);
        }
        for (JsonValue one : resources) {
            String type = one.text("resourceType").orElseThrow();
            if (ResourceType.ATTRIBUTION_TYPES.contains(new ResourceType(type))) {
                errors.addAll(profiles.errorsIn(type, new String(one.toBytes(), StandardCharsets.UTF_8)));
            }
        }
        return errors;
    }

    private static String body(String method, String path, String json, int status) throws Exception {
        HttpResponse<String> answer = send(method, path, json, "OperationOutcome");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body();
    }

    /** Sends a body in which apostrophes stand for quotes. */
    private static HttpResponse<String> send(
            String method, String path, String json, String preferred, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(producer.base(FhirVersion.R4) + path))
                .method(method, HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')))
                .header("Content-Type", "application/fhir+json")
                .header("Prefer", "return=" + preferred)
                .header(
                        "Authorization",
                        "Bearer " + producer.changing(FhirVersion.R4).token());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1].replace('\'', '"'));
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String get(String pathAndQuery, int status) throws Exception {
        HttpResponse<String> answer = producer.get(pathAndQuery);
        assertThat(answer.statusCode()).isEqualTo(status);
        return answer.body();
    }

    /** Returns what a request without a token is told. */
    private static String withoutToken() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(producer.base(FhirVersion.R4) + OPEN))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        return answer.body();
    }

    /** Returns an address of the Producer's as seen from its base. */
    private static String below(String url) {
        return url.substring(producer.base(FhirVersion.R4).toString().length());
    }

    private static String type(String json) {
        return json.replaceAll("^.'resourceType':'(\\w+)'.*$", "$1");
    }

    private static String id(String json) {
        return json.replaceAll("(?s)^.*?\"id\":\"([^\"]+)\".*$", "$1");
    }
}
