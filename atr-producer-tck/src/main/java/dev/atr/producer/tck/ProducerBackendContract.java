package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListQuery.Token;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSlice.Limit;
import dev.atr.producer.spi.ListSlices;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.TypeFilters;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ProducerBackend} keeps. Extend this class and hand it a backend that holds what it is told to hold:
 *
 * <pre>{@code
 * class RosterBackendTest extends ProducerBackendContract {
 *     @Override
 *     protected ProducerBackend backendHolding(SampleLists lists) {
 *         return RosterBackend.seeded(dataSource, lists);
 *     }
 * }
 * }</pre>
 *
 * <p>Some rules need a change, those of {@link ListSlices} and of histories above all; override {@link #change} to have them checked as
 * well.
 */
public abstract class ProducerBackendContract extends ListChangeRules {
    private static final Caller CONSUMER = caller(SampleLists.CONSUMER, null);
    private static final int HISTORIES = 2;
    private static final int RUNS = 10;
    private static final ResourceType ENCOUNTER = new ResourceType("Encounter");

    private SampleLists sample = SampleLists.standard();
    private ProducerBackend backend = new InMemoryBackend(SampleLists.empty());

    /** For subclasses. */
    protected ProducerBackendContract() {}

    /**
     * Returns a backend that holds exactly these lists, resources and entitlements. Called once for each test; what has
     * to be closed afterwards is closed by the subclass.
     *
     * @param lists what to hold; keeps ids, and decides versions and times itself
     * @throws Exception when the backend can't be made; the test fails
     */
    protected abstract ProducerBackend backendHolding(SampleLists lists) throws Exception;

    /**
     * Makes a backend take on another state, as a payer's own writes would. Resources that are not there any more are
     * deleted.
     *
     * @param held a backend that {@link #backendHolding} returned
     * @param lists what it holds from now on
     * @return whether the change was made; {@code false}, as here, skips the rules that need one
     * @throws Exception when the change fails; the test fails
     */
    protected boolean change(ProducerBackend held, SampleLists lists) throws Exception {
        return false;
    }

    /**
     * Returns whether lists and rows come back with all that FHIR lets them say, such as a display text, the id of an
     * element or a month without a day: {@code true}, as here, where FHIR is stored. Tables of a payer's own have no columns
     * for that; {@code false} has {@link #backendHolding} called with {@link SampleLists#plain()}.
     */
    protected boolean keepsAllElements() {
        return true;
    }

    @Override
    final ProducerBackend backend() {
        return backend;
    }

    @Override
    final SampleLists sample() {
        return sample;
    }

    @BeforeEach
    final void seed() throws Exception {
        sample = keepsAllElements() ? SampleLists.standard() : SampleLists.plain();
        backend = backendHolding(sample);
    }

    // Who sees what

    @Test
    @Requirement("ATR-DISC-011")
    void findsTheListsOfTheCaller() {
        assertThat(backend.find(CONSUMER, SampleLists.OPEN)).isPresent();
        assertThat(backend.find(CONSUMER, SampleLists.EMPTY)).isPresent();
        assertThat(backend.find(caller(SampleLists.OTHER_CONSUMER, null), SampleLists.FOREIGN))
                .isPresent();
    }

    @Test
    @Requirement("ATR-SEC-012")
    void foreignAndUnknownListsAreBothNotThere() {
        for (ListId list : List.of(SampleLists.FOREIGN, new ListId("no-such-list"))) {
            assertThat(backend.find(CONSUMER, list)).isEmpty();
            assertThat(backend.snapshot(CONSUMER, list)).isEmpty();
            assertThat(backend.search(CONSUMER, ids(list))).isEqualTo(new ListPage(List.of(), 0));
            assertThat(backend.read(CONSUMER, list.key())).isEmpty();
        }
    }

    @Test
    @Requirement("ATR-DISC-011")
    void clientsWithoutEntitlementSeeNothing() {
        Caller stranger = caller("nobody-knows-me", null);

        assertThat(backend.find(stranger, SampleLists.OPEN)).isEmpty();
        assertThat(backend.snapshot(stranger, SampleLists.OPEN)).isEmpty();
        assertThat(backend.search(stranger, ListQuery.all(10)).total()).isZero();
        assertThat(backend.read(stranger, new ResourceKey(ResourceType.PATIENT, "10")))
                .isEmpty();
    }

    @Test
    @Requirement("ATR-SEC-010")
    void permittedListsNarrowTheAnswer() {
        Caller narrowed = caller(SampleLists.CONSUMER, Set.of(SampleLists.FINAL));

        assertThat(backend.find(narrowed, SampleLists.FINAL)).isPresent();
        assertThat(backend.find(narrowed, SampleLists.OPEN)).isEmpty();
        assertThat(backend.snapshot(narrowed, SampleLists.OPEN)).isEmpty();
        assertThat(found(narrowed, ListQuery.all(10))).containsExactly(SampleLists.FINAL);
        assertThat(backend.read(narrowed, new ResourceKey(ResourceType.PATIENT, "a")))
                .isPresent();
        assertThat(backend.read(narrowed, new ResourceKey(ResourceType.PATIENT, "10")))
                .isEmpty();
    }

    @Test
    @Requirement("ATR-SEC-010")
    void permittedListsNeverWidenTheAnswer() {
        Caller hopeful = caller(SampleLists.CONSUMER, Set.of(SampleLists.FOREIGN));
        Caller unlisted = caller(SampleLists.CONSUMER, Set.of());

        assertThat(backend.find(hopeful, SampleLists.FOREIGN)).isEmpty();
        assertThat(backend.search(hopeful, ListQuery.all(10)).total()).isZero();
        assertThat(backend.search(unlisted, ListQuery.all(10)).total()).isZero();
        assertThat(backend.find(unlisted, SampleLists.OPEN)).isEmpty();
    }

    // Finding lists

    @Test
    @Requirement("ATR-DISC-011")
    void searchWithoutConditionsFindsTheListsOfTheCallerInOrderOfId() {
        ListPage page = backend.search(CONSUMER, ListQuery.all(10));

        assertThat(page.lists())
                .extracting(AttributionList::id)
                .containsExactly(SampleLists.EMPTY, SampleLists.DRAFT, SampleLists.FINAL, SampleLists.OPEN);
        assertThat(page.total()).isEqualTo(4);
    }

    @Test
    @Requirement({"ATR-DISC-001", "FHIR-028"})
    void searchFindsByNpi() {
        assertThat(found(CONSUMER, identifiers(List.of(token(Canonicals.NPI, StandardSample.NPI)))))
                .containsExactly(SampleLists.DRAFT, SampleLists.FINAL, SampleLists.OPEN);
        assertThat(found(CONSUMER, identifiers(List.of(token(Canonicals.NPI, "1999999919")))))
                .isEmpty();
    }

    @Test
    @Requirement({"ATR-DISC-002", "FHIR-028"})
    void searchFindsByTin() {
        assertThat(found(CONSUMER, identifiers(List.of(token(Canonicals.TIN, StandardSample.TIN)))))
                .hasSize(4);
    }

    @Test
    @Requirement({"ATR-DISC-003", "FHIR-028"})
    void searchFindsByContract() {
        assertThat(found(CONSUMER, identifiers(List.of(token(StandardSample.CONTRACTS, "CT-1")))))
                .containsExactly(SampleLists.OPEN);
    }

    @Test
    @Requirement("FHIR-028")
    void searchTakesOneOfSeveralIdentifiers() {
        List<Token> either = token(StandardSample.CONTRACTS, "CT-1");
        List<Token> or = token(StandardSample.CONTRACTS, "CT-3");

        assertThat(found(CONSUMER, identifiers(List.of(List.of(either.get(0), or.get(0))))))
                .containsExactly(SampleLists.FINAL, SampleLists.OPEN);
    }

    @Test
    @Requirement("FHIR-028")
    void searchAsksForAllOfRepeatedIdentifiers() {
        assertThat(found(
                        CONSUMER,
                        identifiers(List.of(
                                token(Canonicals.TIN, StandardSample.TIN), token(StandardSample.CONTRACTS, "CT-4")))))
                .containsExactly(SampleLists.EMPTY);
        assertThat(found(
                        CONSUMER,
                        identifiers(List.of(
                                token(StandardSample.CONTRACTS, "CT-1"), token(StandardSample.CONTRACTS, "CT-4")))))
                .isEmpty();
    }

    @Test
    @Requirement("FHIR-028")
    void searchTakesASystemWithoutValue() {
        assertThat(found(CONSUMER, identifiers(List.of(token(Canonicals.NPI, null)))))
                .hasSize(3);
    }

    @Test
    @Requirement("FHIR-028")
    void searchTakesAValueOfAnySystem() {
        assertThat(found(CONSUMER, identifiers(List.of(token(null, "CT-2"))))).containsExactly(SampleLists.DRAFT);
        assertThat(found(CONSUMER, identifiers(List.of(token(null, "loose"))))).containsExactly(SampleLists.EMPTY);
    }

    @Test
    @Requirement("FHIR-028")
    void searchTakesAValueWithoutSystem() {
        assertThat(found(CONSUMER, identifiers(List.of(token("", "loose"))))).containsExactly(SampleLists.EMPTY);
        assertThat(found(CONSUMER, identifiers(List.of(token("", "CT-2"))))).isEmpty();
    }

    @Test
    @Requirement("ATR-DISC-004")
    void searchFindsByBeginningOfNameWithoutCaseAndAccents() {
        assertThat(found(CONSUMER, names(List.of(List.of("ECLAIR")))))
                .containsExactly(SampleLists.DRAFT, SampleLists.OPEN);
        assertThat(found(CONSUMER, names(List.of(List.of("éclair v"))))).containsExactly(SampleLists.OPEN);
        assertThat(found(CONSUMER, names(List.of(List.of("Care"))))).isEmpty();
    }

    @Test
    @Requirement("ATR-DISC-004")
    void searchTakesOneOfSeveralNamesAndAsksForAllOfRepeatedOnes() {
        assertThat(found(CONSUMER, names(List.of(List.of("valley", "eclair h")))))
                .containsExactly(SampleLists.DRAFT, SampleLists.FINAL);
        assertThat(found(CONSUMER, names(List.of(List.of("valley"), List.of("eclair")))))
                .isEmpty();
    }

    @Test
    @Requirement("ATR-DISC-004")
    void searchTakesPatternCharactersOfANameAsTheyStand() {
        assertThat(found(CONSUMER, names(List.of(List.of("%"))))).isEmpty();
        assertThat(found(CONSUMER, names(List.of(List.of("_clair"))))).isEmpty();
        assertThat(found(CONSUMER, names(List.of(List.of("\\"))))).isEmpty();
    }

    @Test
    void searchFindsByIdsTogetherWithOtherConditions() {
        ListQuery query = new ListQuery(
                Set.of(SampleLists.OPEN, SampleLists.EMPTY, SampleLists.FOREIGN),
                List.of(token(Canonicals.NPI, StandardSample.NPI)),
                List.of(),
                null,
                10);

        assertThat(found(CONSUMER, query)).containsExactly(SampleLists.OPEN);
        assertThat(found(CONSUMER, ids())).isEmpty();
    }

    @Test
    @Requirement("FHIR-024")
    void searchAnswersInPages() {
        ListPage first = backend.search(CONSUMER, new ListQuery(null, List.of(), List.of(), null, 3));
        ListPage second = backend.search(CONSUMER, new ListQuery(null, List.of(), List.of(), SampleLists.FINAL, 3));

        assertThat(first.lists())
                .extracting(AttributionList::id)
                .containsExactly(SampleLists.EMPTY, SampleLists.DRAFT, SampleLists.FINAL);
        assertThat(second.lists()).extracting(AttributionList::id).containsExactly(SampleLists.OPEN);
        assertThat(first.total()).isEqualTo(4);
        assertThat(second.total()).isEqualTo(4);
    }

    // Headers

    @Test
    @Requirement("ATR-MDL-027")
    void headersSayWhatTheListSaysWithVersionAndTime() {
        for (SampleList list : sample.lists()) {
            Caller owner = ownerOf(list.id());

            AttributionList header = backend.find(owner, list.id()).orElseThrow();

            AttributionList expected =
                    list.header().withVersion(nonNull(header.version()), nonNull(header.lastUpdated()));
            assertThat(header)
                    .isEqualTo(expected.quantity() == null ? expected : expected.withQuantity(list.activeMembers()));
            assertThat(header.version()).matches("[1-9][0-9]*");
        }
    }

    @Test
    @Requirement("ATR-MDL-006")
    void findSearchAndSnapshotAnswerTheSameHeader() {
        AttributionList header = backend.find(CONSUMER, SampleLists.OPEN).orElseThrow();

        assertThat(backend.search(CONSUMER, ids(SampleLists.OPEN)).lists()).containsExactly(header);
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            assertThat(snapshot.list()).isEqualTo(header);
        }
    }

    @Test
    @Requirement("ATR-MDL-036")
    void quantityIsTheNumberOfDistinctActiveMembers() {
        assertThat(backend.find(CONSUMER, SampleLists.OPEN).orElseThrow().quantity())
                .isEqualTo(6);
        assertThat(backend.find(CONSUMER, SampleLists.DRAFT).orElseThrow().quantity())
                .isEqualTo(2);
    }

    // Rows

    @Test
    @Requirement({"ATR-EXP-006", "ATR-MDL-015"})
    void rowsAreThoseOfTheListWithStrictlyAscendingKeys() {
        for (SampleList list : sample.lists()) {
            TreeMap<MemberKey, Member> expected = new TreeMap<>();
            list.rows().forEach(row -> expected.put(row.key(), row));
            try (ListSnapshot snapshot =
                    backend.snapshot(ownerOf(list.id()), list.id()).orElseThrow()) {
                List<Member> rows = rowsOf(snapshot);

                assertThat(rows).extracting(Member::key).containsExactlyElementsOf(expected.keySet());
                assertThat(rows)
                        .usingElementComparator((a, b) -> withoutCode(a).equals(withoutCode(b)) ? 0 : 1)
                        .containsExactlyElementsOf(expected.values());
            }
        }
    }

    @Test
    @Requirement({"ATR-MDL-017", "ATR-MDL-018", "ATR-MDL-046"})
    void changeCodesAreTheGuidesOwnAndAgreeWithTheState() {
        for (ListId list : List.of(SampleLists.OPEN, SampleLists.DRAFT, SampleLists.FINAL)) {
            try (ListSnapshot snapshot = open(list)) {
                for (Member row : rowsOf(snapshot)) {
                    ChangeType code = nonNull(row.changeType());
                    assertThat(code.isKnown()).isTrue();
                    assertThat(code.equals(ChangeType.DROPPED) || code.equals(ChangeType.CANCELLED))
                            .isEqualTo(row.inactive());
                }
            }
        }
    }

    @Test
    @Requirement("ATR-MDL-024")
    void aListWithoutMembersHasAnEmptyCursor() {
        try (ListSnapshot snapshot = open(SampleLists.EMPTY)) {
            assertThat(rowsOf(snapshot)).isEmpty();
            assertThat(resourcesOf(snapshot, ResourceType.PATIENT)).isEmpty();
        }
    }

    // Resources

    @Test
    @Requirement("ATR-EXP-013")
    void resourcesAreThoseOfTheListAndNoOthers() {
        for (SampleList list : sample.lists()) {
            Set<ResourceKey> found = new TreeSet<>();
            try (ListSnapshot snapshot =
                    backend.snapshot(ownerOf(list.id()), list.id()).orElseThrow()) {
                for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
                    if (!type.equals(ResourceType.GROUP)) {
                        resourcesOf(snapshot, type).forEach(resource -> found.add(resource.key()));
                    }
                }
            }

            assertThat(found).isEqualTo(sample.resourcesOf(list.id()));
        }
    }

    @Test
    @Requirement("ATR-EXP-013")
    void everyReferenceOfTheListResolves() {
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            Set<ResourceKey> patients = keys(snapshot, ResourceType.PATIENT);
            Set<ResourceKey> coverages = keys(snapshot, ResourceType.COVERAGE);
            Set<ResourceKey> providers = new TreeSet<>();
            for (ResourceType type :
                    List.of(ResourceType.ORGANIZATION, ResourceType.PRACTITIONER, ResourceType.PRACTITIONER_ROLE)) {
                providers.addAll(keys(snapshot, type));
            }

            for (Member row : rowsOf(snapshot)) {
                assertThat(patients).contains(row.patient().key().orElseThrow());
                assertThat(coverages).contains(nonNull(row.coverage()).key().orElseThrow());
                if (row.provider() != null) {
                    assertThat(providers).contains(row.provider().key().orElseThrow());
                }
            }
            assertThat(providers)
                    .contains(nonNull(snapshot.list().payer()).key().orElseThrow());
        }
    }

    @Test
    @Requirement("ATR-EXP-005")
    void aPatientIsThereOnlyAsAMember() {
        try (ListSnapshot snapshot = open(SampleLists.DRAFT)) {
            // The coverage of B.1 names the parent of A; neither A nor anyone else comes along
            assertThat(keys(snapshot, ResourceType.PATIENT))
                    .extracting(ResourceKey::id)
                    .containsExactly("10", "9", "B.1");
            assertThat(keys(snapshot, ResourceType.RELATED_PERSON))
                    .extracting(ResourceKey::id)
                    .containsExactly("parent-of-A");
        }
    }

    @Test
    void resourceIdsAscendStrictly() {
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
                List<String> ids = resourcesOf(snapshot, type).stream()
                        .map(resource -> resource.key().id())
                        .toList();

                assertThat(ids).containsExactlyElementsOf(new TreeSet<>(ids));
            }
        }
    }

    @Test
    void otherTypesHaveNoResources() {
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            assertThat(resourcesOf(snapshot, ENCOUNTER)).isEmpty();
            assertThat(resourcesOf(snapshot, ResourceType.GROUP)).isEmpty();
        }
    }

    @Test
    @Requirement({"BULK-FILE-002", "FHIR-037"})
    void storedResourcesAgreeWithTheirJson() {
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
                for (StoredResource resource : resourcesOf(snapshot, type)) {
                    assertThat(resource.key().type()).isEqualTo(type);
                    assertAgrees(resource);
                }
            }
        }
    }

    @Test
    @Requirement("ATR-EXP-013")
    void readAnswersWhatTheSnapshotHolds() {
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
                for (StoredResource held : resourcesOf(snapshot, type)) {
                    StoredResource read = backend.read(CONSUMER, held.key()).orElseThrow();

                    assertThat(read.version()).isEqualTo(held.version());
                    assertThat(read.lastUpdated()).isEqualTo(held.lastUpdated());
                    assertThat(read.json()).isEqualTo(held.json());
                }
            }
        }
    }

    @Test
    @Requirement({"ATR-SEC-010", "ATR-SEC-012"})
    void readAnswersNothingBeyondTheListsOfTheCaller() {
        Set<ResourceKey> readable = new TreeSet<>();
        for (ListId list : List.of(SampleLists.OPEN, SampleLists.DRAFT, SampleLists.FINAL, SampleLists.EMPTY)) {
            readable.addAll(sample.resourcesOf(list));
        }

        for (ResourceKey key : sample.resources().keySet()) {
            assertThat(backend.read(CONSUMER, key).isPresent())
                    .as("%s may be read", key)
                    .isEqualTo(readable.contains(key));
        }
        assertThat(backend.read(CONSUMER, new ResourceKey(ResourceType.PATIENT, "no-such-patient")))
                .isEmpty();
        assertThat(backend.read(CONSUMER, new ResourceKey(ENCOUNTER, "10"))).isEmpty();
    }

    // Snapshots

    @Test
    void cursorsMayBeClosedEarlyAndOpenedAgain() {
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            MemberKey first;
            try (MemberCursor rows = snapshot.members()) {
                first = nonNull(rows.next()).key();
            }
            try (ResourceCursor patients = snapshot.resources(ResourceType.PATIENT)) {
                nonNull(patients.next());
            }

            assertThat(rowsOf(snapshot)).first().extracting(Member::key).isEqualTo(first);
            assertThat(rowsOf(snapshot)).hasSize(8);
        }
    }

    @Test
    @Requirement("BULK-MAN-001")
    void transactionTimeNeverGoesBack() throws Exception {
        Instant before = transactionTime();
        Instant again = transactionTime();
        boolean changed = change(backend, changed());
        Instant after = transactionTime();

        assertThat(again).isAfterOrEqualTo(before);
        assertThat(after).isAfterOrEqualTo(again);
        if (changed) {
            AttributionList header = backend.find(CONSUMER, SampleLists.OPEN).orElseThrow();
            assertThat(nonNull(header.lastUpdated())).isAfterOrEqualTo(before).isBeforeOrEqualTo(after);
        }
    }

    @Test
    @Requirement("BULK-MAN-001")
    void anOpenSnapshotStaysAsItWas() throws Exception {
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            AttributionList header = snapshot.list();
            Instant time = snapshot.transactionTime();
            List<Member> rows = rowsOf(snapshot);
            List<String> patients = jsonOf(snapshot, ResourceType.PATIENT);
            List<String> organizations = jsonOf(snapshot, ResourceType.ORGANIZATION);

            Assumptions.assumeTrue(change(backend, changed()), "change(…) is not overridden");

            assertThat(snapshot.list()).isEqualTo(header);
            assertThat(snapshot.transactionTime()).isEqualTo(time);
            assertThat(rowsOf(snapshot)).isEqualTo(rows);
            assertThat(jsonOf(snapshot, ResourceType.PATIENT)).isEqualTo(patients);
            assertThat(jsonOf(snapshot, ResourceType.ORGANIZATION)).isEqualTo(organizations);
        }
    }

    @Test
    @Requirement({"ATR-MDL-005", "BULK-FILE-006"})
    void aChangeGivesListAndResourceTheirNextVersion() throws Exception {
        AttributionList before = backend.find(CONSUMER, SampleLists.OPEN).orElseThrow();
        ResourceKey clinic = new ResourceKey(ResourceType.ORGANIZATION, "clinic");
        StoredResource oldClinic = backend.read(CONSUMER, clinic).orElseThrow();

        Assumptions.assumeTrue(change(backend, changed()), "change(…) is not overridden");

        AttributionList after = backend.find(CONSUMER, SampleLists.OPEN).orElseThrow();
        StoredResource newClinic = backend.read(CONSUMER, clinic).orElseThrow();
        assertThat(Integer.parseInt(nonNull(after.version())))
                .isEqualTo(Integer.parseInt(nonNull(before.version())) + 1);
        assertThat(Integer.parseInt(newClinic.version())).isEqualTo(Integer.parseInt(oldClinic.version()) + 1);
        assertAgrees(newClinic);
        assertThat(backend.find(CONSUMER, SampleLists.FINAL))
                .map(AttributionList::version)
                .hasValue("1");
    }

    // Slices, where there are any

    @Test
    @Requirement({"ATR-SEC-012", "ATR-DISC-011"})
    void slicesAreOfListsThatTheCallerMaySee() {
        ListSlices slices = slices(Limit.SINCE);
        ListSlice slice = new ListSlice(Instant.EPOCH, null, Set.of());

        assertThat(slices.snapshot(CONSUMER, SampleLists.FOREIGN, slice)).isEmpty();
        assertThat(slices.snapshot(CONSUMER, new ListId("no-such-list"), slice)).isEmpty();
        assertThat(slices.snapshot(CONSUMER, SampleLists.OPEN, slice)).isPresent();
    }

    @Test
    @Requirement({"ATR-EXP-022", "BULK-KICK-014"})
    void sinceTheBeginningEverythingHasChanged() {
        ListSlices slices = slices(Limit.SINCE);

        try (ListSnapshot all = open(SampleLists.OPEN);
                ListSnapshot changes = open(slices, Instant.EPOCH, null, Set.of())) {
            assertThat(ListCopy.read(changes)).isEqualTo(ListCopy.read(all));
            assertThat(rowsOf(changes)).isEqualTo(rowsOf(all));
            assertThat(ListCopy.deletedBy(changes)).isEmpty();
            assertThat(ListCopy.deletedBy(all)).isEmpty();
        }
    }

    @Test
    @Requirement({"ATR-EXP-022", "BULK-KICK-014", "BULK-KICK-015"})
    void changedResourcesAndAllOfNewMembersAreThereSinceThen() throws Exception {
        ListSlices slices = slices(Limit.SINCE);
        Instant then = transactionTime();
        SampleList open = sample.list(SampleLists.OPEN).orElseThrow();
        ResourceKey clinic = new ResourceKey(ResourceType.ORGANIZATION, "clinic");
        requireChange(sample.withList(open.withRow(
                        StandardSample.row("nobody", "PractitionerRole/role-foreign", "c-nobody", ChangeType.NEW)))
                .withResource(clinic, renamed(clinic)));

        try (ListSnapshot changes = open(slices, then, null, Set.of())) {
            assertThat(ListCopy.read(changes).keySet())
                    .contains(
                            clinic,
                            RandomHistory.patient("nobody"),
                            new ResourceKey(ResourceType.COVERAGE, "c-nobody"),
                            new ResourceKey(ResourceType.RELATED_PERSON, "parent-of-nobody"),
                            new ResourceKey(ResourceType.PRACTITIONER_ROLE, "role-foreign"),
                            new ResourceKey(ResourceType.PRACTITIONER, "dr-foreign"),
                            new ResourceKey(ResourceType.LOCATION, "site-foreign"));
            assertThat(rowsOf(changes)).hasSize(open.rows().size() + 1);
            assertThat(ListCopy.deletedBy(changes)).isEmpty();
            for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
                List<String> ids = resourcesOf(changes, type).stream()
                        .map(resource -> resource.key().id())
                        .toList();
                assertThat(ids).containsExactlyElementsOf(new TreeSet<>(ids));
            }
        }
    }

    @Test
    @Requirement({"BULK-MAN-010", "BULK-MAN-011"})
    void whatWasDeletedSinceThenIsNamedAndNothingElse() throws Exception {
        ListSlices slices = slices(Limit.SINCE);
        Instant then = transactionTime();
        ResourceKey coverage = new ResourceKey(ResourceType.COVERAGE, "c-x");
        ResourceKey employer = new ResourceKey(ResourceType.ORGANIZATION, "employer");
        requireChange(sample.withoutResource(coverage)
                .withoutResource(employer)
                .withoutResource(RandomHistory.patient("foreign")));

        try (ListSnapshot changes = open(slices, then, null, Set.of())) {
            assertThat(ListCopy.deletedBy(changes)).containsExactlyInAnyOrder(coverage, employer);
            assertThat(ListCopy.read(changes).keySet()).doesNotContain(coverage, employer);
            then = changes.transactionTime();
        }
        try (ListSnapshot later = open(slices, then, null, Set.of())) {
            assertThat(ListCopy.deletedBy(later)).isEmpty();
        }
        requireChange(sample);
        try (ListSnapshot back = open(slices, then, null, Set.of())) {
            assertThat(ListCopy.deletedBy(back)).isEmpty();
            assertThat(ListCopy.read(back).keySet()).contains(coverage, employer);
        }
    }

    @Test
    @Requirement("ATR-EXP-022")
    void thatAMemberLeftDeletesNothing() throws Exception {
        ListSlices slices = slices(Limit.SINCE);
        Instant then = transactionTime();
        SampleList open = sample.list(SampleLists.OPEN).orElseThrow();
        requireChange(sample.withList(
                new SampleList(open.header(), open.rows().subList(1, open.rows().size()))));

        try (ListSnapshot changes = open(slices, then, null, Set.of())) {
            assertThat(ListCopy.deletedBy(changes)).isEmpty();
            assertThat(rowsOf(changes)).hasSize(open.rows().size() - 1);
        }
    }

    @Test
    @Requirement({"ATR-EXP-022", "BULK-MAN-001", "BULK-KICK-035"})
    void aCopyKeptByChangesIsWhatAWholeExportGives() throws Exception {
        ListSlices slices = slices(Limit.SINCE);
        requireChange(sample);
        for (long seed = 1; seed <= HISTORIES; seed++) {
            RandomHistory history = new RandomHistory(seed, sample, SampleLists.OPEN);
            SampleLists now = sample;
            requireChange(now);
            ListCopy copy = new ListCopy();
            try (ListSnapshot all = open(SampleLists.OPEN)) {
                copy.take(all);
            }

            for (int run = 1; run <= RUNS; run++) {
                now = history.next(now);
                requireChange(now);
                if (run % 3 == 0) {
                    now = history.next(now);
                    requireChange(now);
                }
                try (ListSnapshot changes = open(slices, copy.time(), null, Set.of());
                        ListSnapshot all = open(SampleLists.OPEN)) {
                    copy.take(changes);

                    assertThat(copy.content())
                            .as("seed %s, run %s", seed, run)
                            .isEqualTo(new ListCopy().take(all).content());
                }
            }
        }
    }

    @Test
    @Requirement({"ATR-EXP-023", "BULK-KICK-017"})
    void untilShowsTheListAsItStood() throws Exception {
        ListSlices slices = slices(Limit.UNTIL);
        List<Object> before;
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            before = new ListCopy().take(snapshot).content();
        }
        requireChange(changed());
        Instant changed = transactionTime();

        try (ListSnapshot earlier = open(slices, null, changed, Set.of())) {
            // Other writes of the same change may lie between
            assertThat(earlier.transactionTime()).isBefore(changed);
            assertThat(rowsOf(earlier)).isNotEmpty();
        }
        try (ListSnapshot now = open(slices, null, changed.plusSeconds(1), Set.of());
                ListSnapshot all = open(SampleLists.OPEN)) {
            assertThat(new ListCopy().take(now).content())
                    .isEqualTo(new ListCopy().take(all).content())
                    .isNotEqualTo(before);
        }
    }

    @Test
    @Requirement("ATR-EXP-023")
    void beforeThereWasAListThereIsNoSlice() {
        ListSlices slices = slices(Limit.UNTIL);

        assertThat(slices.snapshot(CONSUMER, SampleLists.OPEN, new ListSlice(null, Instant.EPOCH, Set.of())))
                .isEmpty();
    }

    @Test
    @Requirement({"ATR-EXP-005", "BULK-KICK-024"})
    void ofSomeMembersThereIsWhatBelongsToThemAndNothingElse() {
        ListSlices slices = slices(Limit.PATIENTS);
        SampleList open = sample.list(SampleLists.OPEN).orElseThrow();
        Set<ResourceKey> some = Set.of(
                RandomHistory.patient("10"),
                RandomHistory.patient("A"),
                RandomHistory.patient("foreign"),
                RandomHistory.patient("no-such-patient"));
        SampleList part = new SampleList(
                open.header(),
                open.rows().stream()
                        .filter(row -> some.contains(row.patient().key().orElseThrow()))
                        .toList());

        try (ListSnapshot slice = open(slices, null, null, some)) {
            assertThat(rowsOf(slice))
                    .extracting(Member::key)
                    .containsExactlyElementsOf(
                            part.rows().stream().map(Member::key).sorted().toList());
            assertThat(ListCopy.read(slice).keySet())
                    .isEqualTo(sample.withList(part).resourcesOf(SampleLists.OPEN));
            assertThat(slice.list().quantity()).isEqualTo(6);
        }
    }

    @Test
    @Requirement({"ATR-EXP-005", "ATR-EXP-022"})
    void changesOfSomeMembersAreTheirOwn() throws Exception {
        ListSlices slices = slices(Limit.SINCE, Limit.PATIENTS);
        Instant then = transactionTime();
        ResourceKey ten = RandomHistory.patient("10");
        ResourceKey zoe = RandomHistory.patient("zoe");
        requireChange(sample.withResource(ten, renamed(ten))
                .withResource(zoe, renamed(zoe))
                .withoutResource(new ResourceKey(ResourceType.COVERAGE, "c-10"))
                .withoutResource(new ResourceKey(ResourceType.COVERAGE, "c-zoe-1")));

        try (ListSnapshot slice = open(slices, then, null, Set.of(ten))) {
            assertThat(keys(slice, ResourceType.PATIENT)).containsExactly(ten);
            assertThat(ListCopy.deletedBy(slice)).containsExactly(new ResourceKey(ResourceType.COVERAGE, "c-10"));
        }
    }

    // Filters, where there are any

    @Test
    @Requirement("BULK-KICK-027")
    void filtersAreOfDeclaredParametersAndOfNoGroup() {
        TypeFilters filters = backend.typeFilters().orElse(null);
        Assumptions.assumeTrue(filters != null, "the backend has no filters");

        assertThat(nonNull(filters).parameters(ResourceType.GROUP)).isEmpty();
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            assertThat(nonNull(filters).parameters(type)).noneMatch(name -> name.contains(":") || name.contains("."));
            assertThat(nonNull(filters).condition(type, "no-such-parameter", "x"))
                    .isEmpty();
        }
    }

    private ListSlices slices(Limit... needed) {
        ListSlices slices = backend.slices().orElse(null);
        Assumptions.assumeTrue(
                slices != null && slices.limits().containsAll(Set.of(needed)), "the backend has no such slices");
        return nonNull(slices);
    }

    private static ListSnapshot open(
            ListSlices slices, @Nullable Instant since, @Nullable Instant until, Set<ResourceKey> patients) {
        return slices.snapshot(CONSUMER, SampleLists.OPEN, new ListSlice(since, until, patients))
                .orElseThrow();
    }

    @Override
    final void requireChange(SampleLists lists) throws Exception {
        Assumptions.assumeTrue(change(backend, lists), "change(…) is not overridden");
    }

    private String renamed(ResourceKey key) {
        return nonNull(sample.resources().get(key)).replace("Sample", "Renamed");
    }

    private SampleLists changed() {
        ResourceKey clinic = new ResourceKey(ResourceType.ORGANIZATION, "clinic");
        ResourceKey newcomer = new ResourceKey(ResourceType.PATIENT, "nobody");
        SampleList open = sample.list(SampleLists.OPEN).orElseThrow();
        return sample.withList(open.withRow(StandardSample.row(newcomer.id(), null, "c-nobody", ChangeType.NEW)))
                .withResource(clinic, renamed(clinic))
                .withResource(
                        newcomer, nonNull(sample.resources().get(newcomer)).replace("unknown", "other"));
    }

    private static void assertAgrees(StoredResource resource) {
        JsonValue json = JsonValue.parse(resource.json());
        JsonValue meta = json.find("meta").orElseThrow();
        assertThat(json.text("resourceType")).hasValue(resource.key().type().code());
        assertThat(json.text("id")).hasValue(resource.key().id());
        assertThat(meta.text("versionId")).hasValue(resource.version());
        assertThat(meta.text("lastUpdated")
                        .map(text -> OffsetDateTime.parse(text).toInstant()))
                .hasValue(resource.lastUpdated());
        assertThat(resource.version()).matches("[1-9][0-9]*");
        assertThat(new String(resource.json(), StandardCharsets.UTF_8))
                .startsWith("{")
                .endsWith("}")
                .doesNotContain("\n", "\r");
    }

    private Instant transactionTime() {
        try (ListSnapshot snapshot = open(SampleLists.OPEN)) {
            return snapshot.transactionTime();
        }
    }

    private ListSnapshot open(ListId list) {
        return backend.snapshot(CONSUMER, list).orElseThrow();
    }

    private static List<Member> rowsOf(ListSnapshot snapshot) {
        List<Member> rows = new ArrayList<>();
        try (MemberCursor cursor = snapshot.members()) {
            for (Member row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<StoredResource> resourcesOf(ListSnapshot snapshot, ResourceType type) {
        List<StoredResource> resources = new ArrayList<>();
        try (ResourceCursor cursor = snapshot.resources(type)) {
            for (StoredResource resource = cursor.next(); resource != null; resource = cursor.next()) {
                resources.add(resource);
            }
        }
        return resources;
    }

    private static Set<ResourceKey> keys(ListSnapshot snapshot, ResourceType type) {
        Set<ResourceKey> keys = new TreeSet<>();
        resourcesOf(snapshot, type).forEach(resource -> keys.add(resource.key()));
        return keys;
    }

    private static List<String> jsonOf(ListSnapshot snapshot, ResourceType type) {
        return resourcesOf(snapshot, type).stream()
                .map(resource -> new String(resource.json(), StandardCharsets.UTF_8))
                .toList();
    }

    private List<ListId> found(Caller caller, ListQuery query) {
        return backend.search(caller, query).lists().stream()
                .map(AttributionList::id)
                .toList();
    }

    private static Caller ownerOf(ListId list) {
        return caller(list.equals(SampleLists.FOREIGN) ? SampleLists.OTHER_CONSUMER : SampleLists.CONSUMER, null);
    }

    private static Caller caller(String clientId, @Nullable Set<ListId> permitted) {
        return new Caller(clientId, "system/*.read", permitted);
    }

    private static Member withoutCode(Member row) {
        return row.withState(row.inactive(), ChangeType.NOCHANGE);
    }

    private static List<Token> token(@Nullable String system, @Nullable String value) {
        return List.of(new Token(system, value));
    }

    private static ListQuery identifiers(List<List<Token>> allOf) {
        return new ListQuery(null, allOf, List.of(), null, 10);
    }

    private static ListQuery names(List<List<String>> allOf) {
        return new ListQuery(null, List.of(), allOf, null, 10);
    }

    private static ListQuery ids(ListId... anyOf) {
        return new ListQuery(Set.of(anyOf), List.of(), List.of(), null, 10);
    }

    private static <T> T nonNull(@Nullable T value) {
        return Objects.requireNonNull(value);
    }
}
