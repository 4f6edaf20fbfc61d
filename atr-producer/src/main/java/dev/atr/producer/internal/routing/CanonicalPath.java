package dev.atr.producer.internal.routing;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one spelling of a path that is served. Whatever else a path may be made of (empty or dotted segments, escapes, path
 * parameters, a slash at the end) leads nowhere, so that no variant can reach a route by another way than the checks.
 */
final class CanonicalPath {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._$-]{1,128}");

    private CanonicalPath() {}

    /**
     * Splits a path.
     *
     * @param rawPath the still percent-encoded path. {@code %24} is read as {@code $}, since some clients escape the
     *     dollar of operation names; every other escape is refused
     * @return the segments; empty when the path is not canonical
     */
    static Optional<List<String>> segments(String rawPath) {
        if (!rawPath.startsWith("/")) {
            return Optional.empty();
        }
        List<String> segments = List.of(rawPath.substring(1).replace("%24", "$").split("/", -1));
        for (String segment : segments) {
            if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
                return Optional.empty();
            }
        }
        return Optional.of(segments);
    }
}
