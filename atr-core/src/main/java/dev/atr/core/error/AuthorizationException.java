package dev.atr.core.error;

import org.jspecify.annotations.Nullable;

/** The peer does not accept our credentials or gave fewer rights than needed. Fix the registration, key or scopes. */
public final class AuthorizationException extends AtrException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried and the OAuth error code or HTTP status that came back
     */
    public AuthorizationException(String message) {
        super(message, null);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried and what came back
     * @param cause the failure below; may be absent
     */
    public AuthorizationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
