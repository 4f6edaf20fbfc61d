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
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
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
    @Requirement("BULK-CAP-004")
    void answersNobodyWhoKnowsNothingAboveTls11() throws Exception {
        try (FhirHttpServer server = server()) {
            assertThat(firstByte(server, hello(3))).as("a handshake").isEqualTo(22);
            assertThat(firstByte(server, hello(2))).as("the end, or an alert").isIn(-1, 21);
        }
    }

    private static int firstByte(FhirHttpServer server, byte[] hello) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(hello);
            return socket.getInputStream().read();
        }
    }

    /** What a client says that knows nothing above 1.2 (3) or 1.1 (2): the JDK has no client for the latter any more. */
    private static byte[] hello(int version) {
        return ByteBuffer.allocate(70)
                .put(new byte[] {22, 3, 1, 0, 65}) // a handshake of 65 bytes
                .put(new byte[] {1, 0, 0, 61, 3, (byte) version}) // a ClientHello of 61 bytes
                .put(new byte[32]) // random
                .put(new byte[] {0, 0, 4, (byte) 0xc0, 0x2b, (byte) 0xc0, 9, 1, 0}) // no session, suites, compression
                .put(new byte[] {0, 16, 0, 13, 0, 4, 0, 2, 4, 3, 0, 10, 0, 4, 0, 2, 0, 23}) // signatures, curves
                .array();
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
