package dev.atr.producer.jdbc;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.ObjectBuilder;
import dev.atr.producer.jdbc.RosterEntry.Days;
import dev.atr.producer.jdbc.RosterEntry.Enrolment;
import dev.atr.producer.jdbc.RosterEntry.Organization;
import dev.atr.producer.jdbc.RosterEntry.Person;
import dev.atr.producer.jdbc.RosterEntry.Practitioner;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The resources that a roster's rows make, with what the guide's profiles ask for and the row carries. Their ids follow
 * from the numbers by which a payer tells them apart, so that the next roster finds them; a digest, since a logical id
 * goes where a member's number must not.
 */
final class RosterResources {
    private static final int ID_BYTES = 20;

    private RosterResources() {}

    static ResourceKey patientKey(Person person) {
        return key(ResourceType.PATIENT, person.system(), person.number());
    }

    /** Returns the coverage by which a member is enrolled in a plan; there is one (ATR-MDL-002). */
    static ResourceKey coverageKey(Person person, String plan) {
        return key(ResourceType.COVERAGE, person.system(), person.number(), plan);
    }

    static ResourceKey key(Practitioner practitioner) {
        return key(ResourceType.PRACTITIONER, Canonicals.NPI, practitioner.npi());
    }

    static ResourceKey key(Organization organization) {
        return organization.npi() != null
                ? key(ResourceType.ORGANIZATION, Canonicals.NPI, organization.npi())
                : key(ResourceType.ORGANIZATION, Canonicals.TIN, Objects.requireNonNull(organization.tin()));
    }

    static ResourceKey roleKey(String practitioner, String organization) {
        return key(ResourceType.PRACTITIONER_ROLE, practitioner, organization);
    }

    static ResourceKey payerKey(RosterList list) {
        Identifier number = list.payerNumber();
        return number == null
                ? key(ResourceType.ORGANIZATION, list.payerName())
                : key(
                        ResourceType.ORGANIZATION,
                        String.valueOf(number.system()),
                        String.valueOf(number.value()),
                        "payer");
    }

    static byte[] patient(Person person) {
        ObjectBuilder name = JsonValue.object().putIfPresent("family", person.family());
        if (person.given() != null) {
            name.put("given", JsonValue.array(JsonValue.of(person.given())));
        }
        return start(patientKey(person), "atr-patient")
                .put("identifier", JsonValue.array(identifier("MB", person.system(), person.number())))
                .put("name", JsonValue.array(name.build()))
                .put("gender", person.gender())
                .putIfPresent("birthDate", person.birthDate())
                .build()
                .toBytes();
    }

    static byte[] coverage(Person person, Enrolment enrolment, String patient, String payer) {
        return start(coverageKey(person, enrolment.plan()), "atr-coverage")
                .put("identifier", JsonValue.array(identifier("MB", person.system(), person.number())))
                .put("status", "active")
                .put("subscriberId", enrolment.subscriberId())
                .put("beneficiary", reference(patient))
                .putIfPresent("dependent", enrolment.dependent())
                .put("relationship", concept(Canonicals.SUBSCRIBER_RELATIONSHIP, enrolment.relationship()))
                .put("period", period(enrolment.days()))
                .put("payor", JsonValue.array(reference(payer)))
                .put(
                        "class",
                        JsonValue.array(JsonValue.object()
                                .put("type", concept(Canonicals.COVERAGE_CLASS, "plan"))
                                .put("value", enrolment.plan())
                                .putIfPresent("name", enrolment.planName())
                                .build()))
                .build()
                .toBytes();
    }

    static byte[] practitioner(Practitioner practitioner) {
        ObjectBuilder name = JsonValue.object().putIfPresent("family", practitioner.family());
        if (practitioner.given() != null) {
            name.put("given", JsonValue.array(JsonValue.of(practitioner.given())));
        }
        return start(key(practitioner), "atr-practitioner")
                .put("identifier", JsonValue.array(identifier("NPI", Canonicals.NPI, practitioner.npi())))
                .put("name", JsonValue.array(name.build()))
                .build()
                .toBytes();
    }

    static byte[] organization(Organization organization) {
        JsonValue npi = organization.npi() == null ? null : identifier("NPI", Canonicals.NPI, organization.npi());
        JsonValue tin = organization.tin() == null ? null : identifier("TAX", Canonicals.TIN, organization.tin());
        JsonValue both = npi == null
                ? JsonValue.array(Objects.requireNonNull(tin))
                : tin == null ? JsonValue.array(npi) : JsonValue.array(npi, tin);
        return start(key(organization), "atr-organization")
                .put("identifier", both)
                .put("active", true)
                .putIfPresent("name", organization.name())
                .build()
                .toBytes();
    }

    static byte[] role(String practitioner, String organization) {
        return start(roleKey(practitioner, organization), "atr-practitionerrole")
                .put("active", true)
                .put("practitioner", reference(practitioner))
                .put("organization", reference(organization))
                .build()
                .toBytes();
    }

    static byte[] payer(RosterList list) {
        Identifier number = list.payerNumber();
        ObjectBuilder payer = start(payerKey(list), "atr-organization");
        if (number != null) {
            payer.put(
                    "identifier",
                    JsonValue.array(identifier(null, String.valueOf(number.system()), String.valueOf(number.value()))));
        }
        return payer.put("active", true).put("name", list.payerName()).build().toBytes();
    }

    /** Returns the SHA-256 digest of some bytes. */
    static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static ResourceKey key(ResourceType type, String... numbers) {
        // No number holds the control character that parts them
        byte[] digest = digest(String.join("\u001f", numbers).getBytes(StandardCharsets.UTF_8));
        return new ResourceKey(type, HexFormat.of().formatHex(digest, 0, ID_BYTES));
    }

    private static ObjectBuilder start(ResourceKey key, String profile) {
        return JsonValue.object()
                .put("resourceType", key.type().code())
                .put("id", key.id())
                .put(
                        "meta",
                        JsonValue.object()
                                .put("profile", JsonValue.array(JsonValue.of(Canonicals.ATR_STRUCTURE + profile)))
                                .build());
    }

    private static JsonValue identifier(@Nullable String type, String system, String value) {
        return JsonValue.object()
                .putIfPresent("type", type == null ? null : concept(Canonicals.IDENTIFIER_TYPE, type))
                .put("system", system)
                .put("value", value)
                .build();
    }

    private static JsonValue concept(String system, String code) {
        return JsonValue.object()
                .put(
                        "coding",
                        JsonValue.array(JsonValue.object()
                                .put("system", system)
                                .put("code", code)
                                .build()))
                .build();
    }

    private static JsonValue reference(String target) {
        return JsonValue.object().put("reference", target).build();
    }

    private static JsonValue period(Days days) {
        return JsonValue.object()
                .put("start", days.start().toString())
                .putIfPresent("end", days.end() == null ? null : String.valueOf(days.end()))
                .build();
    }
}
