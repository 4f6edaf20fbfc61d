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
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
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
    @ValueSource(ints = {401, 429, 502, 503, 504})
    void serverThatIsAwayIsLeftAloneForAWhile(int status) {
        peer.on("/introspect", Reply.status(status));
        assertThatThrownBy(() -> tokens.check(TOKEN)).isInstanceOf(TransportException.class);
        answer(a -> a);

        turn(2);

        assertThatThrownBy(() -> tokens.check("another-token"))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        e -> assertThat(e.retryAfter()).hasValue(Duration.ofSeconds(3)));
        assertThat(peer.asked("/introspect")).hasSize(1);
        turn(3);
        assertThat(tokens.verify("another-token")).isPresent();
        assertThat(tokens.verify(TOKEN)).isPresent();
    }

    @ParameterizedTest(name = "Retry-After: {0}")
    @CsvSource({"1, 5", "20, 20", "86400, 60"})
    void serverIsLeftAloneAsLongAsItAsks(String retryAfter, int seconds) {
        peer.on("/introspect", Reply.status(503).with("Retry-After", retryAfter));
        assertThatThrownBy(() -> tokens.check(TOKEN))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        e -> assertThat(e.retryAfter()).hasValue(Duration.ofSeconds(seconds)));
        answer(a -> a);

        turn(seconds - 1);
        assertThatThrownBy(() -> tokens.check(TOKEN)).isInstanceOf(TransportException.class);
        turn(1);
        assertThat(tokens.verify(TOKEN)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 500})
    void nobodyStopsOthersByATokenThatTheServerStumblesOver(int status) {
        peer.on("/introspect", Reply.status(status));
        assertThatThrownBy(() -> tokens.check("made-up")).isInstanceOf(TransportException.class);
        answer(a -> a);

        assertThat(tokens.verify(TOKEN)).isPresent();
    }

    @Test
    void pauseEndsWhenTheClockIsSetBack() {
        peer.on("/introspect", Reply.status(503));
        assertThatThrownBy(() -> tokens.check(TOKEN)).isInstanceOf(TransportException.class);
        answer(a -> a);

        clock.turn(Duration.ofHours(-1));

        assertThat(tokens.verify(TOKEN)).isPresent();
    }

    @Test
    @Timeout(60)
    void manyRequestsWithOneTokenCauseOneCall() throws Exception {
        SlowServer slow = new SlowServer();
        IntrospectedTokens check = over(slow);
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(threads.submit(() -> check.verify(TOKEN).isPresent()));
            }
            slow.goOn.countDown();

            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
            assertThat(slow.asked).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void tokensDoNotWaitForEachOther() throws Exception {
        SlowServer slow = new SlowServer();
        IntrospectedTokens check = over(slow);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<Boolean> one = threads.submit(() -> check.verify("one").isPresent());
            Future<Boolean> other = threads.submit(() -> check.verify("other").isPresent());

            slow.entered.acquire(2);

            slow.goOn.countDown();
            assertThat(one.get()).isTrue();
            assertThat(other.get()).isTrue();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void oneCallFindsOutWhetherAServerThatHungIsBack() throws Exception {
        SlowServer slow = new SlowServer();
        IntrospectedTokens check = over(slow);
        slow.hangs = true;
        assertThatThrownBy(() -> check.check(TOKEN)).hasMessage("introspection: it hangs");
        turn(5);
        slow.hangs = false;
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> first = thread.submit(() -> check.verify(TOKEN).isPresent());
            slow.entered.acquire(2);

            assertThatThrownBy(() -> check.check("another-token"))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.retryAfter()).hasValue(Duration.ofSeconds(5)));

            slow.goOn.countDown();
            assertThat(first.get()).isTrue();
            assertThat(check.verify("another-token")).isPresent();
            assertThat(slow.asked).hasValue(3);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void aTokenOnWhichTheServerHangsStopsNobodyWhileOthersAreAnswered() throws Exception {
        Semaphore entered = new Semaphore(0);
        CountDownLatch goOn = new CountDownLatch(1);
        IntrospectedTokens check = over(call -> {
            if (new String(call.body(), StandardCharsets.US_ASCII).contains("token=made-up")) {
                entered.release();
                goOn.await();
                throw new TransportException("it hangs", null);
            }
            return egress.send(call);
        });
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> hanging = thread.submit(() -> check.check("made-up"));
            entered.acquire();
            assertThat(check.verify(TOKEN)).isPresent();

            goOn.countDown();
            assertThatThrownBy(hanging::get).hasRootCauseMessage("introspection: it hangs");

            assertThat(check.verify("another-token")).isPresent();
        } finally {
            thread.shutdownNow();
        }
    }

    private IntrospectedTokens over(Egress way) {
        return IntrospectedTokens.builder(peer.at("/introspect"), BASE, ClientRegistry.over(store, egress, clock), way)
                .secret("producer", "secret")
                .clock(clock)
                .build();
    }

    /** The way to the server, on which each call waits to go on; one to a server that hangs takes all of its time. */
    private final class SlowServer implements Egress {
        final Semaphore entered = new Semaphore(0);
        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicInteger asked = new AtomicInteger();
        volatile boolean hangs;

        @Override
        public HttpReply send(HttpCall call) throws InterruptedException {
            asked.incrementAndGet();
            entered.release();
            if (hangs) {
                clock.turn(call.limits().totalTimeout());
                throw new TransportException("it hangs", null);
            }
            goOn.await();
            return egress.send(call);
        }
    }

    @Test
    void requestsAreAnsweredWhileAServerThatNeverAnswersIsLeftAlone() {
        peer.on("/introspect", ScriptedPeer.NEVER);
        assertThatThrownBy(() -> tokens.check(TOKEN)).isInstanceOf(TransportException.class);

        for (int i = 0; i < 100; i++) {
            String token = "token-" + i;
            assertThatThrownBy(() -> tokens.check(token))
                    .isInstanceOf(TransportException.class)
                    .hasMessageNotContaining(token);
        }

        assertThat(peer.asked("/introspect")).hasSize(1);
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
