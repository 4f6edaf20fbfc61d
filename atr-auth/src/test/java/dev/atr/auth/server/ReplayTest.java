package dev.atr.auth.server;

import static dev.atr.auth.ClientAssertion.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.TestKeys;
import dev.atr.auth.server.TokenEndpoint.Answer;
import dev.atr.core.error.TransportException;
import dev.atr.http.HandClock;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Abuse cases T46 to T55: one assertion, one token. */
class ReplayTest {
    private final TokenEndpoint endpoint = new TokenEndpoint();

    @Test
    @Requirement({"SMART-020", "SMART-033"})
    void t49UsedAssertionIsRefused() {
        String assertion = endpoint.assertion().text();
        endpoint.present(assertion);

        Answer again = endpoint.present(assertion);

        assertThat(again.status()).isEqualTo(400);
        assertThat(again.error()).isEqualTo("invalid_client");
        assertThat(again.headers().first("Cache-Control")).hasValue("no-store");
    }

    @Test
    @Requirement("SMART-020")
    void t49SameJtiInAnotherAssertionIsRefused() {
        endpoint.present(endpoint.assertion().claim("jti", quoted("once")).text());

        Answer again = endpoint.present(
                endpoint.assertion(TestKeys.RSA).claim("jti", quoted("once")).text());

        assertThat(again.error()).isEqualTo("invalid_client");
    }

    @Test
    void t53JtiBelongsToItsIssuer() {
        endpoint.present(endpoint.assertion().claim("jti", quoted("same")).text());
        String others = ClientAssertion.good(
                        TestKeys.OTHER_EC, "other", TokenEndpoint.AUDIENCE, endpoint.clock.instant())
                .claim("jti", quoted("same"))
                .text();

        assertThat(endpoint.present(others).status()).isEqualTo(200);
    }

    @Test
    void t53BadlySignedAssertionBurnsNoJti() {
        ClientAssertion assertion = endpoint.assertion().claim("jti", quoted("precious"));
        String good = assertion.text();
        endpoint.present(assertion.signedBy(TestKeys.OTHER_EC).text());

        assertThat(endpoint.present(good).status()).isEqualTo(200);
    }

    @Test
    void t46MemoryLastsAsLongAsTheSkewLetsAnAssertionLive() {
        String assertion = endpoint.assertion().text();
        endpoint.present(assertion);

        for (int seconds = 0; seconds <= 331; seconds++) {
            assertThat(endpoint.present(assertion).status()).isEqualTo(400);
            endpoint.clock.turn(Duration.ofSeconds(1));
        }
    }

    @Test
    @Requirement("SMART-020")
    void t51SixtyFourPresentationsAtOnceGiveOneToken() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            for (int round = 0; round < 20; round++) {
                String assertion = endpoint.assertion(TestKeys.RSA).text();
                CountDownLatch start = new CountDownLatch(1);
                Callable<Integer> present = () -> {
                    start.await();
                    return endpoint.present(assertion).status();
                };
                List<Future<Integer>> answers = new ArrayList<>();
                for (int i = 0; i < 64; i++) {
                    answers.add(threads.submit(present));
                }

                start.countDown();

                int tokens = 0;
                for (Future<Integer> answer : answers) {
                    tokens += answer.get() == 200 ? 1 : 0;
                }
                assertThat(tokens).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void t52RestartedServerRefusesWhatMayHaveBeenUsedBefore() {
        List<String> used = List.of(
                endpoint.assertion().time("iat", 0).text(),
                endpoint.assertion().time("iat", 30).text(),
                endpoint.assertion().text(),
                endpoint.assertion().time("exp", 330).text());
        used.forEach(each -> assertThat(endpoint.present(each).status()).isEqualTo(200));
        TokenEndpoint restarted = restarted();

        for (int seconds = 0; seconds <= 400; seconds += 10) {
            for (String assertion : used) {
                assertThat(restarted.present(assertion).status()).isNotEqualTo(200);
            }
            endpoint.clock.turn(Duration.ofSeconds(10));
        }
        assertThat(restarted.present(restarted.assertion().text()).status()).isEqualTo(200);
    }

    @Test
    void t52RestartedServerSaysWhenItCanTellAgain() {
        TokenEndpoint restarted = restarted();
        Answer answer = restarted.present(restarted.assertion().text());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().first("Retry-After")).hasValue("31");
        assertThat(endpoint.events).extracting(event -> event.reason()).containsExactly("before-start");
        endpoint.clock.turn(Duration.ofSeconds(31));
        assertThat(restarted.present(restarted.assertion().text()).status()).isEqualTo(200);
    }

    @Test
    void t52PartOfASecondHidesNoReplay() {
        endpoint.clock.turn(Duration.ofMillis(200));
        String used = endpoint.assertion().time("iat", 30).text();
        assertThat(endpoint.present(used).status()).isEqualTo(200);

        endpoint.clock.turn(Duration.ofMillis(300));

        assertThat(restarted().present(used).status()).isEqualTo(503);
    }

    private TokenEndpoint restarted() {
        return endpoint.at(endpoint.builder(TokenEndpoint.registry())
                .replayMemory(ReplayMemory.inProcess(endpoint.clock))
                .build());
    }

    @Test
    void t52MemoryThatCantBeReachedGivesNoToken() {
        TokenEndpoint broken = endpoint.at(endpoint.builder(TokenEndpoint.registry())
                .replayMemory((issuer, jti, end) -> {
                    throw new TransportException("replay memory: connection refused", null);
                })
                .build());

        Answer answer = broken.present(broken.assertion().text());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers().first("Retry-After")).isPresent();
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void t54NoneOfManyIsForgottenEarly() {
        HandClock clock = new HandClock("2026-03-02T09:00:00Z");
        ReplayMemory memory = ReplayMemory.inProcess(clock);
        Instant end = clock.instant().plusSeconds(330);
        for (int i = 0; i < 100_000; i++) {
            assertThat(memory.insertIfAbsent("client", "jti-" + i, end)).isTrue();
        }

        clock.turn(Duration.ofSeconds(329));

        for (int i = 0; i < 100_000; i += 997) {
            assertThat(memory.insertIfAbsent("client", "jti-" + i, end)).isFalse();
        }
    }

    @Test
    void t55ClockThatStepsForwardAndBackLetsNoReplayThrough() {
        HandClock clock = new HandClock("2026-03-02T09:00:00Z");
        ReplayMemory memory = ReplayMemory.inProcess(clock);
        Instant end = clock.instant().plusSeconds(330);
        memory.insertIfAbsent("client", "used", end);

        clock.turn(Duration.ofMinutes(10));
        memory.insertIfAbsent("client", "sweeps", clock.instant().plusSeconds(330));
        clock.turn(Duration.ofMinutes(-10));

        assertThat(memory.insertIfAbsent("client", "used", end)).isFalse();
    }
}
