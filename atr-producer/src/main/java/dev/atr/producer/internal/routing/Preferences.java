package dev.atr.producer.internal.routing;

import dev.atr.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What the {@code Prefer} header asks for.
 *
 * @param tokens the preferences in lower case, without blanks, for example {@code handling=lenient}
 */
public record Preferences(Set<String> tokens) {
    /** Copies the set. */
    public Preferences {
        tokens = Set.copyOf(tokens);
    }

    /** Reads the header; it may be sent several times, and several preferences may share one. */
    public static Preferences of(HttpHeaders headers) {
        Set<String> tokens = new HashSet<>();
        for (String header : headers.all("Prefer")) {
            for (String token : header.split("[,;]", -1)) {
                tokens.add(token.replace(" ", "").replace("\"", "").toLowerCase(Locale.ROOT));
            }
        }
        return new Preferences(tokens);
    }

    /** Returns whether the client would rather have what is not supported ignored than be refused. */
    public boolean lenient() {
        return tokens.contains("handling=lenient");
    }

    /** Returns whether the client would rather be refused than have anything left aside, be it what is served otherwise. */
    public boolean strict() {
        return tokens.contains("handling=strict");
    }

    /**
     * Returns whether the client wants the status of a job apart from that of its answer.
     *
     * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU3/export.html">Bulk Data 3.0.0, "Headers"</a>
     */
    public boolean separateExportStatus() {
        return tokens.contains("separate-export-status");
    }

    /** Returns whether the client wants the resource back that was changed. */
    public boolean returnsRepresentation() {
        return tokens.contains("return=representation");
    }

    /** Returns whether the client asked for the asynchronous pattern. */
    public boolean respondAsync() {
        return tokens.contains("respond-async");
    }

    /** Returns whether the client wants no body back. */
    public boolean returnsMinimal() {
        return tokens.contains("return=minimal");
    }

    /** Returns whether the client wants to be told what happened, and nothing else. */
    public boolean returnsOutcome() {
        return tokens.contains("return=operationoutcome");
    }
}
