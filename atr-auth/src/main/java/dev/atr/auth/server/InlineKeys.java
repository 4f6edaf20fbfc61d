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
            keys = KeySet.read(json.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidContentException e) {
            throw new IllegalArgumentException("client key set: " + e.getMessage());
        }
        if (keys.keys().isEmpty()) {
            throw new IllegalArgumentException(
                    keys.showsPrivateKey()
                            ? "client key set: holds private keys; register the public key set"
                            : "client key set: no RSA key of 2048 bits or more and no EC key on P-384 with a kid in it");
        }
        if (keys.leftOut() > 0) {
            LOG.warn(
                    "Key set given at registration: {} keys left out, private members shown: {}",
                    keys.leftOut(),
                    keys.showsPrivateKey());
        }
    }

    @Override
    Optional<VerificationKey> find(String kid) {
        return keys.find(kid);
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
