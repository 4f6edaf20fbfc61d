package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Producer sends in STU3, held against STU3 as it was published; the guide has no profiles for it. */
@Requirement({"STU3-001", "STU3-024"})
class Stu3ValidationTest {
    private static final OfficialProfiles STU3 = OfficialProfiles.baseStu3();
    private static final List<ListId> LISTS =
            List.of(SamplePayer.OPEN_LIST, SamplePayer.DRAFT_LIST, SamplePayer.FINAL_LIST);

    @TempDir
    private static Path folder;

    private static RunningProducer producer;

    @BeforeAll
    static void start() throws Exception {
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
        if (Files.isDirectory(OfficialProfiles.GUIDES)) {
            producer.load(OfficialProfiles.GUIDES.resolve("davinci-atr/examples"));
        }
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    @Requirement({"STU3-004", "STU3-005", "STU3-006", "STU3-007", "STU3-008", "STU3-010", "STU3-011", "STU3-014"})
    void exportsWhatIsValid() throws Exception {
        List<String> errors = new ArrayList<>();
        List<ResourceType> types = new ArrayList<>();
        for (AttributionList list : producer.lists(FhirVersion.STU3).findAll()) {
            DownloadedExport export = producer.exports(FhirVersion.STU3)
                    .download(
                            ExportRequest.attributionList(list.id()),
                            folder.resolve("export-" + list.id()),
                            DownloadOptions.DEFAULT);
            for (DownloadedFile file : export.files()) {
                types.add(file.type());
                for (String json : Files.readAllLines(file.path())) {
                    errorsIn(json).forEach(error -> errors.add(file.type() + " of " + list.id() + ": " + error));
                }
            }
        }

        assertThat(types).containsAll(ResourceType.ATTRIBUTION_TYPES);
        assertThat(errors).isEmpty();
    }

    @Test
    @Requirement({"STU3-002", "STU3-017", "STU3-021", "STU3-023"})
    void everythingElseItSaysIsValid() throws Exception {
        Map<String, String> said = new LinkedHashMap<>();
        said.put("metadata", get("/metadata", 200));
        for (ListId list : LISTS) {
            String path = "/Group/" + list.value();
            said.put("list " + list, get(path, 200));
            said.put("summary of " + list, get(path + "?_summary=true", 200));
            said.put("history of " + list, get(path + "/_history", 200));
        }
        said.put("all lists", get("/Group", 200));
        said.put("all lists in short", get("/Group?_summary=true", 200));
        said.put("no such list", get("/Group/nobody", 404));
        said.put("refused search", get("/Group?colour=red", 400));
        said.put("refused export", get("/Group/" + producer.openList() + "/$davinci-data-export?_type=Group", 400));
        String operations = "/Group/" + producer.openList();
        String patient = JsonValue.parse(get(operations, 200).getBytes(StandardCharsets.UTF_8)).items("member").stream()
                .flatMap(row -> row.all("entity.reference").stream())
                .flatMap(reference -> reference.text().stream())
                .findFirst()
                .orElseThrow();
        String who = parameters(patient, "");
        String nobody = parameters("Patient/nobody", "");
        String added = parameters(
                patient,
                ",{\"name\":\"providerReference\",\"valueReference\":{\"reference\":\""
                        + producer.storedOne("Organization") + "\"}}");
        said.put("status", post(operations + "/$attribution-status", who, 200));
        said.put("status of nobody", post(operations + "/$attribution-status", nobody, 404));
        said.put("addition", post(operations + "/$member-add", added, 200));
        said.put("addition of nobody", post(operations + "/$member-add", nobody, 400));
        said.put("removal", post(operations + "/$member-remove", who, 200));
        said.put("status of who was removed", post(operations + "/$attribution-status", who, 404));
        said.put("confirmation", post(operations + "/$confirm-attribution-list", "", 201));
        said.put("addition to a final list", post("/Group/" + SamplePayer.FINAL_LIST + "/$member-add", added, 422));

        Map<String, List<String>> errors = new LinkedHashMap<>();
        said.forEach((what, json) -> errors.put(what, errorsIn(json)));
        errors.values().removeIf(List::isEmpty);

        assertThat(errors).isEmpty();
    }

    /** HAPI's validator knows no extensions by which STU3 carries elements of R4, which R4 itself defines. */
    private static List<String> errorsIn(String json) {
        return STU3.errorsIn(json).stream()
                .filter(error -> !error.contains("http://hl7.org/fhir/4.0/StructureDefinition/extension-")
                        || !error.endsWith("is not valid (invalid Version '4.0')"))
                .toList();
    }

    private static String parameters(String patient, String more) {
        return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"patientReference\",\"valueReference\":"
                + "{\"reference\":\"" + patient + "\"}}" + more + "]}";
    }

    private static String get(String path, int status) throws Exception {
        return send(request(path).GET(), status);
    }

    private static String post(String path, String json, int status) throws Exception {
        HttpRequest.Builder request = request(path);
        return send(
                json.isEmpty()
                        ? request.POST(BodyPublishers.noBody())
                        : request.header("Content-Type", "application/fhir+json")
                                .POST(BodyPublishers.ofString(json)),
                status);
    }

    private static HttpRequest.Builder request(String path) throws Exception {
        return HttpRequest.newBuilder(URI.create(producer.base(FhirVersion.STU3) + path))
                .header("Accept", "application/fhir+json")
                .header(
                        "Authorization",
                        "Bearer " + producer.changing(FhirVersion.STU3).token());
    }

    private static String send(HttpRequest.Builder request, int status) throws Exception {
        HttpResponse<String> reply =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
        return reply.body();
    }
}
