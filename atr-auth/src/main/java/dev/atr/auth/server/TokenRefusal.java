package dev.atr.auth.server;

import dev.atr.auth.audit.AuditEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token request that is refused.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749, "Error Response"</a>
 */
final class TokenRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final String reason;
    private final @Nullable String detail;
    private final @Nullable String clientId;
    private final @Nullable Duration retryAfter;

    private TokenRefusal(
            int status,
            String error,
            String description,
            String reason,
            @Nullable String detail,
            @Nullable String clientId,
            @Nullable Duration retryAfter) {
        super(description, null, false, false);
        this.status = status;
        this.error = error;
        this.reason = reason;
        this.detail = detail;
        this.clientId = clientId;
        this.retryAfter = retryAfter;
    }

    static TokenRefusal invalidRequest(String reason, String description) {
        return invalidRequest(400, reason, description);
    }

    static TokenRefusal invalidRequest(int status, String reason, String description) {
        return new TokenRefusal(status, "invalid_request", description, reason, null, null, null);
    }

    /** One answer for all causes: which of them it was helps nobody but an attacker. */
    static TokenRefusal invalidClient(String reason) {
        return new TokenRefusal(
                400, "invalid_client", "The client assertion was not accepted.", reason, null, null, null);
    }

    /** Who tries the Authorization header is to be answered by the scheme that was tried: RFC 6749, section 5.2. */
    static TokenRefusal basicAuthentication() {
        return new TokenRefusal(
                401,
                "invalid_client",
                "Clients identify themselves by a client assertion, not by the Authorization header.",
                "authentication",
                null,
                null,
                null);
    }

    /** Only the holder of the key, or of an assertion that it signed, ever sees this. */
    static TokenRefusal replay() {
        return new TokenRefusal(
                400,
                "invalid_client",
                "The jti of the client assertion has already been used.",
                "replay",
                null,
                null,
                null);
    }

    static TokenRefusal invalidScope(String reason, String description) {
        return new TokenRefusal(400, "invalid_scope", description, reason, null, null, null);
    }

    static TokenRefusal unsupportedGrantType() {
        return new TokenRefusal(
                400, "unsupported_grant_type", "Only client_credentials is supported.", "grant-type", null, null, null);
    }

    /** Too many requests of one client. OAuth has no code of its own for that. */
    static TokenRefusal tooMany(Duration wait) {
        String description = "The client asks for tokens too often; use the one it has.";
        return new TokenRefusal(429, "invalid_request", description, "rate", null, null, wait);
    }

    /** Whether it was used can't be told; of one that is made after the wait it can. The answer has no body. */
    static TokenRefusal beforeStart(Duration wait) {
        return new TokenRefusal(503, "invalid_client", "The node has just started.", "before-start", null, null, wait);
    }

    /** Returns a copy that names the client to the audit trail. */
    TokenRefusal of(@Nullable String client) {
        return new TokenRefusal(status, error, description(), reason, detail, client, retryAfter);
    }

    /** Returns a copy that tells the audit trail more. */
    TokenRefusal because(@Nullable String words) {
        return new TokenRefusal(status, error, description(), reason, words, clientId, retryAfter);
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    String description() {
        return String.valueOf(getMessage());
    }

    /** Returns after which time another try may succeed; empty when the same again never will. */
    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    AuditEvent event(Instant time, String route) {
        return AuditEvent.refused(time, AuditEvent.Kind.TOKEN, clientId, reason, route)
                .withDetail(detail);
    }
}
