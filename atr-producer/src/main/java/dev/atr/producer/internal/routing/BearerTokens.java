package dev.atr.producer.internal.routing;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.auth.server.AccessTokens;
import dev.atr.auth.server.AuthenticatedClient;
import dev.atr.auth.server.TokenCheck;
import dev.atr.core.error.TransportException;
import dev.atr.http.FhirRequest;
import java.time.Duration;
import java.util.List;

/**
 * Tells from the {@code Authorization} header who calls.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750">RFC 6750, sections 2 and 3</a>
 */
final class BearerTokens {
    private static final int MAX_LENGTH = 16 * 1024;
    private static final String SCHEME = "bearer ";
    private static final String INVALID = "Bearer error=\"invalid_token\"";
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final AccessTokens tokens;

    BearerTokens(AccessTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * Returns the client behind the request's token.
     *
     * @throws Refusal when there is no good token, or that can't be told right now
     */
    AuthenticatedClient authenticate(FhirRequest request) {
        List<String> headers = request.headers().all("Authorization");
        if (headers.isEmpty()) {
            throw login("no-token", "An access token is required.", "Bearer");
        }
        // Two headers: which of them an intermediary looked at can't be told.
        String token = headers.size() > 1 ? "" : token(headers.get(0));
        if (token.isEmpty()) {
            throw login("header", "The Authorization header must hold one bearer token.", "Bearer");
        }
        try {
            TokenCheck check = tokens.check(token);
            if (check instanceof TokenCheck.Bad bad) {
                throw login(bad.reason(), "The access token is not valid, or no longer.", INVALID)
                        .denied(AuditEvent.Kind.BEARER, bad.reason(), bad.clientId());
            }
            return check.client().orElseThrow();
        } catch (TransportException e) {
            throw Refusal.of(Reason.UNAVAILABLE, "The access token can't be checked right now.")
                    .retryAfter(e.retryAfter().orElse(RETRY))
                    .denied(AuditEvent.Kind.BEARER, "unavailable", null);
        }
    }

    /**
     * Returns the token in a header; an empty text when the header holds anything else. A pattern would take ten times as
     * long as all other checks of a known token.
     */
    private static String token(String header) {
        if (header.length() > MAX_LENGTH || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return "";
        }
        int begin = SCHEME.length();
        while (begin < header.length() && header.charAt(begin) == ' ') {
            begin++;
        }
        int end = header.length();
        while (end > begin && header.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = begin; i < end; i++) {
            if (!isTokenCharacter(header.charAt(i))) {
                return "";
            }
        }
        return begin == end ? "" : header.substring(begin);
    }

    private static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~+/".indexOf(c) >= 0;
    }

    /** Refuses a token outside the header, where it would end up in logs and histories. */
    static void refuseTokenIn(Query parameters) {
        if (parameters.has("access_token")) {
            throw login("placement", "The access token must be sent in the Authorization header.", "Bearer");
        }
    }

    private static Refusal login(String why, String text, String challenge) {
        return Refusal.of(Reason.LOGIN, text)
                .with("WWW-Authenticate", challenge)
                .denied(AuditEvent.Kind.BEARER, why, null);
    }
}
