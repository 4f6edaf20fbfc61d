package dev.atr.consumer.internal;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.fhir.Identifier;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Identifiers as search tokens, {@code system|value}. */
public final class Tokens {
    private Tokens() {}

    /**
     * Returns the token text, before percent-encoding: what would separate tokens is escaped.
     *
     * @see <a href="https://hl7.org/fhir/R4/search.html#escaping">FHIR R4, "Escaping Search Parameters"</a>
     */
    public static String text(String system, String value) {
        return escaped(system) + "|" + escaped(value);
    }

    /** Returns the text of a choice between identifiers: commas between tokens. */
    public static String anyOf(List<Identifier> choice) {
        if (choice.isEmpty()) {
            throw new IllegalArgumentException("a choice between no identifiers");
        }
        return choice.stream()
                .map(identifier -> {
                    String system = identifier.system();
                    String value = identifier.value();
                    if (system == null || system.isBlank() || value == null || value.isBlank()) {
                        throw new IllegalArgumentException("identifiers: system and value, neither of them blank");
                    }
                    return text(system, value);
                })
                .collect(Collectors.joining(","));
    }

    /** Returns whether a list carries an identifier of the same system and value. */
    public static boolean carries(AttributionList list, Identifier wanted) {
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
