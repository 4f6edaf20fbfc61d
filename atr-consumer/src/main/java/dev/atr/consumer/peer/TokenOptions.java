package dev.atr.consumer.peer;

import dev.atr.auth.ScopeSyntax;
import dev.atr.auth.Scopes;
import dev.atr.auth.client.BackendServices;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What authorization servers disagree about. Immutable.
 *
 * @param tokenEndpoint where tokens are; absent for where the Producer says
 * @param audience for whom assertions are made out; absent to find out (C-81)
 * @param scope which scopes are asked for; absent for what the work needs
 * @param scopeSyntax in which syntax they are written; absent to find out (C-52)
 * @param clientIdInForm whether the client id goes beside the assertion
 */
public record TokenOptions(
        @Nullable URI tokenEndpoint,
        @Nullable String audience,
        @Nullable String scope,
        @Nullable ScopeSyntax scopeSyntax,
        boolean clientIdInForm) {
    /** Finds out what can be found out. */
    public static final TokenOptions AUTO = new TokenOptions(null, null, null, null, false);

    /**
     * Checks the scopes.
     *
     * @throws IllegalArgumentException when scopes are given and none is a {@code system/} scope, or the audience is blank
     */
    public TokenOptions {
        if (scope != null && Scopes.parse(scope).isEmpty()) {
            throw new IllegalArgumentException("scope: no system/ scope in it");
        }
        if (audience != null && audience.isBlank()) {
            throw new IllegalArgumentException("audience: blank");
        }
    }

    /** Returns a copy with another token endpoint. */
    public TokenOptions withTokenEndpoint(URI value) {
        return new TokenOptions(value, audience, scope, scopeSyntax, clientIdInForm);
    }

    /** Returns a copy with another audience. */
    public TokenOptions withAudience(String value) {
        return new TokenOptions(tokenEndpoint, value, scope, scopeSyntax, clientIdInForm);
    }

    /** Returns a copy with other scopes. */
    public TokenOptions withScope(String value) {
        return new TokenOptions(tokenEndpoint, audience, value, scopeSyntax, clientIdInForm);
    }

    /** Returns a copy with another syntax of scopes. */
    public TokenOptions withScopeSyntax(ScopeSyntax value) {
        return new TokenOptions(tokenEndpoint, audience, scope, value, clientIdInForm);
    }

    /** Returns a copy that does or does not send the client id beside the assertion. */
    public TokenOptions withClientIdInForm(boolean value) {
        return new TokenOptions(tokenEndpoint, audience, scope, scopeSyntax, value);
    }

    /**
     * Has a source of tokens ask as this says, and find out what this leaves open.
     *
     * @return the same builder
     * @throws IllegalArgumentException when the token endpoint is neither https nor at a loopback address
     */
    public BackendServices.Builder applyTo(BackendServices.Builder credentials) {
        credentials.findOut();
        if (tokenEndpoint != null) {
            credentials.tokenEndpoint(tokenEndpoint);
        }
        if (audience != null) {
            credentials.audience(audience);
        }
        if (scope != null) {
            credentials.scope(scope);
        }
        if (scopeSyntax != null) {
            credentials.scopeSyntax(scopeSyntax);
        }
        return clientIdInForm ? credentials.clientIdInForm() : credentials;
    }
}
