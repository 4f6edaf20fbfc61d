package dev.atr.core.json;

import dev.atr.core.Canonicals;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What differs between R4 and STU3 in single resource types, and how the difference is carried across. */
final class Stu3Resources {
    static final String MANAGING_ENTITY = CrossVersion.r4("Group.managingEntity");
    private static final String CHARACTERISTIC_VALUE = CrossVersion.r4("Group.characteristic.value");
    private static final String GENERAL_PRACTITIONER = CrossVersion.r4("Patient.generalPractitioner");
    private static final String LOCATION_TYPE = CrossVersion.r4("Location.type");
    private static final String HOURS = CrossVersion.r4("Location.hoursOfOperation");
    private static final String AVAILABILITY = CrossVersion.r4("Location.availabilityExceptions");
    private static final String RELATIONSHIP = CrossVersion.r4("RelatedPerson.relationship");
    private static final String COMMUNICATION = CrossVersion.r4("RelatedPerson.communication");

    private static final Map<String, String> HOURS_PARTS =
            Map.of("allDay", "Boolean", "openingTime", "Time", "closingTime", "Time");
    private static final Map<String, String> COMMUNICATION_PARTS =
            Map.of("language", "CodeableConcept", "preferred", "Boolean");

    private Stu3Resources() {}

    static JsonValue.JsonObject of(String name, JsonValue.JsonObject json) {
        if (name.equals("characteristic")) {
            return characteristic(json);
        }
        return switch (json.text("resourceType").orElse("")) {
            case "Group" -> CrossVersion.hide(json, "managingEntity", MANAGING_ENTITY, "Reference");
            case "Coverage" -> Stu3Coverage.of(json);
            case "Patient" -> generalPractitioners(json);
            case "Location" -> {
                JsonValue.JsonObject location = firstOnly(json, "type", LOCATION_TYPE);
                location = wrapAll(location, "hoursOfOperation", HOURS, HOURS_PARTS);
                yield CrossVersion.hide(location, "availabilityExceptions", AVAILABILITY, "String");
            }
            case "RelatedPerson" ->
                wrapAll(
                        firstOnly(json, "relationship", RELATIONSHIP),
                        "communication",
                        COMMUNICATION,
                        COMMUNICATION_PARTS);
            default -> json;
        };
    }

    static JsonValue.JsonObject toR4(String name, JsonValue.JsonObject json) {
        if (name.equals("characteristic")) {
            return characteristicToR4(json);
        }
        return switch (json.text("resourceType").orElse("")) {
            case "Group" -> CrossVersion.show(json, "managingEntity", MANAGING_ENTITY, "Reference");
            case "Coverage" -> Stu3Coverage.toR4(json);
            case "Patient" -> patientToR4(json);
            case "Location" -> {
                JsonValue.JsonObject location = allAgain(json, "type", LOCATION_TYPE);
                location = unwrapAll(location, "hoursOfOperation", HOURS, HOURS_PARTS);
                yield CrossVersion.show(location, "availabilityExceptions", AVAILABILITY, "String");
            }
            case "RelatedPerson" ->
                unwrapAll(
                        allAgain(json, "relationship", RELATIONSHIP),
                        "communication",
                        COMMUNICATION,
                        COMMUNICATION_PARTS);
            default -> json;
        };
    }

    /** STU3 has no reference as a value: who is meant goes into a concept, the reference into an extension. */
    private static JsonValue.JsonObject characteristic(JsonValue.JsonObject json) {
        JsonValue reference = json.find("valueReference").orElse(null);
        if (reference == null) {
            return json;
        }
        JsonValue.JsonObject hidden = CrossVersion.hide(json, "valueReference", CHARACTERISTIC_VALUE, "Reference");
        return hidden.with("valueCodeableConcept", concept(reference));
    }

    private static JsonValue concept(JsonValue reference) {
        JsonValue identifier = reference.find("identifier").orElse(JsonValue.JsonObject.EMPTY);
        Optional<String> npi = identifier.text("system").equals(Optional.of(Canonicals.NPI))
                ? identifier.text("value")
                : Optional.empty();
        if (npi.isPresent()) {
            return Elements.json(CodeableConcept.of(Canonicals.NPI, npi.get()));
        }
        String text =
                reference.text("display").or(() -> reference.text("reference")).orElse("reference");
        return JsonValue.object().put("text", text).build();
    }

    private static JsonValue.JsonObject characteristicToR4(JsonValue.JsonObject json) {
        if (CrossVersion.find(json, CHARACTERISTIC_VALUE).isEmpty()) {
            return json;
        }
        return CrossVersion.show(
                json.without("valueCodeableConcept"), "valueReference", CHARACTERISTIC_VALUE, "Reference");
    }

    /**
     * A reference to a role keeps its place as a reference of text only, with the real one in an extension: the
     * Practitioner behind the role is not known here.
     */
    private static JsonValue.JsonObject generalPractitioners(JsonValue.JsonObject patient) {
        if (patient.items("generalPractitioner").isEmpty()) {
            return patient;
        }
        return patient.with(
                "generalPractitioner",
                JsonValue.array(patient.items("generalPractitioner").stream()
                        .map(Stu3Resources::generalPractitioner)
                        .toList()));
    }

    private static JsonValue generalPractitioner(JsonValue reference) {
        boolean toRole = reference
                .text("reference")
                .flatMap(ResourceKey::ofReference)
                .map(key -> key.type().equals(ResourceType.PRACTITIONER_ROLE))
                .orElse(false);
        if (!toRole) {
            return reference;
        }
        return JsonValue.object()
                .put(
                        "extension",
                        JsonValue.array(Elements.extension(GENERAL_PRACTITIONER, "valueReference", reference)))
                .putIfPresent("display", reference.find("display").orElse(null))
                .build();
    }

    private static JsonValue.JsonObject patientToR4(JsonValue.JsonObject patient) {
        if (patient.find("animal").isPresent()) {
            throw new InvalidContentException("Patient.animal: an animal is no member");
        }
        if (patient.items("generalPractitioner").isEmpty()) {
            return patient;
        }
        List<JsonValue> shown = new ArrayList<>();
        for (JsonValue reference : patient.items("generalPractitioner")) {
            shown.add(reference.items("extension").stream()
                    .filter(e -> e.text("url").equals(Optional.of(GENERAL_PRACTITIONER)))
                    .flatMap(e -> e.find("valueReference").stream())
                    .findFirst()
                    .orElse(reference));
        }
        return patient.with("generalPractitioner", JsonValue.array(shown));
    }

    /** Keeps the first of several concepts in its place, which STU3 has only once, and the others in extensions. */
    private static JsonValue.JsonObject firstOnly(JsonValue.JsonObject json, String name, String url) {
        List<JsonValue> values = json.items(name);
        if (values.isEmpty()) {
            return json;
        }
        return CrossVersion.add(
                json.with(name, values.get(0)),
                values.stream()
                        .skip(1)
                        .map(v -> Elements.extension(url, "valueCodeableConcept", v))
                        .toList());
    }

    private static JsonValue.JsonObject allAgain(JsonValue.JsonObject json, String name, String url) {
        List<JsonValue> values = new ArrayList<>();
        json.find(name).ifPresent(values::add);
        for (JsonValue extension : CrossVersion.find(json, url)) {
            extension.find("valueCodeableConcept").ifPresent(values::add);
        }
        return values.isEmpty() ? json : CrossVersion.remove(json, url).with(name, JsonValue.array(values));
    }

    static JsonValue.JsonObject wrapAll(JsonValue.JsonObject json, String name, String url, Map<String, String> parts) {
        List<JsonValue.JsonObject> wrapped = json.items(name).stream()
                .map(item -> CrossVersion.wrap(url, item, parts))
                .toList();
        return wrapped.isEmpty() ? json : CrossVersion.add(json.without(name), wrapped);
    }

    static JsonValue.JsonObject unwrapAll(
            JsonValue.JsonObject json, String name, String url, Map<String, String> parts) {
        List<JsonValue.JsonObject> items = CrossVersion.find(json, url).stream()
                .map(extension -> CrossVersion.unwrap(extension, parts))
                .toList();
        return items.isEmpty() ? json : CrossVersion.remove(json, url).with(name, JsonValue.array(items));
    }
}
