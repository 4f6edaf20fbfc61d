package dev.atr.auth.server;

import dev.atr.core.error.TransportException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps registrations, so that clients come and go without a restart, and on all nodes that share the store. A client's
 * keys are changed by putting its registration with the new key set. Called from many threads at once; may block. Every
 * method throws {@link TransportException} when the store does not answer.
 */
public interface ClientStore {
    /**
     * Returns a registration as it was last put by anybody.
     *
     * @param clientId compared exactly; may be anything that a stranger sent
     * @return empty when there is none
     */
    Optional<StoredClient> find(String clientId);

    /** Adds a registration, or puts it in the place of the one with the same id. */
    void put(StoredClient client);

    /**
     * Removes a registration.
     *
     * @return whether there was one
     */
    boolean remove(String clientId);

    /** Returns an empty store in this process, which ends with it. */
    static ClientStore inProcess() {
        Map<String, StoredClient> clients = new ConcurrentHashMap<>();
        return new ClientStore() {
            @Override
            public Optional<StoredClient> find(String clientId) {
                return Optional.ofNullable(clients.get(clientId));
            }

            @Override
            public void put(StoredClient client) {
                clients.put(client.clientId(), client);
            }

            @Override
            public boolean remove(String clientId) {
                return clients.remove(clientId) != null;
            }
        };
    }
}
