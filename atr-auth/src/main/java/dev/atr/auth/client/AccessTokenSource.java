package dev.atr.auth.client;

import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.TransportException;
import java.net.URI;

/** Hands out access tokens for one FHIR server. Thread-safe. */
public interface AccessTokenSource {
    /**
     * Returns a token that is good now; fetches one when there is none or it is about to end. Concurrent calls share
     * one fetch.
     *
     * @return the token text, to be sent as {@code Authorization: Bearer …}
     * @throws AuthorizationException when the server does not accept our credentials or scopes
     * @throws TransportException when the server can't be reached
     * @throws InterruptedException when the waiting thread is interrupted
     */
    String token() throws InterruptedException;

    /**
     * Forgets a token that the FHIR server refused with {@code 401}; the next call of {@link #token} fetches a new one.
     *
     * @param token the refused token
     */
    void refused(String token);

    /** Returns whether the token may be sent to this address: same origin as the FHIR server, or allow-listed. */
    boolean mayReceive(URI address);
}
