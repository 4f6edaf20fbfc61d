package dev.atr.auth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.core.json.JsonValue;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A key set whose keys are in a device; those of a ring and of a list are tested with both halves. */
class JwksEndpointTest {
    private final AtomicReference<String> device = new AtomicReference<>(TestKeys.EC.publicJwks());

    private static String get(JwksEndpoint endpoint) throws IOException {
        FhirResponse answer = endpoint.handle(
                new FhirRequest("GET", "/jwks.json", null, HttpHeaders.none(), InputStream.nullInputStream()));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        answer.body().writeTo(body);
        return body.toString(StandardCharsets.UTF_8);
    }

    @Test
    @Requirement("SMART-011")
    void servesWhatTheDeviceSaysNow() throws Exception {
        JwksEndpoint endpoint = new JwksEndpoint(device::get);
        assertThat(get(endpoint)).isEqualTo(TestKeys.EC.publicJwks());
        String both = SigningKey.publicJwks(List.of(TestKeys.EC, TestKeys.RSA));

        device.set(both);

        assertThat(get(endpoint)).isEqualTo(both);
    }

    @Test
    @Requirement("SMART-013")
    void c08NeverServesAPrivateKey() {
        JwksEndpoint endpoint = new JwksEndpoint(device::get);
        device.set(TestKeys.jwks(TestKeys.publicJwk(TestKeys.EC), TestKeys.object(TestKeys.RSA.jwk())));

        assertThatThrownBy(() -> get(endpoint))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("public key set: holds private keys or secrets; give the public key set");
        assertThatThrownBy(() -> new JwksEndpoint(device::get)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysAtOnceThatASetIsNoUse() {
        for (String set : List.of(
                "",
                "{}",
                "{\"keys\":[]}",
                TestKeys.jwks(TestKeys.publicJwk(TestKeys.EC).with("kid", JsonValue.of(""))))) {
            assertThatThrownBy(() -> new JwksEndpoint(() -> set))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("public key set: ");
        }
    }
}
