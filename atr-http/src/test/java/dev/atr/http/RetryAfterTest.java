package dev.atr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(10);

    @ParameterizedTest(name = "{0} means {1}")
    @Requirement("BULK-STAT-004")
    @CsvSource(
            delimiter = '|',
            value = {
                "120                             | PT2M",
                "' 7 '                           | PT7S",
                "1.5                             | PT2S",
                "Sun, 06 Nov 1994 08:50:37 GMT   | PT1M",
                "Sunday, 06-Nov-94 08:50:37 GMT  | PT1M",
                "Sun Nov  6 08:50:37 1994        | PT1M",
                "Sun, 6 Nov 1994 09:50:37 +0100  | PT1M",
            })
    void readsSecondsAndDates(String value, Duration expected) {
        assertThat(RetryAfter.of(HttpHeaders.of("retry-after", value), NOW, LEAST, MOST))
                .contains(expected);
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "0                               | PT1S",
                "-1                              | PT1S",
                "601                             | PT10M",
                "1000000000000                   | PT10M",
                "999999999999999999              | PT10M",
                "Sun, 06 Nov 1994 08:49:30 GMT   | PT1S",
                "Wed, 06 Nov 2024 08:49:30 GMT   | PT10M",
            })
    void staysWithinTheBounds(String value, Duration expected) {
        assertThat(RetryAfter.of(HttpHeaders.of("Retry-After", value), NOW, LEAST, MOST))
                .contains(expected);
    }

    @ParameterizedTest(name = "{0} means nothing")
    @ValueSource(
            strings = {
                "",
                "soon",
                "2 hours",
                "1e3",
                "0x10",
                "-",
                "1.",
                "١٢",
                "99999999999999999999",
                "2024-01-01T00:00:00Z",
                "Mon, 06 Nov 1994 08:50:37 GMT",
                "Sun, 36 Nov 1994 08:50:37 GMT"
            })
    void leavesGarbageAside(String value) {
        assertThat(RetryAfter.of(HttpHeaders.of("Retry-After", value), NOW, LEAST, MOST))
                .isEmpty();
    }

    @Test
    void isEmptyWhenAbsent() {
        assertThat(RetryAfter.of(HttpHeaders.none(), NOW, LEAST, MOST)).isEmpty();
    }

    @Test
    void refusesBoundsThatCross() {
        assertThatThrownBy(() -> RetryAfter.of(HttpHeaders.none(), NOW, LEAST, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesDatesInTheFixedForm() {
        assertThat(HttpDate.format(NOW)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(HttpDate.parse(HttpDate.format(NOW))).contains(NOW);
    }
}
