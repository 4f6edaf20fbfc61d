package dev.atr.core.json;

import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Coding;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data types that lists and coverages are made of: from their R4 JSON to records and back. */
final class Elements {
    private Elements() {}

    static Identifier identifier(JsonValue json, String path) {
        Fields fields = new Fields(json, path);
        return new Identifier(
                fields.text("use"),
                fields.element("type", Elements::concept),
                fields.text("system"),
                fields.text("value"),
                fields.element("period", Elements::period),
                fields.rest());
    }

    static JsonValue.JsonObject json(Identifier identifier) {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .putIfPresent("use", identifier.use())
                .putIfPresent("type", identifier.type() == null ? null : json(identifier.type()))
                .putIfPresent("system", identifier.system())
                .putIfPresent("value", identifier.value())
                .putIfPresent("period", identifier.period() == null ? null : json(identifier.period()));
        return merge(json, identifier.other());
    }

    static Reference reference(JsonValue json, String path) {
        Fields fields = new Fields(json, path);
        return new Reference(
                fields.text("reference"),
                fields.text("type"),
                fields.element("identifier", Elements::identifier),
                fields.text("display"),
                fields.rest());
    }

    static JsonValue.JsonObject json(Reference reference) {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .putIfPresent("reference", reference.reference())
                .putIfPresent("type", reference.type())
                .putIfPresent("identifier", reference.identifier() == null ? null : json(reference.identifier()))
                .putIfPresent("display", reference.display());
        return merge(json, reference.other());
    }

    static Period period(JsonValue json, String path) {
        Fields fields = new Fields(json, path);
        return new Period(fields.dateTime("start"), fields.dateTime("end"), fields.rest());
    }

    static JsonValue.JsonObject json(Period period) {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .putIfPresent(
                        "start", period.start() == null ? null : period.start().text())
                .putIfPresent("end", period.end() == null ? null : period.end().text());
        return merge(json, period.other());
    }

    static CodeableConcept concept(JsonValue json, String path) {
        Fields fields = new Fields(json, path);
        return new CodeableConcept(fields.elements("coding", Elements::coding), fields.text("text"), fields.rest());
    }

    static JsonValue.JsonObject json(CodeableConcept concept) {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .putItems(
                        "coding", concept.codings().stream().map(Elements::json).toList())
                .putIfPresent("text", concept.text());
        return merge(json, concept.other());
    }

    static Coding coding(JsonValue json, String path) {
        Fields fields = new Fields(json, path);
        return new Coding(fields.text("system"), fields.text("code"), fields.text("display"), fields.rest());
    }

    static JsonValue.JsonObject json(Coding coding) {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .putIfPresent("system", coding.system())
                .putIfPresent("code", coding.code())
                .putIfPresent("display", coding.display());
        return merge(json, coding.other());
    }

    /** Returns an extension of one value. */
    static JsonValue.JsonObject extension(String url, String valueName, JsonValue value) {
        return JsonValue.object().put("url", url).put(valueName, value).build();
    }

    /**
     * Adds what the record does not model. Arrays that stand on both sides are joined, ours first; else what was met on
     * the wire wins over a default.
     */
    static JsonValue.JsonObject merge(JsonValue.ObjectBuilder json, OtherElements other) {
        for (OtherElements.Property property : other.properties()) {
            JsonValue value = parse(property);
            JsonValue ours = json.properties().get(property.name());
            if (ours instanceof JsonValue.JsonArray array && value instanceof JsonValue.JsonArray more) {
                List<JsonValue> joined = new ArrayList<>(array.values());
                joined.addAll(more.values());
                value = JsonValue.array(joined);
            }
            json.put(property.name(), value);
        }
        return json.build();
    }

    /** Finds a property that the record does not model. */
    static @Nullable JsonValue find(OtherElements other, String name) {
        for (OtherElements.Property property : other.properties()) {
            if (property.name().equals(name)) {
                return parse(property);
            }
        }
        return null;
    }

    /** Returns all but one property. */
    static OtherElements without(OtherElements other, String name) {
        return new OtherElements(
                other.properties().stream().filter(p -> !p.name().equals(name)).toList());
    }

    private static JsonValue parse(OtherElements.Property property) {
        return JsonValue.parse(property.json().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the order of a resource: what every resource has, then its own elements. */
    static List<String> resourceOrder(String... elements) {
        List<String> order = new ArrayList<>(List.of(
                "resourceType",
                "id",
                "meta",
                "implicitRules",
                "language",
                "text",
                "contained",
                "extension",
                "modifierExtension"));
        order.addAll(List.of(elements));
        return List.copyOf(order);
    }

    /** Returns an object with its properties in the order of FHIR, {@code _name} behind {@code name}, unknown ones last. */
    static JsonValue.JsonObject ordered(JsonValue.JsonObject json, List<String> order) {
        Comparator<String> byElement = Comparator.comparingInt(name -> {
            int at = order.indexOf(name.startsWith("_") ? name.substring(1) : name);
            return at < 0 ? Integer.MAX_VALUE : 2 * at + (name.startsWith("_") ? 1 : 0);
        });
        Map<String, JsonValue> sorted = new LinkedHashMap<>();
        json.properties().keySet().stream()
                .sorted(byElement)
                .forEach(name -> json.find(name).ifPresent(value -> sorted.put(name, value)));
        return new JsonValue.JsonObject(sorted);
    }
}
