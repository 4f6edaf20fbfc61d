package dev.atr.core.json;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.CodeableConcept;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Coverage in R4 and STU3. The classes of R4 are named fields of STU3, one of each kind; a class that says more than its
 * field can hold, or has none, travels in an extension.
 */
final class Stu3Coverage {
    private static final String CLASS = CrossVersion.r4("Coverage.class");
    private static final String COST = CrossVersion.r4("Coverage.costToBeneficiary");
    private static final String SUBROGATION = CrossVersion.r4("Coverage.subrogation");
    private static final String GROUPING = CrossVersion.stu3("Coverage.grouping");

    /** Marks the extension of a class that also stands in its field. */
    private static final String IN_FIELD = "grouping";

    private static final Map<String, String> CLASS_PARTS =
            Map.of("type", "CodeableConcept", "value", "String", "name", "String", IN_FIELD, "Boolean");
    private static final Map<String, String> COST_PARTS =
            Map.of("type", "CodeableConcept", "valueQuantity", "Quantity");

    /** The kinds of class that {@code grouping} has, and its fields for them, in the order of STU3. */
    private static final Map<String, String> FIELDS = fields();

    private Stu3Coverage() {}

    private static Map<String, String> fields() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("group", "group");
        names.put("subgroup", "subGroup");
        names.put("plan", "plan");
        names.put("subplan", "subPlan");
        names.put("class", "class");
        names.put("subclass", "subClass");
        return names;
    }

    static JsonValue.JsonObject of(JsonValue.JsonObject r4) {
        Map<String, JsonValue> grouping = new LinkedHashMap<>();
        CrossVersion.find(r4, GROUPING)
                .forEach(kept ->
                        grouping.putAll(CrossVersion.unwrap(kept, Map.of()).properties()));
        JsonValue sequence = r4.find("sequence").orElse(null);
        List<JsonValue> extensions = new ArrayList<>();
        for (JsonValue entry : r4.items("class")) {
            String kind = kind(entry);
            String field = FIELDS.get(kind);
            JsonValue value = entry.find("value").orElse(null);
            JsonValue name = entry.find("name").orElse(null);
            if (value != null && field != null && !grouping.containsKey(field)) {
                grouping.put(field, value);
                if (name != null) {
                    grouping.put(field + "Display", name);
                }
            } else if (value != null && kind.equals("sequence") && sequence == null) {
                sequence = value;
                name = null;
            } else {
                extensions.add(CrossVersion.wrap(CLASS, entry, CLASS_PARTS));
                continue;
            }
            if (!entry.equals(entry(kind, value, name)) && entry instanceof JsonValue.JsonObject object) {
                extensions.add(CrossVersion.wrap(CLASS, object.with(IN_FIELD, JsonValue.of(true)), CLASS_PARTS));
            }
        }
        JsonValue.JsonObject stu3 = CrossVersion.remove(r4, GROUPING).without("class");
        if (!grouping.isEmpty()) {
            stu3 = stu3.with("grouping", new JsonValue.JsonObject(grouping));
        }
        if (sequence != null) {
            stu3 = stu3.with("sequence", sequence);
        }
        stu3 = CrossVersion.add(stu3, extensions);
        stu3 = Stu3Resources.wrapAll(stu3, "costToBeneficiary", COST, COST_PARTS);
        return CrossVersion.hide(stu3, "subrogation", SUBROGATION, "Boolean");
    }

    static JsonValue.JsonObject toR4(JsonValue.JsonObject stu3) {
        List<JsonValue> classes = new ArrayList<>();
        JsonValue.JsonObject grouping = stu3.find("grouping").orElse(null) instanceof JsonValue.JsonObject object
                ? object
                : JsonValue.JsonObject.EMPTY;
        for (Map.Entry<String, String> field : FIELDS.entrySet()) {
            JsonValue value = grouping.find(field.getValue()).orElse(null);
            if (value != null) {
                JsonValue name = grouping.find(field.getValue() + "Display").orElse(null);
                classes.add(entry(field.getKey(), value, name));
                grouping = grouping.without(field.getValue()).without(field.getValue() + "Display");
            }
        }
        stu3.find("sequence").ifPresent(value -> classes.add(entry("sequence", value, null)));
        for (JsonValue extension : CrossVersion.find(stu3, CLASS)) {
            JsonValue.JsonObject entry = CrossVersion.unwrap(extension, CLASS_PARTS);
            int at = entry.find(IN_FIELD).isPresent() ? indexOf(classes, kind(entry)) : -1;
            if (at < 0) {
                classes.add(entry.without(IN_FIELD));
            } else {
                classes.set(at, entry.without(IN_FIELD));
            }
        }
        JsonValue.JsonObject r4 =
                CrossVersion.remove(stu3, CLASS).without("grouping").without("sequence");
        if (!classes.isEmpty()) {
            r4 = r4.with("class", JsonValue.array(classes));
        }
        if (!grouping.properties().isEmpty()) {
            r4 = CrossVersion.add(r4, List.of(CrossVersion.wrap(GROUPING, grouping, Map.of())));
        }
        if (r4.find("status").isEmpty()) {
            r4 = r4.with("status", JsonValue.of("active"));
        }
        r4 = Stu3Resources.unwrapAll(r4, "costToBeneficiary", COST, COST_PARTS);
        return CrossVersion.show(r4, "subrogation", SUBROGATION, "Boolean");
    }

    private static int indexOf(List<JsonValue> classes, String kind) {
        for (int i = 0; i < classes.size(); i++) {
            if (kind(classes.get(i)).equals(kind)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns a class that says nothing but kind, value and name. */
    private static JsonValue.JsonObject entry(String kind, JsonValue value, @Nullable JsonValue name) {
        return JsonValue.object()
                .put("type", Elements.json(CodeableConcept.of(Canonicals.COVERAGE_CLASS, kind)))
                .put("value", value)
                .putIfPresent("name", name)
                .build();
    }

    /** Returns the code of a class; empty when it has none of the known system. */
    private static String kind(JsonValue entry) {
        return entry.all("type.coding").stream()
                .filter(c -> c.text("system").equals(Optional.of(Canonicals.COVERAGE_CLASS)))
                .findFirst()
                .flatMap(c -> c.text("code"))
                .orElse("");
    }
}
