package dev.atr.consumer.sync;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tables of resources: which types each holds, and what is a column of its own. R4 and STU3 are read alike. */
enum ResourceTable {
    PATIENT("patient", Set.of(ResourceType.PATIENT), "member_id", "family", "given", "birth_date", "gender") {
        @Override
        List<@Nullable String> values(JsonValue json) {
            JsonValue name = officialName(json);
            return row(
                    typed(json, "MB"),
                    name.text("family").orElse(null),
                    given(name),
                    json.text("birthDate").orElse(null),
                    json.text("gender").orElse(null));
        }
    },
    COVERAGE(
            "coverage",
            Set.of(ResourceType.COVERAGE),
            "beneficiary",
            "member_id",
            "subscriber_id",
            "plan",
            "status",
            "period_start",
            "period_end") {
        @Override
        List<@Nullable String> values(JsonValue json) {
            JsonValue period = json.find("period").orElse(JsonValue.JsonObject.EMPTY);
            return row(
                    reference(json, "beneficiary"),
                    typed(json, "MB"),
                    json.text("subscriberId").orElse(null),
                    plan(json),
                    json.text("status").orElse(null),
                    period.text("start").orElse(null),
                    period.text("end").orElse(null));
        }
    },
    PROVIDER(
            "provider",
            Set.of(
                    ResourceType.PRACTITIONER,
                    ResourceType.PRACTITIONER_ROLE,
                    ResourceType.ORGANIZATION,
                    ResourceType.LOCATION),
            "name",
            "npi",
            "tin",
            "practitioner",
            "organization") {
        @Override
        List<@Nullable String> values(JsonValue json) {
            JsonValue name = officialName(json);
            String person = name.text("text")
                    .orElseGet(() -> joined(given(name), name.text("family").orElse(null)));
            return row(
                    json.text("name").orElse(person),
                    ofSystem(json, Canonicals.NPI),
                    ofSystem(json, Canonicals.TIN),
                    reference(json, "practitioner"),
                    reference(json, "organization"));
        }
    },
    RELATED_PERSON("related_person", Set.of(ResourceType.RELATED_PERSON), "patient", "family", "given") {
        @Override
        List<@Nullable String> values(JsonValue json) {
            JsonValue name = officialName(json);
            return row(reference(json, "patient"), name.text("family").orElse(null), given(name));
        }
    };

    private final String table;

    @SuppressWarnings("ImmutableEnumChecker") // unmodifiable
    private final Set<ResourceType> types;

    @SuppressWarnings("ImmutableEnumChecker") // unmodifiable
    private final List<String> columns;

    ResourceTable(String table, Set<ResourceType> types, String... columns) {
        this.table = table;
        this.types = Set.copyOf(types);
        this.columns = List.of(columns);
    }

    /** Returns the table of a type; empty for a type that is not kept. */
    static Optional<ResourceTable> of(ResourceType type) {
        for (ResourceTable one : values()) {
            if (one.types.contains(type)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** Returns whether resources of the type stay for as long as something kept refers to them. */
    static boolean isKeptByLinks(ResourceType type) {
        return PROVIDER.types.contains(type) || RELATED_PERSON.types.contains(type);
    }

    /** Returns the values of the columns, in their order. */
    abstract List<@Nullable String> values(JsonValue json);

    String table() {
        return table;
    }

    String staged() {
        return "staged_" + table;
    }

    /** Returns the names of the columns between {@code ref} and the content. */
    List<String> columns() {
        return columns;
    }

    // List.of holds no absent values
    private static List<@Nullable String> row(@Nullable String... values) {
        List<@Nullable String> list = new ArrayList<>(values.length);
        for (String value : values) {
            list.add(value);
        }
        return list;
    }

    /** Returns the official name, or else the first. */
    private static JsonValue officialName(JsonValue json) {
        List<JsonValue> names = json.all("name");
        return names.stream()
                .filter(name -> name.text("use").orElse("").equals("official"))
                .findFirst()
                .orElse(names.isEmpty() ? JsonValue.JsonObject.EMPTY : names.get(0));
    }

    private static @Nullable String given(JsonValue name) {
        String given = String.join(
                " ",
                name.all("given").stream().flatMap(part -> part.text().stream()).toList());
        return given.isEmpty() ? null : given;
    }

    private static @Nullable String joined(@Nullable String given, @Nullable String family) {
        if (given == null || family == null) {
            return given == null ? family : given;
        }
        return given + " " + family;
    }

    private static @Nullable String typed(JsonValue json, String code) {
        return json.all("identifier").stream()
                .filter(number -> number.all("type.coding.code").stream()
                        .anyMatch(one -> one.text().orElse("").equals(code)))
                .flatMap(number -> number.text("value").stream())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String ofSystem(JsonValue json, String system) {
        return json.all("identifier").stream()
                .filter(number -> number.text("system").orElse("").equals(system))
                .flatMap(number -> number.text("value").stream())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String plan(JsonValue json) {
        return json.all("class").stream()
                .filter(one -> one.all("type.coding.code").stream()
                        .anyMatch(code -> code.text().orElse("").equals("plan")))
                .flatMap(one -> one.text("value").stream())
                .findFirst()
                // STU3
                .or(() -> json.all("grouping.plan").stream()
                        .flatMap(value -> value.text().stream())
                        .findFirst())
                .orElse(null);
    }

    private static @Nullable String reference(JsonValue json, String name) {
        return json.all(name + ".reference").stream()
                .flatMap(text -> text.text().stream())
                .flatMap(text -> ResourceKey.ofReference(text).stream())
                .map(key -> key.reference())
                .findFirst()
                .orElse(null);
    }
}
