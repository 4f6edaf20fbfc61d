package dev.atr.consumer.sync;

import dev.atr.core.attribution.ListId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One comparison, from before its export is asked for, so that a killed process finds it again.
 *
 * @param number by which it is known
 * @param since what its export asks for the changes since; absent for everything
 * @param folder the name of the folder of its files
 * @param begun when it began, by our clock
 */
record SyncRun(long number, @Nullable Instant since, String folder, Instant begun) {
    static final String BEGUN = "begun";
    static final String APPLIED = "applied";
    static final String STOPPED = "stopped";
    static final String ABANDONED = "abandoned";

    /** The names of folders; nothing else in the working folder is looked at. */
    static final String FOLDER_NAME = "sync-[0-9a-f-]{36}";

    /** Begins a run, unless another process has begun one meanwhile: then it is that one. */
    static SyncRun begin(Session session, CopiedList list, @Nullable Instant since, Instant now) throws SQLException {
        // Two unfinished ones could be compared in the wrong order, and take the copy back in time
        session.list(
                "select list_key from atr.attribution_list where list_key = ? for update",
                row -> row.getInt(1),
                list.key());
        Optional<SyncRun> unfinished = unfinished(session, list);
        if (unfinished.isPresent()) {
            return unfinished.get();
        }
        String folder = "sync-" + UUID.randomUUID();
        session.update(
                "insert into atr.sync_run (list_key, state, since, folder, begun) values (?, ?, ?, ?, ?)",
                list.key(),
                BEGUN,
                Session.timestamp(since),
                folder,
                Session.timestamp(now));
        return session.first("select * from atr.sync_run where folder = ?", SyncRun::read, folder)
                .orElseThrow();
    }

    static Optional<SyncRun> unfinished(Session session, CopiedList list) throws SQLException {
        return session.first(
                "select * from atr.sync_run where list_key = ? and state = ? order by run",
                SyncRun::read,
                list.key(),
                BEGUN);
    }

    /** Returns where the files are, below the working folder, of runs that have not come to their end. */
    static List<String> foldersOfUnfinished(Session session, CopiedList list) throws SQLException {
        return session.list(
                "select folder from atr.sync_run where list_key = ? and state = ?",
                row -> row.getString(1),
                list.key(),
                BEGUN);
    }

    /** Ends the run; returns false when it has ended already. */
    boolean end(Session session, String state, Instant now) throws SQLException {
        return session.update(
                        "update atr.sync_run set state = ?, ended = ? where run = ? and state = ?",
                        state,
                        Session.timestamp(now),
                        number,
                        BEGUN)
                > 0;
    }

    /** Returns whether the files of a folder are needed no more. */
    static boolean isOver(Session session, URI producer, String folder) throws SQLException {
        return session.count(
                        "select count(*) from atr.sync_run r join atr.attribution_list l on l.list_key = r.list_key"
                                + " join atr.payer p on p.payer_key = l.payer_key"
                                + " where r.folder = ? and r.state <> ? and p.fhir_base = ?",
                        folder,
                        BEGUN,
                        producer.toString())
                > 0;
    }

    static List<ListDiff> unreported(Session session, URI producer, ListId list) throws SQLException {
        return diffs(
                session,
                producer,
                list,
                "r.state = ? and not r.reported and p.fhir_base = ? and l.list_id = ? order by r.run",
                APPLIED,
                producer.toString(),
                list.value());
    }

    /** Returns what became of an ended run; empty when it was given up. */
    Optional<ListDiff> diff(Session session, URI producer, ListId list) throws SQLException {
        return diffs(session, producer, list, "r.run = ? and r.state in (?, ?)", number, APPLIED, STOPPED).stream()
                .findFirst();
    }

    private static List<ListDiff> diffs(
            Session session, URI producer, ListId list, String condition, @Nullable Object... parameters)
            throws SQLException {
        List<ListDiff> bare = session.list(
                "select r.* from atr.sync_run r join atr.attribution_list l on l.list_key = r.list_key"
                        + " join atr.payer p on p.payer_key = l.payer_key where " + condition,
                row -> new ListDiff(
                        row.getLong("run"),
                        producer,
                        list,
                        row.getString("state").equals(APPLIED) ? ListDiff.Outcome.UPDATED : ListDiff.Outcome.STOPPED,
                        row.getString("version_before"),
                        row.getString("version"),
                        row.getLong("members_before"),
                        row.getLong("members"),
                        Map.of()),
                parameters);
        List<ListDiff> whole = new ArrayList<>();
        for (ListDiff diff : bare) {
            whole.add(counted(
                    diff,
                    counts(
                            session,
                            "select kind, count(*) from atr.member_change where run = ? group by kind",
                            diff.run())));
        }
        return whole;
    }

    static ListDiff counted(ListDiff diff, Map<MemberChange.Kind, Long> counts) {
        return new ListDiff(
                diff.run(),
                diff.producer(),
                diff.list(),
                diff.outcome(),
                diff.versionBefore(),
                diff.version(),
                diff.membersBefore(),
                diff.members(),
                counts);
    }

    static Map<MemberChange.Kind, Long> counts(Session session, String sql, @Nullable Object... parameters)
            throws SQLException {
        Map<MemberChange.Kind, Long> counts = new EnumMap<>(MemberChange.Kind.class);
        session.list(sql, row -> counts.put(MemberChange.Kind.ofCode(row.getString(1)), row.getLong(2)), parameters);
        return counts;
    }

    private static SyncRun read(ResultSet row) throws SQLException {
        return new SyncRun(
                row.getLong("run"),
                Session.instant(row, "since"),
                row.getString("folder"),
                Objects.requireNonNull(Session.instant(row, "begun")));
    }
}
