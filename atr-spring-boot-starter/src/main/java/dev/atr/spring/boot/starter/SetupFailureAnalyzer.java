package dev.atr.spring.boot.starter;

import java.util.Objects;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Has Spring Boot print two sentences in place of a stack of exceptions. */
final class SetupFailureAnalyzer extends AbstractFailureAnalyzer<SetupException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SetupException cause) {
        String message = Objects.requireNonNull(cause.getMessage());
        String problem = message.substring(0, message.length() - cause.action().length());
        return new FailureAnalysis(problem.strip(), cause.action(), cause);
    }
}
