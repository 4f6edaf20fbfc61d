package dev.atr.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportManifestTest {
    private static final Instant TIME = Instant.parse("2026-03-02T09:01:12Z");
    private static final URI GROUP = URI.create("https://files.payer.example.com/jobs/81d20b/Group.0001.ndjson");
    private static final URI MESSAGES = URI.create("https://files.payer.example.com/jobs/81d20b/messages.0001.ndjson");

    private static final ExportManifest MANIFEST = new ExportManifest(
            TIME,
            "https://payer.example.com/fhir/Group/cvmg-2026/$davinci-data-export",
            true,
            List.of(new ExportManifest.Entry("Group", GROUP, 1L)),
            List.of(),
            List.of(),
            null);

    @Test
    @Requirement({"BULK-MAN-001", "BULK-MAN-002", "BULK-MAN-003", "BULK-MAN-004", "BULK-MAN-007"})
    void writesTheShapeOfVersionTwo() {
        assertThat(text(MANIFEST.write()))
                .isEqualTo("{\"transactionTime\":\"2026-03-02T09:01:12Z\","
                        + "\"request\":\"https://payer.example.com/fhir/Group/cvmg-2026/$davinci-data-export\","
                        + "\"requiresAccessToken\":true,\"output\":[{\"type\":\"Group\",\"url\":\"" + GROUP
                        + "\",\"count\":1}],\"error\":[]}");
    }

    @Test
    @Requirement({"BULK-MAN-002", "BULK-MAN-007", "BULK-MAN-016"})
    void writesTheShapeOfTheBallotOfVersionFour() {
        ExportManifest full = new ExportManifest(
                TIME,
                "https://payer.example.com/fhir/Group/cvmg-2026/$davinci-data-export",
                true,
                List.of(new ExportManifest.Entry("Group", GROUP, 1L, 2214L, "0a".repeat(32))),
                List.of(),
                List.of(new ExportManifest.Entry("OperationOutcome", MESSAGES, 2L, 310L, null)),
                null);

        assertThat(text(full.writeVersion4()))
                .isEqualTo("{\"manifestType\":\"http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkDataManifest\","
                        + "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"requiresAccessToken\":true,"
                        + "\"outputFormat\":\"application/fhir+ndjson\",\"output\":[{\"type\":\"Group\",\"url\":\""
                        + GROUP
                        + "\",\"count\":1,\"fileSize\":2214,\"extension\":[{\"url\":"
                        + "\"urn:uuid:5f0b7f4e-8a1d-4c57-9b7e-3a6f2c1d9e80\",\"valueString\":\"" + "0a".repeat(32)
                        + "\"}]}],\"outcome\":[{\"url\":\"" + MESSAGES + "\",\"count\":2,\"fileSize\":310}]}");
    }

    @Test
    @Requirement("BULK-MAN-008")
    void readsWhatItWroteInTheShapeOfVersionFour() {
        ExportManifest.Entry deletions = new ExportManifest.Entry(null, GROUP, 2L, 9L, "0b".repeat(32));
        ExportManifest full = new ExportManifest(
                TIME,
                null,
                false,
                List.of(new ExportManifest.Entry("Group", GROUP, 1L, 2214L, "0a".repeat(32))),
                List.of(deletions),
                List.of(new ExportManifest.Entry(null, MESSAGES, null)),
                URI.create("https://payer.example.com/next"));
        ExportManifest empty = new ExportManifest(TIME, null, true, List.of(), List.of(), List.of(), null);

        assertThat(ExportManifest.read(full.writeVersion4())).isEqualTo(full);
        assertThat(ExportManifest.read(empty.writeVersion4())).isEqualTo(empty);
    }

    @Test
    void readsWhatItWrote() {
        ExportManifest full = new ExportManifest(
                TIME,
                null,
                false,
                List.of(),
                List.of(new ExportManifest.Entry("Bundle", GROUP, 2L)),
                List.of(new ExportManifest.Entry("OperationOutcome", MESSAGES, null)),
                URI.create("https://payer.example.com/next"));

        assertThat(ExportManifest.read(full.write())).isEqualTo(full);
        assertThat(ExportManifest.read(MANIFEST.write())).isEqualTo(MANIFEST);
    }

    @Test
    @Requirement("BULK-MAN-004")
    void lengthAndDigestAreExtensions() {
        ExportManifest.Entry entry = new ExportManifest.Entry("Group", GROUP, 1L, 2214L, "0a".repeat(32));
        ExportManifest measured = new ExportManifest(TIME, null, true, List.of(entry), List.of(), List.of(), null);

        assertThat(text(measured.write()))
                .contains("\"count\":1,\"extension\":{\"fileSize\":2214,\"sha256\":\"" + "0a".repeat(32) + "\"}}");
        assertThat(ExportManifest.read(measured.write())).isEqualTo(measured);
    }

    @ParameterizedTest(name = "version {index}")
    @ValueSource(
            strings = {
                "\"request\":\"r\",\"requiresAccessToken\":true,\"error\":[%s]",
                "\"request\":\"r\",\"requiresAccessToken\":true,\"error\":[%s],\"deleted\":[],\"extension\":{\"a\":1}",
                "\"request\":\"r\",\"requiresAccessToken\":true,\"error\":[%s],\"outputOrganizedBy\":\"\",\"link\":[]",
                "\"request\":\"r\",\"requiresAccessToken\":true,\"outcome\":[%s],\"outputFormat\":\"x\","
                        + "\"extension\":[{\"url\":\"urn:x\",\"valueString\":\"y\"}]",
            })
    @Requirement({"BULK-MAN-008", "BULK-MAN-016", "BULK-MAN-017"})
    void readsTheShapesOfAllVersionsAlike(String properties) {
        String messages = "{\"url\":\"" + MESSAGES + "\",\"count\":1,\"countSeverity\":[{\"code\":\"warning\"}]}";

        ExportManifest read = read("\"transactionTime\":\"2026-03-02T10:01:12+01:00\",\"output\":[{\"type\":\"Group\","
                + "\"url\":\"" + GROUP + "\",\"fileSize\":2214}]," + properties.formatted(messages));

        assertThat(read)
                .isEqualTo(new ExportManifest(
                        TIME,
                        "r",
                        true,
                        List.of(new ExportManifest.Entry("Group", GROUP, null, 2214L, null)),
                        List.of(),
                        List.of(new ExportManifest.Entry(null, MESSAGES, 1L)),
                        null));
    }

    @Test
    @Requirement("BULK-MAN-014")
    void readsTheAddressOfTheNextPage() {
        ExportManifest read = read(
                minimal()
                        + ",\"link\":[{\"relation\":\"self\",\"url\":\"x\"},{\"relation\":\"next\",\"url\":\"https://a.example/2\"}]");

        assertThat(read.next()).isEqualTo(URI.create("https://a.example/2"));
    }

    @Test
    void filesNeedATokenUnlessTheManifestSaysOtherwise() {
        assertThat(read(minimal()).requiresAccessToken()).isTrue();
        assertThat(read(minimal() + ",\"requireAccessToken\":false").requiresAccessToken())
                .isFalse();
        assertThat(read(minimal() + ",\"requireAccessToken\":false,\"requiresAccessToken\":true")
                        .requiresAccessToken())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"output\":[]",
                "\"transactionTime\":\"yesterday\",\"output\":[]",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\"",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":{}",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":[],\"requiresAccessToken\":\"true\"",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":[{\"type\":\"Group\"}]",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":[{\"url\":\"Canary/1\"}]",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":[{\"url\":\"https://a b/Canary\"}]",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":[{\"url\":\"file:///Canary\"}]",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":[{\"url\":\"https://a.example/\",\"count\":-1}]",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":[{\"url\":\"https://a.example/\",\"count\":\"1\"}]",
                "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":[],\"output\":[]",
            })
    void refusesWhatIsNoManifestWithoutQuotingIt(String properties) {
        assertThatThrownBy(() -> read(properties))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageNotContaining("Canary");
    }

    @Test
    void showsNoAddress() {
        assertThat(MANIFEST.toString()).doesNotContain("files.payer", "cvmg");
        assertThat(MANIFEST.output().toString()).doesNotContain("files.payer");
    }

    private static String minimal() {
        return "\"transactionTime\":\"2026-03-02T09:01:12Z\",\"output\":[]";
    }

    private static ExportManifest read(String properties) {
        return ExportManifest.read(("{" + properties + "}").getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
