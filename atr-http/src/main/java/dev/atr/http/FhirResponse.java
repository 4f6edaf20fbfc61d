package dev.atr.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * A response, to be written by whatever web stack the host runs.
 *
 * @param status the HTTP status
 * @param headers the response headers, without {@code Content-Length}
 * @param body the body, written once
 */
public record FhirResponse(int status, HttpHeaders headers, Body body) {
    /** Returns a response without a body. */
    public static FhirResponse of(int status, HttpHeaders headers) {
        return new FhirResponse(status, headers, Body.EMPTY);
    }

    /** Returns a response of text in UTF-8. */
    public static FhirResponse of(int status, HttpHeaders headers, String contentType, String text) {
        return new FhirResponse(
                status, headers.with("Content-Type", contentType), Body.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns a copy with one more header. */
    public FhirResponse with(String name, String value) {
        return new FhirResponse(status, headers.with(name, value), body);
    }

    /** The bytes of a response. */
    public interface Body {
        /** No bytes. */
        Body EMPTY = Body.of(new byte[0]);

        /** Returns a body of these bytes, which must not be changed afterwards. */
        static Body of(byte[] bytes) {
            return new Body() {
                @Override
                public OptionalLong length() {
                    return OptionalLong.of(bytes.length);
                }

                @Override
                public void writeTo(OutputStream out) throws IOException {
                    out.write(bytes);
                }
            };
        }

        /** Returns the number of bytes; empty when it is not known beforehand. */
        OptionalLong length();

        /**
         * Writes the bytes. Called at most once, and not at all for {@code HEAD}.
         *
         * @param out the connection; the web stack closes it
         * @throws IOException when the client has gone, or the source can't be read; the web stack then breaks the
         *     connection, so that the client never takes the part for the whole
         */
        void writeTo(OutputStream out) throws IOException;

        /** Releases what the body holds open. Called exactly once, also when nothing was written. */
        default void close() {}
    }
}
