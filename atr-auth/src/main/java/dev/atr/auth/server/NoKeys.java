package dev.atr.auth.server;

import dev.atr.auth.internal.VerificationKey;
import java.util.Optional;

/** See {@link ClientKeys#none}. */
final class NoKeys extends ClientKeys {
    static final NoKeys NONE = new NoKeys();

    private NoKeys() {}

    @Override
    Optional<VerificationKey> find(String kid) {
        return Optional.empty();
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
