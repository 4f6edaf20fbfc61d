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
 * @param endMarked whether the protocol marks the end of the body, by a length or a last chunk or frame. When it does
 *     not, a body that was cut short looks whole: check it by other means before trusting it
 */
public record HttpReply(int status, HttpHeaders headers, URI uri, InputStream body, boolean endMarked)
        implements AutoCloseable {
    /** Creates the answer to an HTTP/1.1 call, whose headers tell whether the end of the body is marked. */
    public HttpReply(int status, HttpHeaders headers, URI uri, InputStream body) {
        this(
                status,
                headers,
                uri,
                body,
                headers.first("Content-Length").isPresent()
                        || headers.first("Transfer-Encoding").isPresent());
    }

    /**
     * Reads the whole body into memory.
     *
     * @throws TransportException when the body breaks off or passes a limit
     */
    public byte[] bytes() {
        try {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new TransportException("answer with status " + status + ": the body could not be read to its end", e);
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
