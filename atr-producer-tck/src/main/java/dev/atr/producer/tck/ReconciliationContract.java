package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberId;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.core.reconcile.ProviderNpi;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.ResourceCreation;
import dev.atr.producer.spi.reconcile.AddEffect;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Change;
import dev.atr.producer.spi.reconcile.ConfirmEffect;
import dev.atr.producer.spi.reconcile.Decision;
import dev.atr.producer.spi.reconcile.Outcome;
import dev.atr.producer.spi.reconcile.ProposedAddition;
import dev.atr.producer.spi.reconcile.ProposedConfirmation;
import dev.atr.producer.spi.reconcile.ProposedRemoval;
import dev.atr.producer.spi.reconcile.Reconciliation;
import dev.atr.producer.spi.reconcile.ReconciliationRefusal;
import dev.atr.producer.spi.reconcile.RemoveEffect;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Reconciliation} keeps. Extend this class, beside {@link ProducerBackendContract}, when your backend
 * takes changes:
 *
 * <pre>{@code
 * class RosterReconciliationTest extends ReconciliationContract {
 *     @Override
 *     protected ProducerBackend backendHolding(SampleLists lists) {
 *         return RosterBackend.seeded(dataSource, lists);
 *     }
 * }
 * }</pre>
 */
public abstract class ReconciliationContract {
    private static final Caller CONSUMER = new Caller(SampleLists.CONSUMER, "system/*.read system/*.write", null);
    private static final Caller OTHER = new Caller(SampleLists.OTHER_CONSUMER, "system/*.read system/*.write", null);

    /** More than a backend may look at of one number. */
    private static final int MANY = 25;

    private static final AttributionPolicy ANY = AttributionPolicy.anyMemberOfThisPayer();
    private static final ListId NO_LIST = new ListId("no-such-list");
    private static final String MEMBERS = "https://payer.example/members";

    private static final ResourceKey NOBODY = new ResourceKey(ResourceType.PATIENT, "nobody");
    private static final ResourceKey ROLE = new ResourceKey(ResourceType.PRACTITIONER_ROLE, "role-1");
    private static final ResourceKey CLINIC = new ResourceKey(ResourceType.ORGANIZATION, "clinic");
    private static final ResourceKey DOCTOR = new ResourceKey(ResourceType.PRACTITIONER, "dr-2");
    private static final ProviderNpi NPI_OF_DR_1 = new ProviderNpi("1000000012");
    private static final ProviderNpi NPI_OF_DR_2 = new ProviderNpi("1000000020");
    private static final ProviderNpi NPI_OF_TWINS = new ProviderNpi("1000000046");

    private final SampleLists sample = sample();
    private ProducerBackend backend = new InMemoryBackend(SampleLists.empty());

    /** For subclasses. */
    protected ReconciliationContract() {}

    /**
     * Returns a backend that holds exactly these lists, resources and entitlements, and takes changes. Called once for each
     * test; what has to be closed afterwards is closed by the subclass.
     *
     * @param lists what to hold; keeps ids, and decides versions and times itself
     * @throws Exception when the backend can't be made; the test fails
     */
    protected abstract ProducerBackend backendHolding(SampleLists lists) throws Exception;

    @BeforeEach
    final void seed() throws Exception {
        backend = backendHolding(sample);
    }

    // Adding

    @Test
    @Requirement({"ATR-REC-002", "ATR-MDL-005", "ATR-MDL-019"})
    void addsAMemberByNumbers() {
        AttributionList before = list(SampleLists.OPEN);

        Change<AddEffect> change = done(add(SampleLists.OPEN, member("nobody", NPI_OF_DR_1, null)));

        Member row = onlyRow(SampleLists.OPEN, "Patient/nobody");
        assertThat(change.effect()).isEqualTo(AddEffect.ADDED);
        assertThat(row.key().provider()).isEqualTo("Practitioner/dr-1");
        assertThat(row.key().coverage()).isEqualTo("Coverage/c-nobody");
        assertThat(row.inactive()).isFalse();
        assertThat(row.changeType()).isEqualTo(ChangeType.NEW);
        assertThat(change.list()).isEqualTo(list(SampleLists.OPEN));
        assertThat(version(change.list())).isEqualTo(version(before) + 1);
        assertThat(change.list().quantity()).isEqualTo(Objects.requireNonNull(before.quantity()) + 1);
    }

    @Test
    @Requirement("ATR-REC-004")
    void addsAPatientByReferences() {
        done(add(SampleLists.DRAFT, new MemberAddRequest.OfPatient(NOBODY, ROLE, null)));

        Member row = onlyRow(SampleLists.DRAFT, "Patient/nobody");
        assertThat(row.key().provider()).isEqualTo("PractitionerRole/role-1");
        assertThat(row.key().coverage()).isEqualTo("Coverage/c-nobody");
    }

    @Test
    @Requirement({"ATR-REC-003", "ATR-REC-005"})
    void aNamedPeriodIsThatOfTheRow() {
        Period period = Period.of("2026-04-01", "2026-09-30");

        done(add(SampleLists.OPEN, member("nobody", NPI_OF_DR_1, period)));
        done(add(SampleLists.OPEN, new MemberAddRequest.OfPatient(NOBODY, ROLE, period)));

        assertThat(rows(SampleLists.OPEN, "Patient/nobody"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.period()).isEqualTo(period));
    }

    @Test
    @Requirement({"ATR-MDL-014", "ATR-REC-002"})
    void withoutAPeriodARowEndsWithTheContract() {
        done(add(SampleLists.OPEN, member("nobody", NPI_OF_DR_1, null)));

        Period period = Objects.requireNonNull(
                onlyRow(SampleLists.OPEN, "Patient/nobody").period());
        assertThat(period.start()).isNotNull();
        assertThat(Objects.requireNonNull(period.end()).text()).isEqualTo("2099-12-31");
    }

    @Test
    @Requirement("ATR-REC-013")
    void theSameAddTwiceIsOneRowAndOneVersion() {
        Change<AddEffect> first = done(add(SampleLists.OPEN, member("nobody", NPI_OF_DR_1, null)));

        Change<AddEffect> second = done(add(SampleLists.OPEN, member("nobody", NPI_OF_DR_1, null)));

        assertThat(second.effect()).isEqualTo(AddEffect.ALREADY_THERE);
        assertThat(second.list()).isEqualTo(first.list());
        assertThat(rows(SampleLists.OPEN, "Patient/nobody")).hasSize(1);
    }

    @Test
    @Requirement({"ATR-REC-013", "ATR-MDL-020"})
    void anAddWithAnotherPeriodChangesTheRow() {
        ResourceKey patient = new ResourceKey(ResourceType.PATIENT, "a");
        Period period = Period.of("2026-03-01", "2026-12-31");

        Change<AddEffect> change = done(add(SampleLists.OPEN, new MemberAddRequest.OfPatient(patient, CLINIC, period)));

        Member row = onlyRow(SampleLists.OPEN, "Patient/a");
        assertThat(change.effect()).isEqualTo(AddEffect.CHANGED);
        assertThat(row.period()).isEqualTo(period);
        assertThat(row.changeType()).isEqualTo(ChangeType.CHANGED);
    }

    @Test
    @Requirement({"ATR-REC-013", "ATR-MDL-019"})
    void anAddOfAnInactiveRowOfADraftMakesItActiveAgain() {
        Change<AddEffect> change = done(add(SampleLists.DRAFT, member("9", NPI_OF_DR_2, null)));

        Member row = onlyRow(SampleLists.DRAFT, "Patient/9");
        assertThat(change.effect()).isEqualTo(AddEffect.ADDED);
        assertThat(row.inactive()).isFalse();
        assertThat(row.changeType()).isEqualTo(ChangeType.NEW);
    }

    @Test
    @Requirement("ATR-MDL-015")
    void aSecondProviderIsASecondRow() {
        done(add(SampleLists.OPEN, member("a", NPI_OF_DR_1, null)));

        assertThat(rows(SampleLists.OPEN, "Patient/a"))
                .extracting(row -> row.key().provider())
                .containsExactly("Organization/clinic", "Practitioner/dr-1");
    }

    @Test
    @Requirement("ATR-REC-008")
    void nothingIsAddedToAFinalList() {
        refusedAlike(
                ReconciliationRefusal.LIST_IS_FINAL,
                SampleLists.FINAL,
                () -> add(SampleLists.FINAL, member("nobody", NPI_OF_DR_1, null)));
    }

    @Test
    @Requirement("ATR-REC-011")
    void whoIsNotThereIsNotAdded() {
        refusedAlike(
                ReconciliationRefusal.UNKNOWN_MEMBER,
                SampleLists.OPEN,
                () -> add(SampleLists.OPEN, member("never-heard-of", NPI_OF_DR_1, null)),
                () -> add(
                        SampleLists.OPEN,
                        new MemberAddRequest.OfPatient(
                                new ResourceKey(ResourceType.PATIENT, "never-heard-of"), ROLE, null)),
                () -> add(
                        SampleLists.OPEN,
                        new MemberAddRequest.OfMember(
                                new MemberId("https://other.example/members", "M-nobody"), NPI_OF_DR_1, null)));
    }

    @Test
    @Requirement("ATR-REC-011")
    void aMemberOfAnotherPayerIsAsGoodAsNone() {
        refusedAlike(
                ReconciliationRefusal.UNKNOWN_MEMBER,
                SampleLists.OPEN,
                () -> add(SampleLists.OPEN, member("elsewhere", NPI_OF_DR_1, null)),
                () -> add(
                        SampleLists.OPEN,
                        new MemberAddRequest.OfPatient(
                                new ResourceKey(ResourceType.PATIENT, "elsewhere"), ROLE, null)));
    }

    @Test
    @Requirement("ATR-REC-011")
    void aProviderWhoIsNotThereGetsNobody() {
        refusedAlike(
                ReconciliationRefusal.UNKNOWN_PROVIDER,
                SampleLists.OPEN,
                () -> add(SampleLists.OPEN, member("nobody", new ProviderNpi("1999999984"), null)),
                () -> add(SampleLists.OPEN, member("never-heard-of", new ProviderNpi("1999999984"), null)),
                () -> add(
                        SampleLists.OPEN,
                        new MemberAddRequest.OfPatient(
                                NOBODY, new ResourceKey(ResourceType.PRACTITIONER, "never-heard-of"), null)));
    }

    @Test
    @Requirement("ATR-REC-011")
    void aNumberOfSeveralIsRefused() {
        refusedAlike(
                ReconciliationRefusal.SEVERAL_PROVIDERS,
                SampleLists.OPEN,
                () -> add(SampleLists.OPEN, member("nobody", NPI_OF_TWINS, null)));
        refusedAlike(
                ReconciliationRefusal.SEVERAL_MEMBERS,
                SampleLists.OPEN,
                () -> add(
                        SampleLists.OPEN,
                        new MemberAddRequest.OfMember(new MemberId(null, "M-twin"), NPI_OF_DR_1, null)));
    }

    @Test
    @Requirement("ATR-REC-002")
    void aNumberWithoutSystemIsEnoughWhereItIsOneMembersAlone() {
        done(add(SampleLists.OPEN, new MemberAddRequest.OfMember(new MemberId(null, "M-nobody"), NPI_OF_DR_1, null)));

        assertThat(rows(SampleLists.OPEN, "Patient/nobody")).hasSize(1);
    }

    @Test
    @Requirement("ATR-REC-014")
    void severalCoveragesAreRefusedUnlessThePolicyChooses() {
        MemberAddRequest request = member("zoe", NPI_OF_DR_1, null);
        refusedAlike(ReconciliationRefusal.SEVERAL_COVERAGES, SampleLists.OPEN, () -> add(SampleLists.OPEN, request));

        done(reconciliation()
                .memberAdd(
                        CONSUMER,
                        SampleLists.OPEN,
                        request,
                        null,
                        additions(addition -> new Decision.Changed(
                                addition.provider(), addition.coverages().get(1).key(), addition.period()))));

        assertThat(rows(SampleLists.OPEN, "Patient/zoe"))
                .filteredOn(row -> row.key().provider().equals("Practitioner/dr-1"))
                .extracting(row -> row.key().coverage())
                .containsExactly("Coverage/c-zoe-2");
    }

    @Test
    @Requirement("ATR-REC-014")
    void withoutACoverageInThePeriodThereIsNoRow() {
        refusedAlike(
                ReconciliationRefusal.NO_COVERAGE,
                SampleLists.OPEN,
                () -> add(SampleLists.OPEN, member("nobody", NPI_OF_DR_1, Period.of("2020-01-01", "2020-12-31"))));
    }

    // What clients created

    @Test
    @Requirement({"ATR-REC-011", "ATR-SEC-012"})
    void aProviderThatAnotherClientCreatedIsAsGoodAsNone() {
        ProviderNpi npi = new ProviderNpi("1999999976");
        ResourceKey foreign = create(OTHER, "made-doctor", npi);

        refusedAlike(
                ReconciliationRefusal.UNKNOWN_PROVIDER,
                SampleLists.OPEN,
                () -> add(SampleLists.OPEN, member("nobody", npi, null)),
                () -> add(SampleLists.OPEN, new MemberAddRequest.OfPatient(NOBODY, foreign, null)));
    }

    @Test
    @Requirement({"ATR-REC-002", "ATR-SEC-012"})
    void aNumberStaysThatOfThePayersProviderWhoeverClaimsItToo() {
        for (int i = 0; i < MANY; i++) {
            create(OTHER, "a-made-doctor-" + i, NPI_OF_DR_1);
        }
        create(CONSUMER, "a-made-doctor", NPI_OF_DR_1);

        done(add(SampleLists.OPEN, member("nobody", NPI_OF_DR_1, null)));

        assertThat(onlyRow(SampleLists.OPEN, "Patient/nobody").key().provider()).isEqualTo("Practitioner/dr-1");
    }

    @Test
    @Requirement("ATR-REC-002")
    void aProviderThatTheCallerCreatedIsFoundByItsNumber() {
        ProviderNpi npi = new ProviderNpi("1999999976");
        create(OTHER, "a-made-doctor", npi);
        ResourceKey own = create(CONSUMER, "made-doctor", npi);

        done(add(SampleLists.OPEN, member("nobody", npi, null)));

        assertThat(onlyRow(SampleLists.OPEN, "Patient/nobody").key().provider()).isEqualTo(own.reference());
    }

    @Test
    @Requirement({"ATR-REC-004", "ATR-SEC-010"})
    void aProviderThatAnotherClientCreatedIsThereOnceAListShowsIt() {
        ResourceKey shared = create(OTHER, "made-doctor", NPI_OF_DR_1);
        done(reconciliation()
                .memberAdd(
                        OTHER,
                        SampleLists.EMPTY,
                        new MemberAddRequest.OfPatient(patient("a"), shared, null),
                        null,
                        ANY));

        Change<AddEffect> change = done(add(SampleLists.EMPTY, new MemberAddRequest.OfPatient(NOBODY, shared, null)));

        assertThat(change.effect()).isEqualTo(AddEffect.ADDED);
    }

    @Test
    @Requirement({"ATR-REC-017", "ATR-REC-043"})
    void aRowIsRemovedByTheNumberOfItsOwnProvider() {
        ResourceKey own = create(CONSUMER, "made-doctor", NPI_OF_DR_1);
        done(add(SampleLists.OPEN, new MemberAddRequest.OfPatient(NOBODY, own, null)));

        done(remove(SampleLists.OPEN, new MemberRemoveRequest.OfMemberAndProvider(id("nobody"), NPI_OF_DR_1)));

        assertThat(rows(SampleLists.OPEN, "Patient/nobody")).isEmpty();
    }

    @Test
    @Requirement({"ATR-REC-002", "ATR-SEC-012"})
    void aNumberStaysThatOfThePayersMemberWhoeverClaimsItToo() {
        for (int i = 0; i < MANY; i++) {
            ResourceKey key = patient("a-made-" + i);
            create(OTHER, key, patientNumbered(key, "M-on-the-patient"));
        }

        done(add(SampleLists.OPEN, member("on-the-patient", NPI_OF_DR_1, null)));

        assertThat(rows(SampleLists.OPEN, "Patient/on-the-patient")).hasSize(1);
    }

    // The policy

    @Test
    @Requirement({"ATR-REC-009", "ATR-REC-010"})
    void whatThePolicyDeclinesIsNotAdded() {
        AttributionList before = list(SampleLists.OPEN);

        Outcome<Change<AddEffect>> outcome = reconciliation()
                .memberAdd(
                        CONSUMER,
                        SampleLists.OPEN,
                        member("nobody", NPI_OF_DR_1, null),
                        null,
                        additions(addition -> new Decision.Declined("not this year")));

        assertThat(outcome).isEqualTo(new Outcome.Declined<>("not this year"));
        assertThat(list(SampleLists.OPEN)).isEqualTo(before);
    }

    @Test
    @Requirement("ATR-SEC-012")
    void whomThePolicyHidesIsAsGoodAsNobody() {
        AttributionPolicy hiding = additions(addition -> new Decision.Hidden());

        refusedAlike(
                ReconciliationRefusal.UNKNOWN_MEMBER,
                SampleLists.OPEN,
                () -> reconciliation()
                        .memberAdd(CONSUMER, SampleLists.OPEN, member("nobody", NPI_OF_DR_1, null), null, hiding),
                () -> reconciliation()
                        .memberAdd(CONSUMER, SampleLists.OPEN, member("zoe", NPI_OF_DR_1, null), null, hiding),
                () -> reconciliation()
                        .memberAdd(
                                CONSUMER,
                                SampleLists.OPEN,
                                new MemberAddRequest.OfMember(new MemberId(null, "M-twin"), NPI_OF_DR_1, null),
                                null,
                                hiding));
    }

    @Test
    @Requirement("ATR-REC-009")
    void thePolicyIsAskedAboutMembersWhoAreThereAndNoOthers() {
        List<ProposedAddition> asked = new ArrayList<>();
        AttributionPolicy listening = additions(addition -> {
            asked.add(addition);
            return new Decision.Accepted();
        });

        for (MemberAddRequest request : List.of(
                member("never-heard-of", NPI_OF_DR_1, null),
                member("elsewhere", NPI_OF_DR_1, null),
                member("nobody", new ProviderNpi("1999999984"), null))) {
            reconciliation().memberAdd(CONSUMER, SampleLists.OPEN, request, null, listening);
        }
        reconciliation().memberAdd(CONSUMER, SampleLists.FOREIGN, member("nobody", NPI_OF_DR_1, null), null, listening);
        reconciliation().memberAdd(CONSUMER, SampleLists.FINAL, member("nobody", NPI_OF_DR_1, null), null, listening);
        assertThat(asked).isEmpty();
        AttributionList before = list(SampleLists.OPEN);
        reconciliation().memberAdd(CONSUMER, SampleLists.OPEN, member("nobody", NPI_OF_DR_1, null), null, listening);

        assertThat(asked).singleElement().satisfies(addition -> {
            assertThat(addition.caller()).isEqualTo(CONSUMER);
            assertThat(addition.list()).isEqualTo(before);
            assertThat(addition.patient()).isEqualTo(NOBODY);
            assertThat(addition.provider().reference()).isEqualTo("Practitioner/dr-1");
            assertThat(addition.coverages())
                    .extracting(coverage -> coverage.key().id())
                    .containsExactly("c-nobody");
            assertThat(addition.periodIsDefault()).isTrue();
        });
    }

    @Test
    @Requirement({"ATR-REC-026", "ATR-REC-027"})
    void whatThePolicyDeclinesIsNotRemoved() {
        AttributionList before = list(SampleLists.OPEN);
        AttributionPolicy declining = new AttributionPolicy() {
            @Override
            public Decision.OnAddition onAddition(ProposedAddition addition) {
                return new Decision.Accepted();
            }

            @Override
            public Decision.OnRemoval onRemoval(ProposedRemoval removal) {
                return new Decision.Declined(removal.rows().size() + " rows stay");
            }
        };

        Outcome<Change<RemoveEffect>> outcome = reconciliation()
                .memberRemove(CONSUMER, SampleLists.OPEN, new MemberRemoveRequest.OfMember(id("10")), null, declining);

        assertThat(outcome).isEqualTo(new Outcome.Declined<>("2 rows stay"));
        assertThat(list(SampleLists.OPEN)).isEqualTo(before);
    }

    // Whose lists

    @Test
    @Requirement({"ATR-SEC-012", "ATR-REC-038"})
    void foreignAndUnknownListsAreRefusedAlike() {
        for (ListId list : List.of(SampleLists.FOREIGN, NO_LIST)) {
            refused(ReconciliationRefusal.NO_SUCH_LIST, add(list, member("10", NPI_OF_DR_1, null)));
            refused(ReconciliationRefusal.NO_SUCH_LIST, add(list, member("never-heard-of", NPI_OF_DR_1, null)));
            refused(ReconciliationRefusal.NO_SUCH_LIST, remove(list, new MemberRemoveRequest.OfMember(id("10"))));
            refused(
                    ReconciliationRefusal.NO_SUCH_LIST,
                    reconciliation().confirmAttributionList(CONSUMER, list, null, ANY));
            refused(ReconciliationRefusal.NO_SUCH_LIST, status(list, "10"));
        }
    }

    @Test
    @Requirement("ATR-SEC-010")
    void permittedListsNarrowWhatMayBeChanged() {
        Caller narrowed = new Caller(SampleLists.CONSUMER, "system/*.write", Set.of(SampleLists.DRAFT));

        refused(
                ReconciliationRefusal.NO_SUCH_LIST,
                reconciliation().memberAdd(narrowed, SampleLists.OPEN, member("nobody", NPI_OF_DR_1, null), null, ANY));
    }

    // Versions

    @Test
    @Requirement("FHIR-013")
    void aStaleVersionIsRefusedAndTheCurrentOneIsNot() {
        AttributionList before = list(SampleLists.DRAFT);
        MemberAddRequest request = member("nobody", NPI_OF_DR_1, null);

        refusedAlike(
                ReconciliationRefusal.VERSION_CONFLICT,
                SampleLists.DRAFT,
                () -> reconciliation().memberAdd(CONSUMER, SampleLists.DRAFT, request, "4711", ANY),
                () -> reconciliation()
                        .memberRemove(
                                CONSUMER, SampleLists.DRAFT, new MemberRemoveRequest.OfMember(id("10")), "4711", ANY),
                () -> reconciliation().confirmAttributionList(CONSUMER, SampleLists.DRAFT, "4711", ANY));
        Change<AddEffect> change =
                done(reconciliation().memberAdd(CONSUMER, SampleLists.DRAFT, request, before.version(), ANY));

        assertThat(version(change.list())).isEqualTo(version(before) + 1);
    }

    // Removing

    @Test
    @Requirement({"ATR-REC-016", "ATR-REC-023"})
    void removesAllRowsOfAMemberFromAnOpenList() {
        Change<RemoveEffect> change = done(remove(SampleLists.OPEN, new MemberRemoveRequest.OfMember(id("10"))));

        assertThat(change.effect()).isEqualTo(RemoveEffect.REMOVED);
        assertThat(change.rows()).isEqualTo(2);
        assertThat(change.list()).isEqualTo(list(SampleLists.OPEN));
        assertThat(rows(SampleLists.OPEN, "Patient/10")).isEmpty();
        assertThat(allRows(SampleLists.OPEN)).hasSize(6);
    }

    @Test
    @Requirement("ATR-REC-017")
    void removesTheRowsOfAMemberWithOneProvider() {
        done(remove(SampleLists.OPEN, new MemberRemoveRequest.OfMemberAndProvider(id("10"), NPI_OF_DR_2)));

        assertThat(rows(SampleLists.OPEN, "Patient/10"))
                .extracting(row -> row.key().provider())
                .containsExactly("PractitionerRole/role-1");
        assertThat(allRows(SampleLists.OPEN)).hasSize(7);
    }

    @Test
    @Requirement("ATR-REC-018")
    void removesAllRowsOfAPatient() {
        done(remove(SampleLists.OPEN, new MemberRemoveRequest.OfPatient(patient("zoe"))));

        assertThat(rows(SampleLists.OPEN, "Patient/zoe")).isEmpty();
        assertThat(allRows(SampleLists.OPEN)).hasSize(6);
    }

    @Test
    @Requirement("ATR-REC-019")
    void removesTheRowsOfAPatientWithOneProvider() {
        done(remove(SampleLists.OPEN, new MemberRemoveRequest.OfPatientAndProvider(patient("10"), ROLE)));

        assertThat(rows(SampleLists.OPEN, "Patient/10"))
                .extracting(row -> row.key().provider())
                .containsExactly("Practitioner/dr-2");
    }

    @Test
    @Requirement({"ATR-REC-020", "ATR-REC-043"})
    void removesTheOneRowOfACoverage() {
        done(remove(
                SampleLists.OPEN,
                new MemberRemoveRequest.OfCoverage(
                        patient("zoe"), CLINIC, new ResourceKey(ResourceType.COVERAGE, "c-zoe-1"))));

        assertThat(rows(SampleLists.OPEN, "Patient/zoe"))
                .extracting(row -> row.key().coverage())
                .containsExactly("Coverage/c-zoe-2");
    }

    @Test
    @Requirement({"ATR-REC-022", "ATR-MDL-017", "ATR-MDL-018"})
    void onADraftARemovedRowStaysAsInactiveAndDropped() {
        Change<RemoveEffect> change = done(remove(SampleLists.DRAFT, new MemberRemoveRequest.OfMember(id("B.1"))));

        Member row = onlyRow(SampleLists.DRAFT, "Patient/B.1");
        assertThat(change.effect()).isEqualTo(RemoveEffect.MARKED_INACTIVE);
        assertThat(row.inactive()).isTrue();
        assertThat(row.changeType()).isEqualTo(ChangeType.DROPPED);
    }

    @Test
    @Requirement("ATR-REC-028")
    void removingTwiceFromADraftChangesNothingTheSecondTime() {
        done(remove(SampleLists.DRAFT, new MemberRemoveRequest.OfMember(id("B.1"))));
        AttributionList before = list(SampleLists.DRAFT);

        Change<RemoveEffect> change = done(remove(SampleLists.DRAFT, new MemberRemoveRequest.OfMember(id("B.1"))));

        assertThat(change.effect()).isEqualTo(RemoveEffect.ALREADY_INACTIVE);
        assertThat(list(SampleLists.DRAFT)).isEqualTo(before);
    }

    @Test
    @Requirement({"ATR-REC-028", "ATR-REC-043", "ATR-SEC-012"})
    void whatIsNotOnTheListIsNotRemovedWhetherOrNotItIsKnown() {
        refusedAlike(
                ReconciliationRefusal.NOT_ON_LIST,
                SampleLists.OPEN,
                () -> remove(SampleLists.OPEN, new MemberRemoveRequest.OfMember(id("never-heard-of"))),
                () -> remove(SampleLists.OPEN, new MemberRemoveRequest.OfMember(id("nobody"))),
                () -> remove(SampleLists.OPEN, new MemberRemoveRequest.OfPatient(patient("B.1"))),
                () -> remove(SampleLists.OPEN, new MemberRemoveRequest.OfPatient(patient("never-heard-of"))),
                () -> remove(SampleLists.OPEN, new MemberRemoveRequest.OfMemberAndProvider(id("10"), NPI_OF_DR_1)),
                () -> remove(
                        SampleLists.OPEN,
                        new MemberRemoveRequest.OfMemberAndProvider(id("10"), new ProviderNpi("1999999984"))),
                () -> remove(SampleLists.OPEN, new MemberRemoveRequest.OfPatientAndProvider(patient("10"), CLINIC)),
                () -> remove(
                        SampleLists.OPEN,
                        new MemberRemoveRequest.OfCoverage(
                                patient("10"), DOCTOR, new ResourceKey(ResourceType.COVERAGE, "c-zoe-1"))));
    }

    @Test
    @Requirement({"ATR-REC-021", "ATR-REC-024"})
    void nothingIsRemovedFromAFinalList() {
        refusedAlike(
                ReconciliationRefusal.LIST_IS_FINAL,
                SampleLists.FINAL,
                () -> remove(SampleLists.FINAL, new MemberRemoveRequest.OfMember(id("a"))));
    }

    @Test
    @Requirement({"ATR-REC-029", "ATR-MDL-019"})
    void whoWasRemovedCanBeAddedAgain() {
        done(remove(SampleLists.OPEN, new MemberRemoveRequest.OfMember(id("a"))));

        done(add(SampleLists.OPEN, member("a", NPI_OF_DR_1, null)));

        assertThat(onlyRow(SampleLists.OPEN, "Patient/a").changeType()).isEqualTo(ChangeType.NEW);
    }

    // Confirming

    @Test
    @Requirement({"ATR-REC-033", "ATR-REC-025"})
    void aConfirmedDraftIsFinalAndHasActiveRowsAlone() {
        AttributionList before = list(SampleLists.DRAFT);

        Change<ConfirmEffect> change =
                done(reconciliation().confirmAttributionList(CONSUMER, SampleLists.DRAFT, before.version(), ANY));

        AttributionList after = list(SampleLists.DRAFT);
        assertThat(change.effect()).isEqualTo(ConfirmEffect.FINALISED);
        assertThat(change.list()).isEqualTo(after);
        assertThat(after.status()).isEqualTo(ListStatus.FINAL);
        assertThat(version(after)).isEqualTo(version(before) + 1);
        assertThat(after.quantity()).isEqualTo(before.quantity());
        assertThat(allRows(SampleLists.DRAFT)).hasSize(2).noneMatch(Member::inactive);
    }

    @Test
    @Requirement({"ATR-REC-034", "ATR-CRE-007"})
    void thePayerAltersAListBeforeItBecomesFinal() {
        AttributionList before = list(SampleLists.DRAFT);
        Member leaving = activeRow(SampleLists.DRAFT, "Patient/10");
        Member entering = leaving.withState(false, ChangeType.NEW);
        AttributionPolicy altering = confirmations(new Decision.Altered(List.of(
                new RowEdit.Drop(leaving.key()),
                new RowEdit.Put(new Member(
                        Reference.to(ResourceType.PATIENT, "nobody"),
                        Reference.to(ResourceType.COVERAGE, "c-nobody"),
                        entering.provider(),
                        entering.period(),
                        false,
                        ChangeType.NEW,
                        OtherElements.NONE)))));

        Change<ConfirmEffect> change =
                done(reconciliation().confirmAttributionList(CONSUMER, SampleLists.DRAFT, null, altering));

        assertThat(change.effect()).isEqualTo(ConfirmEffect.FINALISED);
        assertThat(version(change.list())).isEqualTo(version(before) + 1);
        assertThat(allRows(SampleLists.DRAFT))
                .extracting(row -> row.key().patient())
                .containsExactlyInAnyOrder("Patient/B.1", "Patient/nobody");
    }

    @Test
    @Requirement("ATR-REC-034")
    void aListThatThePayerEmptiesStaysADraftAsItWas() {
        AttributionList before = list(SampleLists.DRAFT);
        List<Member> rows = allRows(SampleLists.DRAFT);
        AttributionPolicy emptying = confirmations(new Decision.Altered(
                rows.stream().<RowEdit>map(row -> new RowEdit.Drop(row.key())).toList()));

        Change<ConfirmEffect> change =
                done(reconciliation().confirmAttributionList(CONSUMER, SampleLists.DRAFT, null, emptying));

        assertThat(change.effect()).isEqualTo(ConfirmEffect.STAYS_DRAFT);
        assertThat(list(SampleLists.DRAFT)).isEqualTo(before);
        assertThat(allRows(SampleLists.DRAFT)).isEqualTo(rows);
    }

    @Test
    @Requirement("ATR-REC-034")
    void thePayerDeclinesAConfirmation() {
        AttributionList before = list(SampleLists.DRAFT);
        AttributionPolicy declining = confirmations(new Decision.Declined("Not before the audit."));

        Outcome<Change<ConfirmEffect>> outcome =
                reconciliation().confirmAttributionList(CONSUMER, SampleLists.DRAFT, null, declining);

        assertThat(outcome).isEqualTo(new Outcome.Declined<>("Not before the audit."));
        assertThat(list(SampleLists.DRAFT)).isEqualTo(before);
    }

    @Test
    @Requirement("ATR-REC-033")
    void aFinalListIsConfirmedAgainWithoutANewVersion() {
        AttributionList before = list(SampleLists.FINAL);

        Change<ConfirmEffect> change =
                done(reconciliation().confirmAttributionList(CONSUMER, SampleLists.FINAL, null, ANY));

        assertThat(change.effect()).isEqualTo(ConfirmEffect.ALREADY_FINAL);
        assertThat(list(SampleLists.FINAL)).isEqualTo(before);
    }

    @Test
    @Requirement("ATR-REC-033")
    void anOpenListStaysOpen() {
        AttributionList before = list(SampleLists.OPEN);

        Change<ConfirmEffect> change =
                done(reconciliation().confirmAttributionList(CONSUMER, SampleLists.OPEN, null, ANY));

        assertThat(change.effect()).isEqualTo(ConfirmEffect.STAYS_OPEN);
        assertThat(list(SampleLists.OPEN)).isEqualTo(before);
    }

    @Test
    @Requirement("ATR-MDL-024")
    void aDraftWithoutMembersStaysADraft() {
        AttributionList before = list(SampleLists.EMPTY);

        Change<ConfirmEffect> change =
                done(reconciliation().confirmAttributionList(CONSUMER, SampleLists.EMPTY, null, ANY));

        assertThat(change.effect()).isEqualTo(ConfirmEffect.STAYS_DRAFT);
        assertThat(list(SampleLists.EMPTY)).isEqualTo(before);
    }

    // Looking

    @Test
    @Requirement({"ATR-REC-036", "ATR-REC-037"})
    void theStatusOfAMemberIsItsRowsAndWhatBelongsToThem() {
        try (ListSnapshot snapshot = done(status(SampleLists.OPEN, "A"))) {
            assertThat(snapshot.list()).isEqualTo(list(SampleLists.OPEN));
            assertThat(all(snapshot.members()))
                    .extracting(row -> row.key().patient())
                    .containsExactly("Patient/A");
            assertThat(ids(snapshot, ResourceType.PATIENT)).containsExactly("A");
            assertThat(ids(snapshot, ResourceType.COVERAGE)).containsExactly("C-A");
            assertThat(ids(snapshot, ResourceType.RELATED_PERSON)).containsExactly("parent-of-A");
            assertThat(ids(snapshot, ResourceType.ORGANIZATION)).contains("payer");
        }
    }

    @Test
    @Requirement("ATR-REC-036")
    void theStatusOfAPatientHasInactiveRowsToo() {
        Outcome<ListSnapshot> outcome = reconciliation()
                .attributionStatus(CONSUMER, SampleLists.DRAFT, new MemberSelector.ByPatient(patient("10")));

        try (ListSnapshot snapshot = done(outcome)) {
            assertThat(all(snapshot.members())).hasSize(2).anyMatch(Member::inactive);
        }
    }

    @Test
    @Requirement({"ATR-REC-038", "ATR-SEC-012"})
    void whoIsNotOnTheListHasNoStatusWhetherOrNotKnown() {
        for (String person : List.of("never-heard-of", "nobody", "foreign", "B.1", "elsewhere")) {
            refused(ReconciliationRefusal.NOT_ON_LIST, status(SampleLists.OPEN, person));
            refused(
                    ReconciliationRefusal.NOT_ON_LIST,
                    reconciliation()
                            .attributionStatus(
                                    CONSUMER, SampleLists.OPEN, new MemberSelector.ByPatient(patient(person))));
        }
    }

    // At once

    @Test
    @Requirement({"ATR-REC-042", "ATR-MDL-005"})
    void addsAtOnceAreAllThereEachWithAVersionOfItsOwn() throws Exception {
        List<ResourceKey> providers = Stream.of(
                        "Practitioner/dr-1",
                        "Practitioner/dr-2",
                        "Practitioner/dr-3",
                        "Practitioner/dr-nobody",
                        "Organization/clinic",
                        "Organization/group",
                        "Organization/payer",
                        "PractitionerRole/role-1")
                .map(reference -> ResourceKey.ofReference(reference).orElseThrow())
                .toList();
        int before = version(list(SampleLists.OPEN));

        List<Integer> versions = AtOnce.call(
                providers.size(),
                i -> () -> version(
                        done(add(SampleLists.OPEN, new MemberAddRequest.OfPatient(NOBODY, providers.get(i), null)))
                                .list()));

        assertThat(new TreeSet<>(versions)).hasSize(providers.size());
        assertThat(version(list(SampleLists.OPEN))).isEqualTo(before + providers.size());
        assertThat(rows(SampleLists.OPEN, "Patient/nobody")).hasSize(providers.size());
    }

    @Test
    @Requirement({"ATR-REC-013", "ATR-REC-042"})
    void theSameAddAtOnceIsOneRow() throws Exception {
        List<AddEffect> effects = AtOnce.call(
                4,
                i -> () -> done(add(SampleLists.OPEN, member("nobody", NPI_OF_DR_1, null)))
                        .effect());

        assertThat(effects)
                .containsExactlyInAnyOrder(
                        AddEffect.ADDED, AddEffect.ALREADY_THERE, AddEffect.ALREADY_THERE, AddEffect.ALREADY_THERE);
        assertThat(rows(SampleLists.OPEN, "Patient/nobody")).hasSize(1);
    }

    @Test
    @Requirement({"ATR-REC-008", "ATR-REC-042"})
    void anAddIsBeforeTheConfirmationOrRefused() throws Exception {
        List<Boolean> done = AtOnce.call(
                4,
                i -> () -> (i == 0
                                ? reconciliation().confirmAttributionList(CONSUMER, SampleLists.DRAFT, null, ANY)
                                : add(
                                        SampleLists.DRAFT,
                                        new MemberAddRequest.OfPatient(
                                                NOBODY,
                                                List.of(ROLE, CLINIC, DOCTOR).get(i - 1),
                                                null)))
                        instanceof Outcome.Done);

        long added = done.subList(1, 4).stream().filter(one -> one).count();
        assertThat(done.get(0)).isTrue();
        assertThat(list(SampleLists.DRAFT).status()).isEqualTo(ListStatus.FINAL);
        assertThat(rows(SampleLists.DRAFT, "Patient/nobody")).hasSize((int) added);
    }

    private Reconciliation reconciliation() {
        return backend.reconciliation().orElseThrow(() -> new AssertionError("this backend takes no changes"));
    }

    private ResourceKey create(Caller caller, String id, ProviderNpi npi) {
        ResourceKey key = new ResourceKey(ResourceType.PRACTITIONER, id);
        create(
                caller,
                key,
                "{\"resourceType\":\"Practitioner\",\"id\":\"" + id + "\",\"identifier\":[{\"system\":\""
                        + Canonicals.NPI + "\",\"value\":\"" + npi.digits()
                        + "\"}],\"name\":[{\"family\":\"Sample\"}]}");
        return key;
    }

    private void create(Caller caller, ResourceKey key, String json) {
        Optional<ResourceCreation> resources = backend.resourceCreation();
        Assumptions.assumeTrue(
                resources.isPresent() && resources.get().types().contains(key.type()),
                "the backend lets nobody create this");
        Creation<StoredResource> creation =
                resources.orElseThrow().create(caller, key, json.getBytes(StandardCharsets.UTF_8), null);
        assertThat(creation.kind()).isEqualTo(Creation.Kind.CREATED);
    }

    private Outcome<Change<AddEffect>> add(ListId list, MemberAddRequest request) {
        return reconciliation().memberAdd(CONSUMER, list, request, null, ANY);
    }

    private Outcome<Change<RemoveEffect>> remove(ListId list, MemberRemoveRequest request) {
        return reconciliation().memberRemove(CONSUMER, list, request, null, ANY);
    }

    private Outcome<ListSnapshot> status(ListId list, String person) {
        return reconciliation().attributionStatus(CONSUMER, list, new MemberSelector.ByMemberId(id(person)));
    }

    private AttributionList list(ListId id) {
        return backend.find(CONSUMER, id).orElseThrow();
    }

    private Member onlyRow(ListId list, String patient) {
        List<Member> rows = rows(list, patient);
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private List<Member> rows(ListId list, String patient) {
        return allRows(list).stream()
                .filter(row -> row.key().patient().equals(patient))
                .toList();
    }

    private List<Member> allRows(ListId list) {
        try (ListSnapshot snapshot = backend.snapshot(CONSUMER, list).orElseThrow()) {
            return all(snapshot.members());
        }
    }

    /** Checks that all are refused for the same reason, and that the list stays as it is. */
    @SafeVarargs
    private void refusedAlike(ReconciliationRefusal why, ListId list, Try<? extends Outcome<?>>... tries) {
        AttributionList before = list(list);
        for (Try<? extends Outcome<?>> each : tries) {
            refused(why, each.outcome());
        }
        assertThat(list(list)).isEqualTo(before);
    }

    private static void refused(ReconciliationRefusal why, Outcome<?> outcome) {
        assertThat(outcome).isEqualTo(new Outcome.Refused<>(why));
    }

    private static <T> T done(Outcome<T> outcome) {
        return outcome.map(
                result -> result,
                reason -> {
                    throw new AssertionError("declined");
                },
                why -> {
                    throw new AssertionError("refused: " + why);
                });
    }

    private Member activeRow(ListId list, String patient) {
        return allRows(list).stream()
                .filter(row -> !row.inactive() && row.key().patient().equals(patient))
                .findFirst()
                .orElseThrow();
    }

    private static AttributionPolicy confirmations(Decision.OnConfirmation decision) {
        return new AttributionPolicy() {
            @Override
            public Decision.OnAddition onAddition(ProposedAddition addition) {
                return new Decision.Accepted();
            }

            @Override
            public Decision.OnRemoval onRemoval(ProposedRemoval removal) {
                return new Decision.Accepted();
            }

            @Override
            public Decision.OnConfirmation onConfirmation(ProposedConfirmation confirmation) {
                return decision;
            }
        };
    }

    private static AttributionPolicy additions(Additions additions) {
        return new AttributionPolicy() {
            @Override
            public Decision.OnAddition onAddition(ProposedAddition addition) {
                return additions.decide(addition);
            }

            @Override
            public Decision.OnRemoval onRemoval(ProposedRemoval removal) {
                return new Decision.Accepted();
            }
        };
    }

    private static MemberAddRequest member(String person, ProviderNpi provider, @Nullable Period period) {
        return new MemberAddRequest.OfMember(id(person), provider, period);
    }

    private static MemberId id(String person) {
        return new MemberId(MEMBERS, "M-" + person);
    }

    private static ResourceKey patient(String id) {
        return new ResourceKey(ResourceType.PATIENT, id);
    }

    private static int version(AttributionList list) {
        return Integer.parseInt(Objects.requireNonNull(list.version()));
    }

    private static List<Member> all(MemberCursor cursor) {
        List<Member> rows = new ArrayList<>();
        try (cursor) {
            for (Member row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static Set<String> ids(ListSnapshot snapshot, ResourceType type) {
        List<StoredResource> resources = new ArrayList<>();
        try (ResourceCursor cursor = snapshot.resources(type)) {
            for (StoredResource one = cursor.next(); one != null; one = cursor.next()) {
                resources.add(one);
            }
        }
        return resources.stream().map(one -> one.key().id()).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The standard payer, with one member of another payer, two members of one number, one whose number stands on the
     * Patient alone, and two providers of one NPI. Both Consumers see the empty list.
     */
    private static SampleLists sample() {
        ResourceKey numbered = patient("on-the-patient");
        return withMember(
                        withMember(
                                withMember(SampleLists.standard(), "elsewhere", MEMBERS, "M-elsewhere", "employer"),
                                "twin-1",
                                MEMBERS,
                                "M-twin",
                                "payer"),
                        "twin-2",
                        "https://payer.example/old-members",
                        "M-twin",
                        "payer")
                .withEntitlement(SampleLists.OTHER_CONSUMER, Set.of(SampleLists.FOREIGN, SampleLists.EMPTY))
                .withResource(numbered, patientNumbered(numbered, "M-on-the-patient"))
                .withResource(
                        new ResourceKey(ResourceType.COVERAGE, "c-on-the-patient"),
                        "{\"resourceType\":\"Coverage\",\"id\":\"c-on-the-patient\",\"status\":\"active\","
                                + "\"beneficiary\":{\"reference\":\"" + numbered.reference()
                                + "\"},\"payor\":[{\"reference\":\"Organization/payer\"}]}")
                .withResource(
                        new ResourceKey(ResourceType.PRACTITIONER, "dr-twin"),
                        "{\"resourceType\":\"Practitioner\",\"id\":\"dr-twin\",\"identifier\":[{\"system\":\""
                                + Canonicals.NPI + "\",\"value\":\"" + NPI_OF_TWINS.digits()
                                + "\"}],\"name\":[{\"family\":\"Sample\"}]}");
    }

    private static String patientNumbered(ResourceKey key, String number) {
        return "{\"resourceType\":\"Patient\",\"id\":\"" + key.id()
                + "\",\"identifier\":[{\"type\":{\"coding\":[{\"system\":\"" + Canonicals.IDENTIFIER_TYPE
                + "\",\"code\":\"MB\"}]},\"system\":\"" + MEMBERS + "\",\"value\":\"" + number
                + "\"}],\"name\":[{\"family\":\"Sample\"}],\"gender\":\"unknown\"}";
    }

    private static SampleLists withMember(SampleLists lists, String id, String system, String number, String payer) {
        return lists.withResource(
                        patient(id),
                        "{\"resourceType\":\"Patient\",\"id\":\"" + id
                                + "\",\"name\":[{\"family\":\"Sample\"}],\"gender\":\"unknown\"}")
                .withResource(
                        new ResourceKey(ResourceType.COVERAGE, "c-" + id),
                        "{\"resourceType\":\"Coverage\",\"id\":\"c-" + id
                                + "\",\"identifier\":[{\"type\":{\"coding\":[{\"system\":\""
                                + Canonicals.IDENTIFIER_TYPE + "\",\"code\":\"MB\"}]},\"system\":\"" + system
                                + "\",\"value\":\"" + number
                                + "\"}],\"status\":\"active\",\"beneficiary\":{\"reference\":\"Patient/" + id
                                + "\"},\"period\":{\"start\":\"2026-01-01\"},\"payor\":[{\"reference\":\"Organization/"
                                + payer + "\"}]}");
    }

    /** What is tried. */
    private interface Try<T> {
        T outcome();
    }

    /** Decides on additions alone. */
    private interface Additions {
        Decision.OnAddition decide(ProposedAddition addition);
    }
}
