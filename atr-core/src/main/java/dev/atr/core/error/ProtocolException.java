package dev.atr.core.error;

import org.jspecify.annotations.Nullable;

/** The peer gave an answer that the specifications forbid. Report it; trying again will not help. */
public final class ProtocolException extends AtrException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected and what came, for example {@code kick-off: expected 202 with Content-Location,
     *     got 200}
     */
    public ProtocolException(String message) {
        super(message, null);
    }

    /**
     * Creates the exception.
     *
     * @param message what was expected and what came
     * @param cause the failure below; may be absent
     */
    public ProtocolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
