package dev.atr.producer.tck;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Characteristic;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds {@link SampleLists#standard()}. Ids are chosen so that a wrong order of text shows. */
final class StandardSample {
    static final String CONTRACTS = "https://payer.example/contracts";
    static final String NPI = "1234567893";
    static final String TIN = "98-7654321";

    private static final String PAYER = "Organization/payer";

    private final Map<ResourceKey, String> resources = new TreeMap<>();

    private StandardSample() {}

    static SampleLists build() {
        return new StandardSample().sample();
    }

    private SampleLists sample() {
        providers();
        for (String patient : List.of("10", "9", "A", "a", "B.1", "-x", "zoe", "foreign", "nobody")) {
            patient(patient);
        }
        coverage("c-10", "10", "Patient/10", "Organization/employer");
        coverage("c-9", "9", "Patient/10", null);
        coverage("C-A", "A", "RelatedPerson/parent-of-A", null);
        coverage("c-a", "a", "Patient/a", null);
        coverage("c-B.1", "B.1", "RelatedPerson/parent-of-A", null);
        coverage("c-x", "-x", "Patient/-x", null);
        coverage("c-zoe-1", "zoe", "Patient/zoe", null);
        coverage("c-zoe-2", "zoe", "Patient/zoe", "Organization/employer");
        coverage("c-foreign", "foreign", "RelatedPerson/parent-of-foreign", "Organization/foreign-employer");
        coverage("c-nobody", "nobody", "RelatedPerson/parent-of-nobody", null);
        relatedPerson("parent-of-A", "A");
        relatedPerson("parent-of-foreign", "foreign");
        relatedPerson("parent-of-nobody", "nobody");
        return new SampleLists(
                List.of(open(), draft(), finalList(), empty(), foreign()),
                resources,
                Map.of(
                        SampleLists.CONSUMER,
                        Set.of(SampleLists.OPEN, SampleLists.DRAFT, SampleLists.FINAL, SampleLists.EMPTY),
                        SampleLists.OTHER_CONSUMER,
                        Set.of(SampleLists.FOREIGN)));
    }

    private static SampleList open() {
        AttributionList header = header(SampleLists.OPEN, ListStatus.OPEN, "CT-1")
                .withName("Éclair Valley Care")
                .withQuantity(0);
        return new SampleList(
                header,
                List.of(
                        row("zoe", "Organization/clinic", "c-zoe-2", ChangeType.NEW),
                        row("zoe", "Organization/clinic", "c-zoe-1", ChangeType.NEW),
                        row("10", "PractitionerRole/role-1", "c-10", ChangeType.NOCHANGE),
                        row("10", "Practitioner/dr-2", "c-10", ChangeType.CHANGED),
                        richRow(),
                        row("a", "Organization/clinic", "c-a", ChangeType.NOCHANGE),
                        row("A", null, "C-A", ChangeType.NOCHANGE),
                        row("-x", "Organization/clinic", "c-x", ChangeType.NOCHANGE)));
    }

    private static SampleList draft() {
        Member dropped = row("9", "Practitioner/dr-2", "c-9", ChangeType.DROPPED);
        Member cancelled = row("10", "Practitioner/dr-2", "c-10", ChangeType.CANCELLED);
        return new SampleList(
                header(SampleLists.DRAFT, ListStatus.DRAFT, "CT-2")
                        .withName("eclair hills")
                        .withQuantity(0),
                List.of(
                        row("10", "Organization/clinic", "c-10", ChangeType.NOCHANGE),
                        row("B.1", "PractitionerRole/role-1", "c-B.1", ChangeType.NEW),
                        dropped.withState(true, ChangeType.DROPPED),
                        cancelled.withState(true, ChangeType.CANCELLED)));
    }

    private static SampleList finalList() {
        AttributionList list = header(SampleLists.FINAL, ListStatus.FINAL, "CT-3")
                .withName("Valley Care")
                .withIntendedRecipient(identifier(Canonicals.NPI, NPI));
        return new SampleList(
                attributedTo(list, "Practitioner/dr-3"), List.of(row("a", "Practitioner/dr-2", "c-a", ChangeType.NEW)));
    }

    /** Returns a list that says of all its members to whom they are attributed. */
    static AttributionList attributedTo(AttributionList list, String reference) {
        Characteristic attributedTo = new Characteristic(
                CodeableConcept.of(Canonicals.CHARACTERISTIC_SYSTEM, "attributed-to"),
                other("valueReference", reference(reference), "exclude", "false"));
        return with(list, list.identifiers(), List.of(attributedTo));
    }

    private static SampleList empty() {
        List<Identifier> identifiers =
                List.of(identifier(CONTRACTS, "CT-4"), identifier(Canonicals.TIN, TIN), identifier(null, "loose"));
        return new SampleList(
                with(header(SampleLists.EMPTY, ListStatus.DRAFT, "CT-4"), identifiers, List.of()), List.of());
    }

    private static AttributionList with(
            AttributionList list, List<Identifier> identifiers, List<Characteristic> characteristics) {
        return new AttributionList(
                list.id(),
                null,
                null,
                identifiers,
                list.active(),
                list.name(),
                list.quantity(),
                list.payer(),
                list.status(),
                list.contractPeriod(),
                list.intendedRecipient(),
                characteristics,
                list.other());
    }

    /** A row with more than the guide asks for: what is not modelled must come back as well. */
    private static Member richRow() {
        Member plain = row("9", null, "c-9", ChangeType.NOCHANGE);
        return new Member(
                plain.patient(),
                plain.coverage(),
                new Reference("Practitioner/dr-2", null, null, "Dr. Two", OtherElements.NONE),
                Period.of("2026-01", null),
                false,
                plain.changeType(),
                other("id", "\"row-9\""));
    }

    /** Returns a list with a number of members, and with usual rows alone. */
    static SampleList plain(SampleList list) {
        return new SampleList(
                list.header().withQuantity(0),
                list.rows().stream()
                        .map(row -> row(
                                        id(row.patient()),
                                        row.provider() == null
                                                ? null
                                                : row.provider().reference(),
                                        id(Objects.requireNonNull(row.coverage())),
                                        Objects.requireNonNull(row.changeType()))
                                .withState(row.inactive(), row.changeType()))
                        .toList());
    }

    private static String id(Reference reference) {
        return reference.key().orElseThrow().id();
    }

    private static OtherElements other(String... namesAndValues) {
        List<OtherElements.Property> properties = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.add(new OtherElements.Property(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new OtherElements(properties);
    }

    private static SampleList foreign() {
        return new SampleList(
                header(SampleLists.FOREIGN, ListStatus.OPEN, "CT-5").withName("Eclair of others"),
                List.of(
                        row("10", "Organization/clinic", "c-10", ChangeType.NEW),
                        row("foreign", "PractitionerRole/role-foreign", "c-foreign", ChangeType.NEW)));
    }

    private static AttributionList header(ListId id, ListStatus status, String contract) {
        return AttributionList.of(
                id,
                status,
                List.of(
                        identifier(CONTRACTS, contract),
                        identifier(Canonicals.NPI, NPI),
                        identifier(Canonicals.TIN, TIN)),
                new Reference(PAYER, null, null, null, OtherElements.NONE),
                Period.of("2026-01-01", "2099-12-31"));
    }

    private static Identifier identifier(@Nullable String system, String value) {
        return new Identifier(null, null, system, value, null, OtherElements.NONE);
    }

    static Member row(String patient, @Nullable String provider, String coverage, ChangeType change) {
        return new Member(
                Reference.to(ResourceType.PATIENT, patient),
                Reference.to(ResourceType.COVERAGE, coverage),
                provider == null ? null : new Reference(provider, null, null, null, OtherElements.NONE),
                Period.of("2026-01-01", "2099-12-31"),
                false,
                change,
                OtherElements.NONE);
    }

    private void providers() {
        organization("payer", null);
        organization("group", null);
        organization("clinic", "group");
        organization("employer", null);
        organization("foreign-employer", null);
        organization("foreign-clinic", null);
        practitioner("dr-1", "1000000012");
        practitioner("dr-2", "1000000020");
        practitioner("dr-3", "1000000053");
        practitioner("dr-foreign", "1000000038");
        practitioner("dr-nobody", "1000000046");
        role("role-1", "dr-1", "clinic", "site-1");
        role("role-foreign", "dr-foreign", "foreign-clinic", "site-foreign");
        location("site-1", "group");
        location("site-foreign", "foreign-clinic");
    }

    private void patient(String id) {
        put(
                ResourceType.PATIENT,
                id,
                "\"identifier\":[{\"system\":\"https://payer.example/mrn\",\"value\":\"" + id + "\"}],"
                        + "\"name\":[{\"family\":\"Sample\",\"given\":[\"Zoë\"]}],\"gender\":\"unknown\","
                        + "\"birthDate\":\"1970-01-01\"");
    }

    private void coverage(String id, String patient, String subscriber, @Nullable String policyHolder) {
        put(
                ResourceType.COVERAGE,
                id,
                "\"identifier\":[{\"type\":{\"coding\":[{\"system\":\"" + Canonicals.IDENTIFIER_TYPE
                        + "\",\"code\":\"MB\"}]},\"system\":\"https://payer.example/members\",\"value\":\"M-" + patient
                        + "\"}],\"status\":\"active\","
                        + (policyHolder == null ? "" : "\"policyHolder\":" + reference(policyHolder) + ",")
                        + "\"subscriber\":" + reference(subscriber) + ",\"subscriberId\":\"S-" + patient
                        + "\",\"beneficiary\":" + reference("Patient/" + patient)
                        + ",\"relationship\":{\"coding\":[{\"system\":\"" + Canonicals.SUBSCRIBER_RELATIONSHIP
                        + "\",\"code\":\"other\"}]},\"period\":{\"start\":\"2026-01-01\"},\"payor\":["
                        + reference(PAYER) + "],\"class\":[{\"type\":{\"coding\":[{\"system\":\""
                        + Canonicals.COVERAGE_CLASS + "\",\"code\":\"plan\"}]},\"value\":\"gold\"}]");
    }

    private void relatedPerson(String id, String patient) {
        put(
                ResourceType.RELATED_PERSON,
                id,
                "\"active\":true,\"patient\":" + reference("Patient/" + patient)
                        + ",\"name\":[{\"family\":\"Sample\"}]");
    }

    private void practitioner(String id, String npi) {
        put(
                ResourceType.PRACTITIONER,
                id,
                "\"identifier\":[{\"system\":\"" + Canonicals.NPI + "\",\"value\":\"" + npi
                        + "\"}],\"name\":[{\"family\":\"Sample\",\"given\":[\"Doctor\"]}]");
    }

    private void role(String id, String practitioner, String organization, String location) {
        // An Endpoint is none of the guide's types: the reference is there, the resource is not
        put(
                ResourceType.PRACTITIONER_ROLE,
                id,
                "\"practitioner\":" + reference("Practitioner/" + practitioner) + ",\"organization\":"
                        + reference("Organization/" + organization) + ",\"location\":["
                        + reference("Location/" + location) + "],\"endpoint\":[" + reference("Endpoint/e-1") + "]");
    }

    private void location(String id, String organization) {
        put(
                ResourceType.LOCATION,
                id,
                "\"name\":\"Sample site\",\"managingOrganization\":" + reference("Organization/" + organization));
    }

    private void organization(String id, @Nullable String parent) {
        put(
                ResourceType.ORGANIZATION,
                id,
                "\"active\":true,\"name\":\"Sample organization\""
                        + (parent == null ? "" : ",\"partOf\":" + reference("Organization/" + parent)));
    }

    private void put(ResourceType type, String id, String properties) {
        resources.put(
                new ResourceKey(type, id),
                "{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"," + properties + "}");
    }

    private static String reference(String text) {
        return "{\"reference\":\"" + text + "\"}";
    }
}
