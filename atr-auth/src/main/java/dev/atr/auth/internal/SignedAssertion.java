package dev.atr.auth.internal;

import dev.atr.auth.Signer;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.core.json.JsonValue.ObjectBuilder;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A signed assertion, good for one try.
 *
 * @param clientId the id under which the Producer registered us
 * @param keys asked for a key before each try
 * @param audience the only audience; null for the one that the caller names
 * @param jwksUrl the address of our key set; null leaves it out
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html">SMART App Launch
 *     2.2.0, "Authentication JWT Claims"</a>
 */
public record SignedAssertion(
        String clientId,
        Supplier<? extends Signer> keys,
        @Nullable String audience,
        @Nullable URI jwksUrl) implements Proof {
    /** Life of an assertion: 4 minutes, so that a clock a minute off does not make it longer than the 5 allowed. */
    public static final Duration LIFE = Duration.ofMinutes(4);

    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    @Override
    public QueryParameters addTo(QueryParameters form, String usual, Instant now) {
        return form.with("client_assertion_type", TYPE)
                .with("client_assertion", text(audience == null ? usual : audience, now));
    }

    @Override
    public HttpHeaders addTo(HttpHeaders headers) {
        return headers;
    }

    private String text(String aud, Instant now) {
        Signer signer = keys.get();
        ObjectBuilder header = JsonValue.object()
                .put("alg", signer.alg())
                .put("kid", signer.kid())
                .put("typ", "JWT")
                .putIfPresent("jku", jwksUrl == null ? null : jwksUrl.toString());
        JsonObject claims = JsonValue.object()
                .put("iss", clientId)
                .put("sub", clientId)
                .put("aud", aud)
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(LIFE).getEpochSecond())
                .put("jti", UUID.randomUUID().toString())
                .build();
        return CompactJws.sign(signer, header.build(), claims);
    }
}
