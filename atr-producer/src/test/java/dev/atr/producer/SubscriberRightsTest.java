package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.core.attribution.ListId;
import dev.atr.producer.spi.Caller;
import dev.atr.requirements.Requirement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client may still hear of, long after it subscribed. */
class SubscriberRightsTest {
    private static final Caller BEFORE = new Caller("acme", "system/*.cruds", null);
    private static final String KEYS = SigningKey.generate("ES384").publicJwks();

    @Test
    @Requirement("SUBB-040")
    void aSubscriberHasTheListsOfItsRegistration() {
        ClientRegistry clients = registered("system/*.cruds", Set.of("list-1", "no list at all"), true);

        Optional<Caller> now = AtrProducer.subscriberRights(clients).apply(BEFORE);

        assertThat(now).contains(new Caller("acme", BEFORE.scope(), Set.of(new ListId("list-1"))));
    }

    static Stream<ClientRegistry> whoMayNotSubscribe() {
        return Stream.of(
                ClientRegistry.of(List.of()),
                registered("system/*.cruds", null, false),
                registered("system/Group.rs", null, true));
    }

    @ParameterizedTest
    @MethodSource("whoMayNotSubscribe")
    @Requirement("SUBB-040")
    void whoWasRemovedDisabledOrLostTheScopeHearsNothing(ClientRegistry clients) {
        assertThat(AtrProducer.subscriberRights(clients).apply(BEFORE)).isEmpty();
    }

    private static ClientRegistry registered(String scopes, @Nullable Set<String> lists, boolean enabled) {
        return ClientRegistry.of(
                List.of(new ClientRegistration("acme", ClientKeys.ofJwks(KEYS), Scopes.parse(scopes), lists, enabled)));
    }
}
