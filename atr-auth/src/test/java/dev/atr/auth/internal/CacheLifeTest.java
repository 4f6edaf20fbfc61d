package dev.atr.auth.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.http.HttpHeaders;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a cache on the way has used up is over; the rest is tested where answers are kept. */
class CacheLifeTest {
    private static final CacheLife LIFE =
            new CacheLife(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(24));

    @ParameterizedTest(name = "{0}, Age {1}: {2} s")
    @CsvSource({
        "max-age=600, 0, 600",
        "max-age=600, 590, 10",
        "max-age=600, 600, 30",
        "max-age=600, 99999999, 30",
        "public, 100, 200",
        "max-age=600, soon, 600",
        "max-age=600, -5, 600",
        "max-age=0, 10, 30",
        "no-store, 10, 30"
    })
    @Requirement("SMART-023")
    void answerOutOfACacheIsKeptForWhatIsLeft(String cacheControl, String age, long seconds) {
        assertThat(LIFE.of(HttpHeaders.of("Cache-Control", cacheControl, "Age", age)))
                .isEqualTo(Duration.ofSeconds(seconds));
    }
}
