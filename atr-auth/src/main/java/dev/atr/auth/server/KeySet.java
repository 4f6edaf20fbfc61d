package dev.atr.auth.server;

import dev.atr.auth.internal.PublicKeySet;
import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The usable keys of one key set document. Immutable.
 *
 * @param keys by id and kind
 * @param leftOut how many keys of the document can't be trusted
 * @param showsPrivateKey whether the document holds a key that should never have left its owner
 */
record KeySet(Map<Name, VerificationKey> keys, int leftOut, boolean showsPrivateKey) {
    KeySet {
        keys = Map.copyOf(keys);
    }

    /** What an assertion or a token says of its key: an RSA key and an EC key may have the same id. */
    record Name(String kid, String kty) {}

    /**
     * Reads a document.
     *
     * @param algorithms the algorithms to believe
     * @throws InvalidContentException when it is not a key set of at most 100 keys
     */
    static KeySet read(byte[] json, Set<String> algorithms) {
        List<JsonValue> entries = PublicKeySet.entries(json);
        Map<Name, VerificationKey> keys = new HashMap<>();
        Set<Name> names = new HashSet<>();
        boolean showsPrivateKey = false;
        for (JsonValue entry : entries) {
            if (entry instanceof JsonObject jwk) {
                showsPrivateKey |= VerificationKey.showsPrivateMembers(jwk);
                Name name = new Name(jwk.text("kid").orElse(""), jwk.text("kty").orElse(""));
                if (names.add(name)) {
                    VerificationKey.of(jwk, algorithms).ifPresent(key -> keys.put(name, key));
                } else {
                    // Nobody can tell which of the two is meant, so neither counts.
                    keys.remove(name);
                }
            }
        }
        return new KeySet(keys, entries.size() - keys.size(), showsPrivateKey);
    }

    /**
     * Looks for the key with an id that signs with an algorithm; while a private key is shown, somebody else may sign
     * with it.
     */
    KeyLookup find(String kid, String alg) {
        if (showsPrivateKey) {
            return KeyLookup.missing("private-key", null);
        }
        VerificationKey key = keys.get(new Name(kid, VerificationKey.kindFor(alg)));
        if (key != null && key.isFor(alg)) {
            return KeyLookup.of(key);
        }
        boolean known = keys.keySet().stream().anyMatch(name -> name.kid.equals(kid));
        return KeyLookup.missing(known ? "alg" : "kid", null);
    }

    /** Returns whether a key with this thumbprint is here, and may be believed. */
    boolean holds(String thumbprint) {
        return !showsPrivateKey
                && keys.values().stream().anyMatch(key -> key.thumbprint().equals(thumbprint));
    }
}
