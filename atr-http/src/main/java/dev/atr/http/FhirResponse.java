package dev.atr.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A response, to be written by whatever web stack the host runs.
 *
 * @param status the HTTP status
 * @param headers the response headers; {@code Content-Length} and {@code Transfer-Encoding} are the web stack's work and
 *     are ignored here
 * @param body the body, written once
 */
public record FhirResponse(int status, HttpHeaders headers, Body body) {
    /** Checks the status. */
    public FhirResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: 200 to 599");
        }
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
    }

    /** Returns a response without a body. */
    public static FhirResponse of(int status, HttpHeaders headers) {
        return new FhirResponse(status, headers, Body.EMPTY);
    }

    /** Returns a response of text in UTF-8. */
    public static FhirResponse of(int status, HttpHeaders headers, String contentType, String text) {
        return new FhirResponse(
                status, headers.with("Content-Type", contentType), Body.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Returns the answer to a failure that nobody foresaw: 500, and an OperationOutcome that tells nothing but an id.
     *
     * @param id opaque, and also in the log, so that an operator finds the one from the other
     */
    public static FhirResponse internalError(String id) {
        if (!id.matches("[A-Za-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("id: 1 to 64 letters, digits or hyphens");
        }
        return of(
                500,
                HttpHeaders.of("Cache-Control", "no-store"),
                "application/fhir+json",
                "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"fatal\",\"code\":\"exception\","
                        + "\"diagnostics\":\"internal error, reference " + id + "\"}]}");
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
