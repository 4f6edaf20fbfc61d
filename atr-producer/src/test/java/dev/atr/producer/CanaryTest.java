package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanaryTest {
    private static final String CANARY = "kanarienvogel";

    @TempDir
    Path files;

    @Test
    @Requirement("ATR-SEC-011")
    void noMemberDataAndNoTokenIsLogged() {
        try (ProducerFixture fixture = ProducerFixture.of(files)) {
            fixture.sample.replace(SampleLists.standard()
                    .withResource(
                            new ResourceKey(ResourceType.PATIENT, "10"),
                            "{\"resourceType\":\"Patient\",\"id\":\"10\",\"name\":[{\"family\":\"" + CANARY + "\"}]}"));
            BrokenBackend broken = new BrokenBackend(fixture.sample);
            broken.failing = true;
            JsonObject manifest = fixture.exported("/Group/list-open/$davinci-data-export");
            assertThat(fixture.get(ProducerFixture.file(manifest, "output", "Patient"))
                            .text())
                    .contains(CANARY);
            for (String target : List.of(
                    "/Patient/10",
                    "/Patient/" + CANARY,
                    "/Group?name=" + CANARY,
                    "/Group?identifier=" + CANARY + "|" + CANARY,
                    "/Group?" + CANARY + "=1",
                    "/Group/list-open/$export?patient=Patient/" + CANARY,
                    "/" + CANARY)) {
                fixture.get(target);
            }
            try (ProducerFixture over = ProducerFixture.over(broken, files.resolve("broken"))) {
                over.get("/Patient/10");
                over.kickOff("/Group/list-open/$davinci-data-export");
                over.executor.runAll();
            }

            assertThat(CapturedLog.text())
                    .contains("Incident", "IllegalStateException", "is complete")
                    .doesNotContainIgnoringCase(CANARY)
                    .doesNotContain(BrokenBackend.SECRET)
                    .doesNotContain("token-" + SampleLists.CONSUMER)
                    .doesNotContain("Bearer");
        }
    }
}
