package dev.atr.auth.server;

import dev.atr.auth.Scopes;
import dev.atr.auth.internal.PublicKeySet;
import dev.atr.core.fhir.ResourceKey;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A registration as plain data, to be kept by a {@link ClientStore}.
 *
 * @param clientId the OAuth client id: 1 to 256 visible ASCII characters
 * @param keys where the client's public keys are
 * @param scopes the most that a token for this client may grant
 * @param permittedLists ids (1 to 64 letters, digits, hyphens or dots) of the lists to which this client is narrowed; {@code null} when all that the payer's system
 *     of record entitles it to
 * @param enabled whether the client gets tokens and may use those it has
 */
public record StoredClient(
        String clientId,
        KeySource keys,
        Scopes scopes,
        @Nullable Set<String> permittedLists,
        boolean enabled) {
    /** Checks the id and copies the set. */
    public StoredClient {
        ClientRegistration.checkId(clientId);
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(scopes, "scopes");
        permittedLists = permittedLists == null ? null : Set.copyOf(permittedLists);
        if (permittedLists != null && !permittedLists.stream().allMatch(ResourceKey::isId)) {
            throw new IllegalArgumentException(
                    "permittedLists: ids of lists, 1 to 64 letters, digits, hyphens or dots");
        }
    }

    /** Returns a copy with other keys. */
    public StoredClient withKeys(KeySource others) {
        return new StoredClient(clientId, others, scopes, permittedLists, enabled);
    }

    /** Returns a copy that is enabled or not. */
    public StoredClient enabled(boolean newEnabled) {
        return new StoredClient(clientId, keys, scopes, permittedLists, newEnabled);
    }

    /** Where the public keys of a client are. */
    public sealed interface KeySource {
        /**
         * A key set given at registration; which of its keys count is told at {@link ClientKeys#ofJwks}.
         *
         * @param json a JSON Web Key Set of at most 256 kB and 100 keys
         */
        record Jwks(String json) implements KeySource {
            private static final int MAX_LENGTH = 256 << 10;

            /**
             * Checks the key set, as far as that can be told without arithmetic: stores make these for each token
             * request. A key that turns out to be broken is found out when it is used.
             *
             * @throws IllegalArgumentException when no key in it looks usable, or one is private: those are for nobody's
             *     store but their owner's. The message holds none of it
             */
            public Jwks {
                if (json.length() > MAX_LENGTH) {
                    throw new IllegalArgumentException(InlineKeys.WHAT + ": more than 256 kB");
                }
                PublicKeySet.check(InlineKeys.WHAT, json);
            }

            /** Returns nothing of the keys. */
            @Override
            public String toString() {
                return "Jwks";
            }
        }

        /**
         * The address of a key set; the rules are told at {@link ClientKeys#ofUrl(URI, dev.atr.http.client.Egress)}.
         *
         * @param url https, or http to a loopback address
         */
        record JwksUrl(URI url) implements KeySource {
            /** Checks the address. */
            public JwksUrl {
                PublicUrl.check("key set address", url);
            }
        }

        /** No keys: the client gets its tokens from another authorization server. */
        record None() implements KeySource {}
    }
}
