package dev.atr.auth.server;

import dev.atr.auth.Scopes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is behind a verified access token. Only {@link AccessTokens} makes one.
 *
 * @param clientId the OAuth client id
 * @param scopes what the token grants
 * @param permittedLists ids of the lists to which the registration narrows the client; {@code null} when it names none
 */
public record AuthenticatedClient(
        String clientId, Scopes scopes, @Nullable Set<String> permittedLists) {
    /** Copies the set. */
    public AuthenticatedClient {
        permittedLists = permittedLists == null ? null : Set.copyOf(permittedLists);
    }
}
