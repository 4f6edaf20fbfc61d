package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.JsonValue;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.http.jdk.FhirHttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Producer whose authorization server is somewhere else. */
class TokenElsewhereTest {
    @TempDir
    private Path work;

    private final Queue<QueryParameters> asked = new ConcurrentLinkedQueue<>();
    private FhirHttpServer producer;
    private FhirHttpServer issuer;

    @BeforeEach
    void start() throws IOException {
        issuer = FhirHttpServer.builder(this::token).start();
        producer = FhirHttpServer.builder(request ->
                        json("{\"token_endpoint\":\"" + endpoint() + "\",\"capabilities\":[\"permission-v2\"]}"))
                .start();
        Shell.run("keygen", "--out", key(), "--alg", "ES384");
    }

    @AfterEach
    void stop() {
        producer.close();
        issuer.close();
    }

    private FhirResponse token(FhirRequest request) {
        try {
            asked.add(QueryParameters.parse(new String(request.body().readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return json("{\"access_token\":\"opened\",\"token_type\":\"bearer\",\"expires_in\":300}");
    }

    private static FhirResponse json(String text) {
        return FhirResponse.of(200, HttpHeaders.none(), "application/json", text);
    }

    private String endpoint() {
        return "http://127.0.0.1:" + issuer.port() + "/oauth/token";
    }

    private String key() {
        return work.resolve("key.json").toString();
    }

    private Shell.Result token(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "token", "--fhir-url", "http://127.0.0.1:" + producer.port(), "--client-id", "acme", "--key", key()));
        words.addAll(List.of(more));
        return Shell.run(words.toArray(String[]::new));
    }

    private static String audience(QueryParameters form) {
        String claims = form.first("client_assertion").orElseThrow().split("\\.", -1)[1];
        return JsonValue.parseObject(Base64.getUrlDecoder().decode(claims))
                .text("aud")
                .orElseThrow();
    }

    @Test
    void isNotTrustedBecauseTheProducerSaysSo() {
        token().isRefusal(ExitCode.REFUSED, "another origin than the FHIR server's", "--token-endpoint");

        assertThat(asked).isEmpty();
    }

    @Test
    void isAskedWhenItIsNamed() {
        Shell.Result result = token("--token-endpoint", endpoint());

        assertThat(result.out().strip()).isEqualTo("opened");
        assertThat(asked).singleElement().satisfies(form -> {
            assertThat(audience(form)).isEqualTo(endpoint());
            assertThat(form.first("client_id")).isEmpty();
        });
    }

    @Test
    void getsWhatItWantsToSee() {
        token("--token-endpoint", endpoint(), "--audience", "https://login.payer.example", "--client-id-in-form");

        assertThat(asked).singleElement().satisfies(form -> {
            assertThat(audience(form)).isEqualTo("https://login.payer.example");
            assertThat(form.first("client_id")).hasValue("acme");
        });
    }

    @Test
    void isNoPlaceForPlainHttp() {
        token("--token-endpoint", "http://login.payer.example/token")
                .isRefusal(ExitCode.USAGE, "--token-endpoint", "plain http is for loopback addresses only");
    }

    @Test
    void isDescribedInAFileOrASetting() throws IOException {
        Path payer = Files.writeString(
                work.resolve("payer.peer"),
                "# what this payer wants\ntoken-endpoint = " + endpoint()
                        + "\naudience = https://login.payer.example\n");

        token("--peer", payer.toString(), "--peer", "client-id-in-form=true");

        assertThat(asked).singleElement().satisfies(form -> {
            assertThat(audience(form)).isEqualTo("https://login.payer.example");
            assertThat(form.first("client_id")).hasValue("acme");
        });
    }

    @Test
    void isNotDescribedInWordsThatNobodyKnows() {
        token("--peer", "method=put").isRefusal(ExitCode.USAGE, "--peer: method: one of auto, get, post.");
        token("--peer", "way=post")
                .isRefusal(ExitCode.USAGE, "--peer: no setting of this name; there are fhir-version");
        token("--peer", work.resolve("nowhere").toString()).isRefusal(ExitCode.USAGE, "does not exist");
    }
}
