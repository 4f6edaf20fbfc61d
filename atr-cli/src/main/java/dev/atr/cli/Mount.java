package dev.atr.cli;

import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import org.jspecify.annotations.Nullable;

/** Where a handler will be: until it is there, clients are asked to come back. */
final class Mount implements FhirHandler {
    private volatile @Nullable FhirHandler handler;

    void serve(FhirHandler ready) {
        handler = ready;
    }

    @Override
    public FhirResponse handle(FhirRequest request) {
        FhirHandler ready = handler;
        return ready == null ? FhirResponse.unavailable() : ready.handle(request);
    }
}
