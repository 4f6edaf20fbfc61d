package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.internal.CompactJws;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Abuse cases T88, T89, B01, B03, B04: the token that we issue. */
class AccessTokensTest {
    private final Map<String, ClientRegistration> clients = new ConcurrentHashMap<>();
    private final AtomicInteger lookUps = new AtomicInteger();
    private final TokenEndpoint endpoint = new TokenEndpoint(clientId -> {
        lookUps.incrementAndGet();
        return Optional.ofNullable(clients.get(clientId));
    });

    AccessTokensTest() {
        register("system/*.read", true);
    }

    private void register(String scopes, boolean enabled) {
        clients.put(
                TokenEndpoint.CLIENT,
                new ClientRegistration(
                        TokenEndpoint.CLIENT,
                        ClientKeys.ofJwks(TestKeys.EC.publicJwks()),
                        Scopes.parse(scopes),
                        Set.of("list-1"),
                        enabled));
    }

    @Test
    @Requirement("SMART-035")
    void tellsWhoIsBehindAToken() {
        String token = endpoint.ask("system/Group.rs").token();

        assertThat(endpoint.server.accessTokens().verify(token))
                .hasValue(new AuthenticatedClient(
                        TokenEndpoint.CLIENT, Scopes.parse("system/Group.rs"), Set.of("list-1")));
    }

    @Test
    @Requirement({"SMART-028", "SMART-029"})
    void t88TokenIsSignedShortLivedAndForUsAlone() {
        String token = endpoint.ask("system/Group.rs").token();

        CompactJws jws = CompactJws.parse(token);

        assertThat(jws.header().text("typ")).hasValue("at+jwt");
        assertThat(jws.header().text("alg")).hasValue("RS384");
        assertThat(jws.claims().text("aud")).hasValue(TokenEndpoint.BASE.toString());
        assertThat(jws.claims().text("client_id")).hasValue(TokenEndpoint.CLIENT);
        assertThat(jws.claims().text("jti")).isPresent();
        assertThat(number(jws, "exp") - number(jws, "iat")).isEqualTo(300);
    }

    @Test
    @Requirement("SMART-035")
    void b03TokenEndsWithItsLifeAndTheSkew() {
        String token = endpoint.ask("system/Group.rs").token();

        endpoint.clock.turn(Duration.ofSeconds(329));
        assertThat(endpoint.server.accessTokens().verify(token)).isPresent();
        endpoint.clock.turn(Duration.ofSeconds(1));
        assertThat(endpoint.server.accessTokens().verify(token)).isEmpty();
    }

    @Test
    void t89DisabledClientIsOutWithinAMinute() {
        String token = endpoint.ask("system/Group.rs").token();
        assertThat(endpoint.server.accessTokens().verify(token)).isPresent();
        register("system/*.read", false);

        endpoint.clock.turn(Duration.ofSeconds(60));

        assertThat(endpoint.server.accessTokens().verify(token)).isEmpty();
    }

    @Test
    void t89RemovedClientIsOutWithinAMinute() {
        String token = endpoint.ask("system/Group.rs").token();
        clients.clear();

        assertThat(endpoint.server.accessTokens().verify(token)).isEmpty();
    }

    @Test
    void b07NarrowedRegistrationNarrowsLivingTokens() {
        String token = endpoint.ask("system/*.read").token();
        register("system/Group.rs", true);

        assertThat(endpoint.server.accessTokens().verify(token).orElseThrow().scopes())
                .isEqualTo(Scopes.parse("system/Group.rs"));
    }

    @Test
    void verifiedTokenIsRememberedForAMinute() {
        String token = endpoint.ask("system/Group.rs").token();
        int before = lookUps.get();

        for (int i = 0; i < 60; i++) {
            endpoint.server.accessTokens().verify(token);
            endpoint.clock.turn(Duration.ofSeconds(1));
        }

        assertThat(lookUps.get() - before).isEqualTo(1);
    }

    @Test
    void otherNodeWithTheSameKeysKnowsTheToken() {
        AuthorizationServer other = endpoint.builder(clientId -> Optional.ofNullable(clients.get(clientId)))
                .build();

        assertThat(other.accessTokens().verify(endpoint.ask("system/Group.rs").token()))
                .isPresent();
    }

    @Test
    void nodeWithOtherKeysDoesNotKnowTheToken() {
        AuthorizationServer other = endpoint.builder(clientId -> Optional.ofNullable(clients.get(clientId)))
                .signingKeys(SigningKeys.ephemeral())
                .build();

        assertThat(other.accessTokens().verify(endpoint.ask("system/Group.rs").token()))
                .isEmpty();
    }

    @ParameterizedTest(name = "B01 [{0}]")
    @ValueSource(strings = {"", " ", ".", "..", "...", "null", "a.b.c", "e30.e30.", "e30.e30.e30"})
    void textThatIsNoTokenIsNobody(String text) {
        assertThat(endpoint.server.accessTokens().verify(text)).isEmpty();
    }

    @Test
    void b01TokenOf64KilobytesIsNobody() {
        assertThat(endpoint.server.accessTokens().verify("x".repeat(64 << 10))).isEmpty();
    }

    @Test
    void b04ClientAssertionIsNoToken() {
        assertThat(endpoint.server.accessTokens().verify(endpoint.assertion().text()))
                .isEmpty();
    }

    static Stream<Arguments> forged() {
        return Stream.of(
                forged("B04 typ JWT", h -> h.with("typ", text("JWT")), c -> c),
                forged("B04 typ missing", h -> h.without("typ"), c -> c),
                forged("B04 other issuer", h -> h, c -> c.with("iss", text("https://other.example.com"))),
                forged("B04 other audience", h -> h, c -> c.with("aud", text("https://other.example.com"))),
                forged("B04 alg none", h -> h.with("alg", text("none")), c -> c),
                forged("alg that does not fit the key", h -> h.with("alg", text("RS256")), c -> c),
                forged("crit", h -> h.with("crit", JsonValue.array(text("x"))), c -> c),
                forged("unknown kid", h -> h.with("kid", text("x")), c -> c),
                forged("no exp", h -> h, c -> c.without("exp")),
                forged("no client_id", h -> h, c -> c.without("client_id")),
                forged("unknown client", h -> h, c -> c.with("client_id", text("nobody"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forged")
    @Requirement("SMART-035")
    void tokenOfAnotherKindIsNobodyEvenWithOurSignature(
            String name, UnaryOperator<JsonObject> header, UnaryOperator<JsonObject> claims) {
        CompactJws good = CompactJws.parse(endpoint.ask("system/Group.rs").token());

        String token =
                CompactJws.sign(TokenEndpoint.KEYS.current(), header.apply(good.header()), claims.apply(good.claims()));

        assertThat(endpoint.server.accessTokens().verify(token)).isEmpty();
    }

    @Test
    void tokenWithAForeignSignatureIsNobody() {
        CompactJws good = CompactJws.parse(endpoint.ask("system/Group.rs").token());

        String token = CompactJws.sign(TestKeys.OTHER_RSA, good.header(), good.claims());

        assertThat(endpoint.server.accessTokens().verify(token)).isEmpty();
    }

    @Test
    void keysMayChangeWhileTokensLive() {
        SigningKey old = TestKeys.named(TestKeys.RSA, "old");
        SigningKey next = TestKeys.named(TestKeys.OTHER_RSA, "next");
        TurningKeys keys = new TurningKeys(old);
        AuthorizationServer server = endpoint.builder(clientId -> Optional.ofNullable(clients.get(clientId)))
                .signingKeys(keys)
                .build();
        String first = endpoint.at(server).ask("system/Group.rs").token();
        keys.current = next;
        keys.known = List.of(old, next);
        String second = endpoint.at(server).ask("system/Group.rs").token();

        assertThat(server.accessTokens().verify(first)).isPresent();
        assertThat(server.accessTokens().verify(second)).isPresent();
    }

    private static final class TurningKeys implements SigningKeys {
        private SigningKey current;
        private List<SigningKey> known;

        TurningKeys(SigningKey first) {
            this.current = first;
            this.known = List.of(first);
        }

        @Override
        public SigningKey current() {
            return current;
        }

        @Override
        public String publicJwks() {
            return SigningKey.publicJwks(known);
        }
    }

    private static Arguments forged(String name, UnaryOperator<JsonObject> header, UnaryOperator<JsonObject> claims) {
        return Arguments.of(name, header, claims);
    }

    private static JsonValue text(String text) {
        return JsonValue.of(text);
    }

    private static long number(CompactJws jws, String claim) {
        return jws.claims().find(claim).flatMap(JsonValue::number).orElseThrow();
    }
}
