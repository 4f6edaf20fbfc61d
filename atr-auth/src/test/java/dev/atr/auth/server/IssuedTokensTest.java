package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.atr.auth.ClientAssertion;
import dev.atr.auth.Scopes;
import dev.atr.auth.TestKeys;
import dev.atr.core.error.TransportException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HandClock;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Abuse cases B03, B04 and T68 where the tokens are another authorization server's. */
@Requirement("SMART-035")
class IssuedTokensTest {
    private static final String ISSUER = "https://login.payer.example";
    private static final String BASE = "https://fhir.payer.example/r4";
    private static final RSAKey RSA = rsa("rsa-1");
    private static final RSAKey NEXT = rsa("rsa-2");
    private static final ECKey EC = ec();

    private final HandClock clock = new HandClock("2026-03-02T09:00:00Z");
    private final ScriptedPeer peer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final ClientStore store = ClientStore.inProcess();
    private final IssuedTokens tokens = builder().build();

    @BeforeEach
    void publish() {
        publish(RSA, EC);
        register(true);
    }

    @AfterEach
    void close() {
        egress.close();
        peer.close();
    }

    private IssuedTokens.Builder builder() {
        return IssuedTokens.builder(ISSUER, peer.at("/jwks"), BASE, ClientRegistry.over(store, egress, clock), egress)
                .clock(clock);
    }

    private void publish(JWK... keys) {
        JsonValue[] published = Stream.of(keys)
                .map(key -> TestKeys.object(key.toPublicJWK().toJSONString()))
                .toArray(JsonValue[]::new);
        peer.on("/jwks", Reply.json(TestKeys.jwks(published)));
    }

    private void register(boolean enabled) {
        store.put(new StoredClient(
                "acme", new StoredClient.KeySource.None(), Scopes.parse("system/*.rs"), Set.of("list-1"), enabled));
    }

    private static RSAKey rsa(String kid) {
        try {
            return new RSAKeyGenerator(2048).keyID(kid).generate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ec() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonObject claims() {
        return JsonValue.object()
                .put("iss", ISSUER)
                .put("sub", "acme")
                .put("aud", BASE)
                .put("client_id", "acme")
                .put("scope", "system/Group.rs openid")
                .put("exp", clock.instant().getEpochSecond() + 300)
                .build();
    }

    private static String signed(JWK key, JWSAlgorithm alg, JsonObject header, JsonObject claims) {
        try {
            JWSSigner signer = key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
            String part = encoded(header) + "." + encoded(claims);
            return part + "." + signer.sign(new JWSHeader(alg), part.getBytes(StandardCharsets.US_ASCII));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(JsonObject json) {
        return ClientAssertion.encode(json.toBytes());
    }

    private static JsonObject header(JWK key, JWSAlgorithm alg) {
        return JsonValue.object()
                .put("typ", "at+jwt")
                .put("alg", alg.getName())
                .put("kid", key.getKeyID())
                .build();
    }

    private String token(JWK key, JWSAlgorithm alg, UnaryOperator<JsonObject> claims) {
        return signed(key, alg, header(key, alg), claims.apply(claims()));
    }

    private String token() {
        return token(RSA, JWSAlgorithm.RS256, c -> c);
    }

    private static JsonValue text(String text) {
        return JsonValue.of(text);
    }

    @Test
    void registrationNarrowsWhatTheIssuerGrants() {
        String wide = token(RSA, JWSAlgorithm.RS256, c -> c.with("scope", text("system/Group.cruds system/Patient.r")));

        assertThat(tokens.verify(wide))
                .hasValue(new AuthenticatedClient(
                        "acme", Scopes.parse("system/Group.rs system/Patient.r"), Set.of("list-1")));
    }

    static Stream<Arguments> good() {
        return Stream.of(
                good("RS384", RSA, JWSAlgorithm.RS384, c -> c),
                good("ES256", EC, JWSAlgorithm.ES256, c -> c),
                good(
                        "aud beside another",
                        RSA,
                        JWSAlgorithm.RS256,
                        c -> c.with("aud", JsonValue.array(text("https://other.example"), text(BASE)))),
                good(
                        "scope as an array",
                        RSA,
                        JWSAlgorithm.RS256,
                        c -> c.with("scope", JsonValue.array(text("system/Group.rs")))));
    }

    private static Arguments good(String name, JWK key, JWSAlgorithm alg, UnaryOperator<JsonObject> claims) {
        return Arguments.of(name, key, alg, claims);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void goodTokensAreTaken(String name, JWK key, JWSAlgorithm alg, UnaryOperator<JsonObject> claims) {
        assertThat(tokens.verify(token(key, alg, claims)).map(AuthenticatedClient::scopes))
                .hasValue(Scopes.parse("system/Group.rs"));
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                bad("iss", c -> c.with("iss", text(ISSUER + "/"))),
                bad("iss", c -> c.without("iss")),
                bad("aud", c -> c.with("aud", text("https://other.example"))),
                bad("aud", c -> c.with("aud", JsonValue.array())),
                bad("aud", c -> c.without("aud")),
                bad("exp", c -> c.without("exp")),
                bad("exp", c -> c.with("exp", text("1"))),
                bad("exp", c -> c.with("exp", JsonValue.of(1))),
                bad("nbf", c -> c.with("nbf", JsonValue.of(99_999_999_999L))),
                bad("cnf", c -> c.with("cnf", JsonValue.object().put("jkt", "x").build())),
                bad("unknown-client", c -> c.with("client_id", text("stranger"))),
                bad("unknown-client", c -> c.without("client_id")));
    }

    private static Arguments bad(String reason, UnaryOperator<JsonObject> change) {
        return Arguments.of(reason, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void badClaimsAreRefused(String reason, UnaryOperator<JsonObject> claims) {
        assertThat(tokens.check(token(RSA, JWSAlgorithm.RS256, claims))).isEqualTo(new TokenCheck.Bad(reason));
    }

    static Stream<Arguments> badHeaders() {
        return Stream.of(
                bad("typ", h -> h.without("typ")),
                bad("typ", h -> h.with("typ", text("JWT"))),
                bad("typ", h -> h.with("crit", JsonValue.array(text("b64")))),
                bad("kid", h -> h.without("kid")),
                bad("kid", h -> h.with("kid", text("other"))),
                bad("alg", h -> h.with("alg", text("none"))),
                bad("alg", h -> h.with("alg", text("HS256"))),
                bad("alg", h -> h.with("alg", text("ES256"))),
                bad("alg", h -> h.with("alg", text("PS256"))),
                bad("signature", h -> h.with("x", text("y")).with("alg", text("RS384"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badHeaders")
    void badHeadersAreRefused(String reason, UnaryOperator<JsonObject> change) {
        JsonObject header = change.apply(header(RSA, JWSAlgorithm.RS256));

        assertThat(tokens.check(signed(RSA, JWSAlgorithm.RS256, header, claims())))
                .isEqualTo(new TokenCheck.Bad(reason));
    }

    @Test
    void b04OthersSignatureIsRefused() {
        RSAKey twin = new RSAKey.Builder(NEXT).keyID("rsa-1").build();

        assertThat(tokens.check(token(twin, JWSAlgorithm.RS256, c -> c))).isEqualTo(new TokenCheck.Bad("signature"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "opaque", "a.b.c", "e30.e30.e30"})
    void textThatIsNoTokenIsRefused(String token) {
        assertThat(tokens.verify(token)).isEmpty();
    }

    @ParameterizedTest(name = "typ {0}")
    @ValueSource(strings = {"JWT", "at+jwt", "application/at+jwt"})
    void lenientTypeIsAChoice(String type) {
        JsonObject header = header(RSA, JWSAlgorithm.RS256).with("typ", text(type));

        assertThat(builder().anyType().build().verify(signed(RSA, JWSAlgorithm.RS256, header, claims())))
                .isPresent();
    }

    @ParameterizedTest(name = "typ {0}")
    @ValueSource(strings = {"logout+jwt", "client-authentication+jwt", "JWE"})
    void otherTypesAreNeverTaken(String type) {
        JsonObject header = header(RSA, JWSAlgorithm.RS256).with("typ", text(type));

        assertThat(builder().anyType().build().verify(signed(RSA, JWSAlgorithm.RS256, header, claims())))
                .isEmpty();
    }

    @Test
    void claimsMayHaveOtherNames() {
        IssuedTokens other = builder().clientIdClaim("azp").scopeClaim("scp").build();
        String token = token(
                RSA,
                JWSAlgorithm.RS256,
                c -> c.without("client_id")
                        .without("scope")
                        .with("azp", text("acme"))
                        .with("scp", JsonValue.array(text("system/Group.rs"), text("system/Patient.rs"))));

        assertThat(other.verify(token).map(AuthenticatedClient::scopes))
                .hasValue(Scopes.parse("system/Group.rs system/Patient.rs"));
    }

    @Test
    void algorithmsCanBeFewer() {
        IssuedTokens strict = builder().algorithms(Set.of("ES256")).build();

        assertThat(strict.verify(token(EC, JWSAlgorithm.ES256, c -> c))).isPresent();
        assertThat(strict.verify(token())).isEmpty();
        assertThatThrownBy(() -> builder().algorithms(Set.of("HS256"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void b03TokenEndsWithItsLifeAndTheSkew() {
        String token = token();

        clock.turn(Duration.ofSeconds(329));
        assertThat(tokens.verify(token)).isPresent();
        clock.turn(Duration.ofSeconds(1));
        assertThat(tokens.verify(token)).isEmpty();
    }

    @Test
    void t89DisabledClientIsOutWithinAMinute() {
        String token = token();
        assertThat(tokens.verify(token)).isPresent();
        register(false);

        clock.turn(Duration.ofSeconds(60));

        assertThat(tokens.check(token)).isEqualTo(new TokenCheck.Bad("disabled", "acme"));
    }

    @Test
    void newKeyOfTheIssuerIsFoundAtOnce() {
        tokens.verify(token());
        publish(RSA, NEXT);

        assertThat(tokens.verify(token(NEXT, JWSAlgorithm.RS256, c -> c))).isPresent();
        assertThat(peer.asked("/jwks")).hasSize(2);
    }

    @Test
    void keySetDoesNotServeByAClockThatIsSetBack() {
        tokens.verify(token());
        peer.on("/jwks", Reply.status(503));

        clock.turn(Duration.ofMinutes(-10));

        assertThatThrownBy(() -> tokens.check(token())).isInstanceOf(TransportException.class);
    }

    @Test
    void unknownKeysDoNotFetchForEachToken() {
        for (int i = 0; i < 50; i++) {
            tokens.verify(token(NEXT, JWSAlgorithm.RS256, c -> c));
        }

        assertThat(peer.asked("/jwks")).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void lastKeySetServesWhileTheIssuerIsAway() {
        tokens.verify(token());
        peer.on("/jwks", Reply.status(503));

        clock.turn(Duration.ofMinutes(64));
        assertThat(tokens.verify(token())).isPresent();
        clock.turn(Duration.ofMinutes(1));

        String late = token();
        assertThatThrownBy(() -> tokens.check(late)).isInstanceOf(TransportException.class);
        publish(RSA);
        clock.turn(Duration.ofSeconds(30));
        assertThat(tokens.verify(late)).isPresent();
    }

    @Test
    void nothingCanBeToldBeforeTheFirstKeySet() {
        peer.on("/jwks", Reply.status(500));
        String token = token();

        assertThatThrownBy(() -> tokens.check(token))
                .isInstanceOf(TransportException.class)
                .hasMessage("the key set of the issuer can't be had");
    }

    @Test
    void manyTokensAtOnceCauseOneFetch() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String token = token(RSA, JWSAlgorithm.RS256, c -> c);
                answers.add(threads.submit(() -> tokens.verify(token).isPresent()));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(peer.asked("/jwks")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://10.1.2.3:8443/jwks", "https://login.payer.example:444/jwks", "https://[fd00::1]/jwks"})
    void issuerMayBeInsideThePayersNetwork(String jwksUrl) {
        assertThatCode(() -> IssuedTokens.builder(
                                ISSUER, URI.create(jwksUrl), BASE, ClientRegistry.of(List.of()), egress)
                        .build())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://login.payer.example/jwks", "https://me@login.payer.example/jwks", "/jwks"})
    void issuerIsNotBelievedOverAnOpenLine(String jwksUrl) {
        ClientRegistry nobody = ClientRegistry.of(List.of());

        assertThatThrownBy(() -> IssuedTokens.builder(ISSUER, URI.create(jwksUrl), BASE, nobody, egress))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("key set address: ");
    }

    @Test
    void ourOwnTokenIsNobodysHere() {
        assertThat(tokens.verify(new TokenEndpoint().ask("system/Group.rs").token()))
                .isEmpty();
    }
}
