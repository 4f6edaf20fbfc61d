package dev.atr.auth.server;

import dev.atr.auth.internal.SecureAddress;
import dev.atr.http.Origin;
import java.net.URI;
import java.util.regex.Pattern;

/** Which addresses may be given for something that is fetched, by those who are no operators of ours. */
final class PublicUrl {
    private static final Pattern IP_LITERAL = Pattern.compile("\\[.*|[0-9.]+|0[xX].*");
    private static final int HTTPS = 443;
    private static final int FIRST_FREE_PORT = 1024;
    private static final int REDIS = 6379;

    private PublicUrl() {}

    /**
     * Returns the address.
     *
     * @param what what is there, for the message
     * @throws IllegalArgumentException when it is neither https to a host name at a web server's port nor http to a
     *     loopback address, or holds user info or a fragment
     */
    static URI check(String what, URI url) {
        Origin origin = SecureAddress.check(what, url);
        if (url.getRawFragment() != null) {
            throw new IllegalArgumentException(what + ": holds a fragment");
        }
        if (origin.isLoopback()) {
            return url;
        }
        if (IP_LITERAL.matcher(origin.host()).matches()) {
            throw new IllegalArgumentException(what + ": must name a host, not an IP address");
        }
        if (origin.port() == REDIS || (origin.port() < FIRST_FREE_PORT && origin.port() != HTTPS)) {
            throw new IllegalArgumentException(what + ": port " + origin.port() + " is not one for web servers");
        }
        return url;
    }
}
