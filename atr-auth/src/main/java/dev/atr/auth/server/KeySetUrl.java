package dev.atr.auth.server;

import dev.atr.http.Origin;
import java.net.URI;
import java.util.regex.Pattern;

/** Which addresses may be registered for a key set. */
final class KeySetUrl {
    private static final Pattern IP_LITERAL = Pattern.compile("\\[.*|[0-9.]+|0[xX].*");
    private static final int HTTPS = 443;
    private static final int FIRST_FREE_PORT = 1024;
    private static final int REDIS = 6379;

    private KeySetUrl() {}

    static URI check(URI url) {
        Origin origin;
        try {
            origin = Origin.of(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("key set address: " + e.getMessage(), e);
        }
        if (url.getRawFragment() != null) {
            throw new IllegalArgumentException("key set address: holds a fragment");
        }
        if (origin.isLoopback()) {
            return url;
        }
        if (!origin.scheme().equals("https")) {
            throw new IllegalArgumentException("key set address: must be https");
        }
        if (IP_LITERAL.matcher(origin.host()).matches()) {
            throw new IllegalArgumentException("key set address: must name a host, not an IP address");
        }
        if (origin.port() == REDIS || (origin.port() < FIRST_FREE_PORT && origin.port() != HTTPS)) {
            throw new IllegalArgumentException(
                    "key set address: port " + origin.port() + " is not one for web servers");
        }
        return url;
    }
}
