package dev.atr.http.client;

import dev.atr.core.error.ProtocolException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;

/**
 * Decodes bodies by their {@code Content-Encoding}: {@code gzip}, or none.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.4">RFC 9110, "Content-Encoding"</a>
 */
public final class ContentCoding {
    /** What to send as {@code Accept-Encoding}. */
    public static final String OFFER = "gzip";

    /** Largest ratio of decoded to encoded bytes, held against a body once it has given 1 MB: 200. */
    public static final int MAX_RATIO = 200;

    private ContentCoding() {}

    /**
     * Returns the body of an answer, decoded. Of a gzip body every member is read, whenever it comes; a damaged or
     * unfinished one, or anything behind the last one, makes reading fail with an {@link java.io.IOException}, as do
     * more bytes than allowed.
     *
     * @param reply the answer; closing the stream closes its body
     * @param maxBytes largest decoded body in bytes
     * @throws ProtocolException when the answer has another encoding, or several
     */
    public static InputStream decode(HttpReply reply, long maxBytes) {
        return isGzip(reply) ? gunzip(reply.body(), maxBytes) : new BoundedInput(reply.body(), maxBytes);
    }

    /**
     * Decodes a gzip body that was stored as it came, as {@link #decode} does.
     *
     * @param gzip the body; closing the stream that is returned closes it
     * @param maxBytes largest decoded body in bytes
     */
    public static InputStream gunzip(InputStream gzip, long maxBytes) {
        return new BoundedInput(new GzipInput(gzip), maxBytes);
    }

    /**
     * Returns whether the body of an answer is gzip; otherwise it is as it is.
     *
     * @throws ProtocolException when the answer has another encoding, or several
     */
    public static boolean isGzip(HttpReply reply) {
        List<String> codings = reply.headers().all("Content-Encoding");
        String coding = codings.isEmpty()
                ? "identity"
                : String.join(",", codings).trim().toLowerCase(Locale.ROOT);
        return switch (coding) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default ->
                throw new ProtocolException("answer with status " + reply.status()
                        + ": expected a Content-Encoding of gzip or none, got another");
        };
    }
}
