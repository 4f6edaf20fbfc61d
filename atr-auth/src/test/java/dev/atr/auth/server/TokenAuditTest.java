package dev.atr.auth.server;

import static dev.atr.auth.ClientAssertion.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.TestKeys;
import dev.atr.auth.audit.AuditEvent;
import dev.atr.auth.audit.AuditEvent.Kind;
import dev.atr.auth.audit.AuditTrail;
import dev.atr.core.error.TransportException;
import dev.atr.http.HttpHeaders;
import dev.atr.requirements.Requirement;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each answer of the token endpoint is one event, which says what the client is not told. */
@Requirement("ATR-SEC-009")
class TokenAuditTest {
    private final TokenEndpoint endpoint = new TokenEndpoint();

    private AuditEvent only() {
        assertThat(endpoint.events).hasSize(1);
        return endpoint.events.element();
    }

    private AuditEvent refused(@Nullable String clientId, String reason) {
        return AuditEvent.refused(endpoint.clock.instant(), Kind.TOKEN, clientId, reason, "/auth/token");
    }

    @Test
    void issuedTokenIsAnEvent() {
        endpoint.ask("system/Group.rs");

        assertThat(only())
                .isEqualTo(
                        AuditEvent.granted(endpoint.clock.instant(), Kind.TOKEN, TokenEndpoint.CLIENT, "/auth/token"));
    }

    static Stream<Arguments> assertions() {
        return Stream.of(
                spoilt("header", a -> a.header("alg", quoted("HS256"))),
                spoilt("issuer", a -> a.claim("sub", quoted("other"))),
                spoilt("aud", a -> a.claim("aud", quoted("https://other.example.com"))),
                spoilt("jti", a -> a.noClaim("jti")),
                spoilt("exp", a -> a.claim("exp", "1")),
                spoilt("iat", a -> a.claim("iat", "1")),
                spoilt("nbf", a -> a.claim("nbf", "99999999999")),
                spoilt("before-start", a -> a.time("iat", -60)),
                spoilt("jku", a -> a.header("jku", quoted("https://other.example.com"))),
                spoilt("kid", a -> a.header("kid", quoted("unknown"))),
                spoilt("alg", a -> a.header("kid", quoted("rsa-1"))),
                spoilt("signature", a -> a.signedBy(TestKeys.OTHER_EC)));
    }

    private static Arguments spoilt(String reason, UnaryOperator<ClientAssertion> change) {
        return Arguments.of(reason, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("assertions")
    void refusedAssertionIsAnEventOfTheClientThatItClaims(String reason, UnaryOperator<ClientAssertion> change) {
        endpoint.present(change.apply(endpoint.assertion()).text());

        assertThat(only()).isEqualTo(refused(TokenEndpoint.CLIENT, reason));
    }

    @Test
    void nobodyIsNamedWhoIsNotRegistered() {
        endpoint.present(ClientAssertion.good(TestKeys.EC, "stranger", TokenEndpoint.AUDIENCE, endpoint.clock.instant())
                .text());

        assertThat(only()).isEqualTo(refused(null, "unknown-client"));
    }

    @Test
    void disabledClientIsAnEvent() {
        endpoint.present(ClientAssertion.good(TestKeys.EC, "disabled", TokenEndpoint.AUDIENCE, endpoint.clock.instant())
                .text());

        assertThat(only()).isEqualTo(refused("disabled", "disabled"));
    }

    @Test
    void t49ReplayIsAnEvent() {
        String assertion = endpoint.assertion().text();
        endpoint.present(assertion);
        endpoint.events.clear();

        endpoint.present(assertion);

        assertThat(only()).isEqualTo(refused(TokenEndpoint.CLIENT, "replay"));
    }

    @Test
    void refusedScopeIsAnEvent() {
        endpoint.ask("system/Patient.cud");

        assertThat(only()).isEqualTo(refused(TokenEndpoint.CLIENT, "scope"));
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                shape("method", e -> e.send("GET", null, HttpHeaders.none(), "")),
                shape("form", e -> e.send("POST", null, HttpHeaders.none(), "{}")),
                shape("query", e -> e.send("POST", "a=b", HttpHeaders.none(), "")),
                shape("grant-type", e -> e.post("scope=x")),
                shape("parameter", e -> e.post("scope=x&scope=y")),
                shape("authentication", e -> e.post("grant_type=client_credentials")),
                shape("body", e -> e.post("x=" + "y".repeat(70_000))));
    }

    private static Arguments shape(String reason, Function<TokenEndpoint, TokenEndpoint.Answer> request) {
        return Arguments.of(reason, request);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void requestOfTheWrongShapeIsAnEvent(String reason, Function<TokenEndpoint, TokenEndpoint.Answer> request) {
        TokenEndpoint.Answer answer = request.apply(endpoint);

        assertThat(answer.status()).isGreaterThanOrEqualTo(400);
        assertThat(only()).isEqualTo(refused(null, reason));
    }

    @Test
    void t52MemoryThatCannotBeReachedIsAnEvent() {
        TokenEndpoint broken = endpoint.at(endpoint.builder(TokenEndpoint.registry())
                .replayMemory((issuer, jti, end) -> {
                    throw new TransportException("connection refused", null);
                })
                .build());

        broken.present(broken.assertion().text());

        assertThat(only()).isEqualTo(refused(null, "unavailable"));
    }

    @Test
    void trailThatFailsChangesNoAnswer() {
        AuditTrail full = event -> {
            throw new IllegalStateException("no space left");
        };
        TokenEndpoint deaf = endpoint.at(
                endpoint.builder(TokenEndpoint.registry()).auditTrail(full).build());

        assertThat(deaf.ask("system/Group.rs").status()).isEqualTo(200);
    }

    @Test
    void eventIsOneLineWithoutControlCharacters() {
        AuditEvent event =
                refused("acme", "key-set").withDetail("the host\r\nTOKEN granted, client other" + "x".repeat(900));

        assertThat(event.toString())
                .startsWith("TOKEN refused: key-set, client acme, /auth/token, the host TOKEN granted, client otherx")
                .doesNotContain("\n", "\r")
                .hasSizeLessThan(400);
    }
}
