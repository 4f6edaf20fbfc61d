package dev.atr.auth.server;

import dev.atr.core.error.TransportException;
import dev.atr.http.client.Egress;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The clients that may ask for tokens. Called from many threads at once; may block. */
@FunctionalInterface
public interface ClientRegistry {
    /**
     * Returns the registration of a client as it is now. Asked at every token request, and at most once a minute for
     * each token in use.
     *
     * @param clientId compared exactly; may be anything that a stranger sent
     * @return empty when there is no such client
     * @throws TransportException when that can't be told right now; the request is answered with {@code 503}
     */
    Optional<ClientRegistration> find(String clientId);

    /**
     * Returns a registry of these clients, which never changes.
     *
     * @throws IllegalArgumentException when two have the same id
     */
    static ClientRegistry of(Collection<ClientRegistration> clients) {
        Map<String, ClientRegistration> byId = new HashMap<>();
        for (ClientRegistration client : clients) {
            if (byId.put(client.clientId(), client) != null) {
                throw new IllegalArgumentException("client " + client.clientId() + " is registered twice");
            }
        }
        return clientId -> Optional.ofNullable(byId.get(clientId));
    }

    /**
     * Returns a registry of the clients in a store, which may change at any time. The store is asked anew each time;
     * the registry holds what is dear to make: keys that were read or fetched, until the client gets others. A
     * registration that can't be used is as good as none, and logged.
     *
     * @param store where the registrations are
     * @param egress the way out to key sets by address; guarded when somebody other than the operator chose the
     *     addresses
     * @param clock tells when fetched keys are too old
     */
    static ClientRegistry over(ClientStore store, Egress egress, Clock clock) {
        return new StoredClients(store, egress, clock);
    }
}
