package dev.atr.core.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A small immutable JSON document: a resource, a Bundle of headers, a key set, a manifest. Whatever may be large (a
 * Group with its rows, an NDJSON file) is streamed instead and never becomes a tree.
 *
 * <p>Numbers keep their text, so that writing what was read changes no digit. Accessors are lenient: asking a text for
 * a property is empty, not an error. Equality ignores the order of properties.
 */
public sealed interface JsonValue {
    /**
     * Reads a document strictly: UTF-8 without byte order mark, no doubled property, at most 64 levels, texts of at most
     * 1 MB, numbers of at most 128 digits and exponents of at most ±64, nothing after the value.
     *
     * @throws dev.atr.core.error.InvalidContentException when a rule is broken; names rule and place, never content
     */
    static JsonValue parse(byte[] json) {
        try (JsonTokens tokens = JsonTokens.of(json)) {
            tokens.next();
            JsonValue value = tokens.value();
            tokens.end();
            return value;
        }
    }

    /**
     * Reads a document that must be an object, as strictly as {@link #parse}.
     *
     * @throws dev.atr.core.error.InvalidContentException when a rule is broken or the document is no object
     */
    static JsonObject parseObject(byte[] json) {
        return parseObject(json, Long.MAX_VALUE);
    }

    /**
     * Reads a document that must be an object, as strictly as {@link #parse}, and of bounded size in memory: a stranger's
     * document of many tiny values takes many times its length there.
     *
     * @param maxCost most characters of all texts and names together, to which each value and name adds 16
     * @throws dev.atr.core.error.InvalidContentException when a rule is broken, the document is no object or costs more
     */
    static JsonObject parseObject(byte[] json, long maxCost) {
        try (JsonTokens tokens = JsonTokens.of(json)) {
            tokens.allow(maxCost);
            tokens.nextObject();
            JsonObject value = (JsonObject) tokens.value();
            tokens.end();
            return value;
        }
    }

    /**
     * Returns a text.
     *
     * @throws IllegalArgumentException when it holds a lone surrogate or a control character that FHIR forbids
     */
    static JsonText of(String text) {
        return new JsonText(text);
    }

    /** Returns a boolean. */
    static JsonBoolean of(boolean value) {
        return new JsonBoolean(value);
    }

    /** Returns a whole number. */
    static JsonNumber of(long value) {
        return new JsonNumber(Long.toString(value));
    }

    /** Returns an array. */
    static JsonArray array(List<? extends JsonValue> values) {
        return new JsonArray(List.copyOf(values));
    }

    /** Returns an array. */
    static JsonArray array(JsonValue... values) {
        return new JsonArray(List.of(values));
    }

    /** Starts an object; properties are written in the order in which they are put. */
    static ObjectBuilder object() {
        return new ObjectBuilder();
    }

    /** Returns a property of this object; empty when there is none or this is no object. */
    default Optional<JsonValue> find(String name) {
        return Optional.empty();
    }

    /** Returns the values of this array; none when this is no array. */
    default List<JsonValue> items() {
        return List.of();
    }

    /** Returns this text; empty when this is no text. */
    default Optional<String> text() {
        return Optional.empty();
    }

    /** Returns this boolean; empty when this is no boolean. */
    default Optional<Boolean> flag() {
        return Optional.empty();
    }

    /** Returns this number when it is whole and fits; empty otherwise. */
    default Optional<Long> number() {
        return Optional.empty();
    }

    /** Returns the text of a property; empty when there is none or it is no text. */
    default Optional<String> text(String name) {
        return find(name).flatMap(JsonValue::text);
    }

    /** Returns the values of an array property; none when there is none or it is no array. */
    default List<JsonValue> items(String name) {
        return find(name).map(JsonValue::items).orElse(List.of());
    }

    /**
     * Returns every value at a path, looking into each value of arrays on the way.
     *
     * @param path property names separated by dots, for example {@code identifier.type.coding}
     */
    default List<JsonValue> all(String path) {
        List<JsonValue> level = List.of(this);
        for (String name : path.split("\\.", -1)) {
            List<JsonValue> next = new ArrayList<>();
            for (JsonValue value : level) {
                value.find(name).ifPresent(found -> {
                    if (found instanceof JsonArray array) {
                        next.addAll(array.values());
                    } else {
                        next.add(found);
                    }
                });
            }
            level = next;
        }
        return level;
    }

    /** Appends this value as JSON on a single line, without insignificant blanks. */
    void appendTo(StringBuilder json);

    /** Returns this value as JSON on a single line. */
    default String toJson() {
        StringBuilder json = new StringBuilder();
        appendTo(json);
        return json.toString();
    }

    /** Returns this value as JSON in UTF-8 on a single line. */
    default byte[] toBytes() {
        return toJson().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * An object.
     *
     * @param properties names and values in the order written
     */
    record JsonObject(Map<String, JsonValue> properties) implements JsonValue {
        /** The object without properties. */
        public static final JsonObject EMPTY = new JsonObject(Map.of());

        /** Copies the map and keeps its order. */
        public JsonObject {
            properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        }

        @Override
        public Optional<JsonValue> find(String name) {
            return Optional.ofNullable(properties.get(name));
        }

        /** Returns a copy with a property put in the place of the old one, or at the end. */
        public JsonObject with(String name, JsonValue value) {
            Map<String, JsonValue> copy = new LinkedHashMap<>(properties);
            copy.put(name, value);
            return new JsonObject(copy);
        }

        /** Returns a copy without a property. */
        public JsonObject without(String name) {
            Map<String, JsonValue> copy = new LinkedHashMap<>(properties);
            copy.remove(name);
            return new JsonObject(copy);
        }

        @Override
        public void appendTo(StringBuilder json) {
            json.append('{');
            String separator = "";
            for (Map.Entry<String, JsonValue> property : properties.entrySet()) {
                json.append(separator);
                JsonText.quote(property.getKey(), json);
                json.append(':');
                property.getValue().appendTo(json);
                separator = ",";
            }
            json.append('}');
        }

        @Override
        public String toString() {
            return "JsonObject[" + properties.size() + "]";
        }
    }

    /**
     * An array.
     *
     * @param values the values in order
     */
    record JsonArray(List<JsonValue> values) implements JsonValue {
        /** Copies the list. */
        public JsonArray {
            values = List.copyOf(values);
        }

        @Override
        public List<JsonValue> items() {
            return values;
        }

        @Override
        public void appendTo(StringBuilder json) {
            json.append('[');
            String separator = "";
            for (JsonValue value : values) {
                json.append(separator);
                value.appendTo(json);
                separator = ",";
            }
            json.append(']');
        }

        @Override
        public String toString() {
            return "JsonArray[" + values.size() + "]";
        }
    }

    /**
     * A text.
     *
     * @param value the text
     */
    record JsonText(String value) implements JsonValue {
        /** Checks that the text can be written as FHIR allows. */
        public JsonText {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c < ' ' && c != '\n' && c != '\r' && c != '\t') {
                    throw new IllegalArgumentException("a text holds a control character");
                }
                if (Character.isSurrogate(c)) {
                    i++;
                    if (i == value.length() || !Character.isSurrogatePair(c, value.charAt(i))) {
                        throw new IllegalArgumentException("a text holds half a character (a lone surrogate)");
                    }
                }
            }
        }

        @Override
        public Optional<String> text() {
            return Optional.of(value);
        }

        @Override
        public void appendTo(StringBuilder json) {
            quote(value, json);
        }

        static void quote(String text, StringBuilder json) {
            json.append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                switch (c) {
                    case '"', '\\' -> json.append('\\').append(c);
                    case '\n' -> json.append("\\n");
                    case '\r' -> json.append("\\r");
                    case '\t' -> json.append("\\t");
                    default -> json.append(c);
                }
            }
            json.append('"');
        }

        @Override
        public String toString() {
            return "JsonText";
        }
    }

    /**
     * A number.
     *
     * @param literal its JSON text
     */
    record JsonNumber(String literal) implements JsonValue {
        @Override
        public Optional<Long> number() {
            try {
                return Optional.of(Long.valueOf(literal));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public void appendTo(StringBuilder json) {
            json.append(literal);
        }

        @Override
        public String toString() {
            return "JsonNumber";
        }
    }

    /**
     * A boolean.
     *
     * @param value its value
     */
    record JsonBoolean(boolean value) implements JsonValue {
        @Override
        public Optional<Boolean> flag() {
            return Optional.of(value);
        }

        @Override
        public void appendTo(StringBuilder json) {
            json.append(value);
        }
    }

    /** The JSON {@code null}, which FHIR has only inside arrays of primitives. */
    record JsonNull() implements JsonValue {
        @Override
        public void appendTo(StringBuilder json) {
            json.append("null");
        }
    }

    /** Makes an object, property by property. For one thread. */
    final class ObjectBuilder {
        private final Map<String, JsonValue> properties = new LinkedHashMap<>();

        private ObjectBuilder() {}

        /** Puts a property; a later one of the same name takes its place. */
        public ObjectBuilder put(String name, JsonValue value) {
            properties.put(name, Objects.requireNonNull(value, name));
            return this;
        }

        /** Puts a text. */
        public ObjectBuilder put(String name, String value) {
            return put(name, of(value));
        }

        /** Puts a boolean. */
        public ObjectBuilder put(String name, boolean value) {
            return put(name, of(value));
        }

        /** Puts a whole number. */
        public ObjectBuilder put(String name, long value) {
            return put(name, of(value));
        }

        /** Puts a text, or nothing when it is absent. */
        public ObjectBuilder putIfPresent(String name, @Nullable String value) {
            return value == null ? this : put(name, value);
        }

        /** Puts a value, or nothing when it is absent. */
        public ObjectBuilder putIfPresent(String name, @Nullable JsonValue value) {
            return value == null ? this : put(name, value);
        }

        /** Puts an array, or nothing when it would be empty: FHIR has no empty arrays. */
        public ObjectBuilder putItems(String name, List<? extends JsonValue> values) {
            return values.isEmpty() ? this : put(name, array(values));
        }

        Map<String, JsonValue> properties() {
            return properties;
        }

        /** Returns the object. */
        public JsonObject build() {
            return new JsonObject(properties);
        }
    }
}
