package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.server.SigningKeyStore;
import dev.atr.auth.server.StoredSigningKey;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link SigningKeyStore} keeps. Extend this class and hand it an empty store. */
public abstract class SigningKeyStoreContract {
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00.123Z");
    private static final Duration LIFE = Duration.ofHours(2);

    private SigningKeyStore store;

    /** For subclasses. */
    protected SigningKeyStoreContract() {}

    /**
     * Returns a store without keys. Called once for each test; what has to be closed afterwards is closed by the
     * subclass.
     *
     * @throws Exception when the store can't be made; the test fails
     */
    protected abstract SigningKeyStore emptyStore() throws Exception;

    /** Opens the store of a test. */
    @BeforeEach
    protected final void openStore() throws Exception {
        store = emptyStore();
    }

    /** Keys come back as they were, by their begin. */
    @Test
    protected final void keepsKeysAsTheyAre() {
        StoredSigningKey first = key(NOW, "{\"kty\":\"RSA\",\"d\":\"" + "x".repeat(4_000) + "\"}");
        StoredSigningKey second = key(NOW.plusSeconds(60), "sealed \u00e9");

        assertThat(store.insertIfAbsent(second, NOW)).isTrue();
        assertThat(store.insertIfAbsent(first, NOW)).isTrue();

        assertThat(store.live(NOW)).containsExactly(first, second);
    }

    /** The first key of a period stays. */
    @Test
    protected final void keepsTheFirstOfTwoThatBeginTogether() {
        store.insertIfAbsent(key(NOW, "first"), NOW);

        assertThat(store.insertIfAbsent(key(NOW, "second"), NOW)).isFalse();

        assertThat(store.live(NOW)).extracting(StoredSigningKey::secret).containsExactly("first");
    }

    /** Of nodes that make a key at the same time one wins, and all see its key. */
    @Test
    protected final void takesOneWhenManyComeAtTheSameTime() throws Exception {
        assertThat(AtOnce.call(16, n -> () -> store.insertIfAbsent(key(NOW, "key-" + n), NOW)))
                .containsOnlyOnce(true);

        assertThat(store.live(NOW)).hasSize(1);
    }

    /** A key is live up to, and without, its end; one that has ended is not in the way of another. */
    @Test
    protected final void forgetsKeysThatEnded() {
        store.insertIfAbsent(key(NOW, "old"), NOW);
        Instant end = NOW.plus(LIFE);

        assertThat(store.live(end.minusMillis(1))).hasSize(1);
        assertThat(store.live(end)).isEmpty();

        StoredSigningKey other = new StoredSigningKey(NOW, end.plus(LIFE), "new");
        assertThat(store.insertIfAbsent(other, end)).isTrue();
        assertThat(store.live(end)).containsExactly(other);
    }

    /** A removed key is gone, once, and makes room. */
    @Test
    protected final void removesAKey() {
        store.insertIfAbsent(key(NOW, "leaked"), NOW);
        store.insertIfAbsent(key(NOW.plusSeconds(60), "good"), NOW);

        assertThat(store.remove(NOW)).isTrue();
        assertThat(store.remove(NOW)).isFalse();

        assertThat(store.insertIfAbsent(key(NOW, "next"), NOW)).isTrue();
        assertThat(store.live(NOW)).extracting(StoredSigningKey::secret).containsExactly("next", "good");
    }

    private static StoredSigningKey key(Instant begin, String secret) {
        return new StoredSigningKey(begin, begin.plus(LIFE), secret);
    }
}
