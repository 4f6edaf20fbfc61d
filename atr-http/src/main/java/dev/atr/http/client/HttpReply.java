package dev.atr.http.client;

import dev.atr.core.error.TransportException;
import dev.atr.http.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/**
 * The answer to an {@link HttpCall}. For one thread; whoever got it closes it.
 *
 * @param status the HTTP status
 * @param headers the response headers
 * @param uri the address that answered, after redirects
 * @param body the body, within the call's limits; reading past a limit or a cut-off throws {@link IOException}
 */
public record HttpReply(int status, HttpHeaders headers, URI uri, InputStream body) implements AutoCloseable {
    /**
     * Reads the whole body into memory.
     *
     * @throws TransportException when the body breaks off or passes a limit
     */
    public byte[] bytes() {
        try {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new TransportException("answer with status " + status + ": the body broke off", e);
        }
    }

    /** Gives the connection back, whether or not the body was read. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException ignored) {
            // The connection is gone either way.
        }
    }

    @Override
    public String toString() {
        return "HttpReply[" + status + "]";
    }
}
