package dev.atr.auth.server;

import dev.atr.auth.Scopes;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the Producer knows of one client.
 *
 * @param clientId the OAuth client id: 1 to 256 visible ASCII characters
 * @param keys the client's public keys
 * @param scopes the most that a token for this client may grant
 * @param permittedLists ids of the lists to which this client is narrowed; {@code null} when all that the payer's system
 *     of record entitles it to
 * @param enabled whether the client gets tokens; when it turns false, tokens already out die within 60 seconds
 */
public record ClientRegistration(
        String clientId,
        ClientKeys keys,
        Scopes scopes,
        @Nullable Set<String> permittedLists,
        boolean enabled) {
    private static final Pattern CLIENT_ID = Pattern.compile("[!-~]{1,256}");

    /** Checks the id and copies the set. */
    public ClientRegistration {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(scopes, "scopes");
        checkId(clientId);
        permittedLists = permittedLists == null ? null : Set.copyOf(permittedLists);
    }

    static void checkId(String clientId) {
        if (!CLIENT_ID.matcher(clientId).matches()) {
            throw new IllegalArgumentException("clientId: 1 to 256 visible ASCII characters");
        }
    }
}
