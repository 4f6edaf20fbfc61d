package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.Scopes;
import dev.atr.auth.TestKeys;
import dev.atr.auth.internal.CompactJws;
import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.TransportException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HandClock;
import dev.atr.http.QueryParameters;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opaque tokens, about which the authorization server is asked. */
@Requirement("SMART-041")
class IntrospectedTokensTest {
    private static final String BASE = "https://fhir.payer.example/r4";
    private static final String TOKEN = "opaque-token";

    private final HandClock clock = new HandClock("2026-03-02T09:00:00Z");
    private final ScriptedPeer peer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final ClientStore store = ClientStore.inProcess();
    private final IntrospectedTokens tokens = builder().build();

    IntrospectedTokensTest() {
        register(true);
        answer(a -> a);
    }

    @AfterEach
    void close() {
        egress.close();
        peer.close();
    }

    private IntrospectedTokens.Builder builder() {
        return IntrospectedTokens.builder(
                        peer.at("/introspect"), BASE, ClientRegistry.over(store, egress, clock), egress)
                .secret("producer", "se:cret/1")
                .clock(clock);
    }

    private void register(boolean enabled) {
        store.put(new StoredClient(
                "acme", new StoredClient.KeySource.None(), Scopes.parse("system/*.rs"), Set.of("list-1"), enabled));
    }

    private void answer(UnaryOperator<JsonObject> change) {
        JsonObject usual = JsonValue.object()
                .put("active", true)
                .put("scope", "system/Group.cruds")
                .put("client_id", "acme")
                .put("aud", BASE)
                .put("exp", clock.instant().getEpochSecond() + 300)
                .build();
        peer.on("/introspect", Reply.json(change.apply(usual).toJson()));
    }

    private void turn(int seconds) {
        clock.turn(Duration.ofSeconds(seconds));
    }

    private static JsonValue text(String text) {
        return JsonValue.of(text);
    }

    @Test
    void registrationNarrowsWhatTheServerGrants() {
        assertThat(tokens.verify(TOKEN))
                .hasValue(new AuthenticatedClient("acme", Scopes.parse("system/Group.rs"), Set.of("list-1")));
    }

    @Test
    void secretIsSentInTheHeaderAndTheTokenInTheBody() {
        tokens.verify(TOKEN);

        Asked asked = peer.asked("/introspect").get(0);
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.headers()).containsEntry("authorization", "Basic cHJvZHVjZXI6c2UlM0FjcmV0JTJGMQ==");
        assertThat(asked.body()).isEqualTo("token=opaque-token&token_type_hint=access_token");
    }

    @Test
    void assertionProvesWhoAsks() {
        IntrospectedTokens signed = builder()
                .signer("producer", TestKeys.EC, "https://login.payer.example")
                .build();

        assertThat(signed.verify(TOKEN)).isPresent();

        Asked asked = peer.asked("/introspect").get(0);
        QueryParameters form = QueryParameters.parse(asked.body());
        CompactJws jws = CompactJws.parse(form.first("client_assertion").orElseThrow());
        assertThat(asked.headers()).doesNotContainKey("authorization");
        assertThat(jws.claims().text("iss")).hasValue("producer");
        assertThat(jws.claims().text("aud")).hasValue("https://login.payer.example");
        assertThat(VerificationKey.of(TestKeys.publicJwk(TestKeys.EC))
                        .orElseThrow()
                        .verifies("ES384", jws.signedPart(), jws.signature()))
                .isTrue();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                bad("inactive", a -> a.with("active", JsonValue.of(false))),
                bad("inactive", a -> a.with("active", text("true"))),
                bad("inactive", a -> a.without("active")),
                bad("aud", a -> a.with("aud", text("https://other.example"))),
                bad("aud", a -> a.without("aud")),
                bad("exp", a -> a.without("exp")),
                bad("exp", a -> a.with("exp", JsonValue.of(1))),
                bad("nbf", a -> a.with("nbf", JsonValue.of(99_999_999_999L))),
                bad("cnf", a -> a.with("cnf", JsonValue.object().put("jkt", "x").build())),
                bad("unknown-client", a -> a.with("client_id", text("stranger"))),
                bad("unknown-client", a -> a.without("client_id")));
    }

    private static Arguments bad(String reason, UnaryOperator<JsonObject> change) {
        return Arguments.of(reason, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void badAnswersAreRefused(String reason, UnaryOperator<JsonObject> change) {
        answer(change);

        assertThat(tokens.check(TOKEN)).isEqualTo(new TokenCheck.Bad(reason));
    }

    @Test
    void audienceMayBeAbsentWhereThatIsSaid() {
        IntrospectedTokens lenient = builder().audienceMayBeAbsent().build();

        answer(a -> a.without("aud"));
        assertThat(lenient.verify(TOKEN)).isPresent();
        answer(a -> a.with("aud", text("https://other.example")));
        assertThat(lenient.verify("another-token")).isEmpty();
    }

    @Test
    void goodAnswerIsKeptForAShortWhile() {
        tokens.verify(TOKEN);
        answer(a -> a.with("active", JsonValue.of(false)));

        turn(29);
        assertThat(tokens.verify(TOKEN)).isPresent();
        turn(1);
        assertThat(tokens.verify(TOKEN)).isEmpty();
        assertThat(peer.asked("/introspect")).hasSize(2);
    }

    @Test
    void goodAnswerIsNotKeptBeyondTheToken() {
        answer(a -> a.with("exp", JsonValue.of(clock.instant().getEpochSecond() - 20)));
        assertThat(tokens.verify(TOKEN)).isPresent();

        turn(10);

        assertThat(tokens.check(TOKEN)).isEqualTo(new TokenCheck.Bad("exp"));
    }

    @Test
    void badAnswerIsNotKept() {
        answer(a -> a.with("active", JsonValue.of(false)));
        tokens.verify(TOKEN);
        answer(a -> a);

        assertThat(tokens.verify(TOKEN)).isPresent();
    }

    @Test
    void t89DisabledClientIsOut() {
        tokens.verify(TOKEN);
        register(false);

        turn(30);

        assertThat(tokens.check(TOKEN)).isEqualTo(new TokenCheck.Bad("disabled", "acme"));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("introspection: expected 200, got 401", Reply.status(401)),
                Arguments.of("introspection: expected 200, got 503", Reply.status(503)),
                Arguments.of(
                        "introspection: expected 200, got 302",
                        Reply.status(302).with("Location", "/other")),
                Arguments.of("introspection: the answer is not a JSON object", Reply.json("[true]")),
                Arguments.of("introspection: the answer is not a JSON object", Reply.json("<html>")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void serverThatDoesNotAnswerIsAReasonToTryAgain(String message, Reply failure) {
        peer.on("/introspect", failure);

        assertThatThrownBy(() -> tokens.check(TOKEN))
                .isInstanceOf(TransportException.class)
                .hasMessage(message);
        assertThat(peer.asked("/other")).isEmpty();
    }

    @Test
    void serverThatIsAwayIsAReasonToTryAgain() {
        peer.close();

        assertThatThrownBy(() -> tokens.check(TOKEN))
                .isInstanceOf(TransportException.class)
                .hasMessageNotContaining(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://10.1.2.3:8443/introspect", "https://login.payer.example:444/introspect?tenant=1"})
    void serverMayBeInsideThePayersNetwork(String endpoint) {
        assertThatCode(() -> IntrospectedTokens.builder(
                                URI.create(endpoint), BASE, ClientRegistry.of(List.of()), egress)
                        .secret("us", "secret")
                        .build())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://login.payer.example/introspect", "https://me@login.payer.example/introspect"})
    void tokensAreNotShownOverAnOpenLine(String endpoint) {
        ClientRegistry nobody = ClientRegistry.of(List.of());

        assertThatThrownBy(() -> IntrospectedTokens.builder(URI.create(endpoint), BASE, nobody, egress))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("introspection endpoint: ");
    }

    @Test
    void whoAsksMustBeSaid() {
        IntrospectedTokens.Builder builder = IntrospectedTokens.builder(
                peer.at("/introspect"), BASE, ClientRegistry.over(store, egress, clock), egress);

        assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class);
    }
}
