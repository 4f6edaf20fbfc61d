package dev.atr.auth.server;

import dev.atr.http.client.Egress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link ClientRegistry#over}. */
final class StoredClients implements ClientRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(StoredClients.class);

    private final ClientStore store;
    private final Egress egress;
    private final Clock clock;
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    /** A registration that was read, with the keys that were fetched for it. */
    private record Held(StoredClient stored, ClientRegistration registration) {}

    StoredClients(ClientStore store, Egress egress, Clock clock) {
        this.store = store;
        this.egress = egress;
        this.clock = clock;
    }

    @Override
    public Optional<ClientRegistration> find(String clientId) {
        Optional<StoredClient> stored = read(clientId);
        if (stored.isEmpty()) {
            held.remove(clientId);
            return Optional.empty();
        }
        // Not removed on failure: what was read of a good registration serves until another is put.
        return Optional.ofNullable(held.compute(clientId, (id, known) -> current(stored.get(), known)))
                .map(Held::registration);
    }

    private Optional<StoredClient> read(String clientId) {
        try {
            return store.find(clientId);
        } catch (IllegalArgumentException e) {
            LOG.warn("The registration of a client can't be used: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private @Nullable Held current(StoredClient stored, @Nullable Held known) {
        if (known != null && known.stored.equals(stored)) {
            return known;
        }
        try {
            // Fetched keys stay as long as the address does, whatever else changes.
            ClientKeys keys = known != null && known.stored.keys().equals(stored.keys())
                    ? known.registration.keys()
                    : keys(stored.keys());
            return new Held(
                    stored,
                    new ClientRegistration(
                            stored.clientId(), keys, stored.scopes(), stored.permittedLists(), stored.enabled()));
        } catch (IllegalArgumentException e) {
            LOG.warn("The registration of client {} can't be used: {}", stored.clientId(), e.getMessage());
            return null;
        }
    }

    private ClientKeys keys(StoredClient.KeySource source) {
        if (source instanceof StoredClient.KeySource.Jwks given) {
            return ClientKeys.ofJwks(given.json());
        }
        if (source instanceof StoredClient.KeySource.JwksUrl at) {
            return ClientKeys.ofUrl(at.url(), egress, clock);
        }
        return ClientKeys.none();
    }
}
