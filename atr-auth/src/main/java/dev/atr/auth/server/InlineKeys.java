package dev.atr.auth.server;

import dev.atr.auth.internal.PublicKeySet;
import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.InvalidContentException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys given at registration. */
final class InlineKeys extends ClientKeys {
    private static final Logger LOG = LoggerFactory.getLogger(InlineKeys.class);

    /** What messages call it. */
    static final String WHAT = "client key set";

    private final KeySet keys;

    InlineKeys(String json) {
        try {
            keys = KeySet.read(json.getBytes(StandardCharsets.UTF_8), VerificationKey.SMART_ALGORITHMS);
        } catch (InvalidContentException e) {
            throw new IllegalArgumentException(WHAT + ": " + e.getMessage());
        }
        if (keys.keys().isEmpty()) {
            throw keys.showsPrivateKey() ? PublicKeySet.holdsSecrets(WHAT) : PublicKeySet.holdsNoUsableKey(WHAT);
        }
        if (keys.showsPrivateKey()) {
            LOG.warn("A key set given at registration shows a private key: its client is suspended");
        } else if (keys.leftOut() > 0) {
            LOG.warn("A key set given at registration: {} keys left out", keys.leftOut());
        }
    }

    @Override
    KeyLookup find(String kid, String alg) {
        return keys.find(kid, alg);
    }

    @Override
    boolean holds(String thumbprint) {
        return keys.holds(thumbprint);
    }

    @Override
    Optional<String> jku() {
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "ClientKeys[" + keys.keys().size() + " given]";
    }
}
