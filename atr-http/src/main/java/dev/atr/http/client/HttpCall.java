package dev.atr.http.client;

import dev.atr.http.HttpHeaders;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * One outgoing request.
 *
 * @param method the HTTP method in capitals
 * @param uri absolute http or https address
 * @param headers the request headers; {@code Authorization} among them is dropped on a redirect to another origin
 * @param body the body; empty array for none
 * @param redirects how many redirects to follow; 0 hands a redirect back as it is
 * @param limits bounds on the answer
 */
public record HttpCall(String method, URI uri, HttpHeaders headers, byte[] body, int redirects, Limits limits) {
    /** Checks the parts; the body is not copied and must not be changed afterwards. */
    public HttpCall {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(uri, "uri");
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(limits, "limits");
        if (redirects < 0) {
            throw new IllegalArgumentException("redirects: not negative");
        }
    }

    /** Returns a GET without redirects, within {@link Limits#DOCUMENT}. */
    public static HttpCall get(URI uri, HttpHeaders headers) {
        return new HttpCall("GET", uri, headers, new byte[0], 0, Limits.DOCUMENT);
    }

    /** Returns a POST without redirects, within {@link Limits#DOCUMENT}. */
    public static HttpCall post(URI uri, HttpHeaders headers, byte[] body) {
        return new HttpCall("POST", uri, headers, body, 0, Limits.DOCUMENT);
    }

    /** Returns a DELETE without redirects, within {@link Limits#DOCUMENT}. */
    public static HttpCall delete(URI uri, HttpHeaders headers) {
        return new HttpCall("DELETE", uri, headers, new byte[0], 0, Limits.DOCUMENT);
    }

    /** Returns the method only: addresses may hold member data. */
    @Override
    public String toString() {
        return "HttpCall[" + method + "]";
    }

    /**
     * Bounds on an answer. All are enforced over headers and body together.
     *
     * @param maxBytes largest body in bytes; reading past it fails
     * @param answerTimeout longest wait for the status line and headers
     * @param idleTimeout longest wait for the next byte of the body
     * @param totalTimeout longest time for the whole answer; zero for no bound
     */
    public record Limits(long maxBytes, Duration answerTimeout, Duration idleTimeout, Duration totalTimeout) {
        /** Checks the bounds. */
        public Limits {
            if (maxBytes < 0) {
                throw new IllegalArgumentException("maxBytes: not negative");
            }
            if (answerTimeout.isNegative() || answerTimeout.isZero()) {
                throw new IllegalArgumentException("answerTimeout: positive");
            }
            if (idleTimeout.isNegative() || idleTimeout.isZero()) {
                throw new IllegalArgumentException("idleTimeout: positive");
            }
            if (totalTimeout.isNegative()) {
                throw new IllegalArgumentException("totalTimeout: not negative");
            }
        }

        /** For documents read into memory: 64 MB, 30 s to the headers, 30 s idle, 2 min in all. */
        public static final Limits DOCUMENT =
                new Limits(64L << 20, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMinutes(2));

        /** For export files: 64 GB, 60 s to the headers, 60 s idle, no bound in all. */
        public static final Limits FILE =
                new Limits(64L << 30, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ZERO);
    }
}
