package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.Member;
import dev.atr.core.bulk.ExportManifest;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExportTest extends SampleProducerTest {
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";
    private static final Pattern REFERENCE = Pattern.compile("\"reference\":\"([^\"]*)\"");

    @Test
    @Requirement({"BULK-STAT-001", "BULK-STAT-002", "BULK-STAT-003"})
    void tellsHowFarItIs() {
        String status = fixture.kickOff(OPERATION);

        Answer young = fixture.get(status);
        fixture.clock.turn(Duration.ofMinutes(5));
        Answer old = fixture.get(status);
        fixture.clock.turn(Duration.ofDays(1));
        Answer oldest = fixture.get(status);

        assertThat(young.status()).isEqualTo(202);
        assertThat(young.header("X-Progress")).hasSizeLessThan(100).isNotBlank();
        assertThat(young.header("Retry-After")).isEqualTo("1");
        assertThat(old.header("Retry-After")).isEqualTo("30");
        assertThat(oldest.header("Retry-After")).isEqualTo("120");
    }

    @Test
    @Requirement({
        "ATR-EXP-017",
        "BULK-STAT-014",
        "BULK-STAT-015",
        "BULK-MAN-001",
        "BULK-MAN-002",
        "BULK-MAN-003",
        "BULK-MAN-004",
        "BULK-MAN-007"
    })
    void theManifestListsEveryFile() {
        String status = fixture.kickOff(OPERATION + "?_type=Group,Patient,Coverage&exportType=hl7.fhir.us.davinci-atr");
        fixture.executor.runAll();

        Answer answer = fixture.get(status, "Accept", "application/json");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Expires")).isEqualTo("Tue, 03 Mar 2026 09:00:00 GMT");
        JsonObject manifest = answer.json();
        assertThat(manifest.find("resourceType")).isEmpty();
        assertThat(manifest.text("transactionTime")).contains("2026-03-02T09:00:00Z");
        assertThat(manifest.text("request"))
                .contains("https://payer.example/r4/Group/list-open/$davinci-data-export"
                        + "?_type=Group%2CPatient%2CCoverage&exportType=hl7.fhir.us.davinci-atr");
        assertThat(manifest.find("requiresAccessToken").flatMap(JsonValue::flag))
                .contains(true);
        assertThat(manifest.find("error").map(JsonValue::items)).contains(List.of());
        String folder = "https://payer.example/r4/$export-file/" + status.substring(status.lastIndexOf('/') + 1) + "/";
        assertThat(manifest.items("output").stream()
                        .map(entry -> ((JsonObject) entry).without("extension").toJson()))
                .containsExactly(
                        entry("Group", folder + "1.Group.0001.ndjson", 1),
                        entry("Patient", folder + "1.Patient.0001.ndjson", 6),
                        entry("Coverage", folder + "1.Coverage.0001.ndjson", 7));
    }

    @Test
    void theManifestIsStoredNowhereButWithTheClient() {
        String status = fixture.kickOff(OPERATION);
        fixture.executor.runAll();

        Answer answer = fixture.get(status);

        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"manifest.json\"");
    }

    @Test
    @Requirement({"BULK-MAN-004", "BULK-MAN-013"})
    void theManifestTellsLengthAndDigestOfEachFile() throws Exception {
        ExportManifest manifest =
                ExportManifest.read(fixture.exported(OPERATION).toBytes());

        for (ExportManifest.Entry entry : manifest.output()) {
            Answer file = fixture.get(ProducerFixture.below(entry.url().toString()));
            byte[] bytes = file.body();
            assertThat(file.status()).isEqualTo(200);
            assertThat(entry.bytes()).isEqualTo(bytes.length);
            assertThat(entry.sha256())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
    }

    @Test
    @Requirement({"ATR-EXP-014", "ATR-EXP-006", "BULK-FILE-002", "BULK-KICK-034", "BULK-MAN-005"})
    void exportsWhatTheListLeadsTo() {
        JsonObject manifest = fixture.exported(OPERATION);

        Answer group = fixture.get(ProducerFixture.file(manifest, "output", "Group"));
        Answer patients = fixture.get(ProducerFixture.file(manifest, "output", "Patient"));

        assertThat(group.text()).isEqualTo(fixture.get("/Group/list-open").text() + "\n");
        assertThat(patients.text().lines().map(ExportTest::id)).containsExactly("-x", "10", "9", "A", "a", "zoe");
        assertThat(patients.text().lines().findFirst())
                .contains(fixture.get("/Patient/-x").text());
        for (JsonValue entry : manifest.items("output")) {
            String type = entry.text("type").orElseThrow();
            Answer file = fixture.get(ProducerFixture.file(manifest, "output", type));
            assertThat(file.text()).endsWith("\n").doesNotContain("\r", "\"reference\":\"http");
            assertThat(file.text()
                            .lines()
                            .map(line -> JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8))
                                    .text("resourceType")
                                    .orElseThrow()))
                    .containsOnly(type)
                    .hasSize(entry.find("count")
                            .flatMap(JsonValue::number)
                            .orElseThrow()
                            .intValue());
        }
    }

    @Test
    @Requirement({"ATR-EXP-013", "BULK-FILE-006"})
    void everyReferenceLeadsToOneLineOfTheExport() {
        JsonObject manifest = fixture.exported(OPERATION);

        List<String> lines = new ArrayList<>();
        Set<String> references = new TreeSet<>();
        for (JsonValue entry : manifest.items("output")) {
            String type = entry.text("type").orElseThrow();
            String text =
                    fixture.get(ProducerFixture.file(manifest, "output", type)).text();
            text.lines().forEach(line -> lines.add(type + "/" + id(line)));
            REFERENCE.matcher(text).results().forEach(found -> references.add(found.group(1)));
        }

        // What leads to other types, such as Endpoint, leads out of the export
        references.removeIf(reference -> ResourceKey.ofReference(reference)
                .filter(key -> ResourceType.ATTRIBUTION_TYPES.contains(key.type()))
                .isEmpty());
        assertThat(lines).doesNotHaveDuplicates().containsAll(references);
        assertThat(references).hasSizeGreaterThan(15);
    }

    @Test
    @Requirement("ATR-MDL-022")
    void numbersOfProvidersElsewhereAreNotInIt() {
        JsonObject manifest = fixture.exported(OPERATION);

        for (JsonValue entry : manifest.items("output")) {
            String type = entry.text("type").orElseThrow();
            // Practitioners of another provider organization, and of none.
            assertThat(fixture.get(ProducerFixture.file(manifest, "output", type))
                            .text())
                    .doesNotContain("1000000038", "1000000046");
        }
        assertThat(fixture.get(ProducerFixture.file(manifest, "output", "Practitioner"))
                        .text())
                .contains("1000000012");
    }

    @Test
    @Requirement("BULK-FILE-007")
    void theGroupTellsItsVersionAndWhenItChanged() {
        JsonObject manifest = fixture.exported(OPERATION);

        JsonObject group =
                fixture.get(ProducerFixture.file(manifest, "output", "Group")).json();

        assertThat(group.all("meta.versionId")).hasSize(1);
        assertThat(Instant.parse(group.all("meta.lastUpdated").get(0).text().orElseThrow()))
                .isBeforeOrEqualTo(fixture.clock.instant());
    }

    @Test
    @Requirement({"BULK-MAN-006", "ATR-EXP-026"})
    void aTypeWithoutResourcesHasNoFile() {
        JsonObject manifest = fixture.exported("/Group/List-empty/$davinci-data-export");

        assertThat(manifest.all("output.type").stream().map(type -> type.text().orElseThrow()))
                .containsExactly("Group", "Organization");
    }

    @Test
    @Requirement("BULK-MAN-006")
    void withoutAnyResourceTheOutputIsEmpty() {
        JsonObject manifest = fixture.exported("/Group/List-empty/$export?_type=Patient");

        assertThat(manifest.find("output").map(JsonValue::items)).contains(List.of());
    }

    @Test
    void inactiveRowsAreExportedToo() {
        JsonObject manifest = fixture.exported("/Group/list-draft/$davinci-data-export");

        JsonObject group =
                fixture.get(ProducerFixture.file(manifest, "output", "Group")).json();
        assertThat(group.all("member.inactive")).hasSize(4).contains(JsonValue.of(true));
    }

    @Test
    void anExportIsOfTheMomentAtWhichItBegan() {
        JsonObject manifest = fixture.exported(OPERATION);
        fixture.clock.turn(Duration.ofMinutes(1));
        fixture.sample.replace(SampleLists.standard().withEntitlement("x", Set.of()));

        assertThat(fixture.get(ProducerFixture.file(manifest, "output", "Patient"))
                        .text()
                        .lines())
                .hasSize(6);
    }

    @Test
    @Requirement({"BULK-STAT-017", "ATR-SEC-010", "ATR-SEC-012", "BULK-STAT-016"})
    void anothersJobIsAnsweredLikeAnUnknownOne() {
        JsonObject manifest = fixture.exported(OPERATION);
        String file = ProducerFixture.file(manifest, "output", "Patient");
        String status = fixture.kickOff(OPERATION);
        String unknown = "0".repeat(40);
        String[] other = fixture.as(SampleLists.OTHER_CONSUMER);

        for (String method : List.of("GET", "HEAD", "DELETE")) {
            Answer foreign = fixture.send(method, status, "", other);
            Answer none = fixture.send(method, "/$export-status/" + unknown, "", other);
            assertThat(foreign.status()).isEqualTo(404);
            assertThat(foreign.text()).isEqualTo(none.text());
        }
        Answer foreign = fixture.send("GET", file, "", other);
        Answer none = fixture.send("GET", "/$export-file/" + unknown + "/1.Patient.0001.ndjson", "", other);
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(foreign.text()).isEqualTo(none.text());
        assertThat(fixture.get(status).status()).isEqualTo(202);
        assertThat(fixture.get(file).status()).isEqualTo(200);
    }

    @Test
    @Requirement("ATR-SEC-010")
    void whoLosesTheListLosesItsFiles() {
        JsonObject manifest = fixture.exported(OPERATION);
        String file = ProducerFixture.file(manifest, "output", "Patient");
        fixture.sample.replace(SampleLists.standard().withEntitlement(SampleLists.CONSUMER, Set.of(SampleLists.DRAFT)));

        assertThat(fixture.get(file).status()).isEqualTo(404);
    }

    @Test
    @Requirement({"BULK-STAT-016", "ATR-EXP-018"})
    void aNarrowerTokenGetsNoFilesOfOtherTypes() {
        JsonObject manifest = fixture.exported(OPERATION);
        String[] narrower = fixture.as(SampleLists.CONSUMER, "system/Group.rs system/Patient.rs");

        assertThat(fixture.send("GET", ProducerFixture.file(manifest, "output", "Patient"), "", narrower)
                        .status())
                .isEqualTo(200);
        assertThat(fixture.send("GET", ProducerFixture.file(manifest, "output", "Coverage"), "", narrower)
                        .status())
                .isEqualTo(403);
    }

    @Test
    @Requirement({"ATR-EXP-016", "BULK-DEL-002", "BULK-DEL-003", "BULK-DEL-004", "BULK-DEL-005"})
    void aDeletedJobIsGoneWithItsFiles() {
        JsonObject manifest = fixture.exported(OPERATION);
        String file = ProducerFixture.file(manifest, "output", "Patient");
        String status = file.replace("$export-file", "$export-status").replaceAll("/[^/]+$", "");

        Answer deleted = fixture.send("DELETE", status, "", fixture.as(SampleLists.CONSUMER));

        assertThat(deleted.status()).isEqualTo(202);
        assertThat(deleted.json().text("resourceType")).contains("OperationOutcome");
        assertThat(fixture.get(status).status()).isEqualTo(404);
        assertThat(fixture.get(status).issue()).isEqualTo("not-found");
        assertThat(fixture.get(file).status()).isEqualTo(404);
        assertThat(fixture.send("DELETE", status, "", fixture.as(SampleLists.CONSUMER))
                        .status())
                .isEqualTo(404);
        assertThat(fixture.stored()).isEmpty();
    }

    @Test
    void aJobDeletedBeforeItBeganIsNeverRun() {
        String status = fixture.kickOff(OPERATION);

        fixture.send("DELETE", status, "", fixture.as(SampleLists.CONSUMER));
        fixture.executor.runAll();

        assertThat(fixture.get(status).status()).isEqualTo(404);
        assertThat(fixture.stored()).isEmpty();
    }

    @Test
    @Requirement("BULK-DEL-002")
    void aJobDeletedWhileItRunsLeavesNoFile() {
        BrokenBackend backend = new BrokenBackend(fixture.sample);
        try (ProducerFixture over = ProducerFixture.over(backend, otherFiles)) {
            String status = over.kickOff(OPERATION);
            List<Integer> answers = new ArrayList<>();
            backend.onRow = () -> answers.add(over.send("DELETE", status, "", over.as(SampleLists.CONSUMER))
                    .status());

            over.executor.runAll();

            assertThat(answers).containsExactly(202);
            assertThat(over.get(status).status()).isEqualTo(404);
            assertThat(backend.openSnapshots).isZero();
            assertThat(over.stored()).isEmpty();
        }
    }

    @Test
    void anExpiredJobIsGoneWithItsFiles() {
        JsonObject manifest = fixture.exported(OPERATION);
        String file = ProducerFixture.file(manifest, "output", "Patient");
        fixture.clock.turn(AtrProducer.DEFAULT_EXPORT_LIFE.minusSeconds(1));
        assertThat(fixture.get(file).status()).isEqualTo(200);

        fixture.clock.turn(Duration.ofSeconds(1));

        assertThat(fixture.get(file).status()).isEqualTo(404);
        assertThat(fixture.stored()).isEmpty();
        fixture.clock.turn(Duration.ofDays(-2));
        assertThat(fixture.get(file).status()).isEqualTo(404);
    }

    @Test
    void filesOfAnEarlierProcessAreRemovedAtTheStart() {
        fixture.exported(OPERATION);
        assertThat(fixture.stored()).isNotEmpty();
        fixture.close();

        ProducerFixture.of(files).close();

        assertThat(fixture.stored()).isEmpty();
    }

    static Stream<Arguments> violations() {
        UnaryOperator<List<StoredResource>> reversed = list -> {
            List<StoredResource> copy = new ArrayList<>(list);
            Collections.reverse(copy);
            return copy;
        };
        UnaryOperator<List<StoredResource>> twice = list -> List.of(list.get(0), list.get(0));
        UnaryOperator<List<StoredResource>> twoLines =
                list -> List.of(with(list.get(0), "{\"resourceType\":\n\"Coverage\"}"));
        UnaryOperator<List<StoredResource>> noJson = list -> List.of(with(list.get(0), BrokenBackend.SECRET));
        UnaryOperator<List<StoredResource>> brokenJson =
                list -> List.of(with(list.get(0), "{\"resourceType\":\"Coverage\",\"id\":}"));
        UnaryOperator<List<StoredResource>> otherId =
                list -> List.of(with(list.get(0), "{\"resourceType\":\"Coverage\",\"id\":\"other\"}"));
        return Stream.of(
                violation("resources in falling order", b -> b.resources = reversed, "strictly ascending"),
                violation("a resource twice", b -> b.resources = twice, "strictly ascending"),
                violation("a resource on two lines", b -> b.resources = twoLines, "single line"),
                violation("a resource that is no JSON", b -> b.resources = noJson, "single line"),
                violation(
                        "a resource in broken JSON", b -> b.resources = brokenJson, "type Coverage that is not valid"),
                violation(
                        "a resource under another's key",
                        b -> b.resources = otherId,
                        "type Coverage that is not valid"),
                violation(
                        "rows in falling order",
                        b -> b.rows = list -> {
                            List<Member> copy = new ArrayList<>(list);
                            Collections.reverse(copy);
                            return copy;
                        },
                        "rows of the Group"),
                violation("a row twice", b -> b.rows = list -> List.of(list.get(0), list.get(0)), "rows of the Group"),
                violation(
                        "half a character in a row",
                        b -> b.rows = list -> List.of(displaying(list.get(0), BrokenBackend.SECRET + "\ud800")),
                        "text for the Group"),
                violation("an exception", b -> b.failing = true, "failed at Coverage"));
    }

    private static Member displaying(Member row, String display) {
        Reference patient = new Reference(row.patient().reference(), null, null, display, OtherElements.NONE);
        return new Member(
                patient, row.coverage(), row.provider(), row.period(), row.inactive(), row.changeType(), row.other());
    }

    @ParameterizedTest
    @MethodSource("violations")
    @Requirement({"BULK-STAT-008", "BULK-STAT-009"})
    void aPayerSystemThatBreaksARuleFailsTheExport(Consumer<BrokenBackend> violation, String message)
            throws IOException {
        BrokenBackend backend = new BrokenBackend(fixture.sample);
        violation.accept(backend);
        try (ProducerFixture over = ProducerFixture.over(backend, otherFiles)) {
            String status = over.kickOff(OPERATION);
            over.executor.runAll();

            Answer answer = over.get(status);

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.header("Content-Type")).isEqualTo("application/fhir+json");
            assertThat(answer.issue()).isEqualTo("exception");
            assertThat(answer.text()).contains(message).doesNotContain(BrokenBackend.SECRET);
            assertThat(backend.openSnapshots).isZero();
            assertThat(over.stored()).noneMatch(Files::isRegularFile);
        }
    }

    @Test
    @Requirement("BULK-STAT-011")
    void aStatusThatCannotBeToldJustNowIsAskedForAgain() {
        BrokenBackend backend = new BrokenBackend(fixture.sample);
        try (ProducerFixture over = ProducerFixture.over(backend, otherFiles)) {
            String status = over.kickOff(OPERATION);
            backend.away = true;

            Answer answer = over.get(status);
            backend.away = false;

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.issue()).isEqualTo("transient");
            assertThat(answer.header("Retry-After")).isEqualTo("5");
            assertThat(answer.text()).doesNotContain(BrokenBackend.SECRET);
            assertThat(over.get(status).status()).isEqualTo(202);
        }
    }

    @Test
    @Requirement({"BULK-STAT-008", "BULK-STAT-009"})
    void aDiskThatFailsAtAnyStepFailsThatExportAlone() throws IOException {
        try (DirectoryExportFiles sound = DirectoryExportFiles.open(otherFiles.resolve("sound"))) {
            // Enough of them for a file that is compressed as well
            BrokenBackend backend = LargeFiles.coverages(60, fixture.clock);
            FaultyFiles counting = new FaultyFiles(sound, 0);
            try (ProducerFixture whole =
                    ProducerFixture.over(backend, otherFiles, builder -> builder.exportFiles(counting))) {
                String status = whole.kickOff(OPERATION);
                whole.executor.runAll();
                assertThat(sound.names(sound.jobs().get(0))).contains("1.Coverage.0001.ndjson.gz");
                assertThat(whole.get(status).status()).isEqualTo(200);
                assertThat(whole.send("DELETE", status, "", whole.as(ProducerFixture.CONSUMER))
                                .status())
                        .isEqualTo(202);
            }
            assertThat(counting.steps()).isGreaterThan(20);
            for (int step = 1; step <= counting.steps(); step++) {
                FaultyFiles faulty = new FaultyFiles(sound, step);
                try (ProducerFixture over =
                        ProducerFixture.over(backend, otherFiles, builder -> builder.exportFiles(faulty))) {
                    String status = over.kickOff(OPERATION);
                    over.executor.runAll();
                    Answer answer = over.get(status);

                    assertThat(answer.status()).as("step " + step).isEqualTo(500);
                    assertThat(answer.text()).contains("can't be written").doesNotContain(BrokenBackend.SECRET);
                    assertThat(sound.jobs()).as("step " + step).isEmpty();
                    over.exported(OPERATION);
                }
            }
        }
    }

    static Stream<Arguments> disks() {
        IOException broken = new IOException("input/output error " + BrokenBackend.SECRET);
        return Stream.of(
                disk("a file that can't be made durable", new DirectoryExportFiles.Disk() {
                    @Override
                    public void force(FileChannel written) throws IOException {
                        throw broken;
                    }
                }),
                disk("a file that can't get its name", new DirectoryExportFiles.Disk() {
                    @Override
                    public void rename(Path unfinished, Path target) throws IOException {
                        throw broken;
                    }
                }),
                disk("a name that can't be made durable", new DirectoryExportFiles.Disk() {
                    private boolean named;

                    @Override
                    public void rename(Path unfinished, Path target) throws IOException {
                        DirectoryExportFiles.Disk.super.rename(unfinished, target);
                        named = true;
                    }

                    @Override
                    public void force(FileChannel written) throws IOException {
                        if (named) {
                            throw broken;
                        }
                        DirectoryExportFiles.Disk.super.force(written);
                    }
                }));
    }

    private static Arguments disk(String name, DirectoryExportFiles.Disk disk) {
        return Arguments.of(Named.of(name, disk));
    }

    @ParameterizedTest
    @MethodSource("disks")
    @Requirement({"BULK-STAT-008", "BULK-STAT-009"})
    void whatIsNotDurableUnderItsNameFailsTheExport(DirectoryExportFiles.Disk disk) throws IOException {
        try (DirectoryExportFiles broken = DirectoryExportFiles.open(otherFiles.resolve("broken"), disk);
                ProducerFixture over =
                        ProducerFixture.of(otherFiles.resolve("unused"), builder -> builder.exportFiles(broken))) {
            String status = over.kickOff(OPERATION);
            over.executor.runAll();

            Answer answer = over.get(status);

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).contains("Group can't be written").doesNotContain(BrokenBackend.SECRET);
            assertThat(broken.jobs()).isEmpty();
            assertThat(over.get("/Group/list-open").status()).isEqualTo(200);
        }
    }

    /** A disk that says once that a file is not durable would say the opposite when asked again. */
    @Test
    @Requirement("BULK-STAT-008")
    void whatWasLostOnceIsNotTriedAgain() {
        AtomicInteger calls = new AtomicInteger();
        DirectoryExportFiles.Disk forgetful = new DirectoryExportFiles.Disk() {
            @Override
            public void force(FileChannel written) throws IOException {
                if (calls.incrementAndGet() == 1) {
                    throw new IOException("input/output error");
                }
                DirectoryExportFiles.Disk.super.force(written);
            }
        };
        try (DirectoryExportFiles once = DirectoryExportFiles.open(otherFiles.resolve("once"), forgetful);
                ProducerFixture over =
                        ProducerFixture.of(otherFiles.resolve("unused"), builder -> builder.exportFiles(once))) {
            String status = over.kickOff(OPERATION);
            over.executor.runAll();

            assertThat(over.get(status).status()).isEqualTo(500);
            assertThat(calls).hasValue(1);
            over.exported(OPERATION);
        }
    }

    @Test
    @Requirement("STU3-001")
    void exportsStu3() {
        try (ProducerFixture stu3 = ProducerFixture.stu3(otherFiles)) {
            JsonObject manifest = stu3.exported(OPERATION);

            String coverages = stu3.get(ProducerFixture.file(manifest, "output", "Coverage"))
                    .text();
            assertThat(coverages.lines()).hasSize(7).allMatch(line -> line.contains("policyholder-relationship"));
            assertThat(stu3.get(ProducerFixture.file(manifest, "output", "Group"))
                            .json()
                            .items("member"))
                    .hasSize(8);
        }
    }

    private static Arguments violation(String name, Consumer<BrokenBackend> violation, String message) {
        return Arguments.of(Named.of(name, violation), message);
    }

    private static StoredResource with(StoredResource resource, String json) {
        return new StoredResource(
                resource.key(), resource.version(), resource.lastUpdated(), json.getBytes(StandardCharsets.UTF_8));
    }

    private static String id(String line) {
        return JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8))
                .text("id")
                .orElseThrow();
    }

    private static String entry(String type, String url, long count) {
        return JsonValue.object()
                .put("type", type)
                .put("url", url)
                .put("count", count)
                .build()
                .toJson();
    }
}
