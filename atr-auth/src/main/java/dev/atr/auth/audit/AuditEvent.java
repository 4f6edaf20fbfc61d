package dev.atr.auth.audit;

import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One decision about access, or one change of a list. Holds no token, no assertion, no query and no member data.
 *
 * <p>Reasons of refused token requests: {@code method}, {@code query}, {@code body}, {@code form}, {@code parameter},
 * {@code authentication} (none, or two ways at once), {@code grant-type}, {@code no-scope} for the shape of the request;
 * {@code length}, {@code assertion} (can't be read), {@code header}, {@code issuer}, {@code client-id}, {@code aud},
 * {@code jti}, {@code exp}, {@code nbf}, {@code iat}, {@code before-start} (issued when a replay memory in process
 * did not exist yet, or by a clock that is ahead: a fresh one is accepted after {@code Retry-After}), {@code replay}
 * for the assertion; {@code unknown-client}, {@code disabled}, {@code private-key} (the registered key set shows one,
 * the client is suspended until it does not), {@code key-set} (can't be had), {@code jku}, {@code kid}, {@code alg},
 * {@code signature}, {@code rate} for the client; {@code scope} for what it asks for.
 *
 * <p>Reasons of refused bearer tokens: {@code no-token}, {@code header}, {@code placement} (outside the header),
 * {@code length}, {@code token} (can't be read), {@code typ}, {@code iss}, {@code aud}, {@code exp}, {@code nbf},
 * {@code cnf} (bound to a key of the client), {@code kid}, {@code alg}, {@code private-key}, {@code signature},
 * {@code inactive}, {@code unknown-client}, {@code disabled}, {@code key-revoked} (the client's key that got the
 * token is gone). Elsewhere: {@code scope}; {@code list}, {@code resource} and {@code job} for what is not the
 * client's or not there; {@code member} for a person named in a request who is not there for the client. {@code
 * unavailable} everywhere: it could not be told just then. New reasons may come with new checks.
 *
 * @param time when it was decided
 * @param kind what it was about
 * @param granted whether the answer was yes
 * @param clientId the OAuth client id; absent when nobody is named. In a refused token request it is what the assertion
 *     claims, proven or not, and only when a client of this name is registered
 * @param reason why not, as a code that will not change; {@code ok} when granted
 * @param detail more for the operator, in words; absent in most events
 * @param route the path as the Producer knows it, with variables for ids ({@code /Group/{id}}); absent when the path
 *     leads nowhere
 */
public record AuditEvent(
        Instant time,
        Kind kind,
        boolean granted,
        @Nullable String clientId,
        String reason,
        @Nullable String detail,
        @Nullable String route) {
    private static final Pattern REASON = Pattern.compile("[a-z][a-z-]{0,40}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
    private static final int MAX_DETAIL = 300;

    /** What an event is about. */
    public enum Kind {
        /** A request for an access token. */
        TOKEN,
        /** Who calls: the bearer token of a request. */
        BEARER,
        /** Whether the scopes of a token are enough. */
        SCOPE,
        /** Whether one list, or what belongs to one, is the client's. */
        LIST,
        /**
         * A change of a list by a client or, where none is named, by the payer; or the creation or deletion of a list or of
         * what belongs to one.
         */
        CHANGE
    }

    /** Checks the reason; a detail loses control characters and what goes beyond 300 characters. */
    public AuditEvent {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(kind, "kind");
        if (!REASON.matcher(reason).matches()) {
            throw new IllegalArgumentException("reason: lower-case letters and hyphens");
        }
        if (detail != null) {
            String line = CONTROL.matcher(detail).replaceAll(" ");
            detail = line.length() > MAX_DETAIL ? line.substring(0, MAX_DETAIL) : line;
        }
    }

    /** Returns an event of something granted. */
    public static AuditEvent granted(Instant time, Kind kind, String clientId, @Nullable String route) {
        return new AuditEvent(time, kind, true, clientId, "ok", null, route);
    }

    /** Returns an event of something refused, without detail. */
    public static AuditEvent refused(
            Instant time, Kind kind, @Nullable String clientId, String reason, @Nullable String route) {
        return new AuditEvent(time, kind, false, clientId, reason, null, route);
    }

    /** Returns a copy with more for the operator. */
    public AuditEvent withDetail(@Nullable String words) {
        return new AuditEvent(time, kind, granted, clientId, reason, words, route);
    }

    /** Returns one line without the time, for example {@code TOKEN refused: replay, client acme, /auth/token}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(kind.name());
        line.append(granted ? " granted" : " refused: " + reason);
        line.append(clientId == null ? "" : ", client " + clientId);
        line.append(route == null ? "" : ", " + route);
        line.append(detail == null ? "" : ", " + detail);
        return line.toString();
    }
}
