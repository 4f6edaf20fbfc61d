package dev.atr.cli.sample;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.atr.cli.sample.Dice.Use;
import dev.atr.cli.sample.Person.Household;
import dev.atr.cli.sample.Person.Role;
import dev.atr.cli.sample.Words.Place;
import dev.atr.cli.sample.Words.Plan;
import dev.atr.cli.sample.Words.Specialty;
import dev.atr.core.Canonicals;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Writes the sample's resources: JSON on one line that satisfies the guide's profiles under US Core 3.1.1 and 7.0.0 at
 * once (C-71). Optional elements of one version that the other asks for are always there. For one thread.
 */
final class SampleResources {
    static final ResourceKey PAYER = new ResourceKey(ResourceType.ORGANIZATION, "payer");

    private static final String MEMBER_SYSTEM = "https://cedarvalley.example/ids/member";
    private static final String SITE_SYSTEM = "https://cedarvalley.example/ids/site";
    private static final String NAIC = "urn:oid:2.16.840.1.113883.6.300";
    private static final String PAYMENT_TYPOLOGY = "https://nahdo.org/sopt";
    private static final String TAXONOMY = "http://nucc.org/provider-taxonomy";
    private static final String ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
    private static final String ORGANIZATION_TYPE = "http://terminology.hl7.org/CodeSystem/organization-type";
    private static final String PHYSICAL_TYPE = "http://terminology.hl7.org/CodeSystem/location-physical-type";

    private static final long FIRST_ID = 100_000_000;

    /** Both without a common factor, so that no two families share a number. */
    private static final long NUMBER_STEP = 7_368_787;

    private static final long NUMBERS = 900_000_000;

    private final JsonFactory json = new JsonFactory();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
    private final Dice dice;
    private final SampleCalendar calendar;

    SampleResources(Dice dice, SampleCalendar calendar) {
        this.dice = dice;
        this.calendar = calendar;
    }

    static ResourceKey patientKey(long person) {
        return key(ResourceType.PATIENT, "member", person);
    }

    static ResourceKey coverageKey(long person) {
        return key(ResourceType.COVERAGE, "coverage", person);
    }

    static ResourceKey relatedKey(long person) {
        return key(ResourceType.RELATED_PERSON, "subscriber", person);
    }

    /** Ids have a fixed width, so that the order of numbers is the order of ids. */
    private static ResourceKey key(ResourceType type, String kind, long number) {
        return new ResourceKey(
                type, kind + "-" + String.valueOf(FIRST_ID + number).substring(1));
    }

    /**
     * The payer's Organization.
     *
     * @param sample which sample it belongs to
     */
    byte[] payer(String sample) {
        return write(ResourceType.ORGANIZATION, PAYER.id(), "atr-organization", out -> {
            out.writeArrayFieldStart("identifier");
            identifier(out, null, NAIC, "95123");
            identifier(out, "TAX", Canonicals.TIN, "311234567");
            identifier(out, null, SamplePayer.SAMPLE_SYSTEM, sample);
            out.writeEndArray();
            organization(out, "ins", "Insurance Company", SamplePayer.PAYER_NAME, null);
            contact(out, Words.PLACES.get(0), 77, "1 Cedar Valley Plaza");
        });
    }

    /** The Organization of a provider group. */
    byte[] group(Network network) {
        return write(ResourceType.ORGANIZATION, network.organization(), "atr-organization", out -> {
            out.writeArrayFieldStart("identifier");
            identifier(out, "NPI", Canonicals.NPI, network.npi().value());
            identifier(out, "TAX", Canonicals.TIN, network.tin());
            out.writeEndArray();
            organization(out, "prov", "Healthcare Provider", network.name(), null);
            contact(out, Words.PLACES.get(network.number() + 1), 10 + network.number(), "100 Health Way");
        });
    }

    /** The Organization of one of a group's sites. */
    byte[] site(Network network, int site) {
        return write(ResourceType.ORGANIZATION, network.siteId(site), "atr-organization", out -> {
            out.writeArrayFieldStart("identifier");
            identifier(out, "NPI", Canonicals.NPI, network.siteNpi(site).value());
            out.writeEndArray();
            organization(out, "prov", "Healthcare Provider", siteName(network, site), network.organization());
            siteContact(out, network, site);
        });
    }

    /** The Location of one of a group's sites. */
    byte[] location(Network network, int site) {
        return write(ResourceType.LOCATION, network.locationId(site), "atr-location", out -> {
            out.writeArrayFieldStart("identifier");
            identifier(out, null, SITE_SYSTEM, network.siteId(site));
            out.writeEndArray();
            out.writeStringField("status", "active");
            out.writeStringField("name", siteName(network, site));
            out.writeStringField("mode", "instance");
            telecom(out, sitePlace(network, site), site, "work");
            out.writeFieldName("address");
            address(out, "work", siteLine(network, site), sitePlace(network, site));
            out.writeFieldName("physicalType");
            concept(out, PHYSICAL_TYPE, "bu", "Building");
            reference(out, "managingOrganization", ResourceType.ORGANIZATION, network.siteId(site));
        });
    }

    /** A practitioner of a group. */
    byte[] practitioner(Network network, int practitioner) {
        long index = network.practitionerSeed(practitioner);
        boolean female = dice.roll(Use.GENDER, index, 2) == 0;
        Specialty specialty = specialty(index);
        int site = network.siteOf(practitioner);
        Place place = sitePlace(network, site);
        return write(ResourceType.PRACTITIONER, network.practitionerId(practitioner), "atr-practitioner", out -> {
            out.writeArrayFieldStart("identifier");
            identifier(
                    out,
                    "NPI",
                    Canonicals.NPI,
                    network.practitionerNpi(practitioner).value());
            out.writeEndArray();
            out.writeBooleanField("active", true);
            name(
                    out,
                    dice.pick(Use.SURNAME, index, Words.SURNAMES),
                    given(index, female),
                    given(index + 1, female),
                    specialty.title());
            telecom(out, place, (int) (index & 0xff), "work");
            out.writeArrayFieldStart("address");
            address(out, "work", siteLine(network, site), place);
            out.writeEndArray();
            out.writeStringField("gender", female ? "female" : "male");
            out.writeArrayFieldStart("communication");
            concept(out, "urn:ietf:bcp:47", "en", "English");
            out.writeEndArray();
        });
    }

    /** What a practitioner does at a site. */
    byte[] role(Network network, int practitioner) {
        Specialty specialty = specialty(network.practitionerSeed(practitioner));
        int site = network.siteOf(practitioner);
        return write(ResourceType.PRACTITIONER_ROLE, network.roleId(practitioner), "atr-practitionerrole", out -> {
            out.writeBooleanField("active", true);
            out.writeFieldName("period");
            out.writeStartObject();
            out.writeStringField("start", calendar.contractStart().minusYears(2).toString());
            out.writeEndObject();
            reference(out, "practitioner", ResourceType.PRACTITIONER, network.practitionerId(practitioner));
            reference(out, "organization", ResourceType.ORGANIZATION, network.siteId(site));
            out.writeArrayFieldStart("code");
            concept(out, TAXONOMY, specialty.code(), specialty.display());
            out.writeEndArray();
            out.writeArrayFieldStart("specialty");
            concept(out, TAXONOMY, specialty.code(), specialty.display());
            out.writeEndArray();
            out.writeArrayFieldStart("location");
            out.writeStartObject();
            out.writeStringField("reference", "Location/" + network.locationId(site));
            out.writeEndObject();
            out.writeEndArray();
            telecom(out, sitePlace(network, site), practitioner, "work");
        });
    }

    /** A member's Patient. */
    byte[] patient(Person person) {
        boolean female = isFemale(person);
        Household household = person.household();
        return write(ResourceType.PATIENT, patientKey(person.number()).id(), "atr-patient", out -> {
            out.writeArrayFieldStart("identifier");
            identifier(out, "MB", MEMBER_SYSTEM, memberNumber(person));
            out.writeEndArray();
            out.writeBooleanField("active", true);
            name(
                    out,
                    household.surname(),
                    given(person.number(), female),
                    dice.pick(Use.MIDDLE_NAME, person.number(), female ? Words.FEMALE : Words.MALE),
                    null);
            telecom(out, household.place(), dice.roll(Use.PHONE, household.first(), 100), "home");
            out.writeStringField("gender", female ? "female" : "male");
            out.writeStringField("birthDate", birthDate(person).toString());
            out.writeArrayFieldStart("address");
            address(out, "home", household.houseNumber() + " " + household.street(), household.place());
            out.writeEndArray();
        });
    }

    /** The person who signed up for a member's policy and is not insured by it. */
    byte[] subscriber(Person person) {
        Household household = person.household();
        boolean female = dice.roll(Use.GENDER, ~household.first(), 2) == 0;
        return write(ResourceType.RELATED_PERSON, relatedKey(person.number()).id(), "atr-relatedperson", out -> {
            out.writeArrayFieldStart("identifier");
            identifier(out, "MB", MEMBER_SYSTEM, subscriberNumber(household) + "-00");
            out.writeEndArray();
            out.writeBooleanField("active", true);
            reference(
                    out,
                    "patient",
                    ResourceType.PATIENT,
                    patientKey(person.number()).id());
            out.writeArrayFieldStart("relationship");
            concept(out, ROLE_CODE, person.role().subscriberCode, person.role().subscriberDisplay);
            out.writeEndArray();
            name(out, household.surname(), given(~household.first(), female), null, null);
            telecom(out, household.place(), dice.roll(Use.PHONE, household.first(), 100), "home");
            out.writeStringField("gender", female ? "female" : "male");
            out.writeArrayFieldStart("address");
            address(out, "home", household.houseNumber() + " " + household.street(), household.place());
            out.writeEndArray();
        });
    }

    /** The coverage of a member. */
    byte[] coverage(Person person) {
        Household household = person.household();
        Plan plan = household.plan();
        String patient = patientKey(person.number()).reference();
        String subscriber = household.subscriberIsMember()
                ? patientKey(household.first()).reference()
                : relatedKey(person.number()).reference();
        return write(ResourceType.COVERAGE, coverageKey(person.number()).id(), "atr-coverage", out -> {
            out.writeArrayFieldStart("extension");
            out.writeStartObject();
            out.writeStringField("url", Canonicals.EXT_INSURANCE_PRODUCT);
            out.writeFieldName("valueCodeableConcept");
            concept(out, Canonicals.INSURANCE_PRODUCT_SYSTEM, plan.product(), plan.productDisplay());
            out.writeEndObject();
            out.writeEndArray();
            out.writeArrayFieldStart("identifier");
            identifier(out, "MB", MEMBER_SYSTEM, memberNumber(person));
            out.writeEndArray();
            out.writeStringField("status", "active");
            out.writeFieldName("type");
            concept(out, PAYMENT_TYPOLOGY, plan.payment(), null);
            reference(out, "policyHolder", subscriber);
            reference(out, "subscriber", subscriber);
            out.writeStringField("subscriberId", subscriberNumber(household));
            reference(out, "beneficiary", patient);
            out.writeStringField("dependent", dependent(person));
            out.writeFieldName("relationship");
            concept(out, Canonicals.SUBSCRIBER_RELATIONSHIP, person.role().code, person.role().display);
            out.writeFieldName("period");
            out.writeStartObject();
            out.writeStringField("start", calendar.contractStart().toString());
            out.writeEndObject();
            out.writeArrayFieldStart("payor");
            out.writeStartObject();
            out.writeStringField("reference", "Organization/" + PAYER.id());
            out.writeEndObject();
            out.writeEndArray();
            out.writeArrayFieldStart("class");
            coverageClass(out, "group", "G" + (1000 + household.first() % 9000), null);
            coverageClass(out, "plan", plan.id(), plan.name());
            out.writeEndArray();
        });
    }

    private byte[] write(ResourceType type, String id, String profile, Content content) {
        bytes.reset();
        try (JsonGenerator out = json.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("resourceType", type.code());
            out.writeStringField("id", id);
            out.writeFieldName("meta");
            out.writeStartObject();
            out.writeArrayFieldStart("profile");
            out.writeString(Canonicals.ATR_STRUCTURE + profile);
            out.writeEndArray();
            out.writeEndObject();
            content.writeTo(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory can't be written to", e);
        }
        return bytes.toByteArray();
    }

    private static void organization(
            JsonGenerator out, String type, String typeDisplay, String name, @Nullable String partOf)
            throws IOException {
        out.writeBooleanField("active", true);
        out.writeArrayFieldStart("type");
        concept(out, ORGANIZATION_TYPE, type, typeDisplay);
        out.writeEndArray();
        out.writeStringField("name", name);
        if (partOf != null) {
            reference(out, "partOf", ResourceType.ORGANIZATION, partOf);
        }
    }

    private void siteContact(JsonGenerator out, Network network, int site) throws IOException {
        contact(out, sitePlace(network, site), site, siteLine(network, site));
    }

    private static void contact(JsonGenerator out, Place place, int phone, String line) throws IOException {
        telecom(out, place, phone, "work");
        out.writeArrayFieldStart("address");
        address(out, "work", line, place);
        out.writeEndArray();
    }

    private static void telecom(JsonGenerator out, Place place, int phone, String use) throws IOException {
        out.writeArrayFieldStart("telecom");
        out.writeStartObject();
        out.writeStringField("system", "phone");
        // 555-0100 to 555-0199 belong to nobody.
        out.writeStringField("value", place.areaCode() + "-555-0" + (100 + Math.floorMod(phone, 100)));
        out.writeStringField("use", use);
        out.writeEndObject();
        out.writeEndArray();
    }

    private static void address(JsonGenerator out, String use, String line, Place place) throws IOException {
        out.writeStartObject();
        out.writeStringField("use", use);
        out.writeArrayFieldStart("line");
        out.writeString(line);
        out.writeEndArray();
        out.writeStringField("city", place.city());
        out.writeStringField("district", place.district());
        out.writeStringField("state", place.state());
        out.writeStringField("postalCode", place.zip());
        out.writeStringField("country", "US");
        out.writeEndObject();
    }

    private static void name(
            JsonGenerator out, String family, String given, @Nullable String middle, @Nullable String suffix)
            throws IOException {
        out.writeArrayFieldStart("name");
        out.writeStartObject();
        out.writeStringField("use", "official");
        out.writeStringField("family", family);
        out.writeArrayFieldStart("given");
        out.writeString(given);
        if (middle != null) {
            out.writeString(middle.substring(0, 1));
        }
        out.writeEndArray();
        if (suffix != null) {
            out.writeArrayFieldStart("suffix");
            out.writeString(suffix);
            out.writeEndArray();
        }
        out.writeEndObject();
        out.writeEndArray();
    }

    private static void identifier(JsonGenerator out, @Nullable String type, String system, String value)
            throws IOException {
        out.writeStartObject();
        if (type != null) {
            out.writeFieldName("type");
            concept(out, Canonicals.IDENTIFIER_TYPE, type, null);
        }
        out.writeStringField("system", system);
        out.writeStringField("value", value);
        out.writeEndObject();
    }

    private static void coverageClass(JsonGenerator out, String type, String value, @Nullable String name)
            throws IOException {
        out.writeStartObject();
        out.writeFieldName("type");
        concept(out, Canonicals.COVERAGE_CLASS, type, null);
        out.writeStringField("value", value);
        if (name != null) {
            out.writeStringField("name", name);
        }
        out.writeEndObject();
    }

    private static void concept(JsonGenerator out, String system, String code, @Nullable String display)
            throws IOException {
        out.writeStartObject();
        out.writeArrayFieldStart("coding");
        out.writeStartObject();
        out.writeStringField("system", system);
        out.writeStringField("code", code);
        if (display != null) {
            out.writeStringField("display", display);
        }
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void reference(JsonGenerator out, String element, ResourceType type, String id) throws IOException {
        reference(out, element, type.code() + "/" + id);
    }

    private static void reference(JsonGenerator out, String element, String target) throws IOException {
        out.writeFieldName(element);
        out.writeStartObject();
        out.writeStringField("reference", target);
        out.writeEndObject();
    }

    private String siteName(Network network, int site) {
        return network.name() + " " + sitePlace(network, site).city() + " " + (site + 1);
    }

    private Place sitePlace(Network network, int site) {
        return dice.pick(Use.SITE, network.number() * 10_000L + site, Words.PLACES);
    }

    private String siteLine(Network network, int site) {
        long index = network.number() * 10_000L + site;
        return (100 + dice.roll(Use.HOUSE_NUMBER, ~index, 900)) + " " + dice.pick(Use.STREET, ~index, Words.STREETS);
    }

    private Specialty specialty(long index) {
        return dice.pick(Use.SPECIALTY, index, Words.SPECIALTIES);
    }

    private String given(long index, boolean female) {
        return dice.pick(Use.GIVEN_NAME, index, female ? Words.FEMALE : Words.MALE);
    }

    /** A couple is mostly of two genders; everybody else is as the dice fall. */
    private boolean isFemale(Person person) {
        long index = person.role() == Role.SPOUSE ? person.household().first() : person.number();
        boolean female = dice.roll(Use.GENDER, index, 2) == 0;
        return (person.role() == Role.SPOUSE) != female;
    }

    private LocalDate birthDate(Person person) {
        int age = switch (person.role()) {
            case SELF ->
                person.household().plan().forSeniors()
                        ? 65 + dice.roll(Use.AGE, person.number(), 28)
                        : 26 + dice.roll(Use.AGE, person.number(), 38);
            case SPOUSE -> 26 + dice.roll(Use.AGE, person.number(), 38);
            case CHILD -> dice.roll(Use.AGE, person.number(), 24);
        };
        return calendar.contractStart().minusYears(age).minusDays(1 + dice.roll(Use.BIRTHDAY, person.number(), 365));
    }

    private static String memberNumber(Person person) {
        return subscriberNumber(person.household()) + "-" + dependent(person);
    }

    private static String subscriberNumber(Household household) {
        return "W" + (100_000_000 + (household.first() + 1) * NUMBER_STEP % NUMBERS);
    }

    private static String dependent(Person person) {
        return "0" + person.dependent();
    }

    /** The elements of one kind of resource. */
    private interface Content {
        void writeTo(JsonGenerator out) throws IOException;
    }
}
