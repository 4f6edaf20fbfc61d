package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.rules.AttributionListRules;
import dev.atr.core.rules.ListRuleOptions;
import dev.atr.producer.jdbc.RosterReport.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes in a payer's full current list, from a system that keeps neither history nor FHIR. The roster is compared with the
 * list that is held, inside the database, and what differs becomes one publication: versions, change codes, exports of
 * what changed and events follow from it.
 *
 * <p>A row makes a Patient, a Coverage and its provider with what it carries, unless the ledger has those of the same
 * numbers already: then the row refers to these, and they stay as they are. What an earlier roster has made is kept up to
 * date by the next.
 *
 * <pre>{@code
 * LedgerFromRoster rosters = LedgerFromRoster.builder(ledger, list).build();
 * RosterReport report = rosters.take(RosterFile.of(Path.of("roster.csv"), RosterLayout.standard()));
 * }</pre>
 *
 * <p>An import happens as a whole or not at all, in one transaction; other writers wait for its last part only. Rows may
 * come in any order and pass in constant memory. Thread-safe.
 */
public final class LedgerFromRoster {
    /** How much of a list may change at once, in percent: 20. A month rarely changes more than some percent. */
    public static final double DEFAULT_MAX_CHURN = 20;

    private final Ledger ledger;
    private final ListId id;
    private final @Nullable RosterList newList;
    private final double maxChurn;

    private LedgerFromRoster(Builder builder) {
        this.ledger = builder.ledger;
        this.id = builder.list;
        this.newList = builder.newList;
        this.maxChurn = builder.maxChurn;
    }

    /** Starts with a ledger and the list that the rosters are for. */
    public static Builder builder(Ledger ledger, ListId list) {
        return new Builder(Objects.requireNonNull(ledger, "ledger"), Objects.requireNonNull(list, "list"));
    }

    /**
     * Takes a roster in.
     *
     * @return what became of it; a refused one has changed nothing
     * @throws UncheckedIOException when the roster can't be opened; nothing has happened then
     * @throws LedgerException when the database fails; nothing has happened then
     */
    public RosterReport take(Roster roster) {
        return run(roster, false);
    }

    /**
     * Compares a roster with the list and says what {@link #take} would do, without doing it.
     *
     * @return {@link Outcome#PREVIEWED}, {@link Outcome#TOO_MUCH_CHANGE}, {@link Outcome#REFUSED} or
     *     {@link Outcome#ALREADY_IMPORTED}
     * @throws UncheckedIOException when the roster can't be opened
     * @throws LedgerException when the database fails
     */
    public RosterReport preview(Roster roster) {
        return run(roster, true);
    }

    /**
     * Takes the last import back: publishes the rows as they were before it, and puts the resources that it changed back
     * to what they were. Resources that it made stay; no row refers to them. It goes one import back and no further.
     *
     * @return {@link Outcome#UNDONE}, or {@link Outcome#REFUSED} with the reason: there is no import to take back, it made
     *     the list, or the list has changed since
     * @throws LedgerException when the database fails; nothing has happened then
     */
    public RosterReport undo() {
        return ledger.database().write("taking a roster back", session -> {
            session.walkIndexes();
            Position.hold(session);
            return new RosterImports(session, ledger, id).undo();
        });
    }

    private RosterReport run(Roster roster, boolean preview) {
        return ledger.database().write("taking in a roster", session -> {
            session.walkIndexes();
            RosterReport report;
            try {
                report = run(session, roster, preview);
            } catch (IOException e) {
                throw new UncheckedIOException("the roster can't be opened", e);
            }
            if (report.outcome() != Outcome.IMPORTED) {
                session.rollback();
            }
            return report;
        });
    }

    private RosterReport run(Session session, Roster roster, boolean preview) throws SQLException, IOException {
        RosterProblems problems = new RosterProblems();
        RosterImports imports = new RosterImports(session, ledger, id);
        String digest = roster.digest().orElse(null);
        Optional<AttributionList> held = ListHeader.current(session, id);
        Optional<RosterImports.Made> last = held.isPresent() ? imports.last() : Optional.empty();
        if (digest != null && last.isPresent() && digest.equals(last.get().digest())) {
            return report(Outcome.ALREADY_IMPORTED, String.valueOf(last.get().version()), 0, null, 0, problems);
        }
        AttributionList list = held.orElseGet(() -> newList == null ? null : newList.header(id));
        check(list, held.isPresent(), problems);
        if (list == null || !problems.isEmpty()) {
            return report(Outcome.REFUSED, version(session), 0, null, 0, problems);
        }
        String payer = Optional.ofNullable(list.payer())
                .flatMap(Reference::key)
                .map(ResourceKey::reference)
                .orElse("");
        RosterRows rows = new RosterRows(session, payer, problems);
        try (RosterCursor cursor = roster.open()) {
            rows.stage(cursor);
        } catch (InvalidContentException e) {
            problems.add(RosterProblem.ofRoster(null, String.valueOf(e.getMessage())));
        }
        if (!problems.isEmpty()) {
            return report(Outcome.REFUSED, version(session), rows.rows(), null, 0, problems);
        }
        if (!preview) {
            // From here on nobody else writes, and what is compared is what is changed
            Position.hold(session);
        }
        AttributionList now = ListHeader.current(session, id).orElse(list);
        check(now, held.isPresent(), problems);
        if (!problems.isEmpty()) {
            return report(Outcome.REFUSED, version(session), rows.rows(), null, 0, problems);
        }
        ListImport into = new ListImport(session, ledger.clock(), ledger.zone(), now);
        long staged = rows.stageInto(into);
        RosterChanges changes = into.compare(MemberRow.Calendar.of(today(), now.status()));
        String before = version(session);
        long resources = rows.differing();
        if (changes.churn() > maxChurn) {
            return report(Outcome.TOO_MUCH_CHANGE, before, rows.rows(), changes, resources, problems);
        }
        if (preview) {
            return report(Outcome.PREVIEWED, before, rows.rows(), changes, resources, problems);
        }
        long beforePos = Position.head(session).number();
        LedgerTransaction transaction = new LedgerTransaction(session, ledger.clock(), ledger.zone());
        if (newList != null && held.isEmpty()) {
            transaction.putResource(RosterResources.payerKey(newList), RosterResources.payer(newList));
        }
        rows.write(transaction);
        transaction.finish();
        Optional<Position> written = transaction.written();
        ImportedList imported = into.write(staged);
        if (!imported.changed() && written.isEmpty()) {
            return report(Outcome.UNCHANGED, before, rows.rows(), changes, resources, problems);
        }
        imports.add(
                imported,
                digest,
                before == null ? null : beforePos,
                written.map(Position::number).orElse(null));
        return report(Outcome.IMPORTED, imported.version(), rows.rows(), changes, resources, problems);
    }

    private void check(@Nullable AttributionList list, boolean held, RosterProblems problems) {
        if (list == null) {
            problems.add(RosterProblem.ofRoster(
                    null, "there is no list " + id + "; say what it is about, so that the roster can make it"));
        } else if (held && ListStatus.FINAL.equals(list.status())) {
            problems.add(RosterProblem.ofRoster("ATR-MDL-045", "the list is final; reopen it first"));
        } else if (!held) {
            new AttributionListRules(new ListRuleOptions(null, today(), ledger.zone())).checkList(list, violation -> {
                if (violation.isError()) {
                    problems.add(RosterProblem.ofRoster(violation.rule(), violation.place() + ": " + violation.text()));
                }
            });
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(ledger.clock().instant(), ledger.zone());
    }

    private @Nullable String version(Session session) throws SQLException {
        return ListVersion.current(session, id)
                .map(version -> String.valueOf(version.number()))
                .orElse(null);
    }

    private RosterReport report(
            Outcome outcome,
            @Nullable String version,
            long rows,
            @Nullable RosterChanges changes,
            long resources,
            RosterProblems problems) {
        return new RosterReport(id, outcome, version, rows, changes, resources, problems.toList());
    }

    /** Wires up an import. */
    public static final class Builder {
        private final Ledger ledger;
        private final ListId list;
        private @Nullable RosterList newList;
        private double maxChurn = DEFAULT_MAX_CHURN;

        private Builder(Ledger ledger, ListId list) {
            this.ledger = ledger;
            this.list = list;
        }

        /** Says what the list is about, for the roster that makes it; without it a roster of an unknown list is refused. */
        public Builder newList(RosterList about) {
            newList = Objects.requireNonNull(about, "about");
            return this;
        }

        /**
         * Sets how much of the list may change at once, as {@link RosterChanges#churn} tells; the default is
         * {@link #DEFAULT_MAX_CHURN}. A list without active rows takes any roster.
         *
         * @param percent from 0 to 100; with 100 nothing is too much
         */
        public Builder maxChurn(double percent) {
            if (!(percent >= 0 && percent <= 100)) {
                throw new IllegalArgumentException("maxChurn: from 0 to 100 percent");
            }
            maxChurn = percent;
            return this;
        }

        /** Returns the import. */
        public LedgerFromRoster build() {
            return new LedgerFromRoster(this);
        }
    }
}
