package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.administration.StatusChange;
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
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes that Consumers ask for. Who is meant is found out first, and the policy decides; then the transaction waits for
 * its turn, and from there on nothing about the list changes any more until it commits. What was decided on is looked at
 * once more there. What changes nothing takes no position.
 */
final class LedgerReconciliation implements Reconciliation {
    /** How often a policy is asked about one request while others write. */
    private static final int DECISIONS_BESIDE_OTHERS = 3;

    private final Database database;
    private final Clock clock;
    private final ZoneId zone;
    private final AttributionEnds ends;

    LedgerReconciliation(Database database, Clock clock, ZoneId zone) {
        this.database = database;
        this.clock = clock;
        this.zone = zone;
        this.ends = new AttributionEnds(database, clock, zone);
    }

    @Override
    public Outcome<Change<AddEffect>> memberAdd(
            Caller caller,
            ListId list,
            MemberAddRequest request,
            @Nullable String ifVersion,
            AttributionPolicy policy) {
        return database.write("adding a member", session -> {
            session.walkIndexes();
            NamedParties parties = new NamedParties(session, caller);
            Outcome<AttributionList> open = open(session, caller, list, ifVersion);
            Outcome<AcceptedAddition> addition =
                    open.then(seen -> ask(() -> decide(parties, caller, seen, request, policy)));
            return addition.then(accepted -> ask(() -> {
                Position held = Position.hold(session);
                LedgerTransaction transaction = new LedgerTransaction(session, clock, zone, held);
                ListWriter writer = transaction.writer(list);
                return open(writer.list(), ifVersion)
                        .then(now -> ask(() -> stillThere(parties, now, accepted)))
                        .then(now -> ask(() -> add(session, transaction, writer, accepted)));
            }));
        });
    }

    /** Sees to it that no row refers to what was deleted since it was found. */
    private static Outcome<AttributionList> stillThere(
            NamedParties parties, AttributionList list, AcceptedAddition addition) throws SQLException {
        MemberKey key = addition.row().key();
        Set<String> gone = parties.gone(List.of(key.provider(), key.coverage()));
        if (gone.isEmpty()) {
            return new Outcome.Done<>(list);
        }
        return new Outcome.Refused<>(
                gone.contains(key.provider())
                        ? ReconciliationRefusal.UNKNOWN_PROVIDER
                        : ReconciliationRefusal.NO_COVERAGE);
    }

    private Outcome<AcceptedAddition> decide(
            NamedParties parties,
            Caller caller,
            AttributionList list,
            MemberAddRequest request,
            AttributionPolicy policy)
            throws SQLException {
        // The provider first: what is said about it must not depend on whether there is the member
        Set<String> providers = parties.providers(request.attributedTo());
        if (providers.size() != 1) {
            return new Outcome.Refused<>(
                    providers.isEmpty()
                            ? ReconciliationRefusal.UNKNOWN_PROVIDER
                            : ReconciliationRefusal.SEVERAL_PROVIDERS);
        }
        Period asked = request.period();
        Period period = asked == null ? AttributionRules.period(list, today(), zone) : asked;
        List<ProposedAddition> additions = new ArrayList<>();
        for (String patient : parties.patients(request.who())) {
            ResourceKey key = key(patient);
            List<HeldCoverage> ofPayer = AttributionRules.ofPayer(list, key, parties.coveragesOf(patient));
            if (!ofPayer.isEmpty()) {
                additions.add(new ProposedAddition(
                        caller,
                        list,
                        key,
                        key(providers.iterator().next()),
                        AttributionRules.coverages(ofPayer, request.who(), period, zone),
                        period,
                        asked == null));
            }
        }
        return AttributionRules.adjudicate(additions, policy);
    }

    private Outcome<Change<AddEffect>> add(
            Session session, LedgerTransaction transaction, ListWriter writer, AcceptedAddition addition)
            throws SQLException {
        MemberRow entering = MemberRow.of(addition.row(), zone);
        Map<MemberKey, MemberRow> rows =
                new MemberRows(session, writer.id()).of(Set.of(entering.key().patient()));
        RowChange change = RowChange.of(writer.asTheyStand(rows.values(), today()), addition, today(), zone);
        Member row = change.entering();
        if (row == null) {
            return new Outcome.Done<>(
                    new Change<>(change.effect(), writer.list().orElseThrow(), 1));
        }
        entering = MemberRow.of(row, zone);
        MemberKey leaving = change.leaving();
        MemberRow old = leaving == null ? null : rows.get(leaving);
        if (old != null && change.effect() == AddEffect.CHANGED) {
            entering = entering.enteredWith(old);
        }
        writer.replace(leaving, entering, rows);
        transaction.finish();
        return new Outcome.Done<>(new Change<>(change.effect(), writer.list().orElseThrow(), 1));
    }

    @Override
    public Outcome<Change<RemoveEffect>> memberRemove(
            Caller caller,
            ListId list,
            MemberRemoveRequest request,
            @Nullable String ifVersion,
            AttributionPolicy policy) {
        return database.write(
                "removing a member",
                session -> decided(
                        session,
                        () -> removal(session, caller, list, request, ifVersion)
                                .then(seen -> seen.rows().isEmpty()
                                        ? inactiveAlready(session, seen)
                                        : AttributionRules.adjudicate(seen, policy)
                                                .then(accepted -> ask(() -> {
                                                    Position held = Position.hold(session);
                                                    return removal(session, caller, list, request, ifVersion)
                                                            .then(now -> isSame(seen, now)
                                                                    ? ask(() -> remove(session, held, now))
                                                                    : new Outcome.Done<>(Optional.empty()));
                                                })))));
    }

    /** Sees to it that the list says so too: the calendar may have ended the rows since its version was written. */
    private Outcome<Optional<Change<RemoveEffect>>> inactiveAlready(Session session, ProposedRemoval removal) {
        return ask(() -> {
            ends.write(session, removal.list().id(), today());
            return done(session, removal.caller(), removal.list(), RemoveEffect.ALREADY_INACTIVE, 0)
                    .then(LedgerReconciliation::settled);
        });
    }

    private static boolean isSame(ProposedRemoval seen, ProposedRemoval now) {
        return seen.rows().equals(now.rows())
                && Objects.equals(seen.list().status(), now.list().status());
    }

    /** Finds the active rows that are meant; none when all of them are inactive. */
    private Outcome<ProposedRemoval> removal(
            Session session, Caller caller, ListId list, MemberRemoveRequest request, @Nullable String ifVersion)
            throws SQLException {
        return open(session, caller, list, ifVersion)
                .then(now -> ask(() -> {
                    Map<MemberKey, MemberRow> rows = named(session, caller, list, request);
                    int patients = patientsOf(rows.keySet()).size();
                    if (patients != 1) {
                        return new Outcome.Refused<>(
                                patients == 0
                                        ? ReconciliationRefusal.NOT_ON_LIST
                                        : ReconciliationRefusal.SEVERAL_MEMBERS);
                    }
                    MemberRow.Calendar calendar = MemberRow.Calendar.of(today(), now.status());
                    rows.values().removeIf(row -> !row.isActive(calendar));
                    return new Outcome.Done<>(new ProposedRemoval(caller, now, members(session, now, rows.values())));
                }));
    }

    /** Returns the rows that are meant, in the order of their keys. */
    private static Map<MemberKey, MemberRow> named(
            Session session, Caller caller, ListId list, MemberRemoveRequest request) throws SQLException {
        NamedParties parties = new NamedParties(session, caller);
        Map<MemberKey, MemberRow> rows =
                new TreeMap<>(new MemberRows(session, list).of(parties.patients(request.who())));
        if (request.attributedTo().isPresent()) {
            Set<String> ofRows = rows.keySet().stream().map(MemberKey::provider).collect(Collectors.toSet());
            Set<String> meant = parties.providers(request.attributedTo().get(), ofRows);
            rows.keySet().removeIf(key -> !meant.contains(key.provider()));
        }
        request.restingOn()
                .map(ResourceKey::reference)
                .ifPresent(coverage -> rows.keySet().removeIf(key -> !coverage.equals(key.coverage())));
        return rows;
    }

    private Outcome<Optional<Change<RemoveEffect>>> remove(Session session, Position held, ProposedRemoval removal)
            throws SQLException {
        AttributionList list = removal.list();
        LedgerTransaction transaction = new LedgerTransaction(session, clock, zone, held);
        for (Member row : removal.rows()) {
            transaction.removeMember(list.id(), row.key());
        }
        transaction.finish();
        RemoveEffect effect =
                ListStatus.DRAFT.equals(list.status()) ? RemoveEffect.MARKED_INACTIVE : RemoveEffect.REMOVED;
        return done(session, removal.caller(), list, effect, removal.rows().size())
                .then(LedgerReconciliation::settled);
    }

    @Override
    public Outcome<Change<ConfirmEffect>> confirmAttributionList(
            Caller caller, ListId list, @Nullable String ifVersion, AttributionPolicy policy) {
        return database.write(
                "confirming a list",
                session -> decided(
                        session,
                        () -> visible(session, caller, list, ifVersion)
                                .then(seen -> ask(() -> {
                                    ConfirmEffect effect =
                                            AttributionRules.confirmation(seen, hasActive(session, seen));
                                    return effect == ConfirmEffect.FINALISED
                                            ? AttributionRules.adjudicate(
                                                            new ProposedConfirmation(caller, seen), policy)
                                                    .then(edits -> ask(() -> {
                                                        Position.hold(session);
                                                        return visible(session, caller, list, ifVersion)
                                                                .then(now -> seen.equals(now)
                                                                        ? ask(() -> finalise(
                                                                                        session, caller, now, edits))
                                                                                .then(LedgerReconciliation::settled)
                                                                        : new Outcome.Done<>(Optional.empty()));
                                                    }))
                                            : settled(new Change<>(effect, seen, 0));
                                }))));
    }

    /**
     * Has the policy decide while others write, and does what it decided in turn. Where the list changed meanwhile, so that
     * it would be asked about something else, it is asked again; about a list that keeps changing, at last while all others
     * wait.
     *
     * @param attempt asks and acts; done with nothing when it must be asked again
     */
    private static <T> Outcome<T> decided(Session session, LedgerTransaction.Question<Outcome<Optional<T>>> attempt)
            throws SQLException {
        Outcome<Optional<T>> outcome = new Outcome.Done<>(Optional.empty());
        for (int asked = 0; outcome.equals(new Outcome.Done<>(Optional.empty())); asked++) {
            session.rollback();
            session.walkIndexes();
            if (asked >= DECISIONS_BESIDE_OTHERS) {
                Position.hold(session);
            }
            outcome = attempt.answer();
        }
        return outcome.then(result -> new Outcome.Done<>(result.orElseThrow()));
    }

    private static <T> Outcome<Optional<T>> settled(T result) {
        return new Outcome.Done<>(Optional.of(result));
    }

    private Outcome<Change<ConfirmEffect>> finalise(
            Session session, Caller caller, AttributionList list, List<RowEdit> edits) throws SQLException {
        LedgerTransaction transaction = new LedgerTransaction(session, clock, zone);
        ListWriter writer = transaction.writer(list.id());
        edits.forEach(writer::edit);
        writer.flush();
        ConfirmEffect effect = AttributionRules.confirmation(list, hasActive(session, list));
        if (effect != ConfirmEffect.FINALISED) {
            session.rollback();
            return new Outcome.Done<>(new Change<>(effect, list, 0));
        }
        writer.take(StatusChange.FINALISE);
        transaction.finish();
        return done(session, caller, list, effect, 0);
    }

    private boolean hasActive(Session session, AttributionList list) throws SQLException {
        return new MemberRows(session, list.id()).hasActive(MemberRow.Calendar.of(today(), list.status()));
    }

    @Override
    public Outcome<ListSnapshot> attributionStatus(Caller caller, ListId list, MemberSelector member) {
        return database.readPage("looking for a member", session -> {
            if (ListSearch.find(session, caller, list).isEmpty()) {
                return new Outcome.Refused<>(ReconciliationRefusal.NO_SUCH_LIST);
            }
            Set<String> named = new NamedParties(session, caller).patients(member);
            Set<String> patients =
                    patientsOf(new MemberRows(session, list).of(named).keySet());
            if (patients.size() != 1) {
                return new Outcome.Refused<>(
                        patients.isEmpty() ? ReconciliationRefusal.NOT_ON_LIST : ReconciliationRefusal.SEVERAL_MEMBERS);
            }
            ListSlice rows = new ListSlice(
                    null, null, patients.stream().map(LedgerReconciliation::key).collect(Collectors.toSet()));
            return LedgerSnapshot.open(database, session, caller, list, rows)
                    .<Outcome<ListSnapshot>>map(Outcome.Done::new)
                    .orElseGet(() -> new Outcome.Refused<>(ReconciliationRefusal.NO_SUCH_LIST));
        });
    }

    private static Set<String> patientsOf(Collection<MemberKey> keys) {
        return keys.stream().map(MemberKey::patient).collect(Collectors.toCollection(TreeSet::new));
    }

    private static <E extends Enum<E>> Outcome<Change<E>> done(
            Session session, Caller caller, AttributionList list, E effect, int rows) throws SQLException {
        AttributionList now = ListSearch.find(session, caller, list.id()).orElse(list);
        return new Outcome.Done<>(new Change<>(effect, now, rows));
    }

    /** Finds a list, in the version that it must have. */
    private static Outcome<AttributionList> visible(
            Session session, Caller caller, ListId list, @Nullable String ifVersion) throws SQLException {
        return inVersion(ListSearch.find(session, caller, list), ifVersion);
    }

    /** Finds a list that takes changes. */
    private static Outcome<AttributionList> open(
            Session session, Caller caller, ListId list, @Nullable String ifVersion) throws SQLException {
        return open(ListSearch.find(session, caller, list), ifVersion);
    }

    /** Sees to it that a list takes changes. */
    private static Outcome<AttributionList> open(Optional<AttributionList> found, @Nullable String ifVersion) {
        return inVersion(found, ifVersion)
                .then(now -> AttributionRules.refusal(now, ifVersion)
                        .<Outcome<AttributionList>>map(Outcome.Refused::new)
                        .orElseGet(() -> new Outcome.Done<>(now)));
    }

    private static Outcome<AttributionList> inVersion(Optional<AttributionList> found, @Nullable String ifVersion) {
        if (found.isEmpty()) {
            return new Outcome.Refused<>(ReconciliationRefusal.NO_SUCH_LIST);
        }
        return AttributionRules.isOtherVersion(found.get(), ifVersion)
                ? new Outcome.Refused<>(ReconciliationRefusal.VERSION_CONFLICT)
                : new Outcome.Done<>(found.get());
    }

    private List<Member> members(Session session, AttributionList list, Collection<MemberRow> rows)
            throws SQLException {
        return new MemberRows(session, list.id()).asTheyStand(rows, today(), list.status());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    private static ResourceKey key(String ref) {
        return ResourceKey.ofReference(ref).orElseThrow();
    }

    private static <T> T ask(LedgerTransaction.Question<T> question) {
        return LedgerTransaction.ask("changing a list", question);
    }
}
