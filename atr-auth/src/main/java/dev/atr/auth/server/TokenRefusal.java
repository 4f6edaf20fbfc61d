package dev.atr.auth.server;

/**
 * A token request that is refused.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749, "Error Response"</a>
 */
final class TokenRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    private TokenRefusal(int status, String error, String description) {
        super(description, null, false, false);
        this.status = status;
        this.error = error;
    }

    static TokenRefusal invalidRequest(String description) {
        return invalidRequest(400, description);
    }

    static TokenRefusal invalidRequest(int status, String description) {
        return new TokenRefusal(status, "invalid_request", description);
    }

    /** One answer for all causes: which of them it was helps nobody but an attacker. */
    static TokenRefusal invalidClient() {
        return new TokenRefusal(400, "invalid_client", "The client assertion was not accepted.");
    }

    /** Only the holder of the key, or of an assertion that it signed, ever sees this. */
    static TokenRefusal replay() {
        return new TokenRefusal(400, "invalid_client", "The jti of the client assertion has already been used.");
    }

    static TokenRefusal invalidScope(String description) {
        return new TokenRefusal(400, "invalid_scope", description);
    }

    static TokenRefusal unsupportedGrantType() {
        return new TokenRefusal(400, "unsupported_grant_type", "Only client_credentials is supported.");
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
}
