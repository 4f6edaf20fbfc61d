package dev.atr.auth.server;

import dev.atr.core.error.TransportException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/**
 * Keeps the keys of {@link SigningKeys#rotating} for all nodes that share it. Called from many threads at once; may
 * block. Every method throws {@link TransportException} when the store does not answer.
 *
 * <p>It holds private keys: whoever reads it can make access tokens for this Producer as long as a key lives. Let the
 * database encrypt the column, and let nobody but the Producer read the table; or wrap the store with
 * {@link #protectedBy}.
 */
public interface SigningKeyStore {
    /**
     * Adds a key in one atomic step: of two calls at the same time for keys that begin at the same instant exactly one
     * may get {@code true}. Keys that have ended may be dropped meanwhile, and one that has ended is never in the way.
     *
     * @param now tells which keys have ended
     * @return true when it is there now; false when another one begins at the same instant, which stays as it is
     */
    boolean insertIfAbsent(StoredSigningKey key, Instant now);

    /** Returns the keys that end after this instant, by their begin. */
    List<StoredSigningKey> live(Instant now);

    /**
     * Removes a key before its time, because it leaked: its tokens are dead on every node within two minutes (each node
     * reads the store again after one, and looks at a token again after one), and another key takes its place.
     *
     * @return whether there was one
     */
    boolean remove(Instant begin);

    /** Returns an empty store in this process, which ends with it. */
    static SigningKeyStore inProcess() {
        Map<Instant, StoredSigningKey> keys = new ConcurrentSkipListMap<>();
        return new SigningKeyStore() {
            @Override
            public boolean insertIfAbsent(StoredSigningKey key, Instant now) {
                keys.values().removeIf(each -> !each.end().isAfter(now));
                return keys.putIfAbsent(key.begin(), key) == null;
            }

            @Override
            public List<StoredSigningKey> live(Instant now) {
                return keys.values().stream()
                        .filter(each -> each.end().isAfter(now))
                        .toList();
            }

            @Override
            public boolean remove(Instant begin) {
                return keys.remove(begin) != null;
            }
        };
    }

    /**
     * Returns this store with its secrets protected: what is stored is what {@code seal} makes of a private JWK, for
     * example its encryption under a key that the database does not hold.
     *
     * @param seal turns a private JWK into what is stored
     * @param open turns it back; throws when that is not possible: no token is then issued or accepted, and requests
     *     are answered with {@code 503}
     */
    default SigningKeyStore protectedBy(UnaryOperator<String> seal, UnaryOperator<String> open) {
        SigningKeyStore plain = this;
        return new SigningKeyStore() {
            @Override
            public boolean insertIfAbsent(StoredSigningKey key, Instant now) {
                return plain.insertIfAbsent(with(seal, key), now);
            }

            @Override
            public List<StoredSigningKey> live(Instant now) {
                return plain.live(now).stream().map(key -> with(open, key)).toList();
            }

            @Override
            public boolean remove(Instant begin) {
                return plain.remove(begin);
            }
        };
    }

    private static StoredSigningKey with(UnaryOperator<String> change, StoredSigningKey key) {
        try {
            return new StoredSigningKey(key.begin(), key.end(), change.apply(key.secret()));
        } catch (RuntimeException e) {
            // What protects the keys is away, or is another key. Its words may quote ours.
            String failure = e.getClass().getName();
            throw new TransportException("a signing key can't be sealed or opened: " + failure, null);
        }
    }
}
