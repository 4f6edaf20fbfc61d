package dev.atr.producer.internal.export;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an {@code Accept-Encoding} header says of the two codings that there are here. A weight of 0 refuses.
 *
 * @param plain weight of no coding at all
 * @param gzip weight of gzip
 * @param gzipIsNamed whether gzip is asked for by name: to who takes just anything, files go as they are (C-87)
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding">RFC 9110, "Accept-Encoding"</a>
 */
record AcceptedCodings(double plain, double gzip, boolean gzipIsNamed) {
    private static final Pattern ELEMENT =
            Pattern.compile("([^\\s;,]+)(?:\\s*;\\s*[qQ]\\s*=\\s*(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?))?");

    /** Less than any weight that a client can give, and more than a refusal. */
    private static final double UNSAID = 0.0001;

    /**
     * Reads the header. An element that is not well formed counts as not said.
     *
     * @param headers its values; none when it is absent
     */
    static AcceptedCodings of(List<String> headers) {
        Map<String, Double> weights = new HashMap<>();
        for (String element : String.join(",", headers).split(",", -1)) {
            Matcher matcher = ELEMENT.matcher(element.trim());
            if (matcher.matches()) {
                String coding = matcher.group(1).toLowerCase(Locale.ROOT);
                String weight = matcher.group(2);
                weights.put(coding.equals("x-gzip") ? "gzip" : coding, weight == null ? 1 : Double.parseDouble(weight));
            }
        }
        double others = weights.getOrDefault("*", 0.0);
        // Without a word about it a file may always go as it is
        double unsaid = weights.containsKey("*") ? others : UNSAID;
        return new AcceptedCodings(
                weights.getOrDefault("identity", unsaid),
                weights.getOrDefault("gzip", others),
                weights.containsKey("gzip"));
    }

    /** Returns whether the client wants gzip where there is a choice. */
    boolean prefersGzip() {
        return gzip > 0 && (gzipIsNamed ? gzip >= plain : gzip > plain);
    }

    /** Returns whether the client takes neither. */
    boolean takesNothing() {
        return plain == 0 && gzip == 0;
    }
}
