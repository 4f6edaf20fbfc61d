package dev.atr.auth.server;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of checking a bearer token. */
public sealed interface TokenCheck {
    /** Returns the client behind the token; empty when it is not good. */
    Optional<AuthenticatedClient> client();

    /**
     * The token is good.
     *
     * @param who the client behind it
     */
    record Good(AuthenticatedClient who) implements TokenCheck {
        @Override
        public Optional<AuthenticatedClient> client() {
            return Optional.of(who);
        }
    }

    /**
     * The token is not good. The caller is not told why.
     *
     * @param reason why, in the words of {@link dev.atr.auth.audit.AuditEvent}
     * @param clientId the client that the token names, when the token is otherwise genuine; absent when not
     */
    record Bad(String reason, @Nullable String clientId) implements TokenCheck {
        /** Creates one that names no client. */
        public Bad(String reason) {
            this(reason, null);
        }

        @Override
        public Optional<AuthenticatedClient> client() {
            return Optional.empty();
        }
    }
}
