package dev.atr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FhirResponseTest {
    @Test
    void tellsOfAnInternalErrorNothingButItsId() throws IOException {
        FhirResponse response = FhirResponse.internalError("a1-b2");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        response.body().writeTo(out);

        assertThat(response.status()).isEqualTo(500);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"fatal\","
                        + "\"code\":\"exception\",\"details\":{\"text\":\"internal error, reference a1-b2\"}}]}");
    }

    @Test
    void refusesAnIdThatWouldNotBeOpaque() {
        assertThatThrownBy(() -> FhirResponse.internalError("a\"b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAStatusThatIsNoAnswer() {
        assertThatThrownBy(() -> FhirResponse.of(100, HttpHeaders.none())).isInstanceOf(IllegalArgumentException.class);
    }
}
