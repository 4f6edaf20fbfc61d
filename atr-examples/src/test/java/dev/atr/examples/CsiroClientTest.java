package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import au.csiro.fhir.auth.AuthConfig;
import au.csiro.fhir.export.BulkExportClient;
import au.csiro.fhir.export.BulkExportResult;
import au.csiro.fhir.export.ws.AsyncConfig;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A bulk export client that knows nothing of us: finds the token endpoint, authenticates with its key, and asks for the
 * plain export of a Group.
 */
class CsiroClientTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(RunningProducer.Database.class)
    @Requirement({"ATR-EXP-001", "ATR-EXP-002", "ATR-EXP-013", "ATR-SEC-001", "ATR-SEC-004"})
    void exportsAsManyResourcesAsTheDatabaseHolds(RunningProducer.Database database) throws Exception {
        try (RunningProducer producer = RunningProducer.withSample(database, folder)) {
            ListId list = producer.openList();

            BulkExportResult result = client(producer, list).build().export();

            assertThat(result.getTransactionTime()).isNotNull();
            assertThat(linesByType(out())).isEqualTo(sizes(producer.stored(list)));
        }
    }

    @Test
    @Requirement({"ATR-EXP-006", "ATR-EXP-008"})
    void exportsTheTypesItAsksForAndNoOthers() throws Exception {
        try (RunningProducer producer = RunningProducer.withSample(RunningProducer.Database.H2, folder)) {
            client(producer, producer.openList())
                    .withType("Group")
                    .withType("Patient")
                    .withType("Coverage")
                    .build()
                    .export();

            assertThat(linesByType(out())).containsOnlyKeys("Group", "Patient", "Coverage");
        }
    }

    private Path out() {
        return folder.resolve("csiro");
    }

    private BulkExportClient.BulkExportClientBuilder client(RunningProducer producer, ListId list) {
        return BulkExportClient.groupBuilder(list.value())
                .withFhirEndpointUrl(producer.base(FhirVersion.R4).toString())
                .withOutputDir(out().toString())
                .withAsyncConfig(AsyncConfig.builder()
                        .minPoolingDelay(Duration.ofMillis(50))
                        .maxPoolingDelay(Duration.ofSeconds(1))
                        .build())
                .withAuthConfig(AuthConfig.builder()
                        .enabled(true)
                        .useSMART(true)
                        .clientId(RunningProducer.CLIENT_ID)
                        .privateKeyJWK(producer.clientKey().jwk())
                        .scope("system/*.read")
                        .build());
    }

    private static Map<String, Long> sizes(Map<String, SortedSet<String>> references) {
        Map<String, Long> sizes = new TreeMap<>();
        references.forEach((type, all) -> sizes.put(type, (long) all.size()));
        return sizes;
    }

    /** Counts the lines of each file; its name begins with the type. */
    private static Map<String, Long> linesByType(Path folder) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.endsWith(".ndjson")) {
                    continue;
                }
                try (Stream<String> lines = Files.lines(file)) {
                    counts.merge(name.substring(0, name.indexOf('.')), lines.count(), Long::sum);
                }
            }
        }
        return counts;
    }
}
