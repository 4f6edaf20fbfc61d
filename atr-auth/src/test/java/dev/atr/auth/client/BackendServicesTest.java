package dev.atr.auth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.ScopeSyntax;
import dev.atr.auth.Scopes;
import dev.atr.auth.Signer;
import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.internal.CompactJws;
import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.json.JsonValue;
import dev.atr.http.HandClock;
import dev.atr.http.QueryParameters;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendServicesTest {
    private static final String WELL_KNOWN = "/fhir/.well-known/smart-configuration";
    private static final String TOKEN = "/fhir/auth/token";

    private final HandClock clock = new HandClock("2026-03-02T09:00:00Z");
    private final ScriptedPeer peer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();

    @BeforeEach
    void script() {
        configuration("\"permission-v1\",\"permission-v2\"");
        peer.on(TOKEN, answer("t1", "\"expires_in\":300"));
    }

    @AfterEach
    void close() {
        egress.close();
        peer.close();
    }

    private void configuration(String capabilities) {
        peer.on(WELL_KNOWN, Reply.json("{\"token_endpoint\":\"auth/token\",\"capabilities\":[" + capabilities + "]}"));
    }

    private static Reply answer(String token, String more) {
        return Reply.json("{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\"," + more + "}");
    }

    private BackendServices.Builder builder() {
        return BackendServices.builder(peer.at("/fhir"), "cvmg", TestKeys.EC)
                .egress(egress)
                .clock(clock);
    }

    private QueryParameters sent(int index) {
        return QueryParameters.parse(peer.asked(TOKEN).get(index).body());
    }

    private CompactJws assertion(int index) {
        return CompactJws.parse(sent(index).first("client_assertion").orElseThrow());
    }

    @Test
    @Requirement({"ATR-SEC-004", "SMART-008", "SMART-025"})
    void requestIsAFormWithFourParameters() throws Exception {
        builder().build().token();

        Asked request = peer.asked(TOKEN).get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.headers().get("content-type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(request.headers()).doesNotContainKey("authorization");
        assertThat(sent(0).names())
                .containsExactlyInAnyOrder("grant_type", "scope", "client_assertion_type", "client_assertion");
        assertThat(sent(0).first("grant_type")).hasValue("client_credentials");
        assertThat(sent(0).first("client_assertion_type"))
                .hasValue("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    }

    @Test
    @Requirement({"SMART-017", "SMART-018", "SMART-009"})
    void assertionSaysWhatTheGuideAsksFor() throws Exception {
        builder().build().token();

        CompactJws jws = assertion(0);

        long now = clock.instant().getEpochSecond();
        assertThat(jws.header().properties()).containsOnlyKeys("alg", "kid", "typ");
        assertThat(jws.header().text("alg")).hasValue("ES384");
        assertThat(jws.header().text("kid")).hasValue("ec-1");
        assertThat(jws.header().text("typ")).hasValue("JWT");
        assertThat(jws.claims().text("iss")).hasValue("cvmg");
        assertThat(jws.claims().text("sub")).hasValue("cvmg");
        assertThat(jws.claims().text("aud")).hasValue(peer.at(TOKEN).toString());
        assertThat(jws.claims().find("exp").flatMap(JsonValue::number).orElseThrow())
                .isBetween(now + 60, now + 300);
        assertThat(VerificationKey.of(TestKeys.publicJwk(TestKeys.EC))
                        .orElseThrow()
                        .verifies("ES384", jws.signedPart(), jws.signature()))
                .isTrue();
    }

    @Test
    @Requirement("SMART-018")
    void c06EveryTryHasAJtiOfItsOwn() {
        peer.on(TOKEN, Reply.status(503));
        BackendServices source = builder().build();
        Set<String> ids = new HashSet<>();

        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(source::token).isInstanceOf(TransportException.class);
            ids.add(assertion(i).claims().text("jti").orElseThrow());
        }

        assertThat(ids).hasSize(10);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource({
        "both syntaxes, '\"permission-v1\",\"permission-v2\"', system/Group.rs system/Patient.rs system/Coverage.rs"
                + " system/RelatedPerson.rs system/Practitioner.rs system/PractitionerRole.rs system/Organization.rs"
                + " system/Location.rs",
        "v1 alone, '\"permission-v1\"', system/*.read",
        "nothing said, '', system/Group.rs system/Patient.rs system/Coverage.rs system/RelatedPerson.rs"
                + " system/Practitioner.rs system/PractitionerRole.rs system/Organization.rs system/Location.rs",
    })
    void scopesFollowTheSyntaxThatTheServerKnows(String name, String capabilities, String scope) throws Exception {
        configuration(capabilities);

        builder().build().token();

        assertThat(sent(0).first("scope")).hasValue(scope);
    }

    @Test
    void scopeAudienceEndpointAndKeyAddressCanBeSet() throws Exception {
        peer.on("/token", answer("t1", "\"expires_in\":300"));
        BackendServices source = builder()
                .scope("system/Group.r")
                .audience("https://issuer.example.com")
                .tokenEndpoint(peer.at("/token"))
                .jwksUrl(URI.create("https://client.example.org/jwks.json"))
                .build();

        source.token();

        QueryParameters form = QueryParameters.parse(peer.asked("/token").get(0).body());
        CompactJws jws = CompactJws.parse(form.first("client_assertion").orElseThrow());
        assertThat(form.first("scope")).hasValue("system/Group.r");
        assertThat(jws.claims().text("aud")).hasValue("https://issuer.example.com");
        assertThat(jws.header().text("jku")).hasValue("https://client.example.org/jwks.json");
        assertThat(peer.asked(WELL_KNOWN)).isEmpty();
    }

    @ParameterizedTest(name = "expires_in {0}: renewed after {1} s")
    @CsvSource({
        "300, 240",
        "3600, 2880",
        "100, 70",
        "60, 30",
        "31, 1",
        "30, 24",
        "20, 16",
        "5, 4",
        "1000000000000, 69120",
        "0, 30",
        "-1, 30",
        "\"300\", 30",
        "null, 30",
        "1.5, 30",
    })
    @Requirement("SMART-030")
    void tokenIsKeptUntilItIsNearlyOver(String expiresIn, int seconds) throws Exception {
        peer.on(TOKEN, answer("t1", "\"expires_in\":" + expiresIn));
        BackendServices source = builder().build();
        source.token();
        peer.on(TOKEN, answer("t2", "\"expires_in\":300"));

        clock.turn(Duration.ofSeconds(seconds).minusMillis(1));
        assertThat(source.token()).isEqualTo("t1");
        clock.turn(Duration.ofMillis(1));
        assertThat(source.token()).isEqualTo("t2");
    }

    @Test
    void c03MissingLifeIsTakenForAMinute() throws Exception {
        peer.on(TOKEN, Reply.json("{\"access_token\":\"t1\",\"token_type\":\"bearer\"}"));
        BackendServices source = builder().build();
        source.token();
        peer.on(TOKEN, answer("t2", "\"expires_in\":300"));

        clock.turn(Duration.ofSeconds(29));
        assertThat(source.token()).isEqualTo("t1");
        clock.turn(Duration.ofSeconds(1));
        assertThat(source.token()).isEqualTo("t2");
    }

    @Test
    @Requirement("SMART-030")
    void refusedTokenIsReplaced() throws Exception {
        BackendServices source = builder().build();
        source.token();
        peer.on(TOKEN, answer("t2", "\"expires_in\":300"));

        source.refused("t1");

        assertThat(source.token()).isEqualTo("t2");
    }

    @Test
    void lateRefusalOfAnOlderTokenChangesNothing() throws Exception {
        BackendServices source = builder().build();
        source.token();

        source.refused("t0");
        source.token();

        assertThat(peer.asked(TOKEN)).hasSize(1);
    }

    @Test
    void manyThreadsShareOneFetch() throws Exception {
        BackendServices source = builder().build();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Future<String>> tokens = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                tokens.add(threads.submit(() -> {
                    start.await();
                    return source.token();
                }));
            }

            start.countDown();

            for (Future<String> token : tokens) {
                assertThat(token.get()).isEqualTo("t1");
            }
            assertThat(peer.asked(TOKEN)).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest(name = "token_type {0}")
    @ValueSource(strings = {"bearer", "Bearer", "BEARER"})
    @Requirement("SMART-027")
    void tokenTypeIsComparedWithoutCase(String type) throws Exception {
        peer.on(TOKEN, Reply.json("{\"access_token\":\"t1\",\"token_type\":\"" + type + "\"}"));

        assertThat(builder().build().token()).isEqualTo("t1");
    }

    static Stream<Arguments> forbidden() {
        return Stream.of(
                Arguments.of("C03 other token type", Reply.json("{\"access_token\":\"t\",\"token_type\":\"mac\"}")),
                Arguments.of("no token type", Reply.json("{\"access_token\":\"t\"}")),
                Arguments.of("no token", Reply.json("{\"token_type\":\"bearer\"}")),
                Arguments.of("empty token", answer("", "\"expires_in\":300")),
                Arguments.of("token with a line break", answer("t\\r\\nX: y", "\"expires_in\":300")),
                Arguments.of(
                        "HTML with 200",
                        Reply.status(200).with("Content-Type", "text/html").body("<html>")),
                Arguments.of("empty body", Reply.status(200)),
                Arguments.of("404", Reply.status(404)),
                Arguments.of("C04 redirect", Reply.status(307).with("Location", "/elsewhere")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forbidden")
    void forbiddenAnswerIsAProtocolError(String name, Reply reply) {
        peer.on(TOKEN, reply);

        assertThatThrownBy(() -> builder().build().token()).isInstanceOf(ProtocolException.class);
        assertThat(peer.asked("/elsewhere")).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "400, '{\"error\":\"invalid_scope\"}', token request: refused with 400 invalid_scope",
        "401, '{\"error\":\"invalid_client\",\"error_description\":\"canary\"}', "
                + "token request: refused with 401 invalid_client",
        "400, 'canary in plain text', token request: refused with 400",
        "403, '<html>canary', token request: refused with 403",
        "400, '{\"error\":\"canary Canary\"}', token request: refused with 400",
        "400, '{\"error\":7}', token request: refused with 400",
    })
    @Requirement("ATR-SEC-011")
    void refusalTellsTheCodeAlone(int status, String body, String message) {
        peer.on(
                TOKEN,
                Reply.status(status).with("Content-Type", "application/json").body(body));

        assertThatThrownBy(() -> builder().build().token())
                .isInstanceOf(AuthorizationException.class)
                .hasMessage(message)
                .hasNoCause();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {408, 429, 500, 502, 503})
    void unavailableServerMayBeAskedAgain(int status) {
        peer.on(TOKEN, Reply.status(status).with("Retry-After", "12"));

        assertThatThrownBy(() -> builder().build().token()).isInstanceOfSatisfying(TransportException.class, e -> {
            assertThat(e.isRetryable()).isTrue();
            assertThat(e.retryAfter()).isEqualTo(Optional.of(Duration.ofSeconds(12)));
        });
    }

    @Test
    void peerThatIsDownIsATransportError() {
        BackendServices source = builder().build();
        peer.close();

        assertThatThrownBy(source::token).isInstanceOf(TransportException.class);
    }

    @Test
    void c05ThreeRefusalsAreFollowedByAPause() throws Exception {
        peer.on(TOKEN, Reply.status(400).body("{\"error\":\"invalid_client\"}"));
        BackendServices source = builder().build();

        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(source::token).isInstanceOf(AuthorizationException.class);
        }

        assertThat(peer.asked(TOKEN)).hasSize(3);
        clock.turn(Duration.ofSeconds(30));
        peer.on(TOKEN, answer("t1", "\"expires_in\":300"));
        assertThat(source.token()).isEqualTo("t1");
    }

    @Test
    void pauseEndsWhenTheClockIsSetBack() throws Exception {
        peer.on(TOKEN, Reply.status(400).body("{\"error\":\"invalid_client\"}"));
        BackendServices source = builder().build();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(source::token).isInstanceOf(AuthorizationException.class);
        }
        peer.on(TOKEN, answer("t1", "\"expires_in\":300"));

        clock.turn(Duration.ofHours(-1));

        assertThat(source.token()).isEqualTo("t1");
    }

    @Test
    @Requirement("SMART-032")
    void narrowerGrantIsShown() throws Exception {
        peer.on(TOKEN, answer("t1", "\"expires_in\":300,\"scope\":\"system/Group.rs\""));
        BackendServices source = builder().build();

        source.token();

        assertThat(source.grantedScopes()).hasValue(Scopes.parse("system/Group.rs"));
    }

    @Test
    @Requirement("SMART-032")
    void narrowerGrantIsAnErrorWhenAllScopesAreRequired() {
        peer.on(TOKEN, answer("t1", "\"expires_in\":300,\"scope\":\"system/Group.rs\""));
        BackendServices source = builder().requireAllScopes().build();

        assertThatThrownBy(source::token)
                .isInstanceOf(AuthorizationException.class)
                .hasMessageContaining("system/Group.rs");
    }

    @Test
    @Requirement("SMART-032")
    void grantOfSomethingElseIsAnError() {
        peer.on(TOKEN, answer("t1", "\"expires_in\":300,\"scope\":\"openid user/Patient.read\""));

        assertThatThrownBy(() -> builder().build().token()).isInstanceOf(AuthorizationException.class);
    }

    @Test
    void widerGrantInV1SyntaxIsUsed() throws Exception {
        peer.on(TOKEN, answer("t1", "\"expires_in\":300,\"scope\":\"system/*.*\""));

        assertThat(builder().requireAllScopes().build().token()).isEqualTo("t1");
    }

    @Test
    void tokenEndpointThatMovedIsDiscoveredAgain() throws Exception {
        peer.on(TOKEN, Reply.status(404));
        BackendServices source = builder().build();
        assertThatThrownBy(source::token).isInstanceOf(ProtocolException.class);
        peer.on(WELL_KNOWN, Reply.json("{\"token_endpoint\":\"" + peer.at("/moved") + "\"}"));
        peer.on("/moved", answer("t1", "\"expires_in\":300"));

        assertThat(source.token()).isEqualTo("t1");
    }

    @Test
    void discoveryIsKeptForAnHour() throws Exception {
        BackendServices source = builder().build();

        for (int i = 0; i < 4; i++) {
            source.token();
            clock.turn(Duration.ofMinutes(15));
        }

        assertThat(peer.asked(TOKEN)).hasSize(4);
        assertThat(peer.asked(WELL_KNOWN)).hasSize(1);
    }

    @ParameterizedTest(name = "{0}: {1} s")
    @CsvSource({
        "max-age=600, 600",
        "'private, max-age=90', 90",
        "max-age=1, 1",
        "no-store, 60",
        "max-age=0, 60",
        "max-age=99999999, 86400",
        "max-age=soon, 3600",
    })
    void discoveryIsKeptAsLongAsTheServerAllows(String cacheControl, int seconds) throws Exception {
        peer.on(WELL_KNOWN, Reply.json("{\"token_endpoint\":\"auth/token\"}").with("Cache-Control", cacheControl));
        peer.on(TOKEN, answer("t1", "\"expires_in\":1"));
        BackendServices source = builder().build();
        source.token();

        clock.turn(Duration.ofSeconds(seconds).minusMillis(1));
        source.token();
        assertThat(peer.asked(WELL_KNOWN)).hasSize(1);
        clock.turn(Duration.ofSeconds(1));
        source.token();
        assertThat(peer.asked(WELL_KNOWN)).hasSize(2);
    }

    @Test
    void tokenEndpointThatMovesWhileItIsKnownIsFoundInTheSameCall() throws Exception {
        BackendServices source = builder().build();
        source.token();
        clock.turn(Duration.ofMinutes(5));
        peer.on(TOKEN, Reply.status(404));
        peer.on(WELL_KNOWN, Reply.json("{\"token_endpoint\":\"" + peer.at("/moved") + "\"}"));
        peer.on("/moved", answer("t2", "\"expires_in\":300"));

        assertThat(source.token()).isEqualTo("t2");
    }

    @Test
    void tokenEndpointThatDiedIsFoundInTheSameCall() throws Exception {
        ScriptedPeer first = new ScriptedPeer();
        first.on("/token", answer("t1", "\"expires_in\":300"));
        peer.on(WELL_KNOWN, Reply.json("{\"token_endpoint\":\"" + first.at("/token") + "\"}"));
        BackendServices source = builder().trustTokenEndpointAt(first.at("/")).build();
        source.token();
        clock.turn(Duration.ofMinutes(5));
        first.close();
        configuration("");
        peer.on(TOKEN, answer("t2", "\"expires_in\":300"));

        assertThat(source.token()).isEqualTo("t2");
    }

    @Test
    void tokenEndpointThatFailsWhereItIsIsAskedOnce() throws Exception {
        BackendServices source = builder().build();
        source.token();
        clock.turn(Duration.ofMinutes(5));
        peer.on(TOKEN, Reply.status(503));

        assertThatThrownBy(source::token).isInstanceOf(TransportException.class);

        assertThat(peer.asked(TOKEN)).hasSize(2);
        assertThat(peer.asked(WELL_KNOWN)).hasSize(2);
    }

    @Test
    void whatTheTokenEndpointSaidIsToldWhenDiscoveryFailsToo() throws Exception {
        BackendServices source = builder().build();
        source.token();
        clock.turn(Duration.ofMinutes(5));
        peer.on(TOKEN, Reply.status(404));
        peer.on(WELL_KNOWN, Reply.status(500));

        assertThatThrownBy(source::token).hasMessage("token request: expected 200, got 404");
    }

    /** Stands for a device: the key is asked for signatures and never shown. */
    private record Device(SigningKey hidden, List<byte[]> asked) implements Signer {
        @Override
        public String alg() {
            return hidden.alg();
        }

        @Override
        public String kid() {
            return "slot-9";
        }

        @Override
        public byte[] sign(byte[] data) {
            asked.add(data);
            return hidden.sign(data);
        }
    }

    @Test
    @Requirement({"SMART-014", "SMART-016", "SMART-017"})
    void keyInADeviceSigns() throws Exception {
        Device device = new Device(TestKeys.RSA, new ArrayList<>());

        BackendServices.builder(peer.at("/fhir"), "cvmg", device)
                .egress(egress)
                .build()
                .token();

        CompactJws jws = assertion(0);
        assertThat(jws.header().text("alg")).hasValue("RS384");
        assertThat(jws.header().text("kid")).hasValue("slot-9");
        assertThat(device.asked()).containsExactly(jws.signedPart());
        assertThat(jws.signature()).isEqualTo(TestKeys.RSA.sign(jws.signedPart()));
    }

    @Test
    void deviceOutOfReachMayBeTriedAgain() throws Exception {
        List<byte[]> none = new ArrayList<>();
        Signer broken = new Signer() {
            @Override
            public String alg() {
                return "RS384";
            }

            @Override
            public String kid() {
                return "slot-9";
            }

            @Override
            public byte[] sign(byte[] data) {
                if (none.isEmpty()) {
                    none.add(data);
                    throw new TransportException("the device does not answer", null);
                }
                return TestKeys.RSA.sign(data);
            }
        };
        BackendServices source = BackendServices.builder(peer.at("/fhir"), "cvmg", broken)
                .egress(egress)
                .build();

        assertThatThrownBy(source::token).hasMessage("the device does not answer");
        assertThat(source.token()).isEqualTo("t1");
    }

    @Test
    @Requirement("SMART-016")
    void eachServerHasAKeyOfItsOwn() throws Exception {
        peer.on("/other/.well-known/smart-configuration", Reply.json("{\"token_endpoint\":\"auth/token\"}"));
        peer.on("/other/auth/token", answer("t9", "\"expires_in\":300"));

        builder().build().token();
        BackendServices.builder(peer.at("/other"), "cv", TestKeys.RSA)
                .egress(egress)
                .build()
                .token();

        CompactJws other = CompactJws.parse(
                QueryParameters.parse(peer.asked("/other/auth/token").get(0).body())
                        .first("client_assertion")
                        .orElseThrow());
        assertThat(assertion(0).header().text("kid")).hasValue("ec-1");
        assertThat(assertion(0).claims().text("iss")).hasValue("cvmg");
        assertThat(other.header().text("kid")).hasValue("rsa-1");
        assertThat(other.claims().text("iss")).hasValue("cv");
    }

    @Test
    void secretGoesOutAsBasicCredentialsAndNothingElse() throws Exception {
        BackendServices source = BackendServices.withSecret(peer.at("/fhir"), "cv:mg", "p\u00e4 ss:+/%")
                .egress(egress)
                .build();

        assertThat(source.token()).isEqualTo("t1");

        String pair = "cv%3Amg:p%C3%A4+ss%3A%2B%2F%25";
        assertThat(peer.asked(TOKEN).get(0).headers().get("authorization"))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
        assertThat(sent(0).names()).containsExactly("grant_type", "scope");
        assertThat(source.toString()).doesNotContain("ss:");
    }

    @Test
    void clientIdIsAlsoSentInTheFormWhenWanted() throws Exception {
        builder().clientIdInForm().build().token();

        assertThat(sent(0).all("client_id")).containsExactly("cvmg");
    }

    @Test
    void secretIsNotSentAlongARedirect() throws Exception {
        ScriptedPeer other = new ScriptedPeer();
        try (other) {
            peer.on(TOKEN, Reply.status(307).with("Location", other.at("/steal").toString()));
            BackendServices source = BackendServices.withSecret(peer.at("/fhir"), "cvmg", "secret")
                    .egress(egress)
                    .build();

            assertThatThrownBy(source::token).isInstanceOf(ProtocolException.class);
            assertThat(other.asked()).isEmpty();
        }
    }

    @Test
    void c02TokenEndpointOfAnotherServerGetsNoAssertion() throws Exception {
        try (ScriptedPeer other = new ScriptedPeer()) {
            peer.on(WELL_KNOWN, Reply.json("{\"token_endpoint\":\"" + other.at("/token") + "\"}"));

            assertThatThrownBy(() -> builder().build().token()).isInstanceOf(AuthorizationException.class);
            assertThat(other.asked()).isEmpty();
        }
    }

    @ParameterizedTest(name = "M06 {0}: {1}")
    @CsvSource({
        "https://payer.example.com/fhir/Group/1, true",
        "https://PAYER.example.com:443/files/1, true",
        "https://files.example.com/1, true",
        "https://payer.example.com.evil.test/fhir, false",
        "https://payer.example.com@evil.test/fhir, false",
        "https://user@payer.example.com/fhir, false",
        "http://payer.example.com/fhir, false",
        "https://payer.example.com:8443/fhir, false",
        "https://sub.payer.example.com/fhir, false",
        "/fhir/Group/1, false",
        "file:///fhir, false",
    })
    @Requirement("SMART-036")
    void tokensGoToTheServerAndTheAllowListAlone(URI address, boolean may) {
        BackendServices source = BackendServices.builder(URI.create("https://payer.example.com/fhir"), "c", TestKeys.EC)
                .egress(egress)
                .sendTokensTo(URI.create("https://files.example.com"))
                .build();

        assertThat(source.mayReceive(address)).isEqualTo(may);
    }

    @Test
    @Requirement({"SMART-016", "ATR-SEC-011"})
    void textTellsNothingSecret() throws Exception {
        BackendServices source = builder().build();
        source.token();

        assertThat(source.toString())
                .startsWith("BackendServices[cvmg at http://127.0.0.1:")
                .doesNotContain("t1");
    }

    @Test
    void wrongSettingsAreNamedAtOnce() {
        URI base = URI.create("https://payer.example.com/fhir");
        SigningKey key = TestKeys.EC;

        assertThatThrownBy(() -> BackendServices.builder(URI.create("http://payer.example.com/fhir"), "c", key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FHIR base");
        assertThatThrownBy(() -> BackendServices.builder(base, " ", key)).hasMessageContaining("clientId");
        assertThatThrownBy(() -> BackendServices.builder(base, "c", key).build())
                .hasMessageContaining("egress");
        assertThatThrownBy(() -> BackendServices.withSecret(base, "c", " ")).hasMessageContaining("secret");
        assertThatThrownBy(() -> BackendServices.withSecret(base, "c", "s")
                        .egress(egress)
                        .audience("a")
                        .build())
                .hasMessageContaining("audience");
        assertThatThrownBy(() -> BackendServices.builder(base, "c", key).scope("openid"))
                .hasMessageContaining("scope");
        assertThatThrownBy(
                        () -> BackendServices.builder(base, "c", key).tokenEndpoint(URI.create("http://a.example/t")))
                .hasMessageContaining("tokenEndpoint");
        assertThatThrownBy(() -> BackendServices.builder(base, "c", key).sendTokensTo(URI.create("http://a.example/")))
                .hasMessageContaining("sendTokensTo");
        assertThatCode(() ->
                        BackendServices.builder(base, "c", key).egress(egress).build())
                .doesNotThrowAnyException();
    }

    @Test
    void tokenServesOnWhileItCannotBeRenewed() throws Exception {
        BackendServices source = builder().build();
        source.token();
        peer.on(TOKEN, Reply.status(503));

        clock.turn(Duration.ofMinutes(4));
        assertThat(source.token()).isEqualTo("t1");
        clock.turn(Duration.ofSeconds(9));
        assertThat(source.token()).isEqualTo("t1");
        assertThat(peer.asked(TOKEN)).hasSize(2);
        clock.turn(Duration.ofSeconds(1));
        assertThat(source.token()).isEqualTo("t1");
        assertThat(peer.asked(TOKEN)).hasSize(3);
        clock.turn(Duration.ofSeconds(50));
        assertThatThrownBy(source::token).isInstanceOf(TransportException.class);
    }

    @Test
    void tokenThatCouldNotBeRenewedIsRenewedSoonAfterwards() throws Exception {
        BackendServices source = builder().build();
        source.token();
        peer.on(TOKEN, Reply.status(400));
        clock.turn(Duration.ofMinutes(4));
        source.token();
        peer.on(TOKEN, answer("t2", "\"expires_in\":300"));

        clock.turn(Duration.ofSeconds(10));

        assertThat(source.token()).isEqualTo("t2");
    }

    @Test
    void tokenServesOnThroughThePauseAfterRefusals() throws Exception {
        peer.on(TOKEN, answer("t1", "\"expires_in\":3600"));
        BackendServices source = builder().build();
        source.token();
        peer.on(TOKEN, Reply.status(400));
        clock.turn(Duration.ofSeconds(2900));

        for (int seconds = 0; seconds < 120; seconds += 5) {
            assertThat(source.token()).isEqualTo("t1");
            clock.turn(Duration.ofSeconds(5));
        }

        assertThat(peer.asked(TOKEN)).hasSizeLessThan(10);
    }

    @Test
    void refusedTokenDoesNotServeOn() throws Exception {
        BackendServices source = builder().build();
        source.refused(source.token());
        peer.on(TOKEN, Reply.status(503));

        assertThatThrownBy(source::token).isInstanceOf(TransportException.class);
    }

    @Test
    void keysOfADeviceChangeToo() throws Exception {
        List<Signer> keys = new ArrayList<>(List.of(TestKeys.EC));
        BackendServices source = BackendServices.builder(peer.at("/fhir"), "cvmg", () -> keys.get(0))
                .egress(egress)
                .clock(clock)
                .build();
        source.token();
        keys.set(0, TestKeys.RSA);
        clock.turn(Duration.ofHours(1));

        source.token();

        assertThat(assertion(0).header().text("kid")).hasValue("ec-1");
        assertThat(assertion(1).header().text("kid")).hasValue("rsa-1");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'\"system/*.read\",\"system/Group.read\"', system/*.read",
        "'\"system/*.read\",\"system/*.rs\"', system/Patient.rs",
        "'\"system/Group.cruds\"', system/Patient.rs",
        "'\"openid\"', system/Patient.rs",
        "'', system/Patient.rs"
    })
    void scopesThatAreListedShowTheSyntaxWhereNoCapabilityDoes(String listed, String asked) throws Exception {
        peer.on(WELL_KNOWN, Reply.json("{\"token_endpoint\":\"auth/token\",\"scopes_supported\":[" + listed + "]}"));

        builder().build().token();

        assertThat(sent(0).first("scope").orElseThrow().split(" ", -1)).contains(asked);
    }

    private static Reply refusal(String code) {
        return Reply.status(400).with("Content-Type", "application/json").body("{\"error\":\"" + code + "\"}");
    }

    private String audience(int index) {
        return assertion(index).claims().text("aud").orElseThrow();
    }

    @Test
    @Requirement("SMART-018")
    void findsOutForWhomAnAssertionIsToBe() throws Exception {
        String issuer = peer.at("/issuer").toString();
        peer.on(WELL_KNOWN, Reply.json("{\"token_endpoint\":\"auth/token\",\"issuer\":\"" + issuer + "\"}"));
        peer.on(TOKEN, refusal("invalid_client"), refusal("invalid_client"), answer("t1", "\"expires_in\":300"));
        BackendServices tokens = builder().findOut().build();

        String first = tokens.token();
        tokens.refused(first);
        tokens.token();

        assertThat(List.of(audience(0), audience(1), audience(2), audience(3)))
                .containsExactly(
                        peer.at(TOKEN).toString(),
                        issuer,
                        peer.at("/fhir").toString(),
                        peer.at("/fhir").toString());
    }

    @Test
    void namesNoIssuerThatTheServerMayNotNameForItself() {
        peer.on(
                WELL_KNOWN,
                Reply.json("{\"token_endpoint\":\"auth/token\",\"issuer\":\"https://another.example/r4\"}"));
        peer.on(TOKEN, refusal("invalid_client"));

        assertThatThrownBy(() -> builder().findOut().build().token()).isInstanceOf(AuthorizationException.class);

        assertThat(List.of(audience(0), audience(1)))
                .containsExactly(peer.at(TOKEN).toString(), peer.at("/fhir").toString());
        assertThat(peer.asked(TOKEN)).hasSize(2);
    }

    @Test
    void findsOutInWhichSyntaxScopesAreTaken() throws Exception {
        peer.on(TOKEN, refusal("invalid_scope"), answer("t1", "\"expires_in\":300"));

        builder().scope("system/*.read system/*.write").findOut().build().token();

        assertThat(sent(0).first("scope")).hasValue("system/*.read system/*.write");
        assertThat(sent(1).first("scope")).hasValue("system/*.cruds");
    }

    @Test
    void writesScopesInTheSyntaxThatIsSet() throws Exception {
        builder().scopeSyntax(ScopeSyntax.V1).build().token();

        assertThat(sent(0).first("scope")).hasValue("system/*.read");
    }

    @Test
    void triesNothingElseUnlessItIsToFindOut() {
        peer.on(TOKEN, refusal("invalid_scope"));

        assertThatThrownBy(() -> builder().build().token()).hasMessage("token request: refused with 400 invalid_scope");

        assertThat(peer.asked(TOKEN)).hasSize(1);
    }
}
