package dev.atr.core.json;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.ResourceKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The mapping between R4 and STU3 on JSON trees: the data types here, what is special of a resource type in
 * {@link Stu3Resources}. Values are mapped before a resource hides them in extensions, and after it has brought them
 * back, so that both ways meet the same values.
 */
final class Stu3 {
    private static final Set<String> CODINGS = Set.of("coding", "valueCoding", "tag", "security");
    private static final Set<String> IDENTIFIERS = Set.of("identifier", "valueIdentifier");
    private static final Set<String> EXTENSIONS = Set.of("extension", "modifierExtension");

    /** Elements of the eight types, and of the data types, that are references. */
    private static final Set<String> REFERENCES = Set.of(
            "assigner",
            "beneficiary",
            "contract",
            "endpoint",
            "entity",
            "generalPractitioner",
            "healthcareService",
            "issuer",
            "location",
            "managingEntity",
            "managingOrganization",
            "organization",
            "other",
            "partOf",
            "patient",
            "payor",
            "policyHolder",
            "practitioner",
            "subscriber",
            "valueReference");

    /** Extension values that STU3 has only as {@code uri}. */
    private static final List<String> URI_TYPES = List.of("valueCanonical", "valueUrl", "valueUuid");

    private static final String REFERENCE_TYPE = CrossVersion.r4("Reference.type");
    private static final String META_SOURCE = CrossVersion.r4("Meta.source");
    private static final String IDENTIFIER_USE = CrossVersion.r4("Identifier.use");
    private static final String CODING_CODE = CrossVersion.r4("Coding.code");

    private Stu3() {}

    /** Maps a resource, or an element that is no data type, from R4. */
    static JsonValue.JsonObject of(JsonValue.JsonObject r4) {
        return object("", r4);
    }

    /** Maps a resource, or an element that is no data type, to R4. */
    static JsonValue.JsonObject toR4(JsonValue.JsonObject stu3) {
        return objectToR4("", stu3);
    }

    /** Maps the value of a property to R4. */
    static JsonValue toR4(String name, JsonValue stu3) {
        if (stu3 instanceof JsonValue.JsonArray array) {
            return JsonValue.array(
                    array.values().stream().map(item -> toR4(name, item)).toList());
        }
        return stu3 instanceof JsonValue.JsonObject object ? objectToR4(name, object) : stu3;
    }

    private static JsonValue value(String name, JsonValue r4) {
        if (r4 instanceof JsonValue.JsonArray array) {
            return JsonValue.array(
                    array.values().stream().map(item -> value(name, item)).toList());
        }
        return r4 instanceof JsonValue.JsonObject object ? object(name, object) : r4;
    }

    private static JsonValue.JsonObject object(String name, JsonValue.JsonObject r4) {
        Map<String, JsonValue> mapped = new LinkedHashMap<>();
        r4.properties().forEach((key, value) -> {
            JsonValue child = value(key, value);
            boolean emptied = key.equals("meta") && child.equals(JsonValue.JsonObject.EMPTY);
            if (!emptied) {
                mapped.put(key, child);
            }
        });
        JsonValue.JsonObject stu3 = new JsonValue.JsonObject(mapped);
        if (CODINGS.contains(name)) {
            return coding(stu3);
        }
        if (IDENTIFIERS.contains(name)) {
            boolean old = stu3.text("use").equals(Optional.of("old"));
            return old ? CrossVersion.hide(stu3, "use", IDENTIFIER_USE, "Code") : stu3;
        }
        if (REFERENCES.contains(name)) {
            return reference(stu3);
        }
        if (EXTENSIONS.contains(name)) {
            return extension(stu3);
        }
        if (name.equals("meta")) {
            return meta(stu3);
        }
        return Stu3Resources.of(name, stu3);
    }

    private static JsonValue.JsonObject objectToR4(String name, JsonValue.JsonObject stu3) {
        Map<String, JsonValue> mapped = new LinkedHashMap<>();
        JsonValue.JsonObject shown = Stu3Resources.toR4(name, stu3);
        shown.properties().forEach((key, value) -> mapped.put(key, toR4(key, value)));
        JsonValue.JsonObject r4 = new JsonValue.JsonObject(mapped);
        if (CODINGS.contains(name)) {
            return codingToR4(r4);
        }
        if (IDENTIFIERS.contains(name)) {
            return CrossVersion.show(r4, "use", IDENTIFIER_USE, "Code");
        }
        if (REFERENCES.contains(name)) {
            return CrossVersion.show(r4, "type", REFERENCE_TYPE, "Uri");
        }
        return name.equals("meta") ? CrossVersion.show(r4, "source", META_SOURCE, "Uri") : r4;
    }

    /** STU3 has no code for the profile's social security slice; the nearest one stands for it (C-73). */
    private static JsonValue.JsonObject coding(JsonValue.JsonObject coding) {
        Optional<String> system = coding.text("system");
        if (system.isEmpty()) {
            return coding;
        }
        JsonValue.JsonObject mapped =
                coding.with("system", JsonValue.of(Terminology.toStu3(system.get(), coding.text("code"))));
        if (system.get().equals(Canonicals.IDENTIFIER_TYPE)
                && coding.text("code").equals(Optional.of("SB"))) {
            return CrossVersion.hide(mapped, "code", CODING_CODE, "Code").with("code", JsonValue.of("SS"));
        }
        return mapped;
    }

    private static JsonValue.JsonObject codingToR4(JsonValue.JsonObject coding) {
        JsonValue.JsonObject mapped = CrossVersion.show(coding, "code", CODING_CODE, "Code");
        return mapped.text("system")
                .map(system -> mapped.with("system", JsonValue.of(Terminology.toR4(system))))
                .orElse(mapped);
    }

    /** The type goes when the literal reference says the same. */
    private static JsonValue.JsonObject reference(JsonValue.JsonObject reference) {
        Optional<String> fromLiteral = reference
                .text("reference")
                .flatMap(ResourceKey::ofReference)
                .map(key -> key.type().code());
        boolean derivable = fromLiteral.isPresent() && fromLiteral.equals(reference.text("type"));
        return derivable ? reference.without("type") : CrossVersion.hide(reference, "type", REFERENCE_TYPE, "Uri");
    }

    private static JsonValue.JsonObject extension(JsonValue.JsonObject extension) {
        JsonValue.JsonObject mapped = extension;
        for (String type : URI_TYPES) {
            JsonValue value = mapped.find(type).orElse(null);
            if (value != null) {
                mapped = mapped.without(type).with("valueUri", value);
            }
        }
        return mapped;
    }

    /** The guide's profiles are R4 only, so an STU3 resource must not claim them. */
    private static JsonValue.JsonObject meta(JsonValue.JsonObject meta) {
        List<JsonValue> profiles = new ArrayList<>(meta.items("profile"));
        boolean claimed = profiles.removeIf(
                p -> p.text().map(t -> t.startsWith(Canonicals.ATR_STRUCTURE)).orElse(false));
        JsonValue.JsonObject mapped = meta;
        if (claimed) {
            mapped = profiles.isEmpty() ? meta.without("profile") : meta.with("profile", JsonValue.array(profiles));
        }
        return CrossVersion.hide(mapped, "source", META_SOURCE, "Uri");
    }
}
