package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.server.StoredClient.KeySource;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Abuse cases T37 and T89: registrations in a store, and what becomes of tokens when they change. */
class RevocationTest {
    private static final KeySource EC = new KeySource.Jwks(TestKeys.EC.publicJwks());
    private static final KeySource BOTH = new KeySource.Jwks(SigningKey.publicJwks(List.of(TestKeys.EC, TestKeys.RSA)));

    private final ScriptedPeer peer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final ClientStore store = ClientStore.inProcess();
    private final TokenEndpoint plain = new TokenEndpoint();
    private final TokenEndpoint endpoint = plain.at(
            plain.builder(ClientRegistry.over(store, egress, plain.clock)).build());

    @AfterEach
    void close() {
        egress.close();
        peer.close();
    }

    private static StoredClient client(KeySource keys) {
        return new StoredClient(TokenEndpoint.CLIENT, keys, Scopes.READ_ALL, Set.of("list-1"), true);
    }

    private String token() {
        return endpoint.ask("system/Group.rs").token();
    }

    private TokenCheck check(String token) {
        return endpoint.server.accessTokens().check(token);
    }

    private void turn(int seconds) {
        endpoint.clock.turn(Duration.ofSeconds(seconds));
    }

    @Test
    @Requirement("SMART-010")
    void clientsComeAndGoWithoutARestart() {
        assertThat(endpoint.ask("system/Group.rs").status()).isEqualTo(400);
        store.put(client(EC));
        assertThat(endpoint.ask("system/Group.rs").status()).isEqualTo(200);
        store.remove(TokenEndpoint.CLIENT);
        assertThat(endpoint.ask("system/Group.rs").status()).isEqualTo(400);
    }

    @Test
    @Requirement("SMART-022")
    void otherKeySetTakesThePlaceOfTheFirst() {
        store.put(client(new KeySource.Jwks(TestKeys.RSA.publicJwks())));
        assertThat(endpoint.ask("system/Group.rs").status()).isEqualTo(400);

        store.put(client(EC));

        assertThat(endpoint.ask("system/Group.rs").status()).isEqualTo(200);
    }

    @Test
    void t89DisabledClientsTokenIsOutWithinAMinute() {
        store.put(client(EC));
        String token = token();
        assertThat(check(token).client()).isPresent();
        store.put(client(EC).enabled(false));

        turn(60);

        assertThat(check(token)).isEqualTo(new TokenCheck.Bad("disabled", TokenEndpoint.CLIENT));
    }

    @Test
    void t89TokenEndsWithTheKeyThatGotIt() {
        store.put(client(BOTH));
        String token = token();
        assertThat(check(token).client()).isPresent();
        store.put(client(BOTH).withKeys(new KeySource.Jwks(TestKeys.RSA.publicJwks())));

        turn(60);

        assertThat(check(token)).isEqualTo(new TokenCheck.Bad("key-revoked", TokenEndpoint.CLIENT));
    }

    @Test
    void t89KeyThatStaysKeepsItsTokens() {
        store.put(client(BOTH));
        String token = token();
        store.put(client(EC));

        turn(60);

        assertThat(check(token).client()).isPresent();
    }

    @Test
    void t89OtherKeyUnderTheOldIdEndsTheToken() {
        store.put(client(EC));
        String token = token();

        store.put(client(new KeySource.Jwks(TestKeys.OTHER_EC.publicJwks())));

        assertThat(check(token)).isEqualTo(new TokenCheck.Bad("key-revoked", TokenEndpoint.CLIENT));
    }

    @Test
    void t89TokenEndsWhenItsKeyIsGoneFromTheAddress() {
        peer.on("/jwks", Reply.json(TestKeys.EC.publicJwks()).with("Cache-Control", "max-age=60"));
        store.put(client(new KeySource.JwksUrl(peer.at("/jwks"))));
        String token = token();
        assertThat(check(token).client()).isPresent();
        peer.on("/jwks", Reply.json(TestKeys.RSA.publicJwks()));

        turn(60);

        assertThat(check(token)).isEqualTo(new TokenCheck.Bad("key-revoked", TokenEndpoint.CLIENT));
    }

    @Test
    void keyHostThatIsDownEndsNoToken() {
        peer.on("/jwks", Reply.json(TestKeys.EC.publicJwks()).with("Cache-Control", "max-age=60"));
        store.put(client(new KeySource.JwksUrl(peer.at("/jwks"))));
        String token = token();
        peer.on("/jwks", Reply.status(500));

        turn(200);

        assertThat(check(token).client()).isPresent();
    }

    @Test
    @Requirement("SMART-024")
    void fetchedKeysOutliveOtherChangesOfTheRegistration() {
        peer.on("/jwks", Reply.json(TestKeys.EC.publicJwks()));
        StoredClient client = client(new KeySource.JwksUrl(peer.at("/jwks")));
        store.put(client);
        token();

        store.put(new StoredClient(
                client.clientId(), client.keys(), Scopes.parse("system/Group.rs"), Set.of("list-2"), true));
        token();

        assertThat(peer.asked("/jwks")).hasSize(1);
    }

    @Test
    @Requirement("SMART-013")
    void t37PrivateKeyIsNotTakenIntoAStore() {
        JsonObject secret = TestKeys.object(TestKeys.RSA.jwk());
        JsonObject inARing =
                JsonValue.object().put("jwk", secret).put("signsFrom", 0).build();
        for (String set : List.of(
                TestKeys.jwks(secret),
                TestKeys.jwks(TestKeys.publicJwk(TestKeys.EC), secret),
                TestKeys.jwks(inARing),
                TestKeys.jwks(TestKeys.publicJwk(TestKeys.EC), inARing))) {
            assertThatThrownBy(() -> new KeySource.Jwks(set))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("client key set: holds private keys or secrets; give the public key set");
        }
    }

    @Test
    @Requirement("SMART-013")
    void t37SetAtAnAddressThatShowsAPrivateKeySuspendsItsClientUntilItIsMended() {
        peer.on(
                "/jwks",
                Reply.json(TestKeys.jwks(TestKeys.publicJwk(TestKeys.EC), TestKeys.object(TestKeys.RSA.jwk()))));
        store.put(client(new KeySource.JwksUrl(peer.at("/jwks"))));

        assertThat(endpoint.ask("system/Group.rs").error()).isEqualTo("invalid_client");
        peer.on("/jwks", Reply.json(TestKeys.EC.publicJwks()));
        turn(30);

        assertThat(endpoint.ask("system/Group.rs").status()).isEqualTo(200);
    }

    @Test
    void keySetThatCannotBeHadIsAnEventWithItsCause() {
        store.put(client(new KeySource.JwksUrl(peer.at("/nowhere"))));

        endpoint.ask("system/Group.rs");
        endpoint.ask("system/Group.rs");

        assertThat(endpoint.events)
                .extracting(event -> event.reason() + ": " + event.detail())
                .containsOnly("key-set: expected 200 with JSON, got 404");
    }

    @Test
    void setWithoutAUsableKeyIsNotTakenIntoAStore() {
        for (String set : List.of(
                "{\"keys\":[]}",
                "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\"}]}",
                TestKeys.jwks(TestKeys.publicJwk(TestKeys.EC).without("kid")))) {
            assertThatThrownBy(() -> new KeySource.Jwks(set))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("client key set: no RSA key of 2048 bits or more and no EC key on P-384");
        }
    }

    @Test
    void registrationThatCannotBeReadIsAsGoodAsNone() {
        ClientRegistry registry = ClientRegistry.over(new Damaged(), egress, plain.clock);
        TokenEndpoint damaged = plain.at(plain.builder(registry).build());

        assertThat(damaged.ask("system/Group.rs").error()).isEqualTo("invalid_client");
    }

    /** A store whose rows were written by something else. */
    private static final class Damaged implements ClientStore {
        @Override
        public Optional<StoredClient> find(String clientId) {
            return Optional.of(client(new KeySource.Jwks("{\"keys\":[]}")));
        }

        @Override
        public void put(StoredClient client) {
            throw new AssertionError("nothing is put into a damaged store");
        }

        @Override
        public boolean remove(String clientId) {
            throw new AssertionError("nothing is removed from a damaged store");
        }
    }

    @Test
    void clientWithoutKeysGetsNoTokenHere() {
        store.put(client(new KeySource.None()));

        assertThat(endpoint.ask("system/Group.rs").error()).isEqualTo("invalid_client");
    }
}
