package dev.atr.http.client;

import dev.atr.core.error.ProtocolException;
import dev.atr.http.HttpHeaders;
import dev.atr.http.Origin;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Where a redirect leads, and what of the request goes along.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.4">RFC 9110, "Redirection 3xx"</a>
 */
final class Redirects {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
    private static final List<String> CREDENTIALS = List.of("Authorization", "Proxy-Authorization", "Cookie");
    private static final List<String> ABOUT_THE_BODY =
            List.of("Content-Type", "Content-Encoding", "Content-Language", "Content-Location", "Digest");

    private Redirects() {}

    static boolean isRedirect(HttpReply reply) {
        return STATUSES.contains(reply.status())
                && reply.headers().first("Location").isPresent();
    }

    /**
     * Returns the origin of an address that may be called.
     *
     * @throws IllegalArgumentException when it may not
     */
    static Origin allowed(URI address) {
        Origin origin = Origin.of(address);
        if (!origin.isSecure()) {
            throw new IllegalArgumentException("plain http is for loopback addresses only");
        }
        return origin;
    }

    /**
     * Returns the call that follows a redirect.
     *
     * @throws ProtocolException when no more redirects are allowed, or this one leads where the call must not go
     */
    static HttpCall next(HttpCall call, HttpReply reply) {
        Origin from = Origin.of(call.uri());
        String what = call.method() + " " + from + ": redirect with status " + reply.status();
        if (call.redirects() == 0) {
            throw new ProtocolException(what + ", and no more may follow");
        }
        URI address;
        Origin to;
        try {
            address = call.uri().resolve(reply.headers().first("Location").orElseThrow());
            to = allowed(address);
        } catch (IllegalArgumentException e) {
            // Without its cause, whose message may hold the address.
            throw new ProtocolException(what + " to an address that may not be called");
        }
        if (to.isLoopback() && !from.isLoopback()) {
            throw new ProtocolException(what + " from another host to this machine itself");
        }
        boolean becomesGet = reply.status() == 303
                ? !call.method().equals("HEAD")
                : call.method().equals("POST") && reply.status() <= 302;
        HttpHeaders headers = call.headers();
        if (becomesGet) {
            headers = without(headers, ABOUT_THE_BODY);
        }
        if (!to.equals(from)) {
            if (!becomesGet && call.body().length > 0) {
                throw new ProtocolException(what + " would take the body to another origin");
            }
            headers = without(headers, CREDENTIALS);
        }
        String method = becomesGet ? "GET" : call.method();
        byte[] body = becomesGet ? new byte[0] : call.body();
        return new HttpCall(method, address, headers, body, call.redirects() - 1, call.limits());
    }

    private static HttpHeaders without(HttpHeaders headers, List<String> names) {
        HttpHeaders fewer = headers;
        for (String name : names) {
            fewer = fewer.without(name);
        }
        return fewer;
    }
}
