package dev.atr.producer.internal.discovery;

import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpDate;
import dev.atr.http.HttpHeaders;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a response says about the version of its resource, and whether the client already holds it.
 *
 * @param version the version id; absent when the payer keeps none
 * @param lastUpdated the time of the last change; absent when the payer keeps none
 */
public record Versions(@Nullable String version, @Nullable Instant lastUpdated) {
    /** Returns the headers {@code ETag} and {@code Last-Modified}. */
    public HttpHeaders headers() {
        HttpHeaders headers = HttpHeaders.none();
        if (version != null) {
            headers = headers.with("ETag", etag());
        }
        return lastUpdated == null ? headers : headers.with("Last-Modified", HttpDate.format(lastUpdated));
    }

    /** Returns the answer {@code 304} when the request is conditional and nothing has changed. */
    public Optional<FhirResponse> notModified(FhirRequest request) {
        Optional<String> none = request.headers().first("If-None-Match");
        boolean same = none.isPresent() ? matches(none.get()) : unchangedSince(request);
        return same ? Optional.of(FhirResponse.of(304, headers())) : Optional.empty();
    }

    private boolean matches(String ifNoneMatch) {
        for (String tag : ifNoneMatch.split(",", -1)) {
            String text = tag.trim();
            if (text.equals("*") || (version != null && (text.equals(etag()) || text.equals("\"" + version + "\"")))) {
                return true;
            }
        }
        return false;
    }

    private boolean unchangedSince(FhirRequest request) {
        Optional<Instant> held = request.headers().first("If-Modified-Since").flatMap(HttpDate::parse);
        return lastUpdated != null
                && held.isPresent()
                && !lastUpdated.truncatedTo(ChronoUnit.SECONDS).isAfter(held.get());
    }

    private String etag() {
        return "W/\"" + version + "\"";
    }
}
