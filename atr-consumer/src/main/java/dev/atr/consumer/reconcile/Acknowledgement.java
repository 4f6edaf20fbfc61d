package dev.atr.consumer.reconcile;

import dev.atr.core.fhir.OperationOutcome.Issue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Producer says to a request that it accepted.
 *
 * @param version the list's version after that; absent when the Producer does not tell
 * @param issues what else it says; may be empty
 */
public record Acknowledgement(@Nullable String version, List<Issue> issues) {
    /** Copies the list. */
    public Acknowledgement {
        issues = List.copyOf(issues);
    }
}
