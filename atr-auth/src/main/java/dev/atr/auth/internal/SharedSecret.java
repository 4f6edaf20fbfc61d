package dev.atr.auth.internal;

import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * A secret that the server knows too, sent as {@code client_secret_basic}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1">RFC 6749, "Client Password"</a>
 */
public record SharedSecret(String clientId, String secret) implements Proof {
    @Override
    public QueryParameters addTo(QueryParameters form, String audience, Instant now) {
        return form;
    }

    @Override
    public HttpHeaders addTo(HttpHeaders headers) {
        String pair = encoded(clientId) + ":" + encoded(secret);
        return headers.with(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Returns nothing secret. */
    @Override
    public String toString() {
        return "SharedSecret[" + clientId + "]";
    }
}
