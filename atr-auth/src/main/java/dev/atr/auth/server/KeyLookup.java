package dev.atr.auth.server;

import dev.atr.auth.internal.VerificationKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of looking for a key.
 *
 * @param found the key; absent when there is none to verify with
 * @param reason why there is none, in the words of {@link dev.atr.auth.audit.AuditEvent}; {@code ok} when there is one
 * @param detail more for the operator; absent when there is no more to tell
 */
record KeyLookup(
        @Nullable VerificationKey found,
        String reason,
        @Nullable String detail) {
    static KeyLookup of(VerificationKey key) {
        return new KeyLookup(key, "ok", null);
    }

    static KeyLookup missing(String reason, @Nullable String detail) {
        return new KeyLookup(null, reason, detail);
    }

    Optional<VerificationKey> key() {
        return Optional.ofNullable(found);
    }
}
