package dev.atr.producer.internal.routing;

import dev.atr.auth.server.AuthenticatedClient;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a client may do, in the words of the SPI: by its token, and by its registration where there is none at hand. */
public final class Callers {
    private Callers() {}

    static Caller of(AuthenticatedClient client) {
        return of(client.clientId(), client.scopes().text(), client.permittedLists());
    }

    /** Returns a subscriber as it is registered now; empty when it may not subscribe any more. */
    public static Optional<Caller> subscriber(ClientRegistry clients, Caller before) {
        return clients.find(before.clientId())
                .filter(ClientRegistration::enabled)
                .filter(now -> now.scopes().allow(ResourceType.SUBSCRIPTION.code(), 'c'))
                .map(now -> of(before.clientId(), before.scope(), now.permittedLists()));
    }

    private static Caller of(String clientId, String scope, @Nullable Set<String> lists) {
        return new Caller(
                clientId,
                scope,
                lists == null
                        ? null
                        : lists.stream()
                                .filter(ResourceKey::isId)
                                .map(ListId::new)
                                .collect(Collectors.toSet()));
    }
}
