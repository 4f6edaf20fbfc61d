package dev.atr.core.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Root of everything this library throws on purpose. The kind says what the caller does next.
 *
 * <p>A message says what was tried and what came back. It never holds member data, tokens or keys.
 */
public abstract sealed class AtrException extends RuntimeException
        permits TransportException,
                ProtocolException,
                RejectedException,
                AuthorizationException,
                ExportFailedException,
                DeadlineException,
                InvalidContentException {
    private static final long serialVersionUID = 1L;

    AtrException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns whether the same call may succeed later without any change. */
    public boolean isRetryable() {
        return false;
    }

    /** Returns how long the peer asked to wait before the next try; empty when it did not say. */
    public Optional<Duration> retryAfter() {
        return Optional.empty();
    }
}
