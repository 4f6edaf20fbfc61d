package dev.atr.http;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.json.OutcomeJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
     * Returns an OperationOutcome of one error, for what is answered before any FHIR handler has its say. It reads the
     * same in every version of FHIR.
     *
     * @param text what is wrong, for people; never what was sent
     */
    public static FhirResponse error(int status, OperationOutcome.IssueCode code, String text) {
        return outcome(status, OperationOutcome.error(code, text));
    }

    /** Returns the answer to a request of which a header is not well formed: 400. */
    public static FhirResponse malformedHeader() {
        return error(400, OperationOutcome.IssueCode.STRUCTURE, "A header is not well formed.");
    }

    /** Returns the answer of an address where nothing is served: 404. */
    public static FhirResponse notFound() {
        return error(404, OperationOutcome.IssueCode.NOT_FOUND, "Nothing is served at this address.");
    }

    /** Returns the answer of a place that can't serve now, 503, and asks the client to come back in 10 seconds. */
    public static FhirResponse unavailable() {
        return error(503, OperationOutcome.IssueCode.TRANSIENT, "Not now; try again in a moment.")
                .with("Retry-After", "10");
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
        OperationOutcome.Issue issue = new OperationOutcome.Issue(
                OperationOutcome.Severity.FATAL,
                OperationOutcome.IssueCode.EXCEPTION,
                "internal error, reference " + id,
                null);
        return outcome(500, new OperationOutcome(List.of(issue)));
    }

    private static FhirResponse outcome(int status, OperationOutcome outcome) {
        return new FhirResponse(
                status,
                HttpHeaders.of("Content-Type", "application/fhir+json", "Cache-Control", "no-store"),
                Body.of(OutcomeJson.write(outcome, FhirVersion.R4)));
    }

    /**
     * Returns whether the body is written: not in answer to {@code HEAD}, not with a status that forbids one, and not when
     * it has no bytes.
     *
     * @param method the method of the request
     */
    public boolean sendsBody(String method) {
        boolean empty = body.length().isPresent() && body.length().getAsLong() == 0;
        return !method.equals("HEAD") && status != 204 && status != 304 && !empty;
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
