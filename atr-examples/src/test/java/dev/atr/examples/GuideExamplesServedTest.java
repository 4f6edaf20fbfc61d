package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ca.uhn.fhir.context.FhirContext;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The guide's own examples, in and out again: what is sound comes back as it went in, by export and by read, and what is
 * not is refused with every reason. {@code meta} is the Producer's own and is left out of the comparison.
 */
class GuideExamplesServedTest {
    private static final Path EXAMPLES = OfficialProfiles.GUIDES.resolve("davinci-atr/examples");
    private static final ListId LIST = new ListId("fullexample");
    private static final List<String> SOUND = List.of(
            "coverage-1.json",
            "coverage-2.json",
            "coverage-3.json",
            "location-1.json",
            "organization-1.json",
            "organization-2.json",
            "patient-1.json",
            "patient-2.json",
            "patient-3.json",
            "practitioner-1.json",
            "practitionerrole-1.json");

    @TempDir
    private Path folder;

    private final int year = Year.now(ZoneOffset.UTC).getValue();

    @BeforeAll
    static void findExamples() {
        assumeTrue(OfficialProfiles.areHere(), "the published guides are not beside the project");
    }

    @Test
    @Requirement({"ATR-GEN-003", "ATR-EXP-013", "ATR-CAP-001"})
    void givesSoundResourcesBackAsTheyWentIn() throws Exception {
        Map<ResourceKey, JsonObject> sound = new TreeMap<>(java.util.Comparator.comparing(ResourceKey::reference));
        for (String file : SOUND) {
            JsonObject resource = JsonValue.parseObject(Files.readAllBytes(EXAMPLES.resolve(file)));
            sound.put(key(resource), withoutMeta(resource));
        }

        try (RunningProducer producer = RunningProducer.empty(RunningProducer.Database.H2, folder)) {
            producer.load(EXAMPLES);
            producer.load(written("group.xml", correctedXml()));

            assertThat(exported(producer)).containsAllEntriesOf(sound);
            for (ResourceKey key : sound.keySet()) {
                assertThat(read(producer, key)).isEqualTo(sound.get(key));
            }
        }
    }

    @Test
    @Requirement("ATR-MDL-003")
    void refusesWhatIsBrokenWithEveryReason() throws Exception {
        try (RunningProducer producer = RunningProducer.empty(RunningProducer.Database.H2, folder)) {
            Map<String, List<String>> refused = producer.load(EXAMPLES);

            assertThat(refused).doesNotContainKeys(SOUND.toArray(String[]::new));
            assertThat(refused.get("relatedperson-1.json"))
                    .asString()
                    .contains("U+FFFD", "error C-78 at RelatedPerson/1: RelatedPerson.identifier[0].value");
            assertThat(refused.get("relatedperson-2.json")).asString().contains("U+FFFD");
            assertThat(refused.get("group-fullexample.xml"))
                    .asString()
                    .contains("ATR-MDL-046", "C-78", "ATR-MDL-003", "Group.member[0].period", "Group.member[1].period");
        }
    }

    @Test
    void refusesBytesThatAreNoUtf8() throws Exception {
        byte[] patient = Files.readString(EXAMPLES.resolve("patient-1.json"))
                .replaceFirst("\"family\": \"", "$0\u00e9")
                .getBytes(StandardCharsets.ISO_8859_1);

        try (RunningProducer producer = RunningProducer.empty(RunningProducer.Database.H2, folder)) {
            Map<String, List<String>> refused = producer.load(Files.write(folder.resolve("latin.json"), patient));

            assertThat(refused.get("latin.json")).asString().contains("UTF-8");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xml", "json"})
    @Requirement({
        "ATR-GEN-016",
        "ATR-MDL-028",
        "ATR-MDL-029",
        "ATR-MDL-040",
        "ATR-MDL-041",
        "ATR-MDL-042",
        "ATR-EXP-014"
    })
    void givesTheCorrectedListBackAsItWentIn(String form) throws Exception {
        assertThatListComesBack(form, correctedXml());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nochange", "changed", "new"})
    @Requirement({"ATR-MDL-019", "ATR-MDL-020", "ATR-MDL-021", "ATR-MDL-046"})
    void givesRowsOfEachCodeBack(String code) throws Exception {
        assertThatListComesBack(
                "json", correctedXml().replaceFirst("valueCode value=\"new\"", code("valueCode", code)));
    }

    @Test
    @Requirement({"ATR-MDL-017", "ATR-MDL-018"})
    void givesADroppedRowBack() throws Exception {
        String open = correctedXml().replace(code("valueCode", "final"), code("valueCode", "draft"));
        String dropped = open.replaceFirst("valueCode value=\"new\"", code("valueCode", "dropped"))
                .replaceFirst("inactive value=\"false\"", code("inactive", "true"))
                .replaceFirst("<end value=\"" + (year + 1) + "-06-30\"", "<end value=\"" + (year - 1) + "-06-30\"");

        assertThatListComesBack("json", dropped);
    }

    private void assertThatListComesBack(String form, String xml) throws Exception {
        // Whatever the form, the referee is a parser that is not ours.
        FhirContext r4 = FhirContext.forR4();
        String json =
                r4.newJsonParser().encodeResourceToString(r4.newXmlParser().parseResource(xml));
        JsonObject expected = parsed(json);

        try (RunningProducer producer = RunningProducer.empty(RunningProducer.Database.H2, folder)) {
            producer.load(EXAMPLES);
            Map<String, List<String>> refused =
                    producer.load(written("group." + form, form.equals("xml") ? xml : json));

            assertThat(refused).isEmpty();
            ResourceKey key = new ResourceKey(ResourceType.GROUP, LIST.value());
            assertThat(exported(producer)).containsEntry(key, expected);
            assertThat(parsed(producer.get("/Group/" + LIST.value()).body())).isEqualTo(expected);
        }
    }

    /** The example list with its four mistakes put right. */
    private String correctedXml() throws IOException {
        return Files.readString(EXAMPLES.resolve("group-fullexample.xml"))
                .replace(code("valueCode", "add"), code("valueCode", "new"))
                .replace("9941339108", "1234567893")
                .replace(
                        "<active value",
                        "<identifier><system value=\"https://payer.example/contract\"/><value value=\"C-1\"/>"
                                + "</identifier><active value")
                .replaceAll("<start value=\"[-0-9]+\"", "<start value=\"" + (year - 2) + "-01-01\"")
                .replaceAll("<end value=\"[-0-9]+\"", "<end value=\"" + (year + 1) + "-06-30\"");
    }

    private static String code(String element, String value) {
        return element + " value=\"" + value + "\"";
    }

    private Path written(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Map<ResourceKey, JsonObject> exported(RunningProducer producer) throws Exception {
        Map<ResourceKey, JsonObject> resources = new TreeMap<>(java.util.Comparator.comparing(ResourceKey::reference));
        BulkExportClient exports = producer.exports(FhirVersion.R4);
        for (DownloadedFile file : exports.download(
                        ExportRequest.attributionList(LIST), folder.resolve("export"), DownloadOptions.DEFAULT)
                .files()) {
            for (String line : Files.readAllLines(file.path())) {
                JsonObject resource = JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8));
                resources.put(key(resource), withoutMeta(resource));
            }
        }
        return resources;
    }

    private static JsonObject read(RunningProducer producer, ResourceKey key) throws Exception {
        ListClient reader = producer.lists(FhirVersion.R4);
        return withoutMeta(JsonValue.parseObject(reader.read(key).orElseThrow()));
    }

    private static ResourceKey key(JsonObject resource) {
        return new ResourceKey(
                new ResourceType(resource.text("resourceType").orElseThrow()),
                resource.text("id").orElseThrow());
    }

    private static JsonObject parsed(String json) {
        return withoutMeta(JsonValue.parseObject(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonObject withoutMeta(JsonObject resource) {
        return resource.without("meta");
    }
}
