package dev.atr.producer.internal.creation;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonArray;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.core.json.VersionMapping;
import dev.atr.core.rules.RuleReport;
import dev.atr.core.rules.RuleViolation;
import dev.atr.producer.internal.routing.Bodies;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.MediaTypes;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The body of a create, checked as far as any type is: strict JSON, the elements that the type has and no others, nothing
 * that changes the meaning of the rest, and references to resources of this server alone. The client's id, meta and
 * narrative are left aside: the first two are the server's to give, the last could be a web page.
 */
final class Submission {
    private static final Set<String> COMMON =
            Set.of("resourceType", "id", "meta", "language", "text", "extension", "identifier", "active");

    private static final Map<ResourceType, Set<String>> ELEMENTS = Map.of(
            ResourceType.GROUP,
                    Set.of("type", "actual", "code", "name", "quantity", "managingEntity", "characteristic", "member"),
            ResourceType.PATIENT,
                    Set.of(
                            "name",
                            "telecom",
                            "gender",
                            "birthDate",
                            "deceasedBoolean",
                            "deceasedDateTime",
                            "address",
                            "maritalStatus",
                            "multipleBirthBoolean",
                            "multipleBirthInteger",
                            "photo",
                            "contact",
                            "communication",
                            "generalPractitioner",
                            "managingOrganization",
                            "link"),
            ResourceType.PRACTITIONER,
                    Set.of(
                            "name",
                            "telecom",
                            "address",
                            "gender",
                            "birthDate",
                            "photo",
                            "qualification",
                            "communication"),
            ResourceType.PRACTITIONER_ROLE,
                    Set.of(
                            "period",
                            "practitioner",
                            "organization",
                            "code",
                            "specialty",
                            "location",
                            "healthcareService",
                            "telecom",
                            "availableTime",
                            "notAvailable",
                            "availabilityExceptions",
                            "endpoint"),
            ResourceType.ORGANIZATION,
                    Set.of("type", "name", "alias", "telecom", "address", "partOf", "contact", "endpoint"));

    private static final Pattern RELATIVE = Pattern.compile("[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}");

    private Submission() {}

    /**
     * Reads the body of a create.
     *
     * @param key type and id that the resource gets
     * @return the resource in R4
     * @throws Refusal when a rule is broken; names the element and never a value
     */
    static JsonObject read(Call call, ResourceKey key, FhirVersion version) {
        MediaTypes.requireJson(call.request().headers(), version);
        byte[] body = Bodies.read(call.request());
        try {
            JsonObject resource = JsonValue.parseObject(body);
            check(resource, key.type());
            JsonObject own = resource.without("meta").without("text").with("id", JsonValue.of(key.id()));
            return version == FhirVersion.R4 || key.type().equals(ResourceType.GROUP)
                    ? own
                    : JsonValue.parseObject(VersionMapping.toR4(own.toBytes()));
        } catch (InvalidContentException e) {
            throw Refusal.of(Reason.STRUCTURE, "The body can't be read: " + e.getMessage() + ".");
        }
    }

    /**
     * Refuses what breaks a rule of the guide.
     *
     * @throws Refusal when one of the violations is an error; tells all that the report has kept
     */
    static void require(RuleReport report) {
        if (report.isAcceptable()) {
            return;
        }
        List<Issue> issues = report.violations().stream().map(Submission::issue).toList();
        throw Refusal.of(Reason.UNPROCESSABLE, new OperationOutcome(issues));
    }

    private static Issue issue(RuleViolation violation) {
        return new Issue(
                violation.severity(),
                IssueCode.BUSINESS_RULE,
                violation.text() + " (" + violation.rule() + ")",
                violation.place());
    }

    private static void check(JsonObject resource, ResourceType type) {
        if (resource.text("resourceType").filter(type.code()::equals).isEmpty()) {
            throw Refusal.of(Reason.INVALID, "The body must be a " + type + ".").at("resourceType");
        }
        Set<String> known = new HashSet<>(COMMON);
        known.addAll(ELEMENTS.getOrDefault(type, Set.of()));
        for (String name : resource.properties().keySet()) {
            String element = name.startsWith("_") ? name.substring(1) : name;
            if (!known.contains(element)) {
                throw Refusal.of(Reason.INVALID, "This element is not served here; leave it out.")
                        .at(type + "." + Query.echoable(element));
            }
        }
        walk(resource, type.code());
    }

    private static void walk(JsonValue value, String place) {
        if (value instanceof JsonArray array) {
            array.values().forEach(item -> walk(item, place));
        } else if (value instanceof JsonObject object) {
            object.properties().forEach((name, part) -> {
                String at = place + "." + Query.echoable(name);
                if (name.equals("modifierExtension") || name.equals("implicitRules")) {
                    throw Refusal.of(Reason.INVALID, "What changes the meaning of a resource is not taken.")
                            .at(at);
                }
                if (name.equals("reference") && !isServable(part)) {
                    throw Refusal.of(Reason.VALUE, "A reference of the form [type]/[id] is expected.")
                            .at(at);
                }
                walk(part, at);
            });
        }
    }

    private static boolean isServable(JsonValue reference) {
        return reference.text().filter(text -> RELATIVE.matcher(text).matches()).isPresent();
    }
}
