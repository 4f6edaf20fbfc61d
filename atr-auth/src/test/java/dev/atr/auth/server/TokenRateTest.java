package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.TestKeys;
import dev.atr.auth.server.TokenEndpoint.Answer;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Abuse case T54: how often a client may ask for a token. */
class TokenRateTest {
    private final TokenEndpoint plain = new TokenEndpoint();
    private final TokenEndpoint endpoint =
            plain.at(plain.builder(TokenEndpoint.registry()).clientTokenRate(3).build());

    private Answer ask() {
        return endpoint.ask("system/Group.rs");
    }

    @Test
    @Requirement("SMART-033")
    void clientThatAsksTooOftenHasToWait() {
        for (int i = 0; i < 3; i++) {
            assertThat(ask().status()).isEqualTo(200);
        }

        Answer tooMany = ask();

        assertThat(tooMany.status()).isEqualTo(429);
        assertThat(tooMany.headers().first("Retry-After")).hasValue("20");
        assertThat(tooMany.error()).isEqualTo("invalid_request");
        assertThat(endpoint.events).extracting(event -> event.reason()).containsExactly("ok", "ok", "ok", "rate");
    }

    @Test
    void eachPartOfAMinuteGivesOneMore() {
        for (int i = 0; i < 3; i++) {
            ask();
        }
        endpoint.clock.turn(Duration.ofSeconds(20));

        assertThat(ask().status()).isEqualTo(200);
        assertThat(ask().status()).isEqualTo(429);
        endpoint.clock.turn(Duration.ofSeconds(19));
        assertThat(ask().status()).isEqualTo(429);
        endpoint.clock.turn(Duration.ofSeconds(1));
        assertThat(ask().status()).isEqualTo(200);
    }

    @Test
    void clockThatIsSetBackLocksNobodyOut() {
        TokenRate rate = new TokenRate(3, endpoint.clock);
        for (int i = 0; i < 4; i++) {
            rate.take("one");
        }

        endpoint.clock.turn(Duration.ofMinutes(-30));

        assertThat(rate.take("one")).isTrue();
    }

    @Test
    void nobodyUsesUpWhatIsAnothers() {
        for (int i = 0; i < 100; i++) {
            endpoint.present(endpoint.assertion().signedBy(TestKeys.OTHER_EC).text());
        }
        String others = ClientAssertion.good(
                        TestKeys.OTHER_EC, "other", TokenEndpoint.AUDIENCE, endpoint.clock.instant())
                .text();

        assertThat(endpoint.present(others).status()).isEqualTo(200);
        assertThat(ask().status()).isEqualTo(200);
    }

    @Test
    void repeatedAssertionUsesUpNothing() {
        String captured = endpoint.assertion().text();
        endpoint.present(captured);
        for (int i = 0; i < 10; i++) {
            assertThat(endpoint.present(captured).status()).isEqualTo(400);
        }

        assertThat(ask().status()).isEqualTo(200);
        assertThat(ask().status()).isEqualTo(200);
        assertThat(ask().status()).isEqualTo(429);
    }

    @Test
    void refusedRequestLeavesTheAssertionUnused() {
        for (int i = 0; i < 3; i++) {
            ask();
        }
        String assertion = endpoint.assertion().text();
        endpoint.present(assertion);

        endpoint.clock.turn(Duration.ofSeconds(20));

        assertThat(endpoint.present(assertion).status()).isEqualTo(200);
    }

    @Test
    void rateIsPositive() {
        assertThatThrownBy(() -> plain.builder(TokenEndpoint.registry()).clientTokenRate(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("clientTokenRate");
    }
}
