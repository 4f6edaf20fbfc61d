package dev.atr.producer.spi;

import dev.atr.core.attribution.Characteristic;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.spi.ListQuery.Token;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A search value for the characteristics of a list. Base FHIR compares codes and booleans; here the value may also be the
 * resource that a characteristic refers to, by its reference or by one of its identifiers (C-45).
 *
 * @param code matched against the codings of {@code characteristic.code}
 * @param value matched against the value of the same characteristic: the codings of a CodeableConcept, a boolean, a
 *     reference such as {@code Practitioner/12}, the identifier of a reference, or an identifier of the resource
 *     referred to; absent for any value
 */
public record TraitQuery(Token code, @Nullable Token value) {
    /**
     * Returns whether a characteristic matches.
     *
     * @param identifiers the identifiers of a resource that a characteristic may refer to; none for what is unknown
     */
    public boolean matches(Characteristic characteristic, Function<ResourceKey, List<Identifier>> identifiers) {
        boolean coded = characteristic.code().codings().stream()
                .anyMatch(coding -> code.matches(coding.system(), coding.code()));
        Token wanted = value;
        return coded
                && (wanted == null
                        || characteristic.other().properties().stream()
                                .anyMatch(property -> matches(wanted, property, identifiers)));
    }

    private static boolean matches(
            Token wanted, OtherElements.Property property, Function<ResourceKey, List<Identifier>> identifiers) {
        return switch (property.name()) {
            case "valueCodeableConcept" ->
                json(property).all("coding").stream()
                        .anyMatch(coding -> wanted.matches(text(coding, "system"), text(coding, "code")));
            case "valueBoolean" -> wanted.matches(null, property.json().trim());
            case "valueReference" -> refers(wanted, json(property), identifiers);
            default -> false;
        };
    }

    private static boolean refers(
            Token wanted, JsonValue reference, Function<ResourceKey, List<Identifier>> identifiers) {
        boolean named = reference
                .find("identifier")
                .filter(identifier -> wanted.matches(text(identifier, "system"), text(identifier, "value")))
                .isPresent();
        ResourceKey target =
                reference.text("reference").flatMap(ResourceKey::ofReference).orElse(null);
        if (named || target == null) {
            return named;
        }
        return wanted.matches(null, target.reference())
                || identifiers.apply(target).stream()
                        .anyMatch(identifier -> wanted.matches(identifier.system(), identifier.value()));
    }

    private static JsonValue json(OtherElements.Property property) {
        return JsonValue.parse(property.json().getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String text(JsonValue json, String name) {
        return json.text(name).orElse(null);
    }

    @Override
    public String toString() {
        return "TraitQuery";
    }
}
