package dev.atr.auth.server;

import dev.atr.auth.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** What the registration of a client makes of a genuine token, whoever issued it. */
final class Entitlement {
    /** How long a change of a registration may go unseen. */
    private static final Duration REVOKE_LAG = Duration.ofSeconds(60);

    private Entitlement() {}

    /**
     * Returns the client with what both the token and its registration grant.
     *
     * @param clientId the client that the token names
     * @param granted what the token grants
     * @param hasKey tells whether the key that got the token is still the client's
     */
    static TokenCheck of(
            ClientRegistry clients, String clientId, Scopes granted, Predicate<ClientRegistration> hasKey) {
        Optional<ClientRegistration> found = clients.find(clientId);
        if (found.isEmpty()) {
            return new TokenCheck.Bad("unknown-client");
        }
        ClientRegistration client = found.get();
        if (!client.enabled()) {
            return new TokenCheck.Bad("disabled", client.clientId());
        }
        if (!hasKey.test(client)) {
            return new TokenCheck.Bad("key-revoked", client.clientId());
        }
        return new TokenCheck.Good(new AuthenticatedClient(
                client.clientId(), granted.intersect(client.scopes()), client.permittedLists()));
    }

    /** Returns until when a good token needs no other look. */
    static Instant until(Instant now, Instant end) {
        Instant lag = now.plus(REVOKE_LAG);
        return end.isBefore(lag) ? end : lag;
    }
}
