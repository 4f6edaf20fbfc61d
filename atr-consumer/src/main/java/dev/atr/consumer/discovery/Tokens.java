package dev.atr.consumer.discovery;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.fhir.Identifier;
import java.util.Objects;

/** Identifiers as search tokens, {@code system|value}. */
final class Tokens {
    private Tokens() {}

    /**
     * Returns the token text, before percent-encoding: what would separate tokens is escaped.
     *
     * @see <a href="https://hl7.org/fhir/R4/search.html#escaping">FHIR R4, "Escaping Search Parameters"</a>
     */
    static String text(String system, String value) {
        return escaped(system) + "|" + escaped(value);
    }

    /** Returns whether a list carries an identifier of the same system and value. */
    static boolean carries(AttributionList list, Identifier wanted) {
        return list.identifiers().stream()
                .anyMatch(identifier -> Objects.equals(identifier.system(), wanted.system())
                        && Objects.equals(identifier.value(), wanted.value()));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace(",", "\\,")
                .replace("$", "\\$");
    }
}
