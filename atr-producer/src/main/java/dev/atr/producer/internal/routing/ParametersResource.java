package dev.atr.producer.internal.routing;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonArray;
import dev.atr.core.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A {@code Parameters} body in which each parameter has one value and nothing else.
 *
 * @param entries the parameters in the order sent; a name may come several times
 */
public record ParametersResource(List<Entry> entries) {
    private static final Set<String> ROOT =
            Set.of("resourceType", "id", "meta", "implicitRules", "language", "parameter");
    private static final Set<String> PARAMETER = Set.of("id", "name");

    /** Enough for 10 000 patients with ids of full length; see {@link JsonValue#parseObject(byte[], long)}. */
    private static final long MAX_COST = 4_000_000;

    /** Copies the list. */
    public ParametersResource {
        entries = List.copyOf(entries);
    }

    /**
     * One parameter.
     *
     * @param name its name
     * @param type the name of the property that holds the value, for example {@code valueReference}
     * @param value the value
     */
    public record Entry(String name, String type, JsonValue value) {
        @Override
        public String toString() {
            return "Entry[" + type + "]";
        }
    }

    /**
     * Reads a body.
     *
     * @param body the bytes; empty for no parameters
     * @throws Refusal when this is no Parameters resource, or holds what would be overlooked otherwise
     */
    public static ParametersResource read(byte[] body) {
        if (body.length == 0) {
            return new ParametersResource(List.of());
        }
        JsonObject resource;
        try {
            resource = JsonValue.parseObject(body, MAX_COST);
        } catch (InvalidContentException e) {
            throw Refusal.of(Reason.STRUCTURE, "The body can't be read: " + e.getMessage() + ".");
        }
        boolean isParameters =
                resource.text("resourceType").filter("Parameters"::equals).isPresent();
        boolean isList =
                resource.find("parameter").map(p -> p instanceof JsonArray).orElse(true);
        if (!isParameters || !isList || !ROOT.containsAll(resource.properties().keySet())) {
            throw Refusal.of(Reason.INVALID, "The body must be a Parameters resource.")
                    .at("Parameters");
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonValue parameter : resource.items("parameter")) {
            entries.add(entry(parameter));
        }
        return new ParametersResource(entries);
    }

    private static Entry entry(JsonValue json) {
        String name = json.text("name")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> Refusal.of(Reason.REQUIRED, "Each parameter needs a name.")
                        .at("Parameters.parameter.name"));
        List<Map.Entry<String, JsonValue>> values = ((JsonObject) json)
                .properties().entrySet().stream()
                        .filter(p -> !PARAMETER.contains(p.getKey()))
                        .toList();
        if (values.size() != 1 || !values.get(0).getKey().startsWith("value")) {
            throw Refusal.of(Reason.INVALID, "A parameter must have one value and nothing else.")
                    .at(Query.echoable(name));
        }
        return new Entry(name, values.get(0).getKey(), values.get(0).getValue());
    }
}
