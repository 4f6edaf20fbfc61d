package dev.atr.http;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came from whatever web stack the host runs.
 *
 * @param method the HTTP method in capitals
 * @param path the raw, still percent-encoded path below the place where the handler is mounted; starts with {@code /}
 * @param rawQuery the raw query without its question mark; absent when there is none
 * @param headers the request headers
 * @param body the body; empty when there is none. The web stack owns and closes it
 */
public record FhirRequest(
        String method, String path, @Nullable String rawQuery, HttpHeaders headers, InputStream body) {
    /** Returns method only: path and query may hold member data. */
    @Override
    public String toString() {
        return "FhirRequest[" + method + "]";
    }
}
