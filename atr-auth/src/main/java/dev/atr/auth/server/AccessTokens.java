package dev.atr.auth.server;

import dev.atr.core.error.TransportException;
import java.util.Optional;

/** Tells who is behind a bearer token. Thread-safe. */
@FunctionalInterface
public interface AccessTokens {
    /**
     * Verifies a token.
     *
     * @param token the text after {@code Bearer }
     * @return the client; empty when the token is not good, for whatever reason
     * @throws TransportException when that can't be told right now; the request is answered with {@code 503}
     */
    Optional<AuthenticatedClient> verify(String token);

    /**
     * Verifies a token, and says what is wrong with one that is not good, for the audit trail. This is what the Producer
     * calls; by default it calls {@link #verify}, which gives no reasons.
     *
     * @throws TransportException as {@link #verify} does
     */
    default TokenCheck check(String token) {
        return verify(token).<TokenCheck>map(TokenCheck.Good::new).orElseGet(() -> new TokenCheck.Bad("token"));
    }
}
