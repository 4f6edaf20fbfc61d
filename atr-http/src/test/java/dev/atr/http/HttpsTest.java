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
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server and client over TLS, with a key made for the occasion. */
class HttpsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeKey() throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        keystore().toString(),
                        "-storepass",
                        new String(PASSWORD),
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
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
                        .tls(keystore(), "wrong".toCharArray()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void reportsAKeyStoreWithoutKey() throws Exception {
        Path empty = folder.resolve("empty.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (OutputStream out = Files.newOutputStream(empty)) {
            store.store(out, PASSWORD);
        }

        assertThatThrownBy(() -> FhirHttpServer.builder(request -> FhirResponse.of(200, HttpHeaders.none()))
                        .tls(empty, PASSWORD))
                .isInstanceOf(IOException.class)
                .hasMessage("the key store has no private key");
    }

    private static FhirHttpServer server() throws IOException {
        String text = "0123456789".repeat(100_000);
        return FhirHttpServer.builder(request -> FhirResponse.of(200, HttpHeaders.none(), "text/plain", text))
                .tls(keystore(), PASSWORD)
                .start();
    }

    private static OutgoingClient trusting() throws Exception {
        return OutgoingClient.builder()
                .httpClient(HttpClient.newBuilder().sslContext(trust()).build())
                .build();
    }

    private static SSLContext trust() throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(keystore().toFile(), PASSWORD));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static URI address(FhirHttpServer server) {
        return URI.create("https://localhost:" + server.port() + "/Group");
    }

    private static Path keystore() {
        return folder.resolve("server.p12");
    }
}
