package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The guide's own examples, which stand beside the project; skipped where they do not. */
class GuideExamplesJsonTest {
    private static final Path EXAMPLES = Path.of("../../shared/ig/davinci-atr/examples");

    @Test
    @Requirement({"STU3-001", "ATR-GEN-005"})
    void everyResourceComesBackFromStu3AsItWas() throws IOException {
        for (Path example : examples("")) {
            byte[] r4 = Files.readAllBytes(example);

            if (example.getFileName().toString().contains("subscription")) {
                continue; // not of the mapped types, and it claims a profile of the guide
            }
            byte[] back = VersionMapping.toR4(VersionMapping.toStu3(r4));

            assertThat(JsonValue.parse(back)).as(example.toString()).isEqualTo(JsonValue.parse(r4));
        }
    }

    @Test
    @Requirement({"ATR-MDL-026", "ATR-GEN-005"})
    void everyCoverageComesBackFromItsRecordAsItWas() throws IOException {
        for (Path example : examples("coverage")) {
            byte[] json = Files.readAllBytes(example);

            byte[] back = CoverageJson.write(CoverageJson.read(json, FhirVersion.R4), FhirVersion.R4);

            assertThat(JsonValue.parse(back)).as(example.toString()).isEqualTo(JsonValue.parse(json));
        }
    }

    @Test
    @Requirement("ATR-GEN-005")
    void everyResourceIsScanned() throws IOException {
        for (Path example : examples("")) {
            ResourceScanner.ScannedResource scanned = ResourceScanner.scan(Files.readAllBytes(example));

            assertThat(scanned.type().code()).as(example.toString()).isNotEmpty();
        }
    }

    @Test
    void filesThatAreNotUtf8AreRefused() throws IOException {
        List<Path> broken = all("").stream().filter(e -> !isUtf8(e)).toList();

        for (Path example : broken) {
            byte[] json = Files.readAllBytes(example);
            assertThatThrownBy(() -> ResourceScanner.scan(json))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("UTF-8");
        }
    }

    private static List<Path> examples(String prefix) throws IOException {
        return all(prefix).stream().filter(GuideExamplesJsonTest::isUtf8).toList();
    }

    private static List<Path> all(String prefix) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(EXAMPLES), "the published guides are not beside the project");
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(f -> f.getFileName().toString().startsWith(prefix)
                            && f.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isUtf8(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return Arrays.equals(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
