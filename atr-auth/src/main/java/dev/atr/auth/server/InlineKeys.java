package dev.atr.auth.server;

import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys given at registration. */
final class InlineKeys extends ClientKeys {
    private static final Logger LOG = LoggerFactory.getLogger(InlineKeys.class);

    private final KeySet keys;

    InlineKeys(String json) {
        keys = read(json, bytes -> KeySet.read(bytes, VerificationKey.SMART_ALGORITHMS));
        if (keys.keys().isEmpty()) {
            throw keys.showsPrivateKey() ? holdsPrivate() : noneIsUsable();
        }
        if (keys.showsPrivateKey()) {
            LOG.warn("A key set given at registration shows a private key: its client is suspended");
        } else if (keys.leftOut() > 0) {
            LOG.warn("A key set given at registration: {} keys left out", keys.leftOut());
        }
    }

    /** Refuses what shows a private key, and what holds no key that could be used by its looks. */
    static void checkLooks(String json) {
        List<JsonObject> keys = read(json, KeySet::entries).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
        if (keys.stream().anyMatch(VerificationKey::showsSecrets)) {
            throw holdsPrivate();
        }
        if (keys.stream().noneMatch(VerificationKey::looksUsable)) {
            throw noneIsUsable();
        }
    }

    private static <T> T read(String json, Function<byte[], T> reader) {
        try {
            return reader.apply(json.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidContentException e) {
            throw new IllegalArgumentException("client key set: " + e.getMessage());
        }
    }

    private static IllegalArgumentException holdsPrivate() {
        return new IllegalArgumentException("client key set: holds private keys; register the public key set");
    }

    private static IllegalArgumentException noneIsUsable() {
        return new IllegalArgumentException(
                "client key set: no RSA key of 2048 bits or more and no EC key on P-384 with a kid in it");
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
