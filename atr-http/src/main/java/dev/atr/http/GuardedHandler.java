package dev.atr.http;

import dev.atr.core.fhir.OperationOutcome.IssueCode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link FhirHandler#guarded}. */
final class GuardedHandler implements FhirHandler {
    static final int MAX_TARGET = 64 << 10;
    static final int MAX_HEADERS = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(GuardedHandler.class);

    private final FhirHandler handler;

    GuardedHandler(FhirHandler handler) {
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    @Override
    public FhirResponse handle(FhirRequest request) {
        if (request.method().equals("TRACE") || request.method().equals("CONNECT")) {
            return FhirResponse.error(405, IssueCode.NOT_SUPPORTED, "This method is not served here.")
                    .with("Allow", "GET, HEAD, POST, PUT, DELETE");
        }
        int target = request.path().length()
                + (request.rawQuery() == null ? 0 : request.rawQuery().length());
        if (target > MAX_TARGET) {
            return FhirResponse.error(
                    414, IssueCode.TOO_COSTLY, "The address has at most " + MAX_TARGET + " characters.");
        }
        if (size(request.headers()) > MAX_HEADERS) {
            return FhirResponse.error(
                    431, IssueCode.TOO_COSTLY, "The headers have at most " + MAX_HEADERS + " characters.");
        }
        try {
            return Objects.requireNonNull(handler.handle(request), "the handler gave no response");
        } catch (RuntimeException | Error e) {
            String id = UUID.randomUUID().toString();
            // The class alone: a message may hold member data.
            LOG.error("request failed: id {}, {}", id, e.getClass().getName());
            return FhirResponse.internalError(id);
        }
    }

    private static long size(HttpHeaders headers) {
        long size = 0;
        for (Map.Entry<String, List<String>> header : headers.map().entrySet()) {
            for (String value : header.getValue()) {
                size += header.getKey().length() + value.length();
            }
        }
        return size;
    }
}
