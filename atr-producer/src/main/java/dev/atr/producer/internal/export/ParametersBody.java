package dev.atr.producer.internal.export;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonArray;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A {@code Parameters} body whose values are single texts or references, read as if they had been sent in the query. */
final class ParametersBody {
    private static final Set<String> ROOT =
            Set.of("resourceType", "id", "meta", "implicitRules", "language", "parameter");
    private static final Set<String> PARAMETER = Set.of("id", "name");

    /** Enough for 10 000 patients with ids of full length; see {@link JsonValue#parseObject(byte[], long)}. */
    private static final long MAX_COST = 4_000_000;

    private ParametersBody() {}

    /**
     * Reads a body.
     *
     * @param body the bytes; empty for no parameters
     * @throws Refusal when this is no Parameters resource, or holds what would be overlooked otherwise
     */
    static Query read(byte[] body) {
        if (body.length == 0) {
            return Query.NONE;
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
        List<Parameter> parameters = new ArrayList<>();
        for (JsonValue parameter : resource.items("parameter")) {
            parameters.add(parameter(parameter));
        }
        return new Query(parameters);
    }

    private static Parameter parameter(JsonValue json) {
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
        // Parameters that are served have texts or references; of any other only the presence counts.
        JsonValue value = values.get(0).getValue();
        return new Parameter(
                name, value.text().or(() -> value.text("reference")).orElse(""));
    }
}
