package dev.atr.auth.server;

import static dev.atr.auth.ClientAssertion.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.core.error.TransportException;
import dev.atr.http.HandClock;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Abuse cases T25, T28, T63 to T70: key sets fetched from an address. */
class FetchedKeysTest {
    private static final String PATH = "/jwks.json";

    private final ScriptedPeer peer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final ConcurrentHashMap<String, ClientRegistration> clients = new ConcurrentHashMap<>();
    private final TokenEndpoint endpoint = new TokenEndpoint(clientId -> Optional.ofNullable(clients.get(clientId)));

    @BeforeEach
    void register() {
        clients.put(TokenEndpoint.CLIENT, registered(ClientKeys.ofUrl(peer.at(PATH), egress, endpoint.clock)));
        peer.on(PATH, Reply.json(TestKeys.RSA.publicJwks()));
    }

    @AfterEach
    void close() {
        egress.close();
        peer.close();
    }

    private static ClientRegistration registered(ClientKeys keys) {
        return new ClientRegistration(TokenEndpoint.CLIENT, keys, Scopes.READ_ALL, null, true);
    }

    private boolean accepted(SigningKey key) {
        return endpoint.present(endpoint.assertion(key).text()).status() == 200;
    }

    private void turn(int seconds) {
        endpoint.clock.turn(Duration.ofSeconds(seconds));
    }

    private long fetches() {
        return peer.asked(PATH).size();
    }

    @Test
    @Requirement({"SMART-010", "SMART-024", "ATR-SEC-003"})
    void keySetIsFetchedOnceAndKept() {
        assertThat(accepted(TestKeys.RSA)).isTrue();
        turn(299);
        assertThat(accepted(TestKeys.RSA)).isTrue();

        assertThat(fetches()).isEqualTo(1);
    }

    @ParameterizedTest(name = "T66 {0} for {1} s")
    @MethodSource("lives")
    @Requirement("SMART-023")
    void keySetIsFetchedAgainWhenItsLifeEnds(String cacheControl, int seconds) {
        peer.on(PATH, Reply.json(TestKeys.RSA.publicJwks()).with("Cache-Control", cacheControl));
        accepted(TestKeys.RSA);

        turn(seconds - 1);
        accepted(TestKeys.RSA);
        long before = fetches();
        turn(1);
        accepted(TestKeys.RSA);

        assertThat(before).isEqualTo(1);
        assertThat(fetches()).isEqualTo(2);
    }

    static Stream<Arguments> lives() {
        return Stream.of(
                Arguments.of("public, max-age=600", 600),
                Arguments.of("max-age=2", 2),
                Arguments.of("max-age=315360000", 86_400),
                Arguments.of("max-age=99999999999999999999", 86_400),
                Arguments.of("max-age=soon", 300),
                Arguments.of("public", 300),
                Arguments.of("no-store", 30),
                Arguments.of("max-age=0", 30),
                Arguments.of("no-cache, max-age=600", 30));
    }

    @Test
    @Requirement("SMART-023")
    void t67RemovedKeyIsRefusedWithinMaxAge() {
        peer.on(PATH, Reply.json(TestKeys.RSA.publicJwks()).with("Cache-Control", "max-age=1"));
        assertThat(accepted(TestKeys.RSA)).isTrue();
        peer.on(PATH, Reply.json(TestKeys.EC.publicJwks()).with("Cache-Control", "max-age=1"));

        turn(2);

        assertThat(accepted(TestKeys.RSA)).isFalse();
        assertThat(accepted(TestKeys.EC)).isTrue();
    }

    @Test
    @Requirement("SMART-023")
    void keySetDoesNotOutliveItsLifeByAClockThatIsSetBack() {
        ClientKeys keys = ClientKeys.ofUrl(peer.at(PATH), egress, endpoint.clock);
        assertThat(keys.find("rsa-1", "RS384").key()).isPresent();
        peer.on(PATH, Reply.json(TestKeys.EC.publicJwks()));

        turn(-1_800);

        assertThat(keys.find("rsa-1", "RS384").key()).isEmpty();
        assertThat(keys.find("ec-1", "ES384").key()).isPresent();
    }

    @Test
    void pauseAfterAFailureEndsWhenTheClockIsSetBack() {
        ClientKeys keys = ClientKeys.ofUrl(peer.at(PATH), egress, endpoint.clock);
        peer.on(PATH, Reply.status(503));
        assertThat(keys.find("rsa-1", "RS384").key()).isEmpty();
        peer.on(PATH, Reply.json(TestKeys.RSA.publicJwks()));

        turn(-1_800);

        assertThat(keys.find("rsa-1", "RS384").key()).isPresent();
    }

    @Test
    void pauseAfterAnUnknownKeyEndsWhenTheClockIsSetBack() {
        ClientKeys keys = ClientKeys.ofUrl(peer.at(PATH), egress, endpoint.clock);
        keys.find("rsa-1", "RS384");
        keys.find("ec-1", "ES384");
        turn(-1_800);
        keys.find("rsa-1", "RS384");
        peer.on(PATH, Reply.json(TestKeys.EC.publicJwks()));

        assertThat(keys.find("ec-1", "ES384").key()).isPresent();
    }

    @Test
    @Requirement("SMART-022")
    void keysOfTwoKindsMayShareAnId() {
        SigningKey rsa = TestKeys.named(TestKeys.RSA, "2026");
        SigningKey ec = TestKeys.named(TestKeys.EC, "2026");
        peer.on(PATH, Reply.json(SigningKey.publicJwks(List.of(rsa, ec))));

        assertThat(accepted(rsa)).isTrue();
        assertThat(accepted(ec)).isTrue();
        assertThat(fetches()).isEqualTo(1);
    }

    @Test
    @Requirement("SMART-022")
    void t67NewKeyIsFoundAtOnce() {
        accepted(TestKeys.RSA);
        peer.on(PATH, Reply.json(SigningKey.publicJwks(List.of(TestKeys.RSA, TestKeys.EC))));

        turn(1);

        assertThat(accepted(TestKeys.EC)).isTrue();
        assertThat(fetches()).isEqualTo(2);
    }

    @Test
    void t25ThousandUnknownKeysInAMinuteCauseTwoFetchesMore() {
        accepted(TestKeys.RSA);

        for (int i = 0; i < 1_000; i++) {
            String assertion = endpoint.assertion(TestKeys.RSA)
                    .header("kid", quoted("unknown-" + i))
                    .text();
            assertThat(endpoint.present(assertion).error()).isEqualTo("invalid_client");
            endpoint.clock.turn(Duration.ofMillis(59));
        }

        assertThat(fetches()).isEqualTo(3);
    }

    static Stream<Arguments> failures() {
        String good = TestKeys.RSA.publicJwks();
        return Stream.of(
                failure("T63 redirect", Reply.status(302).with("Location", "/other.json")),
                failure("T64 more than 256 kB", Reply.json(good + " ".repeat(300_000))),
                failure(
                        "T65 HTML",
                        Reply.status(200).with("Content-Type", "text/html").body("<html>")),
                failure("T65 not JSON", Reply.json("keys")),
                failure("T65 keys null", Reply.json("{\"keys\":null}")),
                failure("T65 BOM", Reply.json("\ufeff" + good)),
                failure(
                        "T65 wrong content type",
                        Reply.status(200).with("Content-Type", "text/plain").body(good)),
                failure("T65 no content type", Reply.status(200).body(good)),
                failure("404", Reply.status(404)),
                failure("500", Reply.status(500)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void failedFetchIsRefusedAndNotRepeatedFor30Seconds(String name, Reply failure) {
        peer.on("/other.json", Reply.json(TestKeys.RSA.publicJwks()));
        peer.on(PATH, failure);

        assertThat(accepted(TestKeys.RSA)).isFalse();
        turn(29);
        assertThat(accepted(TestKeys.RSA)).isFalse();
        assertThat(fetches()).isEqualTo(1);
        assertThat(peer.asked("/other.json")).isEmpty();
        peer.on(PATH, Reply.json(TestKeys.RSA.publicJwks()));
        turn(1);
        assertThat(accepted(TestKeys.RSA)).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void oldSetServesUntilItsOwnEnd(String name, Reply failure) {
        accepted(TestKeys.RSA);
        peer.on(PATH, failure);

        turn(200);
        assertThat(accepted(TestKeys.EC)).isFalse();
        turn(99);
        assertThat(accepted(TestKeys.RSA)).isTrue();
        turn(1);
        assertThat(accepted(TestKeys.RSA)).isFalse();
    }

    @Test
    void t68PeerThatIsDownIsRefused() {
        peer.close();

        assertThat(accepted(TestKeys.RSA)).isFalse();
    }

    @Test
    void t68ManyRequestsAtOnceCauseOneFetch() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(threads.submit(() -> accepted(TestKeys.RSA)));
            }

            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
            assertThat(fetches()).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void t68HostThatHangsIsAskedOnceForAllThatWaitAndThenNotFor30Seconds() throws Exception {
        HangingHost host = new HangingHost(endpoint.clock);
        clients.put(TokenEndpoint.CLIENT, registered(ClientKeys.ofUrl(peer.at(PATH), host, endpoint.clock)));
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(threads.submit(() -> accepted(TestKeys.RSA)));
            }
            host.giveUp.countDown();

            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isFalse();
            }
            turn(29);
            assertThat(accepted(TestKeys.RSA)).isFalse();
            assertThat(host.asked).hasValue(1);
            turn(1);
            assertThat(accepted(TestKeys.RSA)).isFalse();
            assertThat(host.asked).hasValue(2);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void t68UnknownKeysOfAHostThatIsDownCauseOneFetch() {
        accepted(TestKeys.RSA);
        peer.on(PATH, Reply.status(503));
        turn(100);

        for (int i = 0; i < 10; i++) {
            assertThat(accepted(TestKeys.EC)).isFalse();
            assertThat(accepted(TestKeys.RSA)).isTrue();
        }

        assertThat(fetches()).isEqualTo(2);
    }

    /** Lets those who ask wait until it gives up, after the most that one of them may wait. */
    private static final class HangingHost implements Egress {
        final CountDownLatch giveUp = new CountDownLatch(1);
        final AtomicInteger asked = new AtomicInteger();
        private final HandClock clock;

        HangingHost(HandClock clock) {
            this.clock = clock;
        }

        @Override
        public HttpReply send(HttpCall call) throws InterruptedException {
            asked.incrementAndGet();
            assertThat(call.limits().totalTimeout()).isEqualTo(Duration.ofSeconds(5));
            giveUp.await();
            clock.turn(call.limits().totalTimeout());
            throw new TransportException("it hangs", null);
        }
    }

    @Test
    @Requirement("SMART-022")
    void jkuThatIsTheRegisteredAddressIsAccepted() {
        String assertion = endpoint.assertion(TestKeys.RSA)
                .header("jku", quoted(peer.at(PATH).toString()))
                .text();

        assertThat(endpoint.present(assertion).status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "T28 jku {0}")
    @ValueSource(strings = {"/other.json", "/jwks.json?x=1", "/jwks.json/", "/JWKS.json"})
    @Requirement("SMART-022")
    void otherJkuIsRefusedAndNeverFetched(String path) {
        peer.on("/other.json", Reply.json(TestKeys.RSA.publicJwks()));
        String assertion = endpoint.assertion(TestKeys.RSA)
                .header("jku", quoted(peer.at(path).toString()))
                .text();

        assertThat(endpoint.present(assertion).error()).isEqualTo("invalid_client");
        assertThat(peer.asked("/other.json")).isEmpty();
    }

    @ParameterizedTest(name = "T28 jku {0}")
    @ValueSource(strings = {"http://LOCALHOST%s", "http://u@127.0.0.1%s", "http://127.0.0.1.%s", "https://127.0.0.1%s"})
    void jkuIsComparedToTheLetter(String pattern) {
        String rest = peer.at(PATH).toString().substring("http://127.0.0.1".length());
        String assertion = endpoint.assertion(TestKeys.RSA)
                .header("jku", quoted(pattern.formatted(rest)))
                .text();

        assertThat(endpoint.present(assertion).error()).isEqualTo("invalid_client");
    }

    @Test
    void t70ClientsThatShareAnAddressStayApart() {
        clients.put(
                "twin",
                new ClientRegistration(
                        "twin",
                        ClientKeys.ofUrl(peer.at(PATH), egress, endpoint.clock),
                        Scopes.parse("system/Location.rs"),
                        null,
                        true));
        String twins = ClientAssertion.good(TestKeys.RSA, "twin", TokenEndpoint.AUDIENCE, endpoint.clock.instant())
                .text();

        assertThat(endpoint.present(twins).error()).isEqualTo("invalid_scope");
        assertThat(accepted(TestKeys.RSA)).isTrue();
    }

    private static Arguments failure(String name, Reply reply) {
        return Arguments.of(name, reply);
    }
}
