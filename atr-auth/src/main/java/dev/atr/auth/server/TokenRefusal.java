package dev.atr.auth.server;

import dev.atr.auth.audit.AuditEvent;
import java.time.Instant;
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

    private TokenRefusal(
            int status,
            String error,
            String description,
            String reason,
            @Nullable String detail,
            @Nullable String clientId) {
        super(description, null, false, false);
        this.status = status;
        this.error = error;
        this.reason = reason;
        this.detail = detail;
        this.clientId = clientId;
    }

    static TokenRefusal invalidRequest(String reason, String description) {
        return invalidRequest(400, reason, description);
    }

    static TokenRefusal invalidRequest(int status, String reason, String description) {
        return new TokenRefusal(status, "invalid_request", description, reason, null, null);
    }

    /** One answer for all causes: which of them it was helps nobody but an attacker. */
    static TokenRefusal invalidClient(String reason) {
        return new TokenRefusal(400, "invalid_client", "The client assertion was not accepted.", reason, null, null);
    }

    /** Only the holder of the key, or of an assertion that it signed, ever sees this. */
    static TokenRefusal replay() {
        return new TokenRefusal(
                400, "invalid_client", "The jti of the client assertion has already been used.", "replay", null, null);
    }

    static TokenRefusal invalidScope(String reason, String description) {
        return new TokenRefusal(400, "invalid_scope", description, reason, null, null);
    }

    static TokenRefusal unsupportedGrantType() {
        return new TokenRefusal(
                400, "unsupported_grant_type", "Only client_credentials is supported.", "grant-type", null, null);
    }

    /** Too many requests of one client. OAuth has no code of its own for that. */
    static TokenRefusal tooMany() {
        return invalidRequest(429, "rate", "The client asks for tokens too often; use the one it has.");
    }

    /** Returns a copy that names the client to the audit trail. */
    TokenRefusal of(@Nullable String client) {
        return new TokenRefusal(status, error, description(), reason, detail, client);
    }

    /** Returns a copy that tells the audit trail more. */
    TokenRefusal because(@Nullable String words) {
        return new TokenRefusal(status, error, description(), reason, words, clientId);
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

    AuditEvent event(Instant time, String route) {
        return AuditEvent.refused(time, AuditEvent.Kind.TOKEN, clientId, reason, route)
                .withDetail(detail);
    }
}
