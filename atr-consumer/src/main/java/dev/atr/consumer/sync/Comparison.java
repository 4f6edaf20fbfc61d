package dev.atr.consumer.sync;

import dev.atr.consumer.sync.MemberChange.Kind;
import java.sql.SQLException;
import java.util.Map;

/**
 * Finds, inside the database, what differs between the copy of a list and a staged export. What the payer says of changes
 * is not looked at: rows are compared with our own last copy.
 */
final class Comparison {
    private static final String SAME_KEY = "s.patient = m.patient and s.provider = m.provider"
            + " and s.coverage = m.coverage and s.period_start = m.period_start";

    private static final String COLUMNS = "(kind, patient, has_before, provider_before, coverage_before, start_before,"
            + " end_before, has_after, provider, coverage, period_start, period_end)";

    private static final String BEFORE = "true, b.provider, b.coverage, b.period_start, b.period_end";
    private static final String AFTER = "true, a.provider, a.coverage, a.period_start, a.period_end";
    private static final String NONE = "false, '', '', '', cast(null as varchar)";

    private final Session session;
    private final CopiedList list;

    Comparison(Session session, CopiedList list) {
        this.session = session;
        this.list = list;
    }

    /**
     * Returns whether an export of changes lacks what a member who is new to us needs, and is therefore not enough: the
     * Patient, the Coverage, or the provider, unless this payer has never sent us one.
     */
    boolean lacksNewMembers() throws SQLException {
        return session.count(
                        "select count(*) from (select 1 as one from staged_member s where not s.inactive"
                                + " and not exists (select 1 from atr.member m where m.list_key = ? and " + SAME_KEY
                                + ")"
                                + " and (not exists (select 1 from staged_patient p where p.ref = s.patient)"
                                + " and not exists (select 1 from atr.patient p where p.payer_key = ? and p.ref = s.patient)"
                                + " or s.coverage <> '' and not exists"
                                + " (select 1 from staged_coverage c where c.ref = s.coverage) and not exists"
                                + " (select 1 from atr.coverage c where c.payer_key = ? and c.ref = s.coverage)"
                                + " or s.provider <> '' and not exists"
                                + " (select 1 from staged_provider v where v.ref = s.provider) and not exists"
                                + " (select 1 from atr.provider v where v.payer_key = ? and v.ref = s.provider)"
                                + " and exists (select 1 from atr.provider v where v.payer_key = ?))"
                                + " limit 1) missing",
                        list.key(),
                        list.payer(),
                        list.payer(),
                        list.payer(),
                        list.payer())
                > 0;
    }

    long membersBefore() throws SQLException {
        return session.count(
                "select count(*) from (select distinct patient from atr.member where list_key = ? and not inactive) one",
                list.key());
    }

    long members() throws SQLException {
        return session.count(
                "select count(*) from (select distinct patient from staged_member where not inactive) one");
    }

    long dropped() throws SQLException {
        return session.count(
                "select count(*) from (select distinct patient from staged_change where kind = ?) one",
                Kind.DROPPED.code());
    }

    Map<Kind, Long> counts() throws SQLException {
        return SyncRun.counts(session, "select kind, count(*) from staged_change group by kind");
    }

    /** Fills the table of changes. */
    void run() throws SQLException {
        session.createStaging(
                "staged_change",
                "kind varchar(20) not null, patient ${text} not null, has_before boolean not null,"
                        + " provider_before ${text} not null, coverage_before ${text} not null,"
                        + " start_before ${text} not null, end_before ${text}, has_after boolean not null,"
                        + " provider ${text} not null, coverage ${text} not null, period_start ${text} not null,"
                        + " period_end ${text}, primary key (patient, kind, provider_before, coverage_before,"
                        + " start_before, provider, coverage, period_start)");
        otherEnd();
        looseRows();
        pair(Kind.PERIOD_CHANGED, "patient, provider, coverage");
        pair(Kind.COVERAGE_CHANGED, "patient, provider");
        oneSided(Kind.COVERAGE_CHANGED, " and r.provider = l.provider");
        pair(Kind.RE_ATTRIBUTED, "patient");
        oneSided(Kind.RE_ATTRIBUTED, "");
        comingAndGoing();
        otherContent();
        session.stagingFilled("staged_change");
    }

    private void otherEnd() throws SQLException {
        session.update(
                "insert into staged_change " + COLUMNS + " select cast(? as varchar), m.patient, true, m.provider,"
                        + " m.coverage, m.period_start, m.period_end, true, s.provider, s.coverage, s.period_start,"
                        + " s.period_end from staged_member s join atr.member m on " + SAME_KEY
                        + " where m.list_key = ? and not m.inactive and not s.inactive"
                        + " and m.period_end is distinct from s.period_end",
                Kind.PERIOD_CHANGED.code(),
                list.key());
    }

    /** Gathers the rows that are on one side only: as a rule few, but all of them at the first run. */
    private void looseRows() throws SQLException {
        session.createStaging(
                "staged_row",
                "is_before boolean not null, patient ${text} not null, provider ${text} not null,"
                        + " coverage ${text} not null, period_start ${text} not null, period_end ${text},"
                        + " primary key (patient, is_before, provider, coverage, period_start)");
        session.update(
                "insert into staged_row select true, m.patient, m.provider, m.coverage, m.period_start, m.period_end"
                        + " from atr.member m where m.list_key = ? and not m.inactive and not exists"
                        + " (select 1 from staged_member s where " + SAME_KEY + " and not s.inactive)",
                list.key());
        session.update(
                "insert into staged_row select false, s.patient, s.provider, s.coverage, s.period_start, s.period_end"
                        + " from staged_member s where not s.inactive and not exists (select 1 from atr.member m"
                        + " where m.list_key = ? and " + SAME_KEY + " and not m.inactive)",
                list.key());
        session.stagingFilled("staged_row");
    }

    /** Makes a change of each row before that has one after with the same values, in their order. */
    private void pair(Kind kind, String same) throws SQLException {
        StringBuilder equal = new StringBuilder("a.n = b.n");
        StringBuilder other = new StringBuilder("o.is_before <> l.is_before");
        for (String column : same.split(", ", -1)) {
            equal.append(" and a.").append(column).append(" = b.").append(column);
            other.append(" and o.").append(column).append(" = l.").append(column);
        }
        // Only those that may be paired: H2 numbers rows in memory, and a first copy has as many as the list
        String numbered = "(select l.*, row_number() over (partition by " + same
                + " order by provider, coverage, period_start) as n from staged_row l where %s"
                + " and exists (select 1 from staged_row o where " + other + "))";
        session.update(
                "insert into staged_change " + COLUMNS + " select cast(? as varchar), b.patient, " + BEFORE + ", "
                        + AFTER
                        + " from " + String.format(numbered, "is_before") + " b join "
                        + String.format(numbered, "not is_before") + " a on " + equal,
                kind.code());
        settle(kind);
    }

    /** Makes a change of each row of a member who has other rows, before and after, that meet a condition. */
    private void oneSided(Kind kind, String same) throws SQLException {
        String stillThere = " and exists (select 1 from staged_member r where r.patient = l.patient and not r.inactive"
                + same + ")";
        String thereBefore = " and exists (select 1 from atr.member r where r.list_key = ? and r.patient = l.patient"
                + " and not r.inactive" + same + ")";
        session.update(
                "insert into staged_change " + COLUMNS + " select cast(? as varchar), b.patient, " + BEFORE + ", "
                        + NONE + " from (select l.* from staged_row l where l.is_before" + stillThere + ") b",
                kind.code());
        session.update(
                "insert into staged_change " + COLUMNS + " select cast(? as varchar), a.patient, " + NONE + ", " + AFTER
                        + " from (select l.* from staged_row l where not l.is_before" + thereBefore + ") a",
                kind.code(),
                list.key());
        settle(kind);
    }

    /** Takes away the rows that have become a change. */
    private void settle(Kind kind) throws SQLException {
        session.update(
                "delete from staged_row where is_before and exists (select 1 from staged_change c"
                        + " where c.patient = staged_row.patient and c.kind = ? and c.has_before"
                        + " and c.provider_before = staged_row.provider and c.coverage_before = staged_row.coverage"
                        + " and c.start_before = staged_row.period_start)",
                kind.code());
        session.update(
                "delete from staged_row where not is_before and exists (select 1 from staged_change c"
                        + " where c.patient = staged_row.patient and c.kind = ? and c.has_after"
                        + " and c.provider = staged_row.provider and c.coverage = staged_row.coverage"
                        + " and c.period_start = staged_row.period_start)",
                kind.code());
    }

    /** What is left are rows of members who were not there before, or are not there after. */
    private void comingAndGoing() throws SQLException {
        session.update(
                "insert into staged_change " + COLUMNS + " select cast(? as varchar), b.patient, " + BEFORE + ", "
                        + NONE + " from staged_row b where b.is_before",
                Kind.DROPPED.code());
        session.update(
                "insert into staged_change " + COLUMNS + " select cast(? as varchar), a.patient, " + NONE + ", " + AFTER
                        + " from staged_row a where not a.is_before",
                Kind.NEW.code());
    }

    /** Members who stay, and whose coverage or Patient says something else. */
    private void otherContent() throws SQLException {
        session.update(
                "insert into staged_change " + COLUMNS + " select cast(? as varchar), m.patient, true, min(m.provider),"
                        + " m.coverage, min(m.period_start), cast(null as varchar), true, min(m.provider), m.coverage,"
                        + " min(m.period_start), cast(null as varchar)"
                        + " from staged_coverage n join atr.coverage o on o.payer_key = ? and o.ref = n.ref"
                        + " join atr.member m on m.coverage = n.ref and m.list_key = ? and not m.inactive"
                        + " left join atr.content_before b on b.list_key = m.list_key and b.ref = n.ref"
                        + " where coalesce(b.content, o.content) <> n.content and exists (select 1 from staged_member s"
                        + " where s.patient = m.patient and s.coverage = m.coverage and not s.inactive)"
                        + " group by m.patient, m.coverage",
                Kind.COVERAGE_CHANGED.code(),
                list.payer(),
                list.key());
        session.update(
                "insert into staged_change " + COLUMNS + " select distinct cast(? as varchar), m.patient, " + NONE
                        + ", "
                        + NONE + " from staged_patient n join atr.patient o on o.payer_key = ? and o.ref = n.ref"
                        + " join atr.member m on m.patient = n.ref and m.list_key = ? and not m.inactive"
                        + " left join atr.content_before b on b.list_key = m.list_key and b.ref = n.ref"
                        + " where coalesce(b.content, o.content) <> n.content and exists (select 1 from staged_member s"
                        + " where s.patient = m.patient and not s.inactive)",
                Kind.MEMBER_CHANGED.code(),
                list.payer(),
                list.key());
    }
}
