package dev.atr.cli;

import static dev.atr.cli.Shell.ready;
import static dev.atr.cli.Shell.run;
import static dev.atr.cli.Shell.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.Scopes;
import dev.atr.cli.Shell.Result;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that change lists, against the real Producer. */
class ReconcileCommandsTest {
    private static final String LIST = "juniper-open";

    @TempDir
    private static Path folder;

    private static String key;
    private static ProducerProcess producer;
    private static String base;

    @BeforeAll
    static void serve() throws Exception {
        key = folder.resolve("key.json").toString();
        run("keygen", "--out", key, "--alg", "ES384");
        String publicKey = folder.resolve("key.public.json").toString();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        producer = start(
                out,
                "--data",
                folder.resolve("data").toString(),
                "--sample",
                "small",
                "--client",
                "us=" + publicKey + ";system/*.read system/*.write",
                "--client",
                "writer=" + publicKey + ";system/*.read system/*.write",
                "--client",
                "reader=" + publicKey);
        base = ready(out);
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    @Requirement({"ATR-REC-004", "ATR-REC-018", "ATR-REC-036"})
    void removesAMemberAndAddsItAgain() throws Exception {
        JsonObject row = row();
        String patient = row.text("patient").orElseThrow();
        String provider = row.text("provider").orElseThrow();

        Result removed = member("remove", "us", "--patient", patient, "--json");
        Result gone = member("status", "us", "--patient", patient);
        Result added = member("add", "us", "--patient", patient, "--provider", provider);
        Result again = member("add", "us", "--patient", patient, "--provider", provider);
        Result back = member("status", "us", "--patient", patient);

        assertThat(removed.exitCode()).as(removed.err()).isZero();
        assertThat(JsonValue.parse(removed.out().getBytes(StandardCharsets.UTF_8))
                        .text("version"))
                .isPresent();
        assertThat(gone.exitCode()).isZero();
        assertThat(gone.out()).contains("Not on the list.");
        assertThat(added.exitCode()).as(added.err()).isZero();
        assertThat(added.out()).contains("The member was added.", "is in version");
        assertThat(again.out()).contains("already");
        assertThat(back.out()).contains(patient, provider, "active");
    }

    @Test
    @Requirement({"ATR-REC-030", "ATR-REC-033"})
    void confirmsADraft() {
        Result confirmed = run(command(List.of("confirm"), "us", "lakeside-draft"));
        Result refused = run(command(List.of("member", "remove", "--patient", "Patient/any"), "us", "lakeside-draft"));

        assertThat(confirmed.exitCode()).as(confirmed.err()).isZero();
        assertThat(confirmed.out()).contains("the list is now final");
        refused.isRefusal(3, "422", "business-rule");
    }

    @Test
    @Requirement("SMART-004")
    void everyScopeInTheDiscoveryDocumentIsGranted() throws Exception {
        String document = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(base + "/.well-known/smart-configuration"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        List<JsonValue> scopes =
                JsonValue.parse(document.getBytes(StandardCharsets.UTF_8)).items("scopes_supported");

        assertThat(scopes).contains(JsonValue.of("system/*.write"), JsonValue.of("system/Group.cud"));
        for (JsonValue each : scopes) {
            String scope = each.text().orElseThrow();
            Result token =
                    run("token", "--fhir-url", base, "--client-id", "writer", "--key", key, "--scope", scope, "--json");
            assertThat(JsonValue.parse(token.out().getBytes(StandardCharsets.UTF_8))
                            .text("scope"))
                    .as(scope)
                    .hasValue(Scopes.parse(scope).text());
        }
    }

    @Test
    @Requirement("ATR-REC-041")
    void whatIsRefusedEndsWithThree() {
        member("remove", "reader", "--patient", "Patient/any").isRefusal(3, "403");
        member("remove", "us", "--patient", "Patient/any").isRefusal(3, "not-found");
        run(command(List.of("confirm"), "us", "no-such-list")).isRefusal(3, "404");
    }

    @Test
    @Requirement("ATR-REC-012")
    void whatIsIncompleteEndsWithTwoBeforeAnyoneIsAsked() {
        member("add", "us", "--patient", "Patient/1").isRefusal(2, "--provider");
        member("add", "us", "--member-id", "1").isRefusal(2, "--npi");
        member("add", "us", "--member-id", "1", "--npi", "12").isRefusal(2, "ten digits");
        member("add", "us", "--member-id", "1", "--patient", "Patient/1").isRefusal(2, "one of them");
        member("add", "us", "--patient", "Practitioner/1", "--provider", "Practitioner/1")
                .isRefusal(2, "Patient");
        member("add", "us", "--member-id", "1", "--npi", "1357902463", "--end", "2026-01-01")
                .isRefusal(2, "--start");
        member("remove", "us").isRefusal(2, "Name the member");
        member("remove", "us", "--patient", "Patient/1", "--coverage", "Coverage/1")
                .isRefusal(2, "--provider");
        run("member").isRefusal(2, "add, remove or status");
    }

    private static Result member(String what, String client, String... options) {
        List<String> words = new ArrayList<>(List.of("member", what));
        words.addAll(List.of(options));
        return run(command(words, client, LIST));
    }

    private static String[] command(List<String> words, String client, String list) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of("--fhir-url", base, "--client-id", client, "--key", key, "--list", list));
        return all.toArray(String[]::new);
    }

    /** Returns an active row of somebody with one provider. */
    private static JsonObject row() throws Exception {
        String token = run("token", "--fhir-url", base, "--client-id", "us", "--key", key)
                .out()
                .trim();
        String group = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(base + "/Group/" + LIST))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        for (JsonValue member :
                JsonValue.parse(group.getBytes(StandardCharsets.UTF_8)).items("member")) {
            String patient = member.all("entity.reference").get(0).text().orElseThrow();
            Result status = member("status", "us", "--patient", patient, "--json");
            List<JsonValue> rows = JsonValue.parse(status.out().getBytes(StandardCharsets.UTF_8))
                    .items("rows");
            if (rows.size() == 1
                    && rows.get(0).find("inactive").flatMap(JsonValue::flag).equals(java.util.Optional.of(false))
                    && rows.get(0)
                            .text("provider")
                            .filter(text -> !text.isEmpty())
                            .isPresent()) {
                return (JsonObject) rows.get(0);
            }
        }
        throw new AssertionError("no such row");
    }
}
