package dev.atr.auth.server;

import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.InvalidContentException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys given at registration. */
final class InlineKeys extends ClientKeys {
    private static final Logger LOG = LoggerFactory.getLogger(InlineKeys.class);

    private final KeySet keys;

    InlineKeys(String json) {
        try {
            keys = KeySet.read(json.getBytes(StandardCharsets.UTF_8), VerificationKey.SMART_ALGORITHMS);
        } catch (InvalidContentException e) {
            throw new IllegalArgumentException("client key set: " + e.getMessage());
        }
        if (keys.keys().isEmpty()) {
            throw new IllegalArgumentException(
                    keys.showsPrivateKey()
                            ? "client key set: holds private keys; register the public key set"
                            : "client key set: no RSA key of 2048 bits or more and no EC key on P-384 with a kid in it");
        }
        if (keys.showsPrivateKey()) {
            LOG.warn("A key set given at registration shows a private key: its client is suspended");
        } else if (keys.leftOut() > 0) {
            LOG.warn("A key set given at registration: {} keys left out", keys.leftOut());
        }
    }

    @Override
    KeyLookup find(String kid) {
        return keys.find(kid);
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
