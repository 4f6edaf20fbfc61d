package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.cli.Shell.Result;
import dev.atr.core.json.JsonValue;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.http.jdk.FhirHttpServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command checks the real Producer, and a server that is none. */
class CheckCommandTest {
    @TempDir
    private static Path folder;

    private static Path key;
    private static ProducerProcess producer;
    private static String base;

    @BeforeAll
    static void serve() throws Exception {
        key = folder.resolve("key.json");
        Shell.run("keygen", "--out", key.toString(), "--alg", "ES384");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        producer = Shell.start(
                out,
                "--data",
                folder.resolve("data").toString(),
                "--sample",
                "small",
                "--client",
                "us=" + folder.resolve("key.public.json"));
        base = Shell.ready(out);
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    private static Result check(String url, String... more) {
        List<String> words =
                new ArrayList<>(List.of("check", "--fhir-url", url, "--client-id", "us", "--key", key.toString()));
        words.addAll(List.of(more));
        return Shell.run(words.toArray(String[]::new));
    }

    @Test
    void saysThatNothingIsBroken() {
        Result result = check(base, "--no-export", "--list", "juniper-open");

        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        assertThat(result.out())
                .containsPattern("rules conform, 0 are broken, 0 doubtful, \\d+ not looked at. No SHALL is broken.\n$")
                .containsPattern("(?m)^Not looked at, would change a list: ATR-REC-001, ")
                .doesNotContain("ATR-SEC-001");
        assertThat(check(base, "--no-export", "--all").out()).containsPattern("(?m)^ATR-SEC-001 +SHALL +conforms  ");
    }

    @Test
    void saysInJsonHowEachRuleStands() {
        Result result = check(base, "--json");

        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonValue report = JsonValue.parse(result.out().getBytes(StandardCharsets.UTF_8));
        assertThat(report.find("conformant").flatMap(JsonValue::flag)).contains(true);
        assertThat(report.items("findings"))
                .filteredOn(finding -> finding.text("rule").equals(Optional.of("ATR-EXP-014")))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.text("level")).contains("SHALL");
                    assertThat(finding.text("outcome")).contains("conforms");
                });
    }

    @Test
    void endsWithSixWhereAShallIsBroken() throws Exception {
        try (FhirHttpServer none = FhirHttpServer.builder(request -> FhirResponse.of(404, HttpHeaders.none()))
                .start()) {
            Result result = check("http://127.0.0.1:" + none.port());

            assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_CONFORMANT);
            assertThat(result.out())
                    .containsPattern(
                            "(?m)^ATR-SEC-001 +SHALL +broken +\\[base]/.well-known/smart-configuration: status 404$")
                    .endsWith("A SHALL is broken.\n");
        }
    }

    @Test
    void refusesInASentence() {
        check("http://127.0.0.1:1").isRefusal(ExitCode.UNREACHABLE, "atr: ");
        check(base, "--list", "a b").isRefusal(ExitCode.USAGE, "--list");
    }
}
