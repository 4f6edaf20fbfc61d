package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.server.ClientStore;
import dev.atr.auth.server.StoredClient;
import dev.atr.auth.server.StoredClient.KeySource;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ClientStore} keeps. Extend this class and hand it an empty store. */
@Requirement("SMART-010")
public abstract class ClientStoreContract {
    private static final KeySource GIVEN =
            new KeySource.Jwks(SigningKey.generate("ES384").withKid("k-\u00e9").publicJwks());
    private static final KeySource AT = new KeySource.JwksUrl(URI.create("https://clinic.example.org/jwks.json"));

    private ClientStore store;

    /** For subclasses. */
    protected ClientStoreContract() {}

    /**
     * Returns a store without registrations. Called once for each test; what has to be closed afterwards is closed by the
     * subclass.
     *
     * @throws Exception when the store can't be made; the test fails
     */
    protected abstract ClientStore emptyStore() throws Exception;

    /** Opens the store of a test. */
    @BeforeEach
    protected final void openStore() throws Exception {
        store = emptyStore();
    }

    /** A registration comes back with every component as it was. */
    @Test
    protected final void keepsEveryPartOfARegistration() {
        List<StoredClient> clients = List.of(
                client("given", GIVEN, Set.of("list-1", "list-2"), true),
                client("at", AT, Set.of(), true),
                client("none", new KeySource.None(), null, false),
                client("!".repeat(256), AT, Set.of("l".repeat(64)), true));

        clients.forEach(store::put);

        for (StoredClient client : clients) {
            assertThat(store.find(client.clientId())).contains(client);
        }
    }

    /** Ids are compared exactly, and anything may be asked for. */
    @Test
    protected final void knowsNothingOfOtherIds() {
        store.put(client("acme", AT, null, true));

        for (String other : List.of("", "Acme", "acme ", "acm%", "acm_", "' or '1'='1", "x".repeat(256), "\u00e9")) {
            assertThat(store.find(other)).isEmpty();
            assertThat(store.remove(other)).isFalse();
        }
        assertThat(store.find("acme")).isPresent();
    }

    /** Another registration under the same id takes the place of the first: this is how keys are changed. */
    @Test
    protected final void replacesARegistrationWhole() {
        store.put(client("acme", GIVEN, Set.of("list-1"), true));
        StoredClient changed = client("acme", AT, null, false);

        store.put(changed);

        assertThat(store.find("acme")).contains(changed);
    }

    /** What is removed is gone, once, and may come again. */
    @Test
    protected final void removesARegistration() {
        store.put(client("acme", GIVEN, Set.of("list-1"), true));

        assertThat(store.remove("acme")).isTrue();
        assertThat(store.remove("acme")).isFalse();
        assertThat(store.find("acme")).isEmpty();

        StoredClient again = client("acme", GIVEN, Set.of("list-2"), true);
        store.put(again);
        assertThat(store.find("acme")).contains(again);
    }

    /** Of registrations put at the same time one is there whole; nobody ever sees a mixture or none. */
    @Test
    protected final void replacesInOneStep() throws Exception {
        List<StoredClient> states = IntStream.range(0, 8)
                .mapToObj(n -> client("acme", n % 2 == 0 ? GIVEN : AT, Set.of("list-" + n, "also-" + n), n % 2 == 0))
                .toList();
        store.put(states.get(0));

        List<Boolean> whole = AtOnce.call(8, n -> () -> {
            boolean all = true;
            for (int i = 0; i < 20; i++) {
                store.put(states.get(n));
                all &= states.contains(store.find("acme").orElseThrow());
            }
            return all;
        });

        assertThat(whole).containsOnly(true);
    }

    private static StoredClient client(String id, KeySource keys, @Nullable Set<String> lists, boolean enabled) {
        return new StoredClient(id, keys, Scopes.parse("system/*.rs system/Group.u"), lists, enabled);
    }
}
