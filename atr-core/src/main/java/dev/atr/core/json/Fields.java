package dev.atr.core.json;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.OtherElements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one object, taken one by one; what nobody took is the rest. A value of the wrong kind is a failure
 * that names the path.
 */
final class Fields {
    private final Map<String, JsonValue> properties;
    private final List<String> taken = new ArrayList<>();

    /** What was put in the place of something taken. */
    private final Map<String, JsonValue> put = new LinkedHashMap<>(0);

    private final String path;

    Fields(JsonValue value, String path) {
        if (!(value instanceof JsonValue.JsonObject object)) {
            throw new InvalidContentException(path + ": expected an object");
        }
        this.properties = object.properties();
        this.path = path;
    }

    /** Takes a property as it stands. */
    @Nullable
    JsonValue take(String name) {
        JsonValue value = properties.get(name);
        if (value != null) {
            taken.add(name);
        }
        return value;
    }

    @Nullable
    String text(String name) {
        JsonValue value = take(name);
        if (value == null) {
            return null;
        }
        return value.text().orElseThrow(() -> refused(name, "expected a text"));
    }

    @Nullable
    Boolean flag(String name) {
        JsonValue value = take(name);
        if (value == null) {
            return null;
        }
        return value.flag().orElseThrow(() -> refused(name, "expected a boolean"));
    }

    @Nullable
    Integer count(String name) {
        JsonValue value = take(name);
        if (value == null) {
            return null;
        }
        long number = value.number().orElseThrow(() -> refused(name, "expected a whole number"));
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw refused(name, "expected a number from 0 to 2147483647");
        }
        return (int) number;
    }

    @Nullable
    FhirDateTime dateTime(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return new FhirDateTime(text);
        } catch (IllegalArgumentException e) {
            throw refused(name, "expected a dateTime");
        }
    }

    /** Takes an element and reads it. */
    <T> @Nullable T element(String name, BiFunction<JsonValue, String, T> reader) {
        JsonValue value = take(name);
        return value == null ? null : reader.apply(value, path + "." + name);
    }

    /** Takes a repeated element and reads each. */
    <T> List<T> elements(String name, BiFunction<JsonValue, String, T> reader) {
        List<JsonValue> values = array(name);
        List<T> read = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            read.add(reader.apply(values.get(i), path + "." + name + "[" + i + "]"));
        }
        return read;
    }

    /** Takes an array; none when there is none. */
    List<JsonValue> array(String name) {
        JsonValue value = take(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof JsonValue.JsonArray array)) {
            throw refused(name, "expected an array");
        }
        return array.values();
    }

    /**
     * Takes the value of the first extension of one of these URLs that holds the value and nothing else; any other stays
     * in the rest.
     */
    @Nullable
    JsonValue extension(String valueName, String... urls) {
        if (!put.containsKey("extension")) {
            put.put("extension", JsonValue.array(array("extension")));
        }
        List<JsonValue> extensions =
                put.getOrDefault("extension", JsonValue.array()).items();
        for (String url : urls) {
            for (JsonValue extension : extensions) {
                Optional<JsonValue> value = onlyValue(extension, url, valueName);
                if (value.isPresent()) {
                    List<JsonValue> others = new ArrayList<>(extensions);
                    others.remove(extension);
                    put.put("extension", JsonValue.array(others));
                    return value.get();
                }
            }
        }
        return null;
    }

    private static Optional<JsonValue> onlyValue(JsonValue extension, String url, String valueName) {
        boolean fits = extension instanceof JsonValue.JsonObject object
                && object.properties().size() == 2
                && url.equals(object.text("url").orElse(null));
        return fits ? extension.find(valueName) : Optional.empty();
    }

    /** Puts a property back, or a new one: it will be part of the rest. */
    void put(String name, JsonValue value) {
        put.put(name, value);
    }

    /** Returns what nobody took. */
    OtherElements rest() {
        if (taken.size() == properties.size() && put.isEmpty()) {
            return OtherElements.NONE;
        }
        Map<String, JsonValue> rest = new LinkedHashMap<>(properties);
        rest.keySet().removeAll(taken);
        put.forEach((name, value) -> {
            boolean emptied =
                    value instanceof JsonValue.JsonArray array && array.values().isEmpty();
            if (!emptied) {
                rest.put(name, value);
            }
        });
        return other(rest);
    }

    static OtherElements other(Map<String, JsonValue> properties) {
        if (properties.isEmpty()) {
            return OtherElements.NONE;
        }
        return new OtherElements(properties.entrySet().stream()
                .map(p -> new OtherElements.Property(p.getKey(), p.getValue().toJson()))
                .toList());
    }

    String path() {
        return path;
    }

    InvalidContentException refused(String name, String rule) {
        return new InvalidContentException(path + "." + name + ": " + rule);
    }
}
