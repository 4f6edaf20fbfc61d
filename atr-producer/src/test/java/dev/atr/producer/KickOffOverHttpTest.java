package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may ask for beside the list and how it wants to be answered, over sockets and to the lines of the files. */
class KickOffOverHttpTest {
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";
    private static final String FEWER = OPERATION + "?_type=Patient";

    @TempDir
    Path files;

    private ProducerFixture fixture;
    private Served served;

    @BeforeEach
    void start() throws IOException {
        fixture = ProducerFixture.of(files);
        served = new Served(fixture);
    }

    @AfterEach
    void stop() {
        served.close();
        fixture.close();
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "includeAssociatedData=LatestProvenanceResources; 8; not-supported; includeAssociatedData",
                "allowPartialManifests=true; 8; not-supported; allowPartialManifests",
                "organizeOutputBy=Patient; 8; not-supported; organizeOutputBy",
                "_typeFilter=Coverage%3Fstatus%3Dactive; 8; not-supported; _typeFilter",
                "_type=Group,Patient,Coverage,Observation; 3; not-supported; _type",
                "_type=Patient; 1; required; _type"
            })
    @Requirement({
        "BULK-KICK-020",
        "BULK-KICK-026",
        "BULK-KICK-030",
        "BULK-KICK-031",
        "BULK-STAT-013",
        "BULK-MAN-007",
        "BULK-MAN-009"
    })
    void whatIsNotServedIsRefusedOrLeftAsideWithAMessage(String query, int types, String issue, String parameter)
            throws Exception {
        HttpResponse<byte[]> refused = served.get(OPERATION + "?" + query);
        HttpResponse<byte[]> strict = served.get(OPERATION + "?" + query, "Prefer", "handling=strict");
        JsonObject manifest = exported(OPERATION + "?" + query, "Prefer", "respond-async, handling=lenient");

        assertThat(List.of(refused.statusCode(), strict.statusCode())).containsOnly(400);
        assertThat(manifest.items("output")).hasSize(types);
        List<JsonObject> messages = lines(manifest, "error", "OperationOutcome");
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0).all("issue.severity")).containsExactly(JsonValue.of("warning"));
        assertThat(messages.get(0).all("issue.code")).containsExactly(JsonValue.of(issue));
        assertThat(messages.get(0).all("issue.expression")).containsExactly(JsonValue.of(parameter));
    }

    @Test
    @Requirement({"BULK-KICK-012", "BULK-STAT-001", "BULK-STAT-008", "BULK-STAT-014"})
    void theStatusOfTheJobStandsInAHeaderOfItsOwnWhenAskedFor() throws Exception {
        BrokenBackend backend = new BrokenBackend(new InMemoryBackend(SampleLists.standard()));
        stop();
        fixture = ProducerFixture.over(backend, files);
        served = new Served(fixture);
        String[] prefer = {"Prefer", "respond-async, separate-export-status"};

        HttpResponse<byte[]> kickOff = served.get(OPERATION, prefer);
        HttpResponse<byte[]> running = served.get(status(kickOff));
        fixture.executor.runAll();
        HttpResponse<byte[]> complete = served.get(status(kickOff));
        backend.failing = true;
        HttpResponse<byte[]> second = served.get(OPERATION, prefer);
        fixture.executor.runAll();
        HttpResponse<byte[]> failed = served.get(status(second));

        assertThat(kickOff.statusCode()).isEqualTo(202);
        assertThat(header(kickOff, "Preference-Applied")).isEqualTo("respond-async, separate-export-status");
        assertThat(List.of(running.statusCode(), complete.statusCode(), failed.statusCode()))
                .containsOnly(200);
        assertThat(header(running, "X-Export-Status")).isEqualTo("202 Accepted");
        assertThat(header(running, "X-Progress")).isEqualTo("waiting");
        assertThat(header(running, "Retry-After")).isEqualTo("1");
        assertThat(header(complete, "X-Export-Status")).isEqualTo("200 OK");
        assertThat(JsonValue.parseObject(complete.body()).items("output")).hasSize(8);
        assertThat(header(failed, "X-Export-Status")).isEqualTo("500 Internal Server Error");
        assertThat(JsonValue.parseObject(failed.body()).text("resourceType")).contains("OperationOutcome");
    }

    @Test
    @Requirement({"ATR-EXP-024", "BULK-KICK-027"})
    void aFilterLeavesOutResourcesOfItsTypeAlone() throws Exception {
        ResourceKey ten = new ResourceKey(ResourceType.PATIENT, "10");
        SampleLists sample = SampleLists.standard();
        String json = Objects.requireNonNull(sample.resources().get(ten));
        fixture.sample.replace(sample.withResource(ten, json.replace("unknown", "female")));

        JsonObject one = exported(OPERATION + "?_typeFilter=" + encoded("Patient?gender=female"));
        JsonObject all = exported(OPERATION);

        assertThat(ids(one, "Patient")).containsExactly("10");
        assertThat(lines(one, "output", "Patient").get(0).text("gender")).contains("female");
        assertThat(ids(all, "Patient")).hasSize(6);
        assertThat(ids(one, "Coverage")).isEqualTo(ids(all, "Coverage"));
        assertThat(one.items("error")).isEmpty();
    }

    @Test
    @Requirement("BULK-KICK-023")
    void elementsThatAreNotAskedForAreLeftOut() throws Exception {
        JsonObject manifest = exported(OPERATION + "?_elements=id,Coverage.class");

        assertThat(lines(manifest, "output", "Coverage")).hasSize(7).allSatisfy(coverage -> {
            assertThat(coverage.properties().keySet())
                    .contains("status", "beneficiary", "payor", "period")
                    .doesNotContain("policyHolder", "subscriber");
            assertThat(coverage.all("meta.tag.code")).containsExactly(JsonValue.of("SUBSETTED"));
        });
        assertThat(lines(manifest, "output", "Group").get(0).items("member")).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {OPERATION, "/Group/list-open/$export"})
    @Requirement({"BULK-KICK-003", "BULK-KICK-004"})
    void aGetIsRefusedWhereAPostIsRequired(String operation) throws Exception {
        departFromTheDefault(ExportOption.REQUIRE_POST);

        HttpResponse<byte[]> get = served.get(operation);
        HttpResponse<byte[]> head = served.send("HEAD", operation);
        HttpResponse<byte[]> post = served.send("POST", operation);

        assertThat(List.of(get.statusCode(), head.statusCode())).containsOnly(405);
        assertThat(header(get, "Allow")).isEqualTo("POST");
        assertThat(JsonValue.parseObject(get.body()).all("issue.code")).containsExactly(JsonValue.of("not-supported"));
        assertThat(post.statusCode()).isEqualTo(202);
    }

    @Test
    @Requirement("ATR-EXP-010")
    void aStrictClientIsRefusedWhatThePayerWouldLetPass() throws Exception {
        departFromTheDefault(ExportOption.ALLOW_FEWER_TYPES);

        HttpResponse<byte[]> strict = served.get(FEWER, "Prefer", "respond-async; handling=strict");
        JsonObject manifest = exported(FEWER);

        assertThat(strict.statusCode()).isEqualTo(400);
        assertThat(new String(strict.body(), StandardCharsets.UTF_8)).contains("missing: Group, Coverage");
        assertThat(lines(manifest, "error", "OperationOutcome")).hasSize(1);
    }

    private void departFromTheDefault(ExportOption option) throws IOException {
        stop();
        fixture = ProducerFixture.of(files, builder -> builder.exportOptions(Set.of(option)));
        served = new Served(fixture);
    }

    /** Exports to the end and returns the manifest. */
    private JsonObject exported(String target, String... headers) throws IOException, InterruptedException {
        HttpResponse<byte[]> kickOff = served.get(target, headers);
        fixture.executor.runAll();
        HttpResponse<byte[]> ended = served.get(status(kickOff));
        assertThat(ended.statusCode()).isEqualTo(200);
        return JsonValue.parseObject(ended.body());
    }

    private static String status(HttpResponse<byte[]> kickOff) {
        assertThat(kickOff.statusCode()).isEqualTo(202);
        return ProducerFixture.below(header(kickOff, "Content-Location"));
    }

    private List<String> ids(JsonObject manifest, String type) throws IOException, InterruptedException {
        return lines(manifest, "output", type).stream()
                .map(line -> line.text("id").orElseThrow())
                .toList();
    }

    private List<JsonObject> lines(JsonObject manifest, String list, String type)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> file = served.get(ProducerFixture.file(manifest, list, type));
        assertThat(header(file, "Content-Type")).isEqualTo("application/fhir+ndjson");
        Stream<String> lines = new String(file.body(), StandardCharsets.UTF_8).lines();
        return lines.map(line -> JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static String header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
