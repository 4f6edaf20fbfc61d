package dev.atr.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SleeperTest {
    @Test
    void returnsAtOnceWhenThereIsNothingToWaitFor() {
        assertThatCode(() -> Sleeper.system().sleep(Duration.ofDays(-1))).doesNotThrowAnyException();
        assertThatCode(() -> Sleeper.system().sleep(Duration.ZERO)).doesNotThrowAnyException();
    }

    @Test
    void endsWhenTheThreadIsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Sleeper.system().sleep(Duration.ofDays(1))).isInstanceOf(InterruptedException.class);
    }
}
