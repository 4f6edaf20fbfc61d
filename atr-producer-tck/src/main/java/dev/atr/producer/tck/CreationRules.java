package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListQuery.Token;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.VersionQuery;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.creation.ListCreation;
import dev.atr.producer.spi.creation.ProvenanceNote;
import dev.atr.producer.spi.creation.ProvenanceRecords;
import dev.atr.producer.spi.creation.ResourceCreation;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a backend keeps that lets Consumers create: the rules of {@link ListCreation} and {@link ResourceCreation}. */
abstract class CreationRules extends TraitAndTimeRules {
    private static final Caller CONSUMER = new Caller(SampleLists.CONSUMER, "system/*.cruds", null);
    private static final Caller OTHER = new Caller(SampleLists.OTHER_CONSUMER, "system/*.cruds", null);
    private static final ListId MADE = new ListId("made-list");
    private static final ResourceKey DOCTOR = new ResourceKey(ResourceType.PRACTITIONER, "made-doctor");
    private static final ResourceKey ROLE = new ResourceKey(ResourceType.PRACTITIONER_ROLE, "made-role");

    private static final ProvenanceNote NOTE = (id, created, version) -> ("{\"resourceType\":\"Provenance\",\"id\":\""
                    + id + "\",\"target\":[{\"reference\":\"" + created.reference() + "/_history/" + version + "\"}]}")
            .getBytes(StandardCharsets.UTF_8);

    @Test
    @Requirement({"ATR-CAP-006", "ATR-MDL-024"})
    void aCreatedListIsItsCreatorsAndHasNoRows() {
        AttributionList created = content(lists().create(CONSUMER, list("CT-made"), null, null));

        assertThat(created.version()).isEqualTo("1");
        assertThat(created.lastUpdated()).isNotNull();
        assertThat(backend().find(CONSUMER, MADE)).contains(created);
        assertThat(backend().find(OTHER, MADE)).isEmpty();
        try (ListSnapshot snapshot = backend().snapshot(CONSUMER, MADE).orElseThrow();
                MemberCursor rows = snapshot.members()) {
            assertThat(rows.next()).isNull();
        }
    }

    @Test
    @Requirement({"ATR-MDL-001", "ATR-MDL-003"})
    void aContractHasOneList() {
        Creation<AttributionList> known = lists().create(CONSUMER, list("CT-1"), null, null);
        Creation<AttributionList> foreign = lists().create(CONSUMER, list("CT-5"), null, null);

        assertThat(known.kind()).isEqualTo(Creation.Kind.DECLINED);
        assertThat(foreign.kind()).isEqualTo(Creation.Kind.DECLINED);
        assertThat(backend().find(CONSUMER, MADE)).isEmpty();
    }

    @Test
    @Requirement("FHIR-012")
    void aConditionIsMetByListsThatTheCallerMaySee() {
        Creation<AttributionList> one = lists().create(CONSUMER, list("CT-made"), contract("CT-1"), null);
        Creation<AttributionList> several = lists().create(CONSUMER, list("CT-made"), contract(null), null);
        Creation<AttributionList> foreign = lists().create(CONSUMER, list("CT-made"), contract("CT-5"), null);

        assertThat(one.kind()).isEqualTo(Creation.Kind.EXISTS);
        assertThat(content(one).id()).isEqualTo(SampleLists.OPEN);
        assertThat(several.kind()).isEqualTo(Creation.Kind.SEVERAL_EXIST);
        assertThat(foreign.kind()).isEqualTo(Creation.Kind.CREATED);
    }

    @Test
    @Requirement({"FHIR-008", "FHIR-016"})
    void aListIsDeletedByItsCreator() {
        ListCreation lists = lists();
        lists.create(CONSUMER, list("CT-made"), null, null);

        assertThat(lists.delete(OTHER, MADE, null)).isEqualTo(Deletion.UNKNOWN);
        assertThat(lists.delete(CONSUMER, MADE, "7")).isEqualTo(Deletion.OTHER_VERSION);
        assertThat(lists.delete(CONSUMER, MADE, "1")).isEqualTo(Deletion.DELETED);
        assertThat(lists.delete(CONSUMER, MADE, "1")).isEqualTo(Deletion.ALREADY_DELETED);
        assertThat(backend().find(CONSUMER, MADE)).isEmpty();
        backend()
                .listHistory()
                .ifPresent(history -> assertThat(history.versions(CONSUMER, MADE, VersionQuery.newest())
                                .orElseThrow()
                                .versions()
                                .get(0))
                        .satisfies(version -> {
                            assertThat(version.isDeletion()).isTrue();
                            assertThat(version.id()).isEqualTo("2");
                        }));
    }

    @Test
    @Requirement({"FHIR-016", "ATR-MDL-004"})
    void aListOfThePayersOwnIsNotDeletedByAClient() {
        assertThat(lists().delete(CONSUMER, SampleLists.OPEN, null).kind()).isEqualTo(Deletion.Kind.DECLINED);
        assertThat(lists().delete(CONSUMER, SampleLists.FOREIGN, null)).isEqualTo(Deletion.UNKNOWN);
        assertThat(backend().find(CONSUMER, SampleLists.OPEN)).isPresent();
        assertThat(backend().find(OTHER, SampleLists.FOREIGN)).isPresent();
    }

    @Test
    void theContractOfADeletedListIsFree() {
        ListCreation lists = lists();
        lists.create(CONSUMER, list("CT-made"), null, null);
        lists.delete(CONSUMER, MADE, null);

        // The number of a contract is free again when its list is gone.
        ListId again = new ListId("made-again");
        Creation<AttributionList> second = lists.create(CONSUMER, list(again, "CT-made"), null, null);

        assertThat(second.kind()).isEqualTo(Creation.Kind.CREATED);
    }

    @Test
    @Requirement({"ATR-SEC-010", "ATR-SEC-012"})
    void aListNamesNobodyWhomTheCallerMayNotRead() {
        ListCreation lists = lists();

        Creation<AttributionList> foreign = lists.create(CONSUMER, naming("Practitioner/dr-foreign"), null, null);
        Creation<AttributionList> unknown = lists.create(CONSUMER, naming("Practitioner/no-such"), null, null);

        assertThat(foreign.kind()).isEqualTo(Creation.Kind.DECLINED);
        assertThat(foreign).isEqualTo(unknown);
        assertThat(backend().find(CONSUMER, MADE)).isEmpty();
        assertThat(backend().read(CONSUMER, new ResourceKey(ResourceType.PRACTITIONER, "dr-foreign")))
                .isEmpty();
    }

    @Test
    @Requirement({"ATR-SEC-010", "ATR-SEC-012"})
    void aListNamesNoMember() {
        ListCreation lists = lists();

        Creation<AttributionList> own = lists.create(CONSUMER, naming("Patient/10"), null, null);
        Creation<AttributionList> foreign = lists.create(CONSUMER, naming("Patient/foreign"), null, null);
        Creation<AttributionList> unknown = lists.create(CONSUMER, naming("Patient/no-such"), null, null);
        Creation<AttributionList> coverage = lists.create(CONSUMER, naming("Coverage/c-10"), null, null);

        assertThat(List.of(own, foreign)).containsOnly(unknown);
        assertThat(unknown.kind()).isEqualTo(Creation.Kind.DECLINED);
        assertThat(coverage.kind()).isEqualTo(Creation.Kind.DECLINED);
        assertThat(backend().find(CONSUMER, MADE)).isEmpty();
    }

    @Test
    @Requirement("ATR-SEC-010")
    void aListNamesProvidersWhomTheCallerMayReadOrCreated() {
        ListCreation lists = lists();
        resources().create(CONSUMER, DOCTOR, doctor(), null);

        Creation<AttributionList> held = lists.create(CONSUMER, naming("Practitioner/dr-3"), null, null);
        Creation<AttributionList> own =
                lists.create(CONSUMER, naming(new ListId("made-too"), "CT-made-too", DOCTOR.reference()), null, null);
        Creation<AttributionList> ofAnother =
                lists.create(OTHER, naming(new ListId("of-other"), "CT-of-other", DOCTOR.reference()), null, null);

        assertThat(held.kind()).isEqualTo(Creation.Kind.CREATED);
        assertThat(own.kind()).isEqualTo(Creation.Kind.CREATED);
        assertThat(ofAnother.kind()).isEqualTo(Creation.Kind.DECLINED);
    }

    @Test
    @Requirement({"ATR-REC-014", "ATR-SEC-012"})
    void onlyThePayerManagesACreatedList() {
        ListCreation lists = lists();
        ResourceKey own = new ResourceKey(ResourceType.ORGANIZATION, "made-payer");
        resources().create(CONSUMER, own, organization(own), null);

        Creation<AttributionList> unknown = lists.create(CONSUMER, managedBy("no-such"), null, null);

        assertThat(unknown.kind()).isEqualTo(Creation.Kind.DECLINED);
        for (String organization : List.of("clinic", "foreign-clinic", own.id())) {
            assertThat(lists.create(CONSUMER, managedBy(organization), null, null))
                    .as(organization)
                    .isEqualTo(unknown);
        }
        assertThat(backend().find(CONSUMER, MADE)).isEmpty();
    }

    @Test
    @Requirement("ATR-CAP-006")
    void theFirstListOfAClientNamesThePayerWhomItCouldNotReadBefore() {
        Caller newcomer = new Caller("newcomer", "system/*.cruds", null);
        ResourceKey payer = new ResourceKey(ResourceType.ORGANIZATION, "payer");
        assertThat(backend().read(newcomer, payer)).isEmpty();

        Creation<AttributionList> first = lists().create(newcomer, list("CT-made"), null, null);

        assertThat(first.kind()).isEqualTo(Creation.Kind.CREATED);
        assertThat(backend().read(newcomer, payer)).isPresent();
    }

    @Test
    @Requirement({"ATR-CAP-007", "ATR-SEC-012"})
    void aCreatedResourceIsReadByItsCreatorAlone() {
        StoredResource created = content(resources().create(CONSUMER, DOCTOR, doctor(), null));

        StoredResource read = backend().read(CONSUMER, DOCTOR).orElseThrow();
        assertThat(created.version()).isEqualTo("1");
        assertThat(read.json()).isEqualTo(created.json());
        assertThat(JsonValue.parse(read.json()).find("meta").flatMap(meta -> meta.text("versionId")))
                .hasValue("1");
        assertThat(backend().read(OTHER, DOCTOR)).isEmpty();
    }

    @Test
    @Requirement({"ATR-SEC-010", "ATR-SEC-012"})
    void aResourceRefersToNothingThatTheCallerMayNotRead() {
        ResourceCreation resources = resources();

        for (String practitioner : List.of("dr-foreign", "no-such")) {
            Creation<StoredResource> creation = resources.create(CONSUMER, ROLE, role(practitioner), null);
            assertThat(creation.kind()).isEqualTo(Creation.Kind.DECLINED);
            assertThat(creation.reason()).doesNotContain(practitioner);
        }
        assertThat(backend().read(CONSUMER, ROLE)).isEmpty();
        assertThat(resources.create(CONSUMER, ROLE, role("dr-1"), null).kind()).isEqualTo(Creation.Kind.CREATED);
    }

    @Test
    @Requirement({"ATR-CAP-008", "FHIR-008", "FHIR-016"})
    void aResourceIsDeletedByItsCreatorOnceNothingRefersToIt() {
        ResourceCreation resources = resources();
        resources.create(CONSUMER, DOCTOR, doctor(), null);
        resources.create(CONSUMER, ROLE, role(DOCTOR.id()), null);

        assertThat(resources.delete(OTHER, DOCTOR, null)).isEqualTo(Deletion.UNKNOWN);
        assertThat(resources.delete(CONSUMER, DOCTOR, null).kind()).isEqualTo(Deletion.Kind.DECLINED);
        assertThat(resources.delete(CONSUMER, ROLE, "2")).isEqualTo(Deletion.OTHER_VERSION);
        assertThat(resources.delete(CONSUMER, ROLE, "1")).isEqualTo(Deletion.DELETED);
        assertThat(resources.delete(CONSUMER, ROLE, null)).isEqualTo(Deletion.ALREADY_DELETED);
        assertThat(resources.delete(CONSUMER, DOCTOR, null)).isEqualTo(Deletion.DELETED);
        assertThat(backend().read(CONSUMER, DOCTOR)).isEmpty();
    }

    @Test
    @Requirement("ATR-CAP-008")
    void aResourceOfThePayersOwnIsNotDeletedByAClient() {
        ResourceKey patient = new ResourceKey(ResourceType.PATIENT, "10");
        ResourceKey foreign = new ResourceKey(ResourceType.PATIENT, "foreign");

        assertThat(resources().delete(CONSUMER, patient, null).kind()).isEqualTo(Deletion.Kind.DECLINED);
        assertThat(resources().delete(CONSUMER, foreign, null)).isEqualTo(Deletion.UNKNOWN);
        assertThat(backend().read(CONSUMER, patient)).isPresent();
    }

    @Test
    @Requirement({"ATR-CRE-006", "FHIR-022"})
    void whatIsSaidAboutTheSourceIsKept() {
        Optional<ProvenanceRecords> offered = backend().provenanceRecords();
        Assumptions.assumeTrue(offered.isPresent(), "the backend keeps no provenance");
        ProvenanceRecords records = offered.orElseThrow();
        lists().create(CONSUMER, list("CT-made"), null, NOTE);
        resources().create(CONSUMER, DOCTOR, doctor(), NOTE);

        for (ResourceKey target : List.of(MADE.key(), DOCTOR)) {
            List<StoredResource> about = records.about(CONSUMER, target);
            assertThat(about).hasSize(1);
            assertThat(JsonValue.parse(about.get(0).json())
                            .all("target.reference")
                            .get(0)
                            .text())
                    .hasValue(target.reference() + "/_history/1");
            assertThat(records.read(CONSUMER, about.get(0).key().id()).map(StoredResource::key))
                    .contains(about.get(0).key());
            assertThat(records.about(OTHER, target)).isEmpty();
            assertThat(records.read(OTHER, about.get(0).key().id())).isEmpty();
        }
        assertThat(records.about(CONSUMER, SampleLists.OPEN.key())).isEmpty();
    }

    private ListCreation lists() {
        Optional<ListCreation> lists = backend().listCreation();
        Assumptions.assumeTrue(lists.isPresent(), "the backend lets nobody create lists");
        return lists.orElseThrow();
    }

    private ResourceCreation resources() {
        Optional<ResourceCreation> resources = backend().resourceCreation();
        Assumptions.assumeTrue(
                resources.isPresent()
                        && resources
                                .get()
                                .types()
                                .containsAll(Set.of(ResourceType.PRACTITIONER, ResourceType.PRACTITIONER_ROLE)),
                "the backend lets nobody create these resources");
        return resources.orElseThrow();
    }

    private static AttributionList list(String contract) {
        return list(MADE, contract);
    }

    private static AttributionList list(ListId id, String contract) {
        return list(id, contract, "payer");
    }

    private static AttributionList managedBy(String organization) {
        return list(MADE, "CT-made", organization);
    }

    private static AttributionList list(ListId id, String contract, String organization) {
        return AttributionList.of(
                id,
                ListStatus.DRAFT,
                List.of(Identifier.of(StandardSample.CONTRACTS, contract)),
                Reference.to(ResourceType.ORGANIZATION, organization),
                Period.of("2026-01-01", "2026-12-31"));
    }

    private static AttributionList naming(String reference) {
        return naming(MADE, "CT-made", reference);
    }

    /** A list that says of all its members that they are attributed to somebody. */
    private static AttributionList naming(ListId id, String contract, String reference) {
        return StandardSample.attributedTo(list(id, contract), reference);
    }

    private static ListQuery contract(@Nullable String value) {
        return new ListQuery(null, List.of(List.of(new Token(StandardSample.CONTRACTS, value))), List.of(), null, 2);
    }

    private static byte[] doctor() {
        return ("{\"resourceType\":\"Practitioner\",\"id\":\"" + DOCTOR.id()
                        + "\",\"identifier\":[{\"system\":\"https://consumer.example/staff\",\"value\":\"1\"}],"
                        + "\"name\":[{\"family\":\"Sample\",\"given\":[\"Doctor\"]}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] organization(ResourceKey key) {
        return ("{\"resourceType\":\"Organization\",\"id\":\"" + key.id()
                        + "\",\"active\":true,\"name\":\"Sample organization\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] role(String practitioner) {
        return ("{\"resourceType\":\"PractitionerRole\",\"id\":\"" + ROLE.id()
                        + "\",\"practitioner\":{\"reference\":\"Practitioner/" + practitioner
                        + "\"},\"organization\":{\"reference\":\"Organization/clinic\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T content(Creation<T> creation) {
        return Optional.ofNullable(creation.content()).orElseThrow();
    }
}
