package dev.atr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.TransportException;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server and client over TLS, with a key made for the occasion. */
class HttpsTest {
    @TempDir
    static Path folder;

    private static TestTls tls;

    @BeforeAll
    static void makeKey() throws Exception {
        tls = TestTls.inside(folder);
    }

    @Test
    @Requirement("BULK-CAP-004")
    void speaksTlsWithAClientThatTrustsTheServer() throws Exception {
        try (FhirHttpServer server = server();
                OutgoingClient client = trusting();
                HttpReply reply = client.send(HttpCall.get(address(server), HttpHeaders.none()))) {
            assertThat(reply.bytes()).hasSize(1_000_000);
        }
    }

    @Test
    @Requirement("BULK-CAP-004")
    void refusesACertificateThatNobodyTrusts() throws Exception {
        try (FhirHttpServer server = server();
                OutgoingClient client = OutgoingClient.builder().build()) {
            assertThatThrownBy(() -> client.send(HttpCall.get(address(server), HttpHeaders.none())))
                    .isInstanceOf(TransportException.class)
                    .hasMessage("GET https://localhost:" + server.port() + ": no trusted TLS connection");
        }
    }

    @Test
    void reportsAWrongPassword() {
        assertThatThrownBy(() -> FhirHttpServer.builder(request -> FhirResponse.of(200, HttpHeaders.none()))
                        .tls(tls.keystore(), "wrong".toCharArray()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void reportsAKeyStoreWithoutKey() throws Exception {
        Path empty = folder.resolve("empty.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (OutputStream out = Files.newOutputStream(empty)) {
            store.store(out, TestTls.PASSWORD);
        }

        assertThatThrownBy(() -> FhirHttpServer.builder(request -> FhirResponse.of(200, HttpHeaders.none()))
                        .tls(empty, TestTls.PASSWORD))
                .isInstanceOf(IOException.class)
                .hasMessage("the key store has no private key");
    }

    private static FhirHttpServer server() throws IOException {
        String text = "0123456789".repeat(100_000);
        return FhirHttpServer.builder(request -> FhirResponse.of(200, HttpHeaders.none(), "text/plain", text))
                .tls(tls.keystore(), TestTls.PASSWORD)
                .start();
    }

    private static OutgoingClient trusting() throws Exception {
        return OutgoingClient.builder()
                .httpClient(HttpClient.newBuilder().sslContext(tls.trusting()).build())
                .build();
    }

    private static URI address(FhirHttpServer server) {
        return URI.create("https://localhost:" + server.port() + "/Group");
    }
}
