package dev.atr.consumer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeletionStreamTest extends ExportTest {
    private static final String FILE = "/files/1";

    @Test
    @Requirement("BULK-MAN-012")
    void namesEveryResourceOfEveryBundle() throws Exception {
        producer.on("GET", FILE, Reply.lines(bundle("Coverage/c-1", "Patient/p-1"), bundle("Location/l-1")));

        assertThat(keys(deletions(2)))
                .containsExactly(
                        new ResourceKey(ResourceType.COVERAGE, "c-1"),
                        new ResourceKey(ResourceType.PATIENT, "p-1"),
                        new ResourceKey(ResourceType.LOCATION, "l-1"));
    }

    @Test
    void noticesMissingLines() {
        producer.on("GET", FILE, Reply.lines(bundle("Coverage/c-1")));

        assertThatThrownBy(() -> keys(deletions(2))).isInstanceOf(TransportException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resourceType\":\"Patient\",\"id\":\"p\"}",
                "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\"}}]}",
                "{\"resourceType\":\"Bundle\",\"entry\":[{\"request\":{\"method\":\"PUT\",\"url\":\"Patient/p\"}}]}",
                "{\"resourceType\":\"Bundle\",\"entry\":[{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient?name=x\"}}]}",
                "{\"resourceType\":\"Bundle\",\"entry\":[{\"request\":{\"method\":\"DELETE\"}}]}",
                "{"
            })
    void refusesWhatIsNoDeletion(String line) {
        producer.on("GET", FILE, Reply.lines(line));

        assertThatThrownBy(() -> keys(deletions(1)))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageNotContaining("name=x");
    }

    @Test
    void opensFilesOfDeletionsOnly() {
        assertThatThrownBy(() -> exports.openDeleted(file("Bundle", producer.at(FILE), 1L)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private ExportFile deletions(long count) {
        return new ExportFile(ExportFile.Kind.DELETED, new ResourceType("Bundle"), producer.at(FILE), count, true);
    }

    private List<ResourceKey> keys(ExportFile file) throws InterruptedException {
        List<ResourceKey> keys = new ArrayList<>();
        try (DeletionStream deleted = exports.openDeleted(file)) {
            for (ResourceKey key = deleted.next(); key != null; key = deleted.next()) {
                keys.add(key);
            }
        }
        return keys;
    }

    private static String bundle(String... urls) {
        List<String> entries = new ArrayList<>();
        for (String url : urls) {
            entries.add("{\"request\":{\"method\":\"DELETE\",\"url\":\"" + url + "\"}}");
        }
        return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + String.join(",", entries) + "]}";
    }
}
