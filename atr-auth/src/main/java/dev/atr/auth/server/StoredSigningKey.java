package dev.atr.auth.server;

import java.time.Instant;
import java.util.Objects;

/**
 * A key that signs access tokens for one period, to be kept by a {@link SigningKeyStore}.
 *
 * @param begin from when it signs; no two keys of a store begin at the same instant. It may be published earlier
 * @param end when its last token is dead; later than its begin, and later than when it stops signing
 * @param secret the private JWK, or what {@link SigningKeyStore#protectedBy} made of it
 */
public record StoredSigningKey(Instant begin, Instant end, String secret) {
    /** Checks the order of the instants. */
    public StoredSigningKey {
        Objects.requireNonNull(secret, "secret");
        if (!begin.isBefore(end)) {
            throw new IllegalArgumentException("signing key: must begin before its end");
        }
    }

    /** Returns the instants alone. */
    @Override
    public String toString() {
        return "StoredSigningKey[" + begin + " to " + end + "]";
    }
}
