package dev.atr.core.rules;

import dev.atr.core.fhir.OtherElements;
import dev.atr.core.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Extensions that may stand once. The first one is a component of the list or row; one that is left among the other
 * elements is either a second one or holds another type of value than the guide gives it.
 */
final class RepeatedExtensions {
    private RepeatedExtensions() {}

    /**
     * An extension that may stand once.
     *
     * @param url its URL
     * @param rule the rule behind it
     * @param name how a place names it
     */
    record Single(String url, String rule, String name) {}

    static void check(OtherElements other, String place, List<Single> singles, Consumer<RuleViolation> found) {
        for (OtherElements.Property property : other.properties()) {
            if (property.name().equals("extension")) {
                JsonValue extensions = JsonValue.parse(property.json().getBytes(StandardCharsets.UTF_8));
                extensions.items().forEach(extension -> check(extension, place, singles, found));
            }
        }
    }

    private static void check(JsonValue extension, String place, List<Single> singles, Consumer<RuleViolation> found) {
        String url = extension.text("url").orElse("");
        for (Single single : singles) {
            if (single.url().equals(url)) {
                found.accept(RuleViolation.error(
                        single.rule(),
                        place + ".extension(" + single.name() + ")",
                        "may stand once, with the type of value that the guide gives it"));
            }
        }
    }
}
