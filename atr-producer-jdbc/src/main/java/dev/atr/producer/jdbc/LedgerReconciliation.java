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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes that Consumers ask for. Who is meant is found out first; then the transaction waits for its turn, and from there
 * on nothing about the list changes any more until it commits. What changes nothing takes no position.
 */
final class LedgerReconciliation implements Reconciliation {
    private final Database database;
    private final Clock clock;
    private final ZoneId zone;

    LedgerReconciliation(Database database, Clock clock, ZoneId zone) {
        this.database = database;
        this.clock = clock;
        this.zone = zone;
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
            Outcome<AttributionList> open = open(session, caller, list, ifVersion);
            Outcome<AcceptedAddition> addition =
                    open.then(seen -> ask(() -> decide(session, caller, seen, request, policy)));
            return addition.then(accepted -> ask(() -> {
                Position held = Position.hold(session);
                return open(session, caller, list, ifVersion).then(now -> ask(() -> add(session, held, now, accepted)));
            }));
        });
    }

    private Outcome<AcceptedAddition> decide(
            Session session, Caller caller, AttributionList list, MemberAddRequest request, AttributionPolicy policy)
            throws SQLException {
        NamedParties parties = new NamedParties(session);
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
            Session session, Position held, AttributionList list, AcceptedAddition addition) throws SQLException {
        LedgerTransaction transaction = new LedgerTransaction(session, clock, zone, held);
        ListWriter writer = transaction.writer(list.id());
        MemberRow entering = MemberRow.of(addition.row(), zone);
        Map<MemberKey, MemberRow> rows =
                new MemberRows(session, list.id()).of(Set.of(entering.key().patient()));
        RowChange change = RowChange.of(writer.asTheyStand(rows.values(), today()), addition, today(), zone);
        Member row = change.entering();
        if (row == null) {
            return new Outcome.Done<>(new Change<>(change.effect(), list, 1));
        }
        entering = MemberRow.of(row, zone);
        MemberKey leaving = change.leaving();
        MemberRow old = leaving == null ? null : rows.get(leaving);
        if (old != null && change.effect() == AddEffect.CHANGED) {
            entering = entering.enteredWith(old);
        }
        writer.replace(leaving, entering, rows);
        transaction.finish();
        return new Outcome.Done<>(new Change<>(change.effect(), writer.list(), 1));
    }

    @Override
    public Outcome<Change<RemoveEffect>> memberRemove(
            Caller caller,
            ListId list,
            MemberRemoveRequest request,
            @Nullable String ifVersion,
            AttributionPolicy policy) {
        return database.write("removing a member", session -> {
            session.walkIndexes();
            return open(session, caller, list, ifVersion)
                    .then(seen -> ask(() -> {
                        Function<MemberKey, Boolean> narrowed = narrowed(session, request);
                        Set<String> patients = new NamedParties(session).patients(request.who());
                        Position.hold(session);
                        return open(session, caller, list, ifVersion)
                                .then(now -> ask(() -> remove(session, caller, now, patients, narrowed, policy)));
                    }));
        });
    }

    /** Returns which rows are meant of those of the patients. */
    private static Function<MemberKey, Boolean> narrowed(Session session, MemberRemoveRequest request)
            throws SQLException {
        Set<String> providers = request.attributedTo().isEmpty()
                ? Set.of()
                : new NamedParties(session).providers(request.attributedTo().get());
        boolean ofProvider = request.attributedTo().isPresent();
        Optional<String> coverage = request.restingOn().map(ResourceKey::reference);
        return key -> (!ofProvider || providers.contains(key.provider()))
                && coverage.map(key.coverage()::equals).orElse(true);
    }

    private Outcome<Change<RemoveEffect>> remove(
            Session session,
            Caller caller,
            AttributionList list,
            Set<String> patients,
            Function<MemberKey, Boolean> narrowed,
            AttributionPolicy policy)
            throws SQLException {
        Map<MemberKey, MemberRow> rows = new MemberRows(session, list.id()).of(patients);
        rows.keySet().removeIf(key -> !narrowed.apply(key));
        int named = patientsOf(rows.keySet()).size();
        if (named != 1) {
            return new Outcome.Refused<>(
                    named == 0 ? ReconciliationRefusal.NOT_ON_LIST : ReconciliationRefusal.SEVERAL_MEMBERS);
        }
        MemberRow.Calendar calendar = MemberRow.Calendar.of(today(), list.status());
        rows.values().removeIf(row -> !row.isActive(calendar));
        if (rows.isEmpty()) {
            return new Outcome.Done<>(new Change<>(RemoveEffect.ALREADY_INACTIVE, list, 0));
        }
        ProposedRemoval removal = new ProposedRemoval(caller, list, members(session, list, rows.values()));
        return AttributionRules.adjudicate(removal, policy)
                .then(accepted -> ask(() -> {
                    LedgerTransaction transaction = new LedgerTransaction(session, clock, zone);
                    for (MemberKey key : rows.keySet()) {
                        transaction.removeMember(list.id(), key);
                    }
                    transaction.finish();
                    RemoveEffect effect = ListStatus.DRAFT.equals(list.status())
                            ? RemoveEffect.MARKED_INACTIVE
                            : RemoveEffect.REMOVED;
                    return done(session, caller, list, effect, rows.size());
                }));
    }

    @Override
    public Outcome<Change<ConfirmEffect>> confirmAttributionList(
            Caller caller, ListId list, @Nullable String ifVersion, AttributionPolicy policy) {
        return database.write("confirming a list", session -> {
            session.walkIndexes();
            Position.hold(session);
            Optional<AttributionList> found = ListSearch.find(session, caller, list);
            if (found.isEmpty()) {
                return new Outcome.Refused<>(ReconciliationRefusal.NO_SUCH_LIST);
            }
            AttributionList now = found.get();
            if (AttributionRules.isOtherVersion(now, ifVersion)) {
                return new Outcome.Refused<>(ReconciliationRefusal.VERSION_CONFLICT);
            }
            ConfirmEffect effect = AttributionRules.confirmation(now, hasActive(session, now));
            if (effect != ConfirmEffect.FINALISED) {
                return new Outcome.Done<>(new Change<>(effect, now, 0));
            }
            return AttributionRules.adjudicate(new ProposedConfirmation(caller, now), policy)
                    .then(edits -> ask(() -> finalise(session, caller, now, edits)));
        });
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
            Set<String> named = new NamedParties(session).patients(member);
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

    /** Finds a list that takes changes. */
    private static Outcome<AttributionList> open(
            Session session, Caller caller, ListId list, @Nullable String ifVersion) throws SQLException {
        Optional<AttributionList> found = ListSearch.find(session, caller, list);
        Optional<ReconciliationRefusal> refusal = found.isEmpty()
                ? Optional.of(ReconciliationRefusal.NO_SUCH_LIST)
                : AttributionRules.refusal(found.get(), ifVersion);
        return refusal.<Outcome<AttributionList>>map(Outcome.Refused::new)
                .orElseGet(() -> new Outcome.Done<>(found.orElseThrow()));
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
