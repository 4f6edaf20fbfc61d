package dev.atr.core.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** No usable answer came: refused or broken connection, timeout, or a peer that is briefly unavailable. Try again. */
public final class TransportException extends AtrException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Duration retryAfter;

    /**
     * Creates the exception.
     *
     * @param message what was tried and what happened
     * @param cause the failure below; may be absent
     */
    public TransportException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /**
     * Creates the exception.
     *
     * @param message what was tried and what happened
     * @param cause the failure below; may be absent
     * @param retryAfter the wait that the peer asked for; may be absent
     */
    public TransportException(String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
