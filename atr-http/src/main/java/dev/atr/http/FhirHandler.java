package dev.atr.http;

/**
 * One method, request in, response out. Called from many threads at once; may block. Never throws on purpose: failures
 * are responses.
 */
@FunctionalInterface
public interface FhirHandler {
    /** Answers one request. */
    FhirResponse handle(FhirRequest request);
}
