package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Producer sends, held against the profiles as they were published. */
class OfficialValidationTest {
    @TempDir
    private static Path folder;

    private static RunningProducer producer;
    private static DownloadedExport export;

    @BeforeAll
    static void exportTheSample() throws Exception {
        assumeTrue(OfficialProfiles.areHere(), "the published guides are not beside the project");
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
        BulkExportClient exports = producer.exports(FhirVersion.R4);
        export = exports.download(
                ExportRequest.attributionList(producer.openList()), folder.resolve("export"), DownloadOptions.DEFAULT);
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
        OfficialProfiles profiles = OfficialProfiles.withUsCore(usCore);

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

    @Test
    @Requirement({"ATR-CAP-019", "ATR-GEN-008"})
    void speaksInResourcesThatMeetBaseR4() throws Exception {
        OfficialProfiles profiles = OfficialProfiles.withUsCore("us_core_700.tgz");
        ListId list = producer.openList();

        assertThat(profiles.errorsIn(get("/metadata", 200)))
                // SMART's extension wants an address at which users log in. Backend services have none.
                .allMatch(error -> error.contains("oauth-uris") && error.contains("'Extension.extension:authorize'"));
        assertThat(profiles.errorsIn(get("/Group?_summary=true", 200))).isEmpty();
        assertThat(profiles.errorsIn(get("/Group", 200))).isEmpty();
        assertThat(profiles.errorsIn(get("/Group?name=nobody", 200))).isEmpty();
        assertThat(profiles.errorsIn(get("/Group/no-such-list", 404))).isEmpty();
        assertThat(profiles.errorsIn(get("/Group/" + list.value() + "/$davinci-data-export?_type=Group", 400)))
                .isEmpty();
    }

    private static String get(String pathAndQuery, int status) throws Exception {
        HttpResponse<String> answer = producer.get(pathAndQuery);
        assertThat(answer.statusCode()).isEqualTo(status);
        return answer.body();
    }

    private static String id(String json) {
        return json.replaceAll("(?s)^.*?\"id\":\"([^\"]+)\".*$", "$1");
    }
}
