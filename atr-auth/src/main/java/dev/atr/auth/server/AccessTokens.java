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
}
