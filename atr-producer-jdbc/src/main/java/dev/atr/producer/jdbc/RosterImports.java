package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.jdbc.RosterReport.Outcome;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which rosters have made versions of a list, and how the last one is taken back. */
final class RosterImports {
    private static final int PAGE = 500;

    private final Session session;
    private final Ledger ledger;
    private final ListId list;

    RosterImports(Session session, Ledger ledger, ListId list) {
        this.session = session;
        this.ledger = ledger;
        this.list = list;
    }

    /**
     * What a roster has made.
     *
     * @param pos position of the list behind it
     * @param version version of the list behind it
     * @param digest of the roster; absent when it had none
     * @param beforePos position of the list before it; absent when it made the list
     * @param resourcesPos position of the resources that it wrote; absent when there were none
     */
    record Made(
            long pos,
            int version,
            @Nullable String digest,
            @Nullable Long beforePos,
            @Nullable Long resourcesPos) {}

    /** Returns what the last one has made that was not taken back, in the life of the list since it was last deleted. */
    Optional<Made> last() throws SQLException {
        return session.first(
                "select pos, version, digest, before_pos, resources_pos from atr.roster_import i where list_id = ?"
                        + " and not undone and not exists (select 1 from atr.list_deletion d"
                        + " where d.list_id = i.list_id and d.pos > i.pos) order by pos desc limit 1",
                row -> new Made(
                        row.getLong(1),
                        row.getInt(2),
                        row.getString(3),
                        row.getObject(4, Long.class),
                        row.getObject(5, Long.class)),
                list.value());
    }

    /** Notes an import that has just been written. */
    void add(ImportedList imported, @Nullable String digest, @Nullable Long beforePos, @Nullable Long resourcesPos)
            throws SQLException {
        Position now = Position.head(session);
        session.update(
                "insert into atr.roster_import (list_id, pos, version, stamp, digest, before_pos, resources_pos, undone)"
                        + " values (?, ?, ?, ?, ?, ?, ?, false)",
                list.value(),
                now.number(),
                Integer.parseInt(imported.version()),
                Session.timestamp(now.stamp()),
                digest,
                beforePos,
                resourcesPos);
    }

    RosterReport undo() throws SQLException {
        Optional<AttributionList> header = ListHeader.current(session, list);
        Optional<Made> last = header.isPresent() ? last() : Optional.empty();
        String version = ListVersion.current(session, list)
                .map(now -> String.valueOf(now.number()))
                .orElse(null);
        if (last.isEmpty()) {
            return refused(version, "the list has no import to take back");
        }
        Made made = last.get();
        if (made.beforePos == null) {
            return refused(version, "the import made the list; delete the list in its place");
        }
        if (ListStatus.FINAL.equals(header.get().status())) {
            return refused(version, "the list is final; reopen it first");
        }
        if (session.exists(
                "select 1 from atr.member where list_id = ? and (from_pos > ? or (to_pos > ? and to_pos < :forever))",
                list.value(),
                made.pos,
                made.pos)) {
            return refused(version, "the list has changed since the import, and that would be lost");
        }
        ListImport into = new ListImport(session, ledger.clock(), ledger.zone(), header.get());
        long rows = into.stage(
                "select patient, provider, coverage, period_start, period_end, last_day, inactive, cancelled, extra,"
                        + " 'new' from atr.member where list_id = ? and from_pos <= ? and to_pos > ?",
                list.value(),
                made.beforePos,
                made.beforePos);
        Position position = Position.head(session);
        RosterChanges changes = into.compare(MemberRow.Calendar.of(
                LocalDate.ofInstant(position.stamp(), ledger.zone()),
                header.get().status()));
        LedgerTransaction transaction = new LedgerTransaction(session, ledger.clock(), ledger.zone());
        long resources = made.resourcesPos == null ? 0 : putBack(transaction, made.resourcesPos);
        transaction.finish();
        ImportedList written = into.write(rows);
        session.update(
                "update atr.roster_import set undone = true where list_id = ? and pos = ?", list.value(), made.pos);
        return new RosterReport(list, Outcome.UNDONE, written.version(), rows, changes, resources, List.of());
    }

    /** Puts the resources that were changed at a position, and not since, back to what they were. */
    private long putBack(LedgerTransaction transaction, long pos) throws SQLException {
        long count = 0;
        String last = "";
        List<String> page;
        do {
            page = session.list(
                    "select o.ref, o.json from atr.resource n join atr.resource o on o.ref = n.ref and o.to_pos = ?"
                            + " where n.from_pos = ? and n.to_pos = :forever and n.ref > ? order by n.ref limit "
                            + PAGE,
                    row -> {
                        String ref = row.getString(1);
                        transaction.putResource(ResourceKey.ofReference(ref).orElseThrow(), row.getBytes(2));
                        return ref;
                    },
                    pos,
                    pos,
                    last);
            count += page.size();
            last = page.isEmpty() ? last : page.get(page.size() - 1);
        } while (!page.isEmpty());
        return count;
    }

    private RosterReport refused(@Nullable String version, String reason) {
        return new RosterReport(
                list, Outcome.REFUSED, version, 0, null, 0, List.of(RosterProblem.ofRoster(null, reason)));
    }
}
