package dev.atr.producer.internal.routing;

import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id under which a request is found in the log.
 *
 * @param value a UUID: the client's own when it sent one as {@code X-Request-Id}, else one of ours. Other texts never
 *     reach the log, as they may hold anything
 * @param correlation the client's own id where it is none that is taken over; absent when it sent none, or one that does
 *     not fit into a header
 * @see <a href="https://hl7.org/fhir/R4/http.html#custom">FHIR R4, "Custom Headers"</a>
 */
record RequestId(String value, @Nullable String correlation) {
    private static final String HEADER = "X-Request-Id";
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern ECHOABLE = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    static RequestId of(FhirRequest request) {
        String sent = request.headers().first(HEADER).orElse("");
        if (UUID_TEXT.matcher(sent).matches()) {
            return new RequestId(sent, null);
        }
        return new RequestId(
                UUID.randomUUID().toString(), ECHOABLE.matcher(sent).matches() ? sent : null);
    }

    /** Returns a response with the id, and with the client's own one beside it where that is another. */
    FhirResponse on(FhirResponse response) {
        FhirResponse named = response.with(HEADER, value);
        return correlation == null ? named : named.with("X-Correlation-Id", correlation);
    }
}
