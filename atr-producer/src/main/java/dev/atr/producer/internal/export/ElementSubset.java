package dev.atr.producer.internal.export;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Leaves out what a client does not need of its resources: {@code _elements}. What the base, US Core or the guide's
 * profiles make mandatory stays, and so does what changes the meaning of the rest. A Group always stays whole: it is the
 * list. Immutable.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Query Parameters", _elements</a>
 */
final class ElementSubset {
    static final String NAME = "_elements";

    private static final int MAX_ELEMENTS = 200;
    private static final Pattern SHAPE = Pattern.compile("([A-Z][A-Za-z]{1,40}\\.)?[a-z][A-Za-z0-9]{0,60}");

    private static final Set<String> OF_EVERY_RESOURCE =
            Set.of("resourceType", "id", "meta", "implicitRules", "contained", "modifierExtension");

    private static final Map<ResourceType, Set<String>> MANDATORY = Map.of(
            ResourceType.PATIENT,
            Set.of("identifier", "active", "name", "gender", "deceasedBoolean", "deceasedDateTime", "link"),
            ResourceType.COVERAGE,
            Set.of("status", "subscriberId", "beneficiary", "relationship", "period", "payor"),
            ResourceType.RELATED_PERSON,
            Set.of("active", "patient"),
            ResourceType.PRACTITIONER,
            Set.of("identifier", "name"),
            ResourceType.PRACTITIONER_ROLE,
            Set.of("practitioner", "organization"),
            ResourceType.ORGANIZATION,
            Set.of("active", "name"),
            ResourceType.LOCATION,
            Set.of("status", "name"));

    private static final JsonValue SUBSETTED = JsonValue.object()
            .put("system", Canonicals.OBSERVATION_VALUE)
            .put("code", "SUBSETTED")
            .build();

    private final Set<String> elements;

    /** Creates a subset of these elements, each {@code name} or {@code Type.name}. */
    ElementSubset(List<String> elements) {
        this.elements = Set.copyOf(elements);
    }

    /**
     * Returns the elements that a client asked for; empty when the parameter was not sent.
     *
     * @throws Refusal when one has not the shape of an element of a resource
     */
    static List<String> read(Query query) {
        List<String> names = new ArrayList<>();
        for (String list : query.all(NAME)) {
            names.addAll(Arrays.stream(list.split(",", -1)).map(String::trim).toList());
            if (names.size() > MAX_ELEMENTS
                    || !names.stream().allMatch(name -> SHAPE.matcher(name).matches())) {
                throw Refusal.of(
                                Reason.VALUE,
                                "One to " + MAX_ELEMENTS
                                        + " elements at the root of resources are expected, such as name or Patient.name.")
                        .at(NAME);
            }
        }
        return names;
    }

    /**
     * Returns the R4 JSON of a resource with these elements, tagged as a subset. One of a type that is not the guide's stays
     * whole: what is mandatory there is not known here.
     */
    byte[] of(ResourceType type, byte[] json) {
        if (!MANDATORY.containsKey(type)) {
            return json;
        }
        JsonObject whole = JsonValue.parseObject(json);
        Map<String, JsonValue> kept = new LinkedHashMap<>();
        whole.properties().forEach((name, value) -> {
            if (keeps(type, name.startsWith("_") ? name.substring(1) : name)) {
                kept.put(name, name.equals("meta") ? tagged(value) : value);
            }
        });
        kept.computeIfAbsent("meta", none -> tagged(JsonObject.EMPTY));
        return new JsonObject(kept).toBytes();
    }

    private boolean keeps(ResourceType type, String name) {
        return OF_EVERY_RESOURCE.contains(name)
                || Objects.requireNonNull(MANDATORY.get(type)).contains(name)
                || elements.contains(name)
                || elements.contains(type.code() + "." + name);
    }

    private static JsonValue tagged(JsonValue meta) {
        List<JsonValue> tags = new ArrayList<>(meta.items("tag"));
        if (!tags.contains(SUBSETTED)) {
            tags.add(SUBSETTED);
        }
        return ((JsonObject) meta).with("tag", JsonValue.array(tags));
    }
}
