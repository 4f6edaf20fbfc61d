package dev.atr.core.error;

import dev.atr.core.fhir.OperationOutcome;
import java.util.List;

/** The Producer gave up this export. Kick off a new one. */
public final class ExportFailedException extends AtrException {
    private static final long serialVersionUID = 1L;

    private final transient List<OperationOutcome.Issue> issues;

    /**
     * Creates the exception.
     *
     * @param message what the Producer answered to the status request
     * @param issues the issues of its OperationOutcome; empty when it sent none
     */
    public ExportFailedException(String message, List<OperationOutcome.Issue> issues) {
        super(message, null);
        this.issues = List.copyOf(issues);
    }

    /** Returns the issues of the Producer's OperationOutcome; empty when it sent none. */
    public List<OperationOutcome.Issue> issues() {
        return issues;
    }
}
