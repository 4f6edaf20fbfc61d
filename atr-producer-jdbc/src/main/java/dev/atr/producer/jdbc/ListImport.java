package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.InvalidContentException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a whole list in: rows go to a table of this transaction, and the database finds what differs. */
final class ListImport {
    private static final int BATCH = 1000;

    /** What a first import believes about a row. */
    private static final String NEW = "new";

    private static final String CHANGED = "changed";
    private static final String SAME = "same";

    private static final String TABLE = "staged_member";

    private static final String STAGING = "patient ${text} not null, provider ${text} not null,"
            + " coverage ${text} not null, period_start ${text} not null, period_end ${text}, last_day date,"
            + " inactive boolean not null, cancelled boolean not null, extra ${bytes}, told ${text} not null,"
            + " primary key (patient, provider, coverage, period_start)";

    private static final String COLUMNS = "(list_id, patient, provider, coverage, period_start, period_end, last_day,"
            + " inactive, cancelled, entered_pos, from_pos, to_pos, extra)";

    private static final String SAME_KEY = "s.patient = m.patient and s.provider = m.provider"
            + " and s.coverage = m.coverage and s.period_start = m.period_start";

    private static final String EQUAL = "s.inactive = m.inactive and s.cancelled = m.cancelled"
            + " and s.period_end is not distinct from m.period_end and s.extra is not distinct from m.extra";

    private static final String SAME_CONTENT = SAME_KEY + " and " + EQUAL;

    private final Session session;
    private final Clock clock;
    private final ZoneId zone;
    private final AttributionList list;
    private final String id;

    ListImport(Session session, Clock clock, ZoneId zone, AttributionList list) {
        this.session = session;
        this.clock = clock;
        this.zone = zone;
        this.list = list;
        this.id = list.id().value();
    }

    ImportedList run(MemberCursor rows) throws SQLException {
        return write(stage(rows));
    }

    /**
     * Writes the version that follows from the rows in the table.
     *
     * @param staged how many they are
     */
    ImportedList write(long staged) throws SQLException {
        session.planFreely();
        Position position = Position.take(session, clock);
        ListVersion before = ListVersion.current(session, list.id()).orElse(null);
        LocalDate asOf = LocalDate.ofInstant(position.stamp(), zone);
        MemberRow.Calendar calendar = MemberRow.Calendar.of(asOf, list.status());
        boolean changed = ListHeader.put(session, list, position.number());
        if (before == null) {
            if (session.exists("select 1 from staged_member where told <> ?", NEW)) {
                before = baseline(position, calendar);
                position = position.next(session);
            }
            insertFirst(position.number());
            changed = true;
        } else {
            changed |= merge(position.number(), calendar);
        }
        session.walkIndexes();
        ListVersion now = changed || before == null ? append(before, position, calendar) : before;
        return new ImportedList(list.id(), String.valueOf(now.number()), changed, staged);
    }

    private ListVersion append(@Nullable ListVersion before, Position position, MemberRow.Calendar calendar)
            throws SQLException {
        int active = new MemberRows(session, list.id()).activePatients(position.number(), calendar);
        return ListVersion.append(session, list.id(), before, position, true, calendar.asOf(), active);
    }

    /** Puts rows into the table of this transaction, and returns how many. */
    long stage(MemberCursor rows) throws SQLException {
        session.createStaging(TABLE, STAGING);
        long count = 0;
        try (Session.Batch insert = session.batch("insert into staged_member (patient, provider, coverage,"
                + " period_start, period_end, last_day, inactive, cancelled, extra, told)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Member member = rows.next(); member != null; member = rows.next()) {
                MemberRow row = MemberRow.of(member, zone);
                insert.add(
                        row.key().patient(),
                        row.key().provider(),
                        row.key().coverage(),
                        row.key().start(),
                        row.periodEnd(),
                        row.lastDay(),
                        row.inactive(),
                        row.cancelled(),
                        row.extra(),
                        told(member, row));
                count++;
                if (insert.size() >= BATCH) {
                    insert.run();
                }
            }
            insert.run();
        } catch (SQLException e) {
            if ("23505".equals(e.getSQLState())) {
                throw new InvalidContentException(
                        "two rows of the list have the same patient, provider, coverage and start");
            }
            throw e;
        }
        session.stagingFilled(TABLE);
        return count;
    }

    /**
     * Puts rows of another table into that of this transaction, and returns how many.
     *
     * @param select the columns of the table, in their order
     */
    long stage(String select, @Nullable Object... parameters) throws SQLException {
        session.createStaging(TABLE, STAGING);
        long count = session.update(
                "insert into staged_member (patient, provider, coverage, period_start, period_end, last_day, inactive,"
                        + " cancelled, extra, told) " + select,
                parameters);
        session.stagingFilled(TABLE);
        return count;
    }

    /** Compares the rows in the table with those that are held, and writes nothing. */
    RosterChanges compare(MemberRow.Calendar calendar) throws SQLException {
        session.planFreely();
        String nowActive = "not s.inactive and (s.last_day is null or s.last_day >= a.today)";
        String wasActive = "m.patient is not null and not m.inactive and (m.last_day is null or m.last_day >= a.today)";
        String held = " from (select cast(? as date) as today) a cross join staged_member s left join atr.member m"
                + " on m.list_id = ? and m.to_pos = :forever and " + SAME_KEY;
        List<Long> staged = session.first(
                        "select " + count(nowActive + " and not (" + wasActive + ")") + ", "
                                + count(nowActive + " and " + wasActive + " and not (" + EQUAL + ")") + ", "
                                + count(nowActive + " and " + wasActive + " and " + EQUAL) + ", "
                                + count("not (" + nowActive + ") and " + wasActive) + held,
                        row -> List.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                        calendar.asOf(),
                        id)
                .orElseThrow();
        long gone = session.first(
                        "select count(*) from (select cast(? as date) as today) a cross join atr.member m"
                                + " where m.list_id = ? and m.to_pos = :forever and " + wasActive
                                + " and not exists (select 1 from staged_member s where " + SAME_KEY + ")",
                        row -> row.getLong(1),
                        calendar.asOf(),
                        id)
                .orElseThrow();
        session.walkIndexes();
        return new RosterChanges(staged.get(0), staged.get(1), staged.get(3) + gone, staged.get(2));
    }

    private static String count(String condition) {
        return "coalesce(sum(case when " + condition + " then 1 else 0 end), 0)";
    }

    private static String told(Member member, MemberRow row) {
        ChangeType code = member.changeType() == null
                ? ChangeType.NEW
                : member.changeType().normalized();
        if (row.inactive() || code.equals(ChangeType.CHANGED)) {
            return CHANGED;
        }
        return code.equals(ChangeType.NOCHANGE) ? SAME : NEW;
    }

    /** Writes the version that a first import tells of: everyone who is not new was there, and active. */
    private ListVersion baseline(Position position, MemberRow.Calendar calendar) throws SQLException {
        session.update(
                "insert into atr.member " + COLUMNS + " select cast(? as varchar), patient, provider, coverage,"
                        + " period_start, period_end, last_day, false, false, cast(? as bigint), cast(? as bigint),"
                        + " case when told = ? then :forever else cast(? as bigint) end, extra"
                        + " from staged_member where told <> ?",
                id,
                position.number(),
                position.number(),
                SAME,
                position.number() + 1,
                NEW);
        return append(null, position, calendar);
    }

    private void insertFirst(long pos) throws SQLException {
        session.update(
                "insert into atr.member " + COLUMNS + " select cast(? as varchar), patient, provider, coverage,"
                        + " period_start, period_end, last_day, inactive, cancelled,"
                        + " case when told = ? then cast(? as bigint) else cast(? as bigint) end, cast(? as bigint),"
                        + " :forever, extra from staged_member where told <> ?",
                id,
                NEW,
                pos,
                pos - 1,
                pos,
                SAME);
    }

    /** Ends the rows that differ or are gone, and writes those that differ or are new; returns whether there were any. */
    private boolean merge(long pos, MemberRow.Calendar calendar) throws SQLException {
        boolean draft = ListStatus.DRAFT.equals(list.status());
        String alreadyDropped = draft
                ? " and not (m.inactive and not exists (select 1 from staged_member s where " + SAME_KEY + "))"
                : "";
        int changes = session.update(
                "update atr.member m set to_pos = ? where m.list_id = ? and m.to_pos = :forever"
                        + " and not exists (select 1 from staged_member s where " + SAME_CONTENT + ")"
                        + alreadyDropped,
                pos,
                id);
        changes += session.update(
                "insert into atr.member " + COLUMNS + " select cast(? as varchar), s.patient, s.provider, s.coverage,"
                        + " s.period_start, s.period_end, s.last_day, s.inactive, s.cancelled,"
                        + " case when m.patient is null or (not s.inactive and (m.inactive"
                        + " or (not cast(? as boolean) and coalesce(m.last_day < cast(? as date), false))))"
                        + " then cast(? as bigint) else m.entered_pos end, cast(? as bigint), :forever, s.extra"
                        + " from staged_member s left join atr.member m"
                        + " on m.list_id = ? and m.to_pos = ? and " + SAME_KEY
                        + " where not exists (select 1 from atr.member c where c.list_id = ?"
                        + " and c.to_pos = :forever and c.patient = s.patient and c.provider = s.provider"
                        + " and c.coverage = s.coverage and c.period_start = s.period_start)",
                id,
                calendar.isFinal(),
                calendar.asOf(),
                pos,
                pos,
                id,
                pos,
                id);
        if (draft) {
            changes += session.update(
                    "insert into atr.member " + COLUMNS + " select m.list_id, m.patient, m.provider, m.coverage,"
                            + " m.period_start, m.period_end, m.last_day, true, false, m.entered_pos,"
                            + " cast(? as bigint), :forever, m.extra from atr.member m"
                            + " where m.list_id = ? and m.to_pos = ?"
                            + " and not exists (select 1 from staged_member s where " + SAME_KEY + ")",
                    pos,
                    id,
                    pos);
        }
        return changes > 0;
    }
}
