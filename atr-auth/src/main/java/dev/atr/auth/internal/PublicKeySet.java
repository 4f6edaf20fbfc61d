package dev.atr.auth.internal;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonArray;
import dev.atr.core.json.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a key set document must be that is meant for others. */
public final class PublicKeySet {
    private static final int MAX_KEYS = 100;

    private PublicKeySet() {}

    /**
     * Returns the entries of a key set document, whatever they are.
     *
     * @throws InvalidContentException when it is not a key set of at most 100 keys
     */
    public static List<JsonValue> entries(byte[] json) {
        JsonArray entries = JsonValue.parseObject(json)
                .find("keys")
                .filter(JsonArray.class::isInstance)
                .map(JsonArray.class::cast)
                .orElseThrow(() -> new InvalidContentException("not a key set"));
        if (entries.values().size() > MAX_KEYS) {
            throw new InvalidContentException("more than " + MAX_KEYS + " keys");
        }
        return entries.values();
    }

    /**
     * Checks a key set as far as that can be told without arithmetic.
     *
     * @param what what the set is, for the message
     * @throws IllegalArgumentException when it is none, shows what only a key's owner should have, or holds no key that
     *     could be used by its looks. The message holds none of it
     */
    public static void check(String what, String json) {
        List<JsonObject> keys;
        try {
            keys = entries(json.getBytes(StandardCharsets.UTF_8)).stream()
                    .filter(JsonObject.class::isInstance)
                    .map(JsonObject.class::cast)
                    .toList();
        } catch (InvalidContentException e) {
            throw new IllegalArgumentException(what + ": " + e.getMessage());
        }
        if (keys.stream().anyMatch(VerificationKey::showsSecrets)) {
            throw holdsSecrets(what);
        }
        if (keys.stream().noneMatch(VerificationKey::looksUsable)) {
            throw holdsNoUsableKey(what);
        }
    }

    /** Returns the refusal of a set that shows what only a key's owner should have. */
    public static IllegalArgumentException holdsSecrets(String what) {
        return new IllegalArgumentException(what + ": holds private keys or secrets; give the public key set");
    }

    /** Returns the refusal of a set without a key of SMART Backend Services. */
    public static IllegalArgumentException holdsNoUsableKey(String what) {
        return new IllegalArgumentException(
                what + ": no RSA key of 2048 bits or more and no EC key on P-384 with a kid in it");
    }
}
