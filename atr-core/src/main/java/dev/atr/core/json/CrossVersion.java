package dev.atr.core.json;

import dev.atr.core.error.InvalidContentException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Extensions that carry what one FHIR version has and the other lacks. */
final class CrossVersion {
    private static final String R4 = "http://hl7.org/fhir/4.0/StructureDefinition/extension-";
    private static final String STU3 = "http://hl7.org/fhir/3.0/StructureDefinition/extension-";

    private CrossVersion() {}

    /** Returns the URL by which an STU3 resource carries an element of R4, for example {@code Group.managingEntity}. */
    static String r4(String path) {
        return R4 + path;
    }

    /** Returns the URL by which an R4 resource carries an element of STU3. */
    static String stu3(String path) {
        return STU3 + path;
    }

    /** Adds extensions at the end of those that an element has. */
    static JsonValue.JsonObject add(JsonValue.JsonObject element, List<? extends JsonValue> extensions) {
        if (extensions.isEmpty()) {
            return element;
        }
        List<JsonValue> all = new ArrayList<>(element.items("extension"));
        all.addAll(extensions);
        return element.with("extension", JsonValue.array(all));
    }

    /** Returns the extensions of a URL. */
    static List<JsonValue> find(JsonValue.JsonObject element, String url) {
        return element.items("extension").stream().filter(e -> is(e, url)).toList();
    }

    /** Removes the extensions of a URL. */
    static JsonValue.JsonObject remove(JsonValue.JsonObject element, String url) {
        List<JsonValue> left =
                element.items("extension").stream().filter(e -> !is(e, url)).toList();
        if (left.size() == element.items("extension").size()) {
            return element;
        }
        return left.isEmpty() ? element.without("extension") : element.with("extension", JsonValue.array(left));
    }

    private static boolean is(JsonValue extension, String url) {
        return extension.text("url").map(url::equals).orElse(false);
    }

    /** Moves a property, with its {@code _name} sibling, into an extension of the element. */
    static JsonValue.JsonObject hide(JsonValue.JsonObject element, String name, String url, String type) {
        JsonValue value = element.find(name).orElse(null);
        JsonValue sibling = element.find("_" + name).orElse(null);
        if (value == null && sibling == null) {
            return element;
        }
        JsonValue extension = JsonValue.object()
                .put("url", url)
                .putIfPresent("value" + type, value)
                .putIfPresent("_value" + type, sibling)
                .build();
        return add(element.without(name).without("_" + name), List.of(extension));
    }

    /** Moves a property back from the first extension of a URL. */
    static JsonValue.JsonObject show(JsonValue.JsonObject element, String name, String url, String type) {
        List<JsonValue> extensions = find(element, url);
        if (extensions.isEmpty()) {
            return element;
        }
        JsonValue.JsonObject shown = remove(element, url);
        JsonValue value = extensions.get(0).find("value" + type).orElse(null);
        JsonValue sibling = extensions.get(0).find("_value" + type).orElse(null);
        shown = value == null ? shown : shown.with(name, value);
        return sibling == null ? shown : shown.with("_" + name, sibling);
    }

    /** Returns an element with parts as an extension; a part whose type is not given travels as JSON in a text. */
    static JsonValue.JsonObject wrap(String url, JsonValue element, Map<String, String> types) {
        List<JsonValue> parts = new ArrayList<>();
        JsonValue.ObjectBuilder wrapped = JsonValue.object();
        if (element instanceof JsonValue.JsonObject object) {
            for (Map.Entry<String, JsonValue> property : object.properties().entrySet()) {
                String name = property.getKey();
                JsonValue value = property.getValue();
                if (name.equals("id")) {
                    wrapped.put("id", value);
                } else if (name.equals("extension") && value instanceof JsonValue.JsonArray) {
                    parts.addAll(value.items());
                } else if (types.containsKey(name) && !(value instanceof JsonValue.JsonArray)) {
                    parts.add(Elements.extension(name, "value" + types.get(name), value));
                } else {
                    parts.add(Elements.extension(name, "valueString", JsonValue.of(value.toJson())));
                }
            }
        }
        return wrapped.put("url", url).putItems("extension", parts).build();
    }

    /** Returns the element that {@link #wrap} made an extension of. */
    static JsonValue.JsonObject unwrap(JsonValue wrapped, Map<String, String> types) {
        Map<String, JsonValue> element = new LinkedHashMap<>();
        List<JsonValue> extensions = new ArrayList<>();
        wrapped.find("id").ifPresent(id -> element.put("id", id));
        for (JsonValue part : wrapped.items("extension")) {
            String name = part.text("url").orElse("");
            Optional<JsonValue> value = part.find("value" + types.getOrDefault(name, "String"))
                    .flatMap(v ->
                            types.containsKey(name) ? Optional.of(v) : v.text().flatMap(CrossVersion::parse));
            if (name.contains(":") || value.isEmpty()) {
                extensions.add(part);
            } else {
                element.put(name, value.get());
            }
        }
        if (!extensions.isEmpty()) {
            element.put("extension", JsonValue.array(extensions));
        }
        return new JsonValue.JsonObject(element);
    }

    /** Reads what {@link #wrap} wrote as text; another writer's text may be anything, and then stays an extension. */
    private static Optional<JsonValue> parse(String json) {
        try {
            return Optional.of(JsonValue.parse(json.getBytes(StandardCharsets.UTF_8)));
        } catch (InvalidContentException e) {
            return Optional.empty();
        }
    }
}
