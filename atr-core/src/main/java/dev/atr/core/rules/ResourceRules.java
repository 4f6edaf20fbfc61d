package dev.atr.core.rules;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Npi;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.CoverageJson;
import dev.atr.core.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The guide's rules for the resources behind a list, with the parts of US Core that the guide builds on: Patient,
 * Coverage, RelatedPerson, Practitioner, PractitionerRole, Organization and Location. Lists have rules of their own:
 * {@link AttributionListRules}.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/artifacts.html">ATR 2.1.0, "Structures: Resource Profiles"</a>
 */
public final class ResourceRules {
    private static final Set<String> GENDERS = Set.of("male", "female", "other", "unknown");
    private static final String DATA_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

    private static final Map<ResourceType, BiConsumer<JsonValue, Consumer<RuleViolation>>> BY_TYPE = Map.of(
            ResourceType.PATIENT, ResourceRules::checkPatient,
            ResourceType.RELATED_PERSON, ResourceRules::checkRelatedPerson,
            ResourceType.PRACTITIONER, ResourceRules::checkPractitioner,
            ResourceType.PRACTITIONER_ROLE, ResourceRules::checkPractitionerRole,
            ResourceType.ORGANIZATION, ResourceRules::checkOrganization,
            ResourceType.LOCATION, ResourceRules::checkLocation);

    private ResourceRules() {}

    /**
     * Checks a resource.
     *
     * @param type its type
     * @param json the resource as R4 JSON
     * @param found receives each violation
     * @throws dev.atr.core.error.InvalidContentException when this is no resource of that type at all
     * @throws IllegalArgumentException when there are no rules for the type
     */
    public static void check(ResourceType type, byte[] json, Consumer<RuleViolation> found) {
        if (type.equals(ResourceType.COVERAGE)) {
            CoverageRules.check(CoverageJson.read(json, FhirVersion.R4), found);
            return;
        }
        BiConsumer<JsonValue, Consumer<RuleViolation>> rules = BY_TYPE.get(type);
        if (rules == null) {
            throw new IllegalArgumentException("no rules for resources of type " + type);
        }
        JsonValue resource = JsonValue.parseObject(json);
        checkNpis(type, resource, found);
        rules.accept(resource, found);
    }

    private static void checkNpis(ResourceType type, JsonValue resource, Consumer<RuleViolation> found) {
        List<JsonValue> identifiers = resource.items("identifier");
        for (int i = 0; i < identifiers.size(); i++) {
            JsonValue identifier = identifiers.get(i);
            boolean npi =
                    identifier.text("system").filter(Canonicals.NPI::equals).isPresent();
            if (npi && !Npi.isValid(identifier.text("value").orElse(""))) {
                found.accept(RuleViolation.error(
                        "C-78",
                        type + ".identifier[" + i + "].value",
                        "not an NPI: it has ten digits, the last a check digit that fits"));
            }
        }
    }

    private static void checkPatient(JsonValue patient, Consumer<RuleViolation> found) {
        checkIdentifiers(patient, "Patient", "ATR-MDL-058", "ATR-MDL-063", found);
        for (String single : List.of("MC", "MA", "SB")) {
            long count = patient.items("identifier").stream()
                    .filter(identifier -> isOfType(identifier, single))
                    .count();
            if (count > 1) {
                found.accept(RuleViolation.error(
                        "ATR-MDL-059", "Patient.identifier", "several identifiers of type " + single + "; keep one"));
            }
        }
        checkIdentifierTypes(patient, found);
        List<JsonValue> names = patient.items("name");
        if (names.isEmpty()) {
            found.accept(RuleViolation.error("ATR-MDL-061", "Patient.name", "add a name"));
        }
        for (int i = 0; i < names.size(); i++) {
            JsonValue name = names.get(i);
            if (isBlank(name, "family") && name.items("given").isEmpty() && !hasAbsentReason(name)) {
                found.accept(
                        RuleViolation.error("ATR-MDL-063", "Patient.name[" + i + "]", "add a family or a given name"));
            }
        }
        if (patient.text("gender").filter(GENDERS::contains).isEmpty()) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-063", "Patient.gender", "say male, female, other or unknown, in lower case"));
        }
    }

    private static void checkIdentifierTypes(JsonValue patient, Consumer<RuleViolation> found) {
        List<JsonValue> identifiers = patient.items("identifier");
        for (int i = 0; i < identifiers.size(); i++) {
            JsonValue identifier = identifiers.get(i);
            String place = "Patient.identifier[" + i + "]";
            boolean typed = List.of("MC", "MA", "MR", "MB", "SB").stream().anyMatch(code -> isOfType(identifier, code));
            if (typed && identifier.all("type.coding").size() > 1) {
                found.accept(RuleViolation.error(
                        "ATR-MDL-059", place + ".type", "an identifier of this type has one coding"));
            }
            boolean ssn = isOfType(identifier, "SB")
                    || isOfType(identifier, "SS")
                    || identifier.text("system").filter(Canonicals.SSN::equals).isPresent();
            if (ssn) {
                found.accept(RuleViolation.warning(
                        "C-73", place, "a social security number; leave it out unless the Consumer needs it"));
            }
        }
    }

    private static void checkRelatedPerson(JsonValue person, Consumer<RuleViolation> found) {
        checkReference(person, "patient", ResourceType.PATIENT, "ATR-MDL-068", "RelatedPerson", found);
        if (person.find("active").flatMap(JsonValue::flag).isEmpty()) {
            found.accept(RuleViolation.warning(
                    "C-70", "RelatedPerson.active", "add it; US Core 7.0.0 asks for it (true or false)"));
        }
        if (person.items("name").isEmpty() && person.items("relationship").isEmpty()) {
            found.accept(RuleViolation.warning(
                    "C-71", "RelatedPerson", "add a name or a relationship; US Core 7.0.0 asks for one of them"));
        }
    }

    private static void checkPractitioner(JsonValue practitioner, Consumer<RuleViolation> found) {
        checkIdentifiers(practitioner, "Practitioner", "ATR-MDL-064", "ATR-MDL-064", found);
        List<JsonValue> names = practitioner.items("name");
        if (names.isEmpty()) {
            found.accept(RuleViolation.error("ATR-MDL-064", "Practitioner.name", "add a name"));
        }
        for (int i = 0; i < names.size(); i++) {
            if (isBlank(names.get(i), "family")) {
                found.accept(RuleViolation.error(
                        "ATR-MDL-064", "Practitioner.name[" + i + "].family", "add the family name"));
            }
        }
    }

    private static void checkPractitionerRole(JsonValue role, Consumer<RuleViolation> found) {
        String type = "PractitionerRole";
        checkReference(role, "practitioner", ResourceType.PRACTITIONER, "ATR-MDL-065", type, found);
        checkReference(role, "organization", ResourceType.ORGANIZATION, "ATR-MDL-065", type, found);
        if (role.items("location").size() > 1) {
            found.accept(
                    RuleViolation.error("ATR-MDL-065", "PractitionerRole.location", "several locations; keep one"));
        }
        if (role.items("telecom").isEmpty() && role.items("endpoint").isEmpty()) {
            found.accept(RuleViolation.warning(
                    "C-71", "PractitionerRole.telecom", "add a telecom or an endpoint; US Core 3.1.1 asks for one"));
        }
    }

    private static void checkOrganization(JsonValue organization, Consumer<RuleViolation> found) {
        if (organization.find("active").flatMap(JsonValue::flag).isEmpty()) {
            found.accept(RuleViolation.error("ATR-MDL-066", "Organization.active", "say true or false"));
        }
        if (isBlank(organization, "name")) {
            found.accept(RuleViolation.error("ATR-MDL-066", "Organization.name", "add the name"));
        }
    }

    private static void checkLocation(JsonValue location, Consumer<RuleViolation> found) {
        if (isBlank(location, "name")) {
            found.accept(RuleViolation.error("ATR-MDL-067", "Location.name", "add the name"));
        }
    }

    private static void checkIdentifiers(
            JsonValue resource, String type, String oneRule, String partsRule, Consumer<RuleViolation> found) {
        List<JsonValue> identifiers = resource.items("identifier");
        if (identifiers.isEmpty()) {
            found.accept(RuleViolation.error(oneRule, type + ".identifier", "add at least one identifier"));
        }
        for (int i = 0; i < identifiers.size(); i++) {
            if (isBlank(identifiers.get(i), "system") || isBlank(identifiers.get(i), "value")) {
                found.accept(RuleViolation.error(
                        partsRule, type + ".identifier[" + i + "]", "an identifier has a system and a value"));
            }
        }
    }

    private static void checkReference(
            JsonValue resource,
            String element,
            ResourceType target,
            String rule,
            String type,
            Consumer<RuleViolation> found) {
        boolean refers = resource.find(element)
                .flatMap(reference -> reference.text("reference"))
                .flatMap(ResourceKey::ofReference)
                .filter(key -> key.type().equals(target))
                .isPresent();
        if (!refers) {
            found.accept(RuleViolation.error(
                    rule, type + "." + element, "refer to one " + target + " by a literal reference"));
        }
    }

    private static boolean isOfType(JsonValue identifier, String code) {
        return identifier.all("type.coding").stream()
                .anyMatch(coding -> coding.text("code").filter(code::equals).isPresent()
                        && coding.text("system")
                                .filter(Set.of(Canonicals.IDENTIFIER_TYPE, Canonicals.IDENTIFIER_TYPE_STU3)::contains)
                                .isPresent());
    }

    private static boolean hasAbsentReason(JsonValue element) {
        return element.items("extension").stream()
                .anyMatch(extension ->
                        extension.text("url").filter(DATA_ABSENT_REASON::equals).isPresent());
    }

    private static boolean isBlank(JsonValue element, String name) {
        return element.text(name).filter(text -> !text.isBlank()).isEmpty();
    }
}
