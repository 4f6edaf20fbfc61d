package dev.atr.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.client.BackendServices;
import dev.atr.auth.client.JwksEndpoint;
import dev.atr.auth.client.KeyRing;
import dev.atr.auth.server.AuthenticatedClient;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.DiscoveryDocument;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HandClock;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Consumer's half and the Producer's half over real sockets. */
class BothHalvesTest {
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final SigningKey byUrl = TestKeys.EC;
    private FhirHttpServer producerSocket;
    private FhirHttpServer consumerSocket;
    private AuthorizationServer server;
    private URI base;

    @BeforeEach
    void start() throws IOException {
        consumerSocket = listen(new JwksEndpoint(List.of(byUrl)));
        producerSocket = listen(this::answer);
        base = URI.create("http://127.0.0.1:" + producerSocket.port());
        URI jwksUrl = URI.create("http://127.0.0.1:" + consumerSocket.port() + "/jwks.json");
        server = AuthorizationServer.builder(
                        base,
                        ClientRegistry.of(List.of(
                                new ClientRegistration(
                                        "by-url",
                                        ClientKeys.ofUrl(jwksUrl, egress),
                                        Scopes.READ_ALL,
                                        Set.of("l1"),
                                        true),
                                new ClientRegistration(
                                        "given",
                                        ClientKeys.ofJwks(TestKeys.RSA.publicJwks()),
                                        Scopes.READ_ALL,
                                        null,
                                        true))))
                .replayMemory(ReplayMemory.inProcess(Clock.systemUTC(), Instant.MIN))
                .build();
    }

    private FhirResponse answer(FhirRequest request) {
        return switch (request.path()) {
            case "/.well-known/smart-configuration" -> server.smartConfiguration(DiscoveryDocument.READING_SCOPES);
            case "/auth/token" -> server.token(request);
            default -> FhirResponse.of(404, HttpHeaders.none());
        };
    }

    @AfterEach
    void stop() {
        server.close();
        producerSocket.close();
        consumerSocket.close();
        egress.close();
    }

    private static FhirHttpServer listen(FhirHandler handler) throws IOException {
        return FhirHttpServer.builder(handler)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
    }

    private BackendServices.Builder client(String clientId, SigningKey key) {
        return BackendServices.builder(base, clientId, key).egress(egress);
    }

    private JsonObject get(String url, String... headers) throws InterruptedException {
        try (HttpReply reply = egress.send(HttpCall.get(URI.create(url), HttpHeaders.of(headers)))) {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.headers().first("Content-Type").orElse("")).startsWith("application/json");
            return JsonValue.parseObject(reply.bytes());
        }
    }

    @Test
    @Requirement({"ATR-SEC-004", "ATR-SEC-003", "SMART-010", "SMART-014", "SMART-015"})
    void clientWithAKeyAddressGetsATokenThatTellsWhoItIs() throws Exception {
        String token = client("by-url", byUrl).build().token();

        AuthenticatedClient caller = server.accessTokens().verify(token).orElseThrow();

        assertThat(caller.clientId()).isEqualTo("by-url");
        assertThat(caller.permittedLists()).containsExactly("l1");
        assertThat(caller.scopes().allow("Group", 'r')).isTrue();
        assertThat(caller.scopes().allow("Group", 'c')).isFalse();
    }

    @Test
    @Requirement({"ATR-SEC-004", "ATR-SEC-005", "SMART-010", "SMART-014", "SMART-015"})
    void clientWithAGivenKeyGetsATokenForAllReading() throws Exception {
        String token =
                client("given", TestKeys.RSA).scope("system/*.read").build().token();

        AuthenticatedClient caller = server.accessTokens().verify(token).orElseThrow();

        assertThat(caller.scopes()).isEqualTo(Scopes.READ_ALL);
        assertThat(caller.permittedLists()).isNull();
    }

    @Test
    void grantAnswersWhatWasAskedInItsOwnSyntax() throws Exception {
        BackendServices source = client("given", TestKeys.RSA)
                .scope("system/*.read")
                .requireAllScopes()
                .build();

        source.token();

        assertThat(source.grantedScopes()).hasValue(Scopes.READ_ALL);
    }

    @Test
    @Requirement("SMART-021")
    void wrongKeyTellsTheConsumerInvalidClient() {
        BackendServices source = client("given", TestKeys.OTHER_RSA).build();

        assertThatThrownBy(source::token)
                .isInstanceOf(AuthorizationException.class)
                .hasMessage("token request: refused with 400 invalid_client");
    }

    @Test
    @Requirement("SMART-033")
    void writeScopesTellTheConsumerInvalidScope() {
        BackendServices source =
                client("given", TestKeys.RSA).scope("system/*.write").build();

        assertThatThrownBy(source::token).hasMessage("token request: refused with 400 invalid_scope");
    }

    @ParameterizedTest(name = "Accept: {0}")
    @ValueSource(strings = {"application/json", "text/html", "application/fhir+xml"})
    @Requirement({"ATR-SEC-001", "ATR-SEC-002", "SMART-001", "SMART-002", "SMART-003", "SMART-005", "SMART-006"})
    void discoveryDocumentHoldsWhatTheGuidesAskFor(String accept) throws Exception {
        JsonObject document = get(base + "/.well-known/smart-configuration", "Accept", accept);

        assertThat(document.text("token_endpoint")).hasValue(base + "/auth/token");
        assertThat(texts(document, "grant_types_supported")).containsExactly("client_credentials");
        assertThat(texts(document, "token_endpoint_auth_methods_supported")).containsExactly("private_key_jwt");
        assertThat(texts(document, "token_endpoint_auth_signing_alg_values_supported"))
                .containsExactly("RS384", "ES384");
        assertThat(texts(document, "scopes_supported")).contains("system/*.read", "system/Group.rs");
        assertThat(texts(document, "code_challenge_methods_supported")).containsExactly("S256");
        assertThat(texts(document, "capabilities"))
                .containsExactlyInAnyOrder("client-confidential-asymmetric", "permission-v1", "permission-v2");
        assertThat(document.properties()).doesNotContainKeys("issuer", "jwks_uri", "introspection_endpoint");
    }

    @Test
    @Requirement({"SMART-011", "SMART-012", "SMART-013"})
    void keySetIsServedToAnybodyWithALife() throws Exception {
        URI address = URI.create("http://127.0.0.1:" + consumerSocket.port() + "/jwks.json");

        try (HttpReply reply = egress.send(HttpCall.get(address, HttpHeaders.none()))) {
            assertThat(reply.headers().first("Cache-Control")).hasValue("max-age=600");
            assertThat(JsonValue.parseObject(reply.bytes())).isEqualTo(TestKeys.object(byUrl.publicJwks()));
        }
    }

    @Test
    void keySetTakesNoOtherMethods() throws Exception {
        URI address = URI.create("http://127.0.0.1:" + consumerSocket.port() + "/jwks.json");

        try (HttpReply reply = egress.send(HttpCall.post(address, HttpHeaders.none(), new byte[0]))) {
            assertThat(reply.status()).isEqualTo(405);
        }
    }

    @Test
    @Requirement({"SMART-010", "SMART-011", "SMART-012", "SMART-013"})
    void keysChangeWithoutAnOutage(@TempDir Path folder) throws Exception {
        HandClock clock = new HandClock("2026-03-02T09:00:00Z");
        Path file = Files.createTempFile(folder, "key", ".json");
        Files.writeString(file, TestKeys.named(TestKeys.EC, "first").jwk());
        KeyRing ring = KeyRing.open(file, clock);
        try (FhirHttpServer host = listen(new JwksEndpoint(ring))) {
            ClientKeys keys = ClientKeys.ofUrl(URI.create("http://127.0.0.1:" + host.port() + "/k"), egress, clock);
            server.close();
            server = AuthorizationServer.builder(
                            base,
                            ClientRegistry.of(
                                    List.of(new ClientRegistration("ring", keys, Scopes.READ_ALL, null, true))))
                    .clock(clock)
                    .replayMemory(ReplayMemory.inProcess(clock, Instant.MIN))
                    .build();
            BackendServices source = BackendServices.builder(base, "ring", ring)
                    .egress(egress)
                    .clock(clock)
                    .build();

            // Every 24 minutes for four days, with a new key each day.
            for (int i = 0; i < 240; i++) {
                if (i % 60 == 30) {
                    ring.rotate(
                            TestKeys.named(TestKeys.RSA, "key-" + i),
                            clock.instant().plus(Duration.ofHours(2)));
                }
                assertThat(server.accessTokens().verify(source.token())).isPresent();
                clock.turn(Duration.ofMinutes(24));
            }
        }

        assertThat(ring.current().kid()).isEqualTo("key-210");
    }

    private static List<String> texts(JsonObject document, String name) {
        return document.items(name).stream()
                .map(value -> value.text().orElseThrow())
                .toList();
    }
}
