package dev.atr.auth.server;

import dev.atr.auth.Scopes;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.ResourceKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
         * A key set given at registration; what becomes of its keys is told at {@link ClientKeys#ofJwks}.
         *
         * @param json a JSON Web Key Set of at most 256 kB and 100 keys
         */
        record Jwks(String json) implements KeySource {
            private static final int MAX_LENGTH = 256 << 10;

            /** Checks that it is a key set; whether its keys are any good shows when they are used. */
            public Jwks {
                if (json.length() > MAX_LENGTH) {
                    throw new IllegalArgumentException("client key set: more than 256 kB");
                }
                try {
                    KeySet.entries(json.getBytes(StandardCharsets.UTF_8));
                } catch (InvalidContentException e) {
                    throw new IllegalArgumentException("client key set: " + e.getMessage(), e);
                }
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
