package dev.atr.core.error;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that should hold FHIR JSON, NDJSON or a manifest do not: broken syntax, invalid UTF-8, a doubled name, a limit
 * passed, or a value of the wrong type. The message names the place, never the value.
 */
public final class InvalidContentException extends AtrException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the rule that is broken and the place (line, column, offset or path), never the content
     */
    public InvalidContentException(String message) {
        super(message, null);
    }

    /**
     * Creates the exception.
     *
     * @param message the rule that is broken and the place, never the content
     * @param cause the failure below; its message must not hold content either; may be absent
     */
    public InvalidContentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
