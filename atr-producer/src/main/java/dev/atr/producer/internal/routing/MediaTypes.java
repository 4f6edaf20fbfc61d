package dev.atr.producer.internal.routing;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.http.FhirRequest;
import dev.atr.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which JSON the client takes, and which it sent. XML is not served. */
public final class MediaTypes {
    /** FHIR JSON, the default. */
    public static final String FHIR_JSON = "application/fhir+json";

    /** JSON by its plain name, for clients that ask for it, and for manifests. */
    public static final String JSON = "application/json";

    /** FHIR NDJSON, of export files. */
    public static final String FHIR_NDJSON = "application/fhir+ndjson";

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
        Optional<String> format = query.single("_format");
        if (format.isPresent()) {
            // A '+' that was not escaped arrives as a blank.
            return served(format.get().trim().replace(' ', '+'), version).orElseThrow(MediaTypes::notAcceptable);
        }
        List<String> accepted = headers.all("Accept");
        if (accepted.isEmpty()) {
            return FHIR_JSON;
        }
        List<String> ranges = new ArrayList<>();
        accepted.forEach(header -> ranges.addAll(List.of(header.split(",", -1))));
        ranges.sort(Comparator.comparingDouble((String range) -> weight(range)).reversed());
        for (String range : ranges) {
            Optional<String> type = served(range, version);
            if (type.isPresent() && weight(range) > 0) {
                return type.get();
            }
        }
        throw notAcceptable();
    }

    /**
     * Checks that a body is JSON of our FHIR version and not compressed.
     *
     * @throws Refusal when it is something else
     */
    public static void requireJson(HttpHeaders headers, FhirVersion version) {
        requireIdentity(headers);
        String type = headers.first("Content-Type").orElse("");
        String name = name(type);
        String charset = parameter(type, "charset");
        boolean json = name.equals(FHIR_JSON) || name.equals(JSON);
        if (!json || !isSpoken(type, version) || (charset != null && !charset.equalsIgnoreCase("utf-8"))) {
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
        if (!name(headers.first("Content-Type").orElse("")).equals("application/x-www-form-urlencoded")) {
            throw Refusal.of(Reason.MEDIA_TYPE, "The body must be application/x-www-form-urlencoded.");
        }
    }

    private static void requireIdentity(HttpHeaders headers) {
        if (!headers.first("Content-Encoding").orElse("identity").equalsIgnoreCase("identity")) {
            throw Refusal.of(Reason.MEDIA_TYPE, "A compressed body is not accepted.");
        }
    }

    private static Optional<String> served(String range, FhirVersion version) {
        if (!isSpoken(range, version)) {
            return Optional.empty();
        }
        return switch (name(range)) {
            // Who takes NDJSON can read JSON: some clients send the file type with every request of an export.
            case "*/*", "application/*", FHIR_JSON, FHIR_NDJSON, "application/ndjson", "ndjson" ->
                Optional.of(FHIR_JSON);
            case JSON, "json" -> Optional.of(JSON);
            default -> Optional.empty();
        };
    }

    private static boolean isSpoken(String type, FhirVersion version) {
        String asked = parameter(type, "fhirversion");
        return asked == null || asked.equals(version.mimeParameter());
    }

    private static String name(String type) {
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String parameter(String type, String name) {
        String[] parts = type.split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0 && parts[i].substring(0, equals).trim().equalsIgnoreCase(name)) {
                return parts[i].substring(equals + 1).trim().replace("\"", "");
            }
        }
        return null;
    }

    private static double weight(String range) {
        String q = parameter(range, "q");
        try {
            return q == null ? 1 : Double.parseDouble(q);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Refusal notAcceptable() {
        return Refusal.of(Reason.NOT_ACCEPTABLE, "Only JSON of this server's FHIR version is served.");
    }
}
