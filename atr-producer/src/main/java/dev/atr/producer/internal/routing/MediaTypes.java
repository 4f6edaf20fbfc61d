package dev.atr.producer.internal.routing;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.http.FhirRequest;
import dev.atr.http.HttpHeaders;
import dev.atr.http.MediaType;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which JSON the client takes, and which it sent. XML is not served. */
public final class MediaTypes {
    /** FHIR JSON, the default. */
    public static final String FHIR_JSON = "application/fhir+json";

    /** JSON by its plain name, for clients that ask for it, and for manifests. */
    public static final String JSON = "application/json";

    /** FHIR NDJSON, of export files. */
    public static final String FHIR_NDJSON = "application/fhir+ndjson";

    private static final String FORM = "application/x-www-form-urlencoded";

    private MediaTypes() {}

    /**
     * Returns the content type of the answer to a request.
     *
     * @throws Refusal when none of the types asked for is served
     */
    public static String negotiated(FhirRequest request, FhirVersion version) {
        return negotiate(request.headers(), Query.parse(request.rawQuery()), version);
    }

    /**
     * Returns the content type of the answer.
     *
     * @param headers the request headers, of which {@code Accept} counts
     * @param query the query, of which {@code _format} counts, and more than the header
     * @param version the FHIR version that is spoken here
     * @throws Refusal when none of the types asked for is served
     */
    static String negotiate(HttpHeaders headers, Query query, FhirVersion version) {
        Optional<String> format = query.single("_format").map(String::trim);
        if (format.isPresent()) {
            if (format.get().equals("json")) {
                return JSON;
            }
            // A '+' that was not escaped arrives as a blank.
            return MediaType.parse(format.get().replaceFirst("fhir json", "fhir+json"))
                    .flatMap(type -> served(type, version))
                    .orElseThrow(MediaTypes::notAcceptable);
        }
        List<String> accepted = headers.all("Accept");
        if (accepted.isEmpty()) {
            return FHIR_JSON;
        }
        return accepted.stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .flatMap(range -> MediaType.parse(range).stream())
                .filter(range -> weight(range) > 0)
                .sorted(Comparator.comparingDouble(MediaTypes::weight).reversed())
                .flatMap(range -> served(range, version).stream())
                .findFirst()
                .orElseThrow(MediaTypes::notAcceptable);
    }

    /**
     * Checks that a body is JSON of our FHIR version and not compressed.
     *
     * @throws Refusal when it is something else
     */
    public static void requireJson(HttpHeaders headers, FhirVersion version) {
        requireIdentity(headers);
        boolean ours = contentType(headers)
                .filter(type -> type.is(FHIR_JSON) || type.is(JSON))
                .filter(type -> isSpoken(type, version))
                .filter(type -> type.parameter("charset").orElse("utf-8").equalsIgnoreCase("utf-8"))
                .isPresent();
        if (!ours) {
            throw Refusal.of(
                    Reason.MEDIA_TYPE,
                    "The body must be application/fhir+json in UTF-8 and FHIR " + version.mimeParameter() + ".");
        }
    }

    /**
     * Checks that a body is a form and not compressed.
     *
     * @throws Refusal when it is something else
     */
    public static void requireForm(HttpHeaders headers) {
        requireIdentity(headers);
        if (contentType(headers).filter(type -> type.is(FORM)).isEmpty()) {
            throw Refusal.of(Reason.MEDIA_TYPE, "The body must be application/x-www-form-urlencoded.");
        }
    }

    private static void requireIdentity(HttpHeaders headers) {
        if (!headers.first("Content-Encoding").orElse("identity").equalsIgnoreCase("identity")) {
            throw Refusal.of(Reason.MEDIA_TYPE, "A compressed body is not accepted.");
        }
    }

    private static Optional<MediaType> contentType(HttpHeaders headers) {
        return headers.first("Content-Type").flatMap(MediaType::parse);
    }

    private static Optional<String> served(MediaType range, FhirVersion version) {
        if (!isSpoken(range, version)) {
            return Optional.empty();
        }
        return switch (range.name()) {
            // Who takes NDJSON can read JSON: some clients send the file type with every request of an export.
            case "*/*", "application/*", FHIR_JSON, FHIR_NDJSON, "application/ndjson" -> Optional.of(FHIR_JSON);
            case JSON -> Optional.of(JSON);
            default -> Optional.empty();
        };
    }

    private static boolean isSpoken(MediaType type, FhirVersion version) {
        return type.parameter("fhirVersion")
                .map(version.mimeParameter()::equals)
                .orElse(true);
    }

    private static double weight(MediaType range) {
        try {
            return Double.parseDouble(range.parameter("q").orElse("1"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Refusal notAcceptable() {
        return Refusal.of(Reason.NOT_ACCEPTABLE, "Only JSON of this server's FHIR version is served.");
    }
}
