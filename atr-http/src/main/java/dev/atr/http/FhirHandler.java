package dev.atr.http;

/**
 * One method, request in, response out. Called from many threads at once; may block. Never throws on purpose: failures
 * are responses.
 */
@FunctionalInterface
public interface FhirHandler {
    /** Answers one request. */
    FhirResponse handle(FhirRequest request);

    /**
     * Returns a handler that answers in place of the given one where every web stack must do the same: {@code TRACE}
     * and {@code CONNECT} get 405, a target or headers beyond {@value GuardedHandler#MAX_TARGET} and
     * {@value GuardedHandler#MAX_HEADERS} characters get 414 and 431, and anything thrown becomes
     * {@link FhirResponse#internalError}. Adapters wrap what they mount in this.
     */
    static FhirHandler guarded(FhirHandler handler) {
        return new GuardedHandler(handler);
    }
}
