package dev.atr.examples.abuse;

import static dev.atr.auth.ClientAssertion.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.SpoiltAssertion;
import dev.atr.auth.TestKeys;
import dev.atr.auth.server.AssertionAudience;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.core.error.TransportException;
import dev.atr.http.HandClock;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/** Section 3: the claims of an assertion, and that each assertion gets one token. */
@Requirement({"SMART-019", "SMART-020", "SMART-021", "SMART-033"})
class AssertionClaimsTest extends AbuseCases {
    private static final int AT_ONCE = 64;
    private static final int ROUNDS = 20;

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        SpoiltAssertion.accepted().stream()
                .filter(good -> good.name().compareTo("T40") > 0)
                .forEach(good -> rows.add(Row.of(good, Expected.TOKEN)));
        SpoiltAssertion.badClaims().forEach(bad -> rows.add(Row.of(bad, Expected.INVALID_CLIENT)));
        rows.add(new Row(
                "T14 unknown, disabled, wrong key, expired", AssertionClaimsTest::noOracle, Expected.INVALID_CLIENT));
        rows.add(new Row(
                "T46 remembered as long as the skew lets it live",
                AssertionClaimsTest::longAfter,
                Expected.INVALID_CLIENT));
        rows.addAll(audiences());
        rows.addAll(replays());
        rows.addAll(rates());
        rows.addAll(nodes());
        rows.addAll(clocks());
        return List.copyOf(rows);
    }

    private static Answer noOracle(Payer payer) throws IOException {
        Answer wrongKey =
                payer.present(payer.assertion().signedBy(TestKeys.OTHER_EC).text());
        for (String other : List.of(
                payer.assertion("nobody", TestKeys.EC).text(),
                payer.assertion(Payer.DISABLED, TestKeys.EC).text(),
                payer.assertion().time("exp", -100).time("iat", -200).text(),
                payer.assertion().header("kid", quoted("unknown")).text())) {
            Answer answer = payer.present(other);
            assertThat(answer.status()).isEqualTo(wrongKey.status());
            assertThat(answer.body()).isEqualTo(wrongKey.body());
            assertThat(named(answer)).isEqualTo(named(wrongKey));
        }
        return wrongKey;
    }

    private static Map<String, List<String>> named(Answer answer) {
        return answer.headers().without("Date").without("X-Request-Id").map();
    }

    private static Answer longAfter(Payer payer) throws IOException {
        String assertion = payer.assertion().text();
        Expected.TOKEN.check(payer.present(assertion));
        for (int seconds = 0; seconds <= 330; seconds += 10) {
            assertThat(payer.present(assertion).status()).isEqualTo(400);
            payer.clock.turn(Duration.ofSeconds(10));
        }
        return payer.present(assertion);
    }

    private static List<Row> audiences() {
        String base = Payer.BASE.toString();
        List<Row> rows = new ArrayList<>();
        rows.add(audience(AssertionAudience.TOKEN_ENDPOINT, Payer.AUDIENCE, Expected.TOKEN));
        rows.add(audience(AssertionAudience.TOKEN_ENDPOINT, base, Expected.INVALID_CLIENT));
        rows.add(audience(AssertionAudience.ISSUER, base, Expected.TOKEN));
        rows.add(audience(AssertionAudience.ISSUER, Payer.AUDIENCE, Expected.INVALID_CLIENT));
        rows.add(audience(AssertionAudience.ISSUER, base + "/", Expected.INVALID_CLIENT));
        rows.add(audience(AssertionAudience.BOTH, Payer.AUDIENCE, Expected.TOKEN));
        rows.add(audience(AssertionAudience.BOTH, base, Expected.TOKEN));
        rows.add(audience(AssertionAudience.BOTH, "https://payer.example.com", Expected.INVALID_CLIENT));
        for (AssertionAudience mode : AssertionAudience.values()) {
            rows.add(new Row(
                    "T43 " + mode + ": both at once",
                    payer -> node(payer, mode)
                            .present(payer.assertion()
                                    .claim("aud", "[" + quoted(Payer.AUDIENCE) + "," + quoted(base) + "]")
                                    .text()),
                    Expected.INVALID_CLIENT));
        }
        return rows;
    }

    private static Row audience(AssertionAudience mode, String audience, Expected expected) {
        return new Row(
                "T43 " + mode + ": " + audience,
                payer -> node(payer, mode)
                        .present(
                                payer.assertion().claim("aud", quoted(audience)).text()),
                expected);
    }

    private static PayerNode node(Payer payer, AssertionAudience mode) throws IOException {
        PayerNode node = payer.node(payer.clock, payer.freshMemory(), builder -> builder.assertionAudience(mode));
        node.audience = mode == AssertionAudience.ISSUER ? Payer.BASE.toString() : Payer.AUDIENCE;
        return node;
    }

    private static List<Row> rates() {
        return List.of(
                new Row(
                        "T54 one a second for five minutes, none forgotten",
                        payer -> {
                            List<String> used = new ArrayList<>();
                            for (int i = 0; i < 300; i++) {
                                used.add(payer.assertion(Payer.CLIENT, TestKeys.RSA)
                                        .text());
                                Expected.TOKEN.check(payer.present(used.get(i)));
                                payer.clock.turn(Duration.ofSeconds(1));
                            }
                            for (String again : used) {
                                Expected.REPLAY.check(payer.present(again));
                            }
                            return payer.present(used.get(0));
                        },
                        Expected.REPLAY),
                new Row(
                        "T54 more than 60 in a minute",
                        payer -> {
                            PayerNode node = payer.node(
                                    payer.clock,
                                    payer.freshMemory(),
                                    builder -> builder.clientTokenRate(AuthorizationServer.DEFAULT_CLIENT_TOKEN_RATE));
                            for (int i = 0; i < 60; i++) {
                                Expected.TOKEN.check(
                                        node.present(payer.assertion().text()));
                            }
                            Answer more = node.present(payer.assertion().text());
                            assertThat(more.header("Retry-After")).isEqualTo("1");
                            Expected.TOKEN.check(node.present(payer.assertion(Payer.OTHER, TestKeys.OTHER_EC)
                                    .text()));
                            payer.clock.turn(Duration.ofSeconds(1));
                            Expected.TOKEN.check(node.present(payer.assertion().text()));
                            return more;
                        },
                        Expected.refused(429, "invalid_request")),
                new Row(
                        "T54 a used assertion again and again uses up nothing of its client's",
                        payer -> {
                            PayerNode node =
                                    payer.node(payer.clock, payer.freshMemory(), builder -> builder.clientTokenRate(3));
                            String captured = payer.assertion().text();
                            Expected.TOKEN.check(node.present(captured));
                            for (int i = 0; i < 5; i++) {
                                Expected.REPLAY.check(node.present(captured));
                            }
                            return node.present(payer.assertion().text());
                        },
                        Expected.TOKEN));
    }

    private static List<Row> replays() {
        return List.of(
                new Row(
                        "T49 a used assertion",
                        payer -> {
                            String assertion = payer.assertion().text();
                            Expected.TOKEN.check(payer.present(assertion));
                            return payer.present(assertion);
                        },
                        Expected.REPLAY),
                new Row(
                        "T49 a used jti in another assertion",
                        payer -> {
                            Expected.TOKEN.check(payer.present(payer.assertion()
                                    .claim("jti", quoted("once"))
                                    .text()));
                            return payer.present(payer.assertion(Payer.CLIENT, TestKeys.RSA)
                                    .claim("jti", quoted("once"))
                                    .text());
                        },
                        Expected.REPLAY),
                new Row(
                        "T53 the jti of another client",
                        payer -> {
                            Expected.TOKEN.check(payer.present(payer.assertion()
                                    .claim("jti", quoted("same"))
                                    .text()));
                            return payer.present(payer.assertion(Payer.OTHER, TestKeys.OTHER_EC)
                                    .claim("jti", quoted("same"))
                                    .text());
                        },
                        Expected.TOKEN),
                new Row(
                        "T53 a jti in assertions that are not good",
                        payer -> {
                            Expected.INVALID_CLIENT.check(payer.present(payer.assertion()
                                    .claim("jti", quoted("precious"))
                                    .signedBy(TestKeys.OTHER_EC)
                                    .text()));
                            Expected.INVALID_CLIENT.check(payer.present(payer.assertion()
                                            .claim("jti", quoted("precious"))
                                            .header("alg", quoted("none"))
                                            .signedPart()
                                    + "."));
                            return payer.present(payer.assertion()
                                    .claim("jti", quoted("precious"))
                                    .text());
                        },
                        Expected.TOKEN));
    }

    private static List<Row> nodes() {
        return List.of(
                new Row(
                        "T50 on a second node",
                        payer -> {
                            List<PayerNode> two = twoNodes(payer);
                            String assertion = payer.assertion().text();
                            Expected.TOKEN.check(two.get(0).present(assertion));
                            Expected.REPLAY.check(two.get(0).present(assertion));
                            return two.get(1).present(assertion);
                        },
                        Expected.REPLAY),
                new Row(
                        "T51 by 64 requests at once to two nodes",
                        payer -> {
                            List<PayerNode> two = twoNodes(payer);
                            ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
                            payer.opened(threads::shutdownNow);
                            for (int round = 0; round < ROUNDS; round++) {
                                assertThat(tokens(
                                                threads,
                                                two,
                                                payer.assertion(Payer.CLIENT, TestKeys.RSA)
                                                        .text()))
                                        .isEqualTo(1);
                            }
                            return two.get(0).present(payer.assertion().text());
                        },
                        Expected.TOKEN),
                restarted("without iat", assertion -> assertion),
                restarted("with iat", assertion -> assertion.time("iat", 0)),
                restarted("iat ahead of us", assertion -> assertion.time("iat", 20)),
                restarted("iat as far ahead as the skew", assertion -> assertion.time("iat", 30)),
                restarted("without iat, exp ahead of us", assertion -> assertion.time("exp", 320)),
                new Row(
                        "T52 after a restart of the only node: half a minute later it serves",
                        payer -> {
                            PayerNode restarted = payer.node(payer.clock, ReplayMemory.inProcess(payer.clock));
                            Answer early = restarted.present(payer.assertion().text());
                            assertThat(early.status()).isEqualTo(503);
                            payer.clock.turn(Duration.ofSeconds(Integer.parseInt(early.header("Retry-After"))));
                            return restarted.present(payer.assertion().text());
                        },
                        Expected.TOKEN),
                new Row(
                        "T52 after a restart of all nodes",
                        payer -> {
                            SharedMemory memory = new SharedMemory(payer);
                            String used = payer.assertion().text();
                            Expected.TOKEN.check(payer.node(payer.clock, memory.open(payer.clock))
                                    .present(used));
                            payer.clock.turn(Duration.ofSeconds(1));
                            return payer.node(payer.clock, memory.open(payer.clock))
                                    .present(used);
                        },
                        Expected.REPLAY),
                new Row(
                        "T52 replay memory out of reach",
                        payer -> {
                            TornMemory torn = new TornMemory(payer.freshMemory());
                            PayerNode node = payer.node(payer.clock, torn);
                            torn.isTorn = true;
                            Answer answer = node.present(payer.assertion().text());
                            torn.isTorn = false;
                            return answer;
                        },
                        Expected.status(503)
                                .and(answer -> assertThat(answer.body()).doesNotContain("access_token"))));
    }

    /** An assertion that was used just before a restart of the only node; asked for again until it has ended. */
    private static Row restarted(String name, UnaryOperator<ClientAssertion> change) {
        return new Row(
                "T52 after a restart of the only node: " + name,
                payer -> {
                    String used = change.apply(payer.assertion()).text();
                    Expected.TOKEN.check(payer.present(used));
                    payer.clock.turn(Duration.ofSeconds(5));
                    PayerNode restarted = payer.node(payer.clock, ReplayMemory.inProcess(payer.clock));
                    Answer first = restarted.present(used);
                    for (int seconds = 0; seconds < 360; seconds += 10) {
                        assertThat(restarted.present(used).status()).isNotEqualTo(200);
                        payer.clock.turn(Duration.ofSeconds(10));
                    }
                    restarted.present(used);
                    return first;
                },
                Expected.status(503));
    }

    private static List<Row> clocks() {
        List<Row> rows = new ArrayList<>();
        for (int seconds : List.of(90, -90)) {
            rows.add(new Row(
                    "T55 a second node whose clock is off by " + seconds + " s",
                    payer -> {
                        SharedMemory memory = new SharedMemory(payer);
                        HandClock wrong = new HandClock(payer.clock.instant().toString());
                        wrong.turn(Duration.ofSeconds(seconds));
                        PayerNode right = payer.node(payer.clock, memory.open(payer.clock));
                        PayerNode off = payer.node(wrong, memory.open(wrong));
                        String assertion = payer.assertion().text();
                        int tokens = 0;
                        for (int i = 0; i < 40; i++) {
                            tokens += off.present(assertion).status() == 200 ? 1 : 0;
                            tokens += right.present(assertion).status() == 200 ? 1 : 0;
                            payer.clock.turn(Duration.ofSeconds(10));
                            wrong.turn(Duration.ofSeconds(10));
                        }
                        assertThat(tokens).isEqualTo(1);
                        return right.present(assertion);
                    },
                    Expected.INVALID_CLIENT));
        }
        for (int minutes : List.of(10, -10)) {
            rows.add(stepped(
                    "T55 the only node's clock steps by " + minutes + " min and back",
                    minutes,
                    payer -> payer.first()));
            rows.add(stepped(
                    "T55 the clock of a node on a shared memory steps by " + minutes + " min and back",
                    minutes,
                    payer -> payer.node(payer.clock, new SharedMemory(payer).open(payer.clock))));
        }
        return rows;
    }

    /** Picks the node. */
    private interface Pick {
        PayerNode of(Payer payer) throws Exception;
    }

    private static Row stepped(String name, int minutes, Pick pick) {
        return new Row(
                name,
                payer -> {
                    PayerNode node = pick.of(payer);
                    String assertion = payer.assertion().text();
                    Expected.TOKEN.check(node.present(assertion));
                    payer.clock.turn(Duration.ofMinutes(minutes));
                    assertThat(node.present(assertion).status()).isEqualTo(400);
                    // What other clients do meanwhile makes a memory tidy up.
                    node.present(payer.assertion(Payer.OTHER, TestKeys.OTHER_EC).text());
                    payer.clock.turn(Duration.ofMinutes(-minutes));
                    Answer answer = node.present(assertion);
                    // A memory in process may refuse new ones too until the clock is where it was.
                    payer.clock.turn(Duration.ofMinutes(10));
                    return answer;
                },
                Expected.REPLAY);
    }

    private static List<PayerNode> twoNodes(Payer payer) throws Exception {
        SharedMemory memory = new SharedMemory(payer);
        return List.of(
                payer.node(payer.clock, memory.open(payer.clock)), payer.node(payer.clock, memory.open(payer.clock)));
    }

    /** Presents one assertion to the nodes in turn, all at once, and counts the tokens. */
    private static int tokens(ExecutorService threads, List<PayerNode> nodes, String assertion) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            PayerNode node = nodes.get(i % nodes.size());
            Callable<Integer> present = () -> {
                start.await();
                return node.present(assertion).status();
            };
            answers.add(threads.submit(present));
        }
        start.countDown();
        int tokens = 0;
        for (Future<Integer> answer : answers) {
            tokens += answer.get() == 200 ? 1 : 0;
        }
        return tokens;
    }

    /** A memory whose store can be out of reach. */
    private static final class TornMemory implements ReplayMemory {
        private final ReplayMemory memory;
        private volatile boolean isTorn;

        TornMemory(ReplayMemory memory) {
            this.memory = memory;
        }

        @Override
        public boolean insertIfAbsent(String issuer, String jti, Instant end) {
            if (isTorn) {
                throw new TransportException("the replay memory does not answer", null);
            }
            return memory.insertIfAbsent(issuer, jti, end);
        }

        @Override
        public Instant since() {
            return memory.since();
        }
    }
}
