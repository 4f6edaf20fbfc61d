package dev.atr.producer.internal.export;

import dev.atr.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * The conditions of a request for something that has a strong {@code ETag} and no date.
 *
 * @param headers the request's
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests">RFC 9110, "Conditional Requests"</a>
 */
record Conditions(HttpHeaders headers) {
    /** Returns whether the client expects this one, or says nothing of what it expects. */
    boolean isExpected(String etag) {
        List<String> expected = headers.all("If-Match");
        return expected.isEmpty() || names(expected, etag);
    }

    /** Returns whether the client has this one already. */
    boolean isHeld(String etag) {
        List<String> held = headers.all("If-None-Match");
        return names(held, etag) || names(held, "W/" + etag);
    }

    /** Returns which part is asked for; empty when a part of something else is meant, which a date always is. */
    Optional<String> range(String etag) {
        Optional<String> validator = headers.first("If-Range");
        return validator.isEmpty() || validator.get().equals(etag) ? headers.first("Range") : Optional.empty();
    }

    private static boolean names(List<String> lists, String etag) {
        for (String tag : String.join(",", lists).split(",", -1)) {
            if (tag.trim().equals("*") || tag.trim().equals(etag)) {
                return true;
            }
        }
        return false;
    }
}
