package dev.atr.producer.tck;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.CoverageJson;
import dev.atr.core.json.ResourceScanner;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberId;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.core.reconcile.ProviderNpi;
import dev.atr.core.reconcile.ProviderSelector;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.reconcile.AcceptedAddition;
import dev.atr.producer.spi.reconcile.AddEffect;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.AttributionRules;
import dev.atr.producer.spi.reconcile.Change;
import dev.atr.producer.spi.reconcile.ConfirmEffect;
import dev.atr.producer.spi.reconcile.HeldCoverage;
import dev.atr.producer.spi.reconcile.Outcome;
import dev.atr.producer.spi.reconcile.ProposedAddition;
import dev.atr.producer.spi.reconcile.ProposedConfirmation;
import dev.atr.producer.spi.reconcile.ProposedRemoval;
import dev.atr.producer.spi.reconcile.Reconciliation;
import dev.atr.producer.spi.reconcile.ReconciliationRefusal;
import dev.atr.producer.spi.reconcile.RemoveEffect;
import dev.atr.producer.spi.reconcile.RowChange;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Changes to the lists of an {@link InMemoryBackend}, one call after the other. */
final class InMemoryReconciliation implements Reconciliation {
    private static final ZoneId ZONE = ZoneOffset.UTC;
    private static final List<ResourceType> NPI_TYPES =
            List.of(ResourceType.PRACTITIONER, ResourceType.ORGANIZATION, ResourceType.PRACTITIONER_ROLE);

    private final InMemoryBackend backend;
    private final InMemoryAdministration administration;
    private final Clock clock;

    InMemoryReconciliation(InMemoryBackend backend, InMemoryAdministration administration, Clock clock) {
        this.backend = backend;
        this.administration = administration;
        this.clock = clock;
    }

    @Override
    public Outcome<Change<AddEffect>> memberAdd(
            Caller caller,
            ListId list,
            MemberAddRequest request,
            @Nullable String ifVersion,
            AttributionPolicy policy) {
        return backend.inTurn(() -> open(caller, list, ifVersion)
                .then(now -> decide(caller, now, request, policy))
                .then(addition -> add(caller, list, addition)));
    }

    @Override
    public Outcome<Change<RemoveEffect>> memberRemove(
            Caller caller,
            ListId list,
            MemberRemoveRequest request,
            @Nullable String ifVersion,
            AttributionPolicy policy) {
        return backend.inTurn(() -> open(caller, list, ifVersion).then(now -> remove(caller, now, request, policy)));
    }

    @Override
    public Outcome<Change<ConfirmEffect>> confirmAttributionList(
            Caller caller, ListId list, @Nullable String ifVersion, AttributionPolicy policy) {
        return backend.inTurn(() -> visible(caller, list).then(now -> {
            if (AttributionRules.isOtherVersion(now, ifVersion)) {
                return new Outcome.Refused<>(ReconciliationRefusal.VERSION_CONFLICT);
            }
            ConfirmEffect effect =
                    AttributionRules.confirmation(now, sample(list).activeMembers() > 0);
            return effect == ConfirmEffect.FINALISED
                    ? AttributionRules.adjudicate(new ProposedConfirmation(caller, now), policy)
                            .then(edits -> finalise(caller, now, edits))
                    : done(caller, list, effect, 0);
        }));
    }

    private Outcome<Change<ConfirmEffect>> finalise(Caller caller, AttributionList list, List<RowEdit> edits) {
        Map<MemberKey, Member> rows = InMemoryAdministration.rows(sample(list.id()));
        edits.forEach(edit -> InMemoryAdministration.apply(rows, edit, ListStatus.DRAFT));
        boolean hasMembers = rows.values().stream().anyMatch(row -> !row.inactive());
        if (hasMembers) {
            administration.publish(list, List.copyOf(rows.values()), ListStatus.FINAL);
        }
        return done(caller, list.id(), AttributionRules.confirmation(list, hasMembers), 0);
    }

    @Override
    public Outcome<ListSnapshot> attributionStatus(Caller caller, ListId list, MemberSelector member) {
        return visible(caller, list).then(now -> {
            Set<ResourceKey> patients = patients(caller, member);
            Set<String> found = sample(list).rows().stream()
                    .map(row -> row.key().patient())
                    .filter(patient -> patients.contains(key(patient)))
                    .collect(Collectors.toSet());
            if (found.size() != 1) {
                return new Outcome.Refused<>(
                        found.isEmpty() ? ReconciliationRefusal.NOT_ON_LIST : ReconciliationRefusal.SEVERAL_MEMBERS);
            }
            ListSlice rows =
                    new ListSlice(null, null, Set.of(key(found.iterator().next())));
            return backend.snapshot(caller, list, rows)
                    .<Outcome<ListSnapshot>>map(Outcome.Done::new)
                    .orElseGet(() -> new Outcome.Refused<>(ReconciliationRefusal.NO_SUCH_LIST));
        });
    }

    private Outcome<AcceptedAddition> decide(
            Caller caller, AttributionList list, MemberAddRequest request, AttributionPolicy policy) {
        Set<ResourceKey> providers = providers(caller, request.attributedTo());
        if (providers.size() != 1) {
            return new Outcome.Refused<>(
                    providers.isEmpty()
                            ? ReconciliationRefusal.UNKNOWN_PROVIDER
                            : ReconciliationRefusal.SEVERAL_PROVIDERS);
        }
        Period asked = request.period();
        Period period = asked == null ? AttributionRules.period(list, today(), ZONE) : asked;
        List<ProposedAddition> additions = new ArrayList<>();
        for (ResourceKey patient : patients(caller, request.who())) {
            List<HeldCoverage> ofPayer = AttributionRules.ofPayer(list, patient, coverages());
            if (!ofPayer.isEmpty()) {
                additions.add(new ProposedAddition(
                        caller,
                        list,
                        patient,
                        providers.iterator().next(),
                        AttributionRules.coverages(ofPayer, request.who(), period, ZONE),
                        period,
                        asked == null));
            }
        }
        return AttributionRules.adjudicate(additions, policy);
    }

    private Outcome<Change<AddEffect>> add(Caller caller, ListId list, AcceptedAddition addition) {
        RowChange change = RowChange.of(sample(list).rows(), addition, today(), ZONE);
        Member entering = change.entering();
        if (entering != null) {
            Member row =
                    change.effect() == AddEffect.CHANGED ? entering.withState(false, ChangeType.CHANGED) : entering;
            replace(
                    list,
                    old -> old.key().equals(change.leaving()) || old.key().equals(row.key()),
                    old -> Optional.empty(),
                    List.of(row));
        }
        return done(caller, list, change.effect(), 1);
    }

    private Outcome<Change<RemoveEffect>> remove(
            Caller caller, AttributionList list, MemberRemoveRequest request, AttributionPolicy policy) {
        Set<ResourceKey> patients = patients(caller, request.who());
        List<Member> ofMember = sample(list.id()).rows().stream()
                .filter(row -> row.patient().key().filter(patients::contains).isPresent())
                .toList();
        Set<ResourceKey> ofRows =
                ofMember.stream().flatMap(row -> key(row.provider()).stream()).collect(Collectors.toSet());
        Optional<Set<ResourceKey>> providers =
                request.attributedTo().map(provider -> provider.map(npi -> withNpi(npi, ofRows::contains), Set::of));
        List<Member> named = ofMember.stream()
                .filter(row -> providers
                        .map(some -> key(row.provider()).filter(some::contains).isPresent())
                        .orElse(true))
                .filter(row ->
                        request.restingOn().isEmpty() || request.restingOn().equals(key(row.coverage())))
                .toList();
        long members = named.stream().map(row -> row.key().patient()).distinct().count();
        if (members != 1) {
            return new Outcome.Refused<>(
                    members == 0 ? ReconciliationRefusal.NOT_ON_LIST : ReconciliationRefusal.SEVERAL_MEMBERS);
        }
        List<Member> active = named.stream().filter(row -> !row.inactive()).toList();
        if (active.isEmpty()) {
            return done(caller, list.id(), RemoveEffect.ALREADY_INACTIVE, 0);
        }
        return AttributionRules.adjudicate(new ProposedRemoval(caller, list, active), policy)
                .then(accepted -> {
                    boolean stays = ListStatus.DRAFT.equals(list.status());
                    replace(
                            list.id(),
                            active::contains,
                            row -> stays ? Optional.of(row.withState(true, ChangeType.DROPPED)) : Optional.empty(),
                            List.of());
                    RemoveEffect effect = stays ? RemoveEffect.MARKED_INACTIVE : RemoveEffect.REMOVED;
                    return done(caller, list.id(), effect, active.size());
                });
    }

    private Outcome<AttributionList> open(Caller caller, ListId list, @Nullable String ifVersion) {
        return visible(caller, list)
                .then(now -> AttributionRules.refusal(now, ifVersion)
                        .<Outcome<AttributionList>>map(Outcome.Refused::new)
                        .orElseGet(() -> new Outcome.Done<>(now)));
    }

    private Outcome<AttributionList> visible(Caller caller, ListId list) {
        return backend.find(caller, list)
                .<Outcome<AttributionList>>map(Outcome.Done::new)
                .orElseGet(() -> new Outcome.Refused<>(ReconciliationRefusal.NO_SUCH_LIST));
    }

    private <E extends Enum<E>> Outcome<Change<E>> done(Caller caller, ListId list, E effect, int rows) {
        return visible(caller, list).then(now -> new Outcome.Done<>(new Change<>(effect, now, rows)));
    }

    private void replace(
            ListId list, Predicate<Member> which, Function<Member, Optional<Member>> by, List<Member> more) {
        List<Member> rows = new ArrayList<>();
        for (Member row : sample(list).rows()) {
            (which.test(row) ? by.apply(row) : Optional.of(row)).ifPresent(rows::add);
        }
        rows.addAll(more);
        write(new SampleList(sample(list).header(), rows));
    }

    private void write(SampleList list) {
        backend.replace(backend.lists().withList(list));
    }

    private SampleList sample(ListId list) {
        return backend.lists().list(list).orElseThrow();
    }

    private Set<ResourceKey> patients(Caller caller, MemberSelector who) {
        return who.map(id -> patients(caller, id), Set::of);
    }

    private Set<ResourceKey> patients(Caller caller, MemberId id) {
        Set<ResourceKey> patients = new TreeSet<>();
        for (HeldCoverage coverage : coverages()) {
            if (hasNumber(coverage.content().identifiers(), id)) {
                key(coverage.content().beneficiary()).ifPresent(patients::add);
            }
        }
        return patients.isEmpty()
                ? ownFirst(
                        caller, whose -> keys(ResourceType.PATIENT, identifiers -> hasNumber(identifiers, id), whose))
                : patients;
    }

    private Set<ResourceKey> providers(Caller caller, ProviderSelector provider) {
        return provider.map(
                npi -> ownFirst(caller, whose -> withNpi(npi, whose)),
                key -> isThere(caller, key) ? Set.of(key) : Set.of());
    }

    private boolean isThere(Caller caller, ResourceKey key) {
        return backend.lists().resources().containsKey(key)
                && (backend.creatorOf(key).isEmpty()
                        || backend.read(caller, key).isPresent());
    }

    /** Looks among what is the payer's own, and then among what the caller created. */
    private Set<ResourceKey> ownFirst(Caller caller, Function<Predicate<ResourceKey>, Set<ResourceKey>> search) {
        Set<ResourceKey> ofPayer = search.apply(key -> backend.creatorOf(key).isEmpty());
        return ofPayer.isEmpty()
                ? search.apply(key -> backend.creatorOf(key).equals(Optional.of(caller.clientId())))
                : ofPayer;
    }

    private Set<ResourceKey> withNpi(ProviderNpi npi, Predicate<ResourceKey> which) {
        return NPI_TYPES.stream()
                .map(type -> keys(
                        type,
                        identifiers -> identifiers.stream()
                                .anyMatch(one -> Canonicals.NPI.equals(one.system())
                                        && npi.digits().equals(one.value())),
                        which))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(Set.of());
    }

    private List<HeldCoverage> coverages() {
        List<HeldCoverage> coverages = new ArrayList<>();
        backend.lists().resources().forEach((key, json) -> {
            if (key.type().equals(ResourceType.COVERAGE)) {
                coverages.add(new HeldCoverage(
                        key, CoverageJson.read(json.getBytes(StandardCharsets.UTF_8), FhirVersion.R4)));
            }
        });
        return coverages;
    }

    private Set<ResourceKey> keys(
            ResourceType type, Predicate<List<Identifier>> identified, Predicate<ResourceKey> which) {
        Set<ResourceKey> keys = new TreeSet<>();
        backend.lists().resources().forEach((key, json) -> {
            if (key.type().equals(type)
                    && which.test(key)
                    && identified.test(ResourceScanner.scan(json.getBytes(StandardCharsets.UTF_8))
                            .identifiers())) {
                keys.add(key);
            }
        });
        return keys;
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZONE);
    }

    private static boolean hasNumber(List<Identifier> identifiers, MemberId id) {
        return identifiers.stream().filter(MemberId::isTyped).anyMatch(id::matches);
    }

    private static Optional<ResourceKey> key(@Nullable Reference reference) {
        return Optional.ofNullable(reference).flatMap(Reference::key);
    }

    private static ResourceKey key(String reference) {
        return ResourceKey.ofReference(reference).orElseThrow();
    }
}
