package dev.atr.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AtrExceptionTest {
    @ParameterizedTest
    @CsvSource({"400, false", "403, false", "404, false", "429, true", "500, false", "503, true"})
    void aRefusalIsRetryableByItsStatus(int status, boolean retryable) {
        assertThat(new RejectedException("x", status, List.of(), null).isRetryable())
                .isEqualTo(retryable);
    }

    @Test
    void aTransportFailureIsRetryableAfterItsWait() {
        assertThat(new TransportException("x", null).isRetryable()).isTrue();
        assertThat(new TransportException("x", null).retryAfter()).isEmpty();
        assertThat(new TransportException("x", null, Duration.ofSeconds(3)).retryAfter())
                .contains(Duration.ofSeconds(3));
    }

    @Test
    void otherKindsNeedAChangeFirst() {
        assertThat(new ProtocolException("x").isRetryable()).isFalse();
        assertThat(new AuthorizationException("x").isRetryable()).isFalse();
        assertThat(new InvalidContentException("x").isRetryable()).isFalse();
        assertThat(new ExportFailedException("x", List.of()).isRetryable()).isFalse();
        assertThat(new DeadlineException("x").isRetryable()).isTrue();
    }
}
