package dev.atr.auth.server;

import java.util.Optional;

/** See {@link ClientKeys#none}. */
final class NoKeys extends ClientKeys {
    static final NoKeys NONE = new NoKeys();

    private NoKeys() {}

    @Override
    KeyLookup find(String kid, String alg) {
        return KeyLookup.missing("kid", null);
    }

    @Override
    boolean holds(String thumbprint) {
        return false;
    }

    @Override
    Optional<String> jku() {
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "ClientKeys[none]";
    }
}
