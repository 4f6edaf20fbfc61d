package dev.atr.egress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.client.BackendServices;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.DiscoveryDocument;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.auth.server.SigningKeys;
import dev.atr.core.error.AuthorizationException;
import dev.atr.http.FhirResponse;
import dev.atr.http.HandClock;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.OutgoingClient;
import dev.atr.http.client.RawServer;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Abuse cases T60 to T65 and T69: a client registers the address of its key set, and the authorization server fetches it
 * through the guard. The address 127.0.0.2 stands for the public Internet.
 */
@Timeout(60)
class FetchedKeySetsTest {
    private static final String PUBLIC = "127.0.0.2";
    private static final String PRIVATE = "127.0.0.3";
    private static final SigningKey KEY = SigningKey.generate("ES384");
    private static final SigningKeys SERVER_KEYS = SigningKeys.ephemeral();

    @TempDir
    static Path folder;

    private static Certificates certificates;

    private final HandClock clock = new HandClock("2026-03-02T09:00:00Z");
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(egress));
    private volatile List<String> addresses = List.of(PUBLIC);
    private volatile RawServer.Answer answer = json(KEY.publicJwks());
    private RawServer keyHost;
    private BackendServices client;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = Certificates.in(folder);
    }

    @BeforeEach
    void start() throws Exception {
        use("good");
    }

    /** Registers a client whose keys are at a host with this certificate. */
    private void use(String certificate) throws Exception {
        keyHost = opened(new RawServer(
                certificates.listen(certificate, InetAddress.getByName(PUBLIC)),
                (request, out) -> answer.write(request, out)));
        GuardedEgress guard = opened(GuardedEgress.builder()
                .allow(PUBLIC)
                .allowPort(keyHost.port())
                .trust(certificates.trust())
                .lookup(this::scripted)
                .build());
        URI keys = URI.create("https://" + Certificates.HOST + ":" + keyHost.port() + "/jwks.json");
        ClientRegistry registry = ClientRegistry.of(List.of(
                new ClientRegistration("acme", ClientKeys.ofUrl(keys, guard, clock), Scopes.READ_ALL, null, true)));
        AuthorizationServer[] server = new AuthorizationServer[1];
        FhirHttpServer socket = opened(FhirHttpServer.builder(request -> switch (request.path()) {
                    case "/.well-known/smart-configuration" ->
                        server[0].smartConfiguration(DiscoveryDocument.READING_SCOPES);
                    case "/auth/token" -> server[0].token(request);
                    default -> FhirResponse.of(404, HttpHeaders.none());
                })
                .start());
        URI base = URI.create("http://127.0.0.1:" + socket.port());
        server[0] = opened(AuthorizationServer.builder(base, registry)
                .signingKeys(SERVER_KEYS)
                .clock(clock)
                .replayMemory(ReplayMemory.inProcess(clock, Instant.MIN))
                .build());
        client = BackendServices.builder(base, "acme", KEY)
                .egress(egress)
                .clock(clock)
                .build();
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.add(part);
        return part;
    }

    private InetAddress[] scripted(String name) throws UnknownHostException {
        List<InetAddress> found = new ArrayList<>();
        for (String address : addresses) {
            found.add(InetAddress.getByAddress(name, Literals.parse(address).orElseThrow()));
        }
        return found.toArray(InetAddress[]::new);
    }

    private static RawServer.Answer json(String body) {
        return (request, out) -> out.write(RawServer.bytes("HTTP/1.1 200 OK\nContent-Type: application/json\n"
                + "Content-Length: " + body.length() + "\n\n" + body));
    }

    private void assertRefused() {
        assertThatThrownBy(client::token)
                .isInstanceOf(AuthorizationException.class)
                .hasMessage("token request: refused with 400 invalid_client");
    }

    @Test
    @Requirement({"SMART-010", "ATR-SEC-003"})
    void keySetOfAPublicHostIsFetched() throws Exception {
        assertThat(client.token()).isNotEmpty();
        assertThat(keyHost.connections()).isEqualTo(1);
    }

    @ParameterizedTest(name = "T60 {0}")
    @ValueSource(
            strings = {
                "http://keys.example.com/jwks.json",
                "file:///etc/passwd",
                "ftp://keys.example.com/jwks.json",
                "jar:https://keys.example.com/a.jar!/b",
                "data:application/json,{}",
                "https://user@keys.example.com/jwks.json",
                "https://keys.example.com/jwks.json#a",
                "https://10.0.0.1/jwks.json",
                "https://8.8.8.8/jwks.json",
                "https://[2606:4700::1111]/jwks.json",
                "https://2130706433/jwks.json",
                "https://keys.example.com:22/jwks.json",
                "https://keys.example.com:25/jwks.json",
                "https://keys.example.com:6379/jwks.json",
            })
    void addressIsRefusedWhenItIsRegistered(String address) {
        assertThatThrownBy(() -> ClientKeys.ofUrl(
                        URI.create(address), GuardedEgress.builder().build()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static Stream<String> forbiddenAddresses() {
        return AddressRules.REFUSED.stream().map(range -> range.addresses().text());
    }

    @ParameterizedTest(name = "T61 {0}")
    @MethodSource("forbiddenAddresses")
    void hostInAForbiddenRangeIsNotAsked(String range) {
        addresses = List.of(range.substring(0, range.indexOf('/')));

        assertRefused();
        assertThat(keyHost.connections()).isZero();
    }

    @Test
    void t62HostWithOnePublicAndOnePrivateAddressIsNotAsked() throws Exception {
        addresses = List.of(PUBLIC, PRIVATE);
        RawServer canary =
                opened(new RawServer(new ServerSocket(keyHost.port(), 50, InetAddress.getByName(PRIVATE)), answer));

        assertRefused();
        assertThat(keyHost.connections() + canary.connections()).isZero();
    }

    @Test
    void t62HostThatBecomesPrivateIsNotAskedAgain() throws Exception {
        client.token();
        RawServer canary =
                opened(new RawServer(new ServerSocket(keyHost.port(), 50, InetAddress.getByName(PRIVATE)), answer));
        addresses = List.of(PRIVATE);
        clock.turn(Duration.ofMinutes(6));

        assertRefused();
        assertThat(canary.connections()).isZero();
    }

    static Stream<Arguments> badAnswers() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(KEY.publicJwks().getBytes(US_ASCII));
            gzip.write(" ".repeat(10_000_000).getBytes(US_ASCII));
        }
        RawServer.Answer bomb = (request, out) -> {
            out.write(RawServer.bytes("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Encoding: gzip\n"
                    + "Content-Length: " + packed.size() + "\n\n"));
            out.write(packed.toByteArray());
        };
        String good = KEY.publicJwks();
        String one = good.substring(good.indexOf('[') + 1, good.lastIndexOf(']'));
        RawServer.Answer html = (request, out) -> out.write(RawServer.bytes(
                "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: " + good.length() + "\n\n" + good));
        RawServer.Answer endless = (request, out) -> {
            out.write(RawServer.bytes("HTTP/1.1 200 OK\nContent-Type: application/json\n\n"));
            while (true) {
                out.write(" ".repeat(10_000).getBytes(US_ASCII));
            }
        };
        RawServer.Answer headers = (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
            while (true) {
                out.write("X-A: b\r\n".repeat(1_000).getBytes(US_ASCII));
            }
        };
        return Stream.of(
                Arguments.of("T64 larger than 256 kB", json(good + " ".repeat(256 << 10))),
                Arguments.of("T64 without end", endless),
                Arguments.of("T64 headers without end", headers),
                Arguments.of("T64 gzip bomb", bomb),
                Arguments.of("T64 10 000 keys", json("{\"keys\":[" + (one + ",").repeat(10_000) + one + "]}")),
                Arguments.of("T65 not JSON", json("keys")),
                Arguments.of("T65 wrong content type", html),
                Arguments.of("T65 no keys", json("{\"keys\":null}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAnswers")
    void answerThatIsNoKeySetIsInvalidClient(String name, RawServer.Answer bad) {
        answer = bad;

        assertRefused();
        assertThat(keyHost.connections()).isEqualTo(1);
    }

    @ParameterizedTest(name = "T63 {0}")
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectIsNotFollowed(int status) {
        answer = (request, out) -> out.write(RawServer.bytes("HTTP/1.1 " + status
                + " Elsewhere\nLocation: https://" + Certificates.HOST + ":" + keyHost.port()
                + "/other\nContent-Length: 0\n\n"));

        assertRefused();
        assertThat(keyHost.connections()).isEqualTo(1);
    }

    @Test
    void t64TrickledKeySetIsAbandonedAfterFiveSeconds() {
        answer = (request, out) -> {
            out.write(RawServer.bytes("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 9999\n\n"));
            while (true) {
                out.write(' ');
                out.flush();
                new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
            }
        };

        assertRefused();
    }

    @ParameterizedTest(name = "T69 {0}")
    @ValueSource(strings = {"expired", "otherHost", "selfSigned"})
    void hostWithABadCertificateIsInvalidClient(String certificate) throws Exception {
        use(certificate);

        assertRefused();
    }
}
