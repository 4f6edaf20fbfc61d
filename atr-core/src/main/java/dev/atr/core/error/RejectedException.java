package dev.atr.core.error;

import dev.atr.core.fhir.OperationOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The peer understood the request and refused it. {@link #issues()} says what to change. */
public final class RejectedException extends AtrException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient List<OperationOutcome.Issue> issues;
    private final transient @Nullable Duration retryAfter;

    /**
     * Creates the exception.
     *
     * @param message what was tried and the status that came back
     * @param status the HTTP status, 400 to 599
     * @param issues the issues of the peer's OperationOutcome; empty when it sent none
     * @param retryAfter the wait that the peer asked for; may be absent
     */
    public RejectedException(
            String message, int status, List<OperationOutcome.Issue> issues, @Nullable Duration retryAfter) {
        super(message, null);
        this.status = status;
        this.issues = List.copyOf(issues);
        this.retryAfter = retryAfter;
    }

    /** Returns the HTTP status of the refusal. */
    public int status() {
        return status;
    }

    /** Returns the issues of the peer's OperationOutcome; empty when it sent none. */
    public List<OperationOutcome.Issue> issues() {
        return issues;
    }

    /**
     * Returns whether what we wanted to change has another version by now: peers say so with 409 or with 412. Read it
     * again, decide again, and ask again.
     */
    public boolean isVersionConflict() {
        return status == 409 || status == 412;
    }

    @Override
    public boolean isRetryable() {
        return status == 429 || status == 503;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
