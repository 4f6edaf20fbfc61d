package dev.atr.producer.spi;

import dev.atr.core.attribution.ListId;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The authenticated client behind a call. A plain value that can be stored with a job or a Subscription.
 *
 * @param clientId the OAuth client id
 * @param scope the granted scopes, separated by single spaces
 * @param permittedLists the lists to which the registration narrows this client; {@code null} when it names none, so
 *     that the backend's own answer stands alone
 */
public record Caller(
        String clientId, String scope, @Nullable Set<ListId> permittedLists) {
    /** Copies the set. */
    public Caller {
        permittedLists = permittedLists == null ? null : Set.copyOf(permittedLists);
    }

    /** Returns whether the registration lets this client see a list; the backend's own answer comes on top. */
    public boolean permits(ListId list) {
        return Optional.ofNullable(permittedLists)
                .map(lists -> lists.contains(list))
                .orElse(true);
    }
}
