package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceType;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of one list inside a transaction. */
final class MemberRows {
    private static final String KEY_OF_CURRENT = " where list_id = ? and patient = ? and provider = ?"
            + " and coverage = ? and period_start = ? and to_pos = :forever";

    private static final int COUNT_PAGE = 10_000;

    private final Session session;
    private final ListId list;

    MemberRows(Session session, ListId list) {
        this.session = session;
        this.list = list;
    }

    /** Returns the rows that hold now of a set of patients. */
    Map<MemberKey, MemberRow> of(Collection<String> patients) throws SQLException {
        Map<MemberKey, MemberRow> rows = new LinkedHashMap<>();
        session.list(
                        "select " + MemberRow.COLUMNS
                                + " from :rows(atr.member, patient) and list_id = ? and to_pos = :forever",
                        new MemberRow.Reader(),
                        patients,
                        list.value())
                .forEach(row -> rows.put(row.key(), row));
        return rows;
    }

    /**
     * Puts rows in the place of those of their keys; where there is none in the place, the row leaves.
     *
     * @param rows the rows that hold now of the patients, as {@link #of} returns them; afterwards those that hold then
     * @return by how much the number of distinct active patients changed; empty when nothing changed at all
     */
    Optional<Integer> apply(
            Map<MemberKey, MemberRow> rows,
            Map<MemberKey, Optional<MemberRow>> changes,
            long pos,
            MemberRow.Calendar calendar)
            throws SQLException {
        int activeBefore = activePatients(rows, calendar);
        boolean changed = false;
        try (Session.Batch delete = session.batch("delete from atr.member" + KEY_OF_CURRENT);
                Session.Batch end = session.batch("update atr.member set to_pos = ?" + KEY_OF_CURRENT);
                Session.Batch insert = session.batch("insert into atr.member (list_id, " + MemberRow.COLUMNS
                        + ", to_pos) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, :forever)")) {
            for (Map.Entry<MemberKey, Optional<MemberRow>> change : changes.entrySet()) {
                MemberKey key = change.getKey();
                MemberRow before = rows.get(key);
                MemberRow after = change.getValue().orElse(null);
                if (before == null ? after == null : after != null && before.sameContent(after)) {
                    continue;
                }
                changed = true;
                if (before != null && before.fromPos() == pos) {
                    // Written by this transaction already: nobody has seen it
                    delete.add(list.value(), key.patient(), key.provider(), key.coverage(), key.start());
                } else if (before != null) {
                    end.add(pos, list.value(), key.patient(), key.provider(), key.coverage(), key.start());
                }
                if (after == null) {
                    rows.remove(key);
                } else {
                    // Back after a drop is new again
                    long enteredPos = before != null && (before.isActive(calendar) || !after.isActive(calendar))
                            ? before.enteredPos()
                            : before == null && after.enteredPos() > 0 ? after.enteredPos() : pos;
                    insert.add(
                            list.value(),
                            key.patient(),
                            key.provider(),
                            key.coverage(),
                            key.start(),
                            after.periodEnd(),
                            after.lastDay(),
                            after.inactive(),
                            after.cancelled(),
                            enteredPos,
                            pos,
                            after.extra());
                    rows.put(key, after);
                }
            }
            delete.run();
            end.run();
            insert.run();
        }
        return changed ? Optional.of(activePatients(rows, calendar) - activeBefore) : Optional.empty();
    }

    /** Returns whether there is an active row. */
    boolean hasActive(MemberRow.Calendar calendar) throws SQLException {
        return session.exists(
                "select 1 from atr.member where list_id = ? and to_pos = :forever and not inactive"
                        + " and (cast(? as boolean) or last_day is null or last_day >= ?)",
                list.value(),
                calendar.isFinal(),
                calendar.asOf());
    }

    /** Returns rows with state and change code as they stand on a date. */
    List<Member> asTheyStand(Collection<MemberRow> some, LocalDate today, @Nullable ListStatus status)
            throws SQLException {
        return asTheyStand(
                some,
                ListVersion.current(session, list).map(ListVersion::baselinePos).orElse(0L),
                MemberRow.Calendar.of(today, status));
    }

    /** The same, where it is known what change codes compare with. */
    static List<Member> asTheyStand(Collection<MemberRow> some, long baselinePos, MemberRow.Calendar calendar) {
        SamePeriod periods = new SamePeriod();
        return some.stream().map(row -> row.at(baselinePos, calendar, periods)).toList();
    }

    /** Ends all rows that are inactive on a date; returns whether there were any. */
    boolean endInactive(long pos, LocalDate asOf) throws SQLException {
        // Those that this transaction itself has written nobody has seen
        int own = session.update(
                "delete from atr.member where list_id = ? and to_pos = :forever and from_pos = ?"
                        + " and (inactive or last_day < ?)",
                list.value(),
                pos,
                asOf);
        return own
                        + session.update(
                                "update atr.member set to_pos = ? where list_id = ? and to_pos = :forever"
                                        + " and (inactive or last_day < ?)",
                                pos,
                                list.value(),
                                asOf)
                > 0;
    }

    /** Counts the distinct active patients at a position, in constant memory. */
    int activePatients(long pos, MemberRow.Calendar calendar) throws SQLException {
        int count = 0;
        String last = "";
        List<String> page;
        do {
            // See MemberPages on the last patient
            page = session.list(
                    "select patient from atr.member where list_id = ? and from_pos <= ? and to_pos > ? and patient > ?"
                            + " and patient < ? and not inactive and (cast(? as boolean) or last_day is null or last_day >= ?)"
                            + " order by list_id, patient limit " + COUNT_PAGE,
                    row -> row.getString(1),
                    list.value(),
                    pos,
                    pos,
                    last,
                    Refs.after(ResourceType.PATIENT),
                    calendar.isFinal(),
                    calendar.asOf());
            for (String patient : page) {
                if (!patient.equals(last)) {
                    count++;
                    last = patient;
                }
            }
        } while (page.size() == COUNT_PAGE);
        return count;
    }

    private static int activePatients(Map<MemberKey, MemberRow> rows, MemberRow.Calendar calendar) {
        return (int) rows.values().stream()
                .filter(row -> row.isActive(calendar))
                .map(row -> row.key().patient())
                .distinct()
                .count();
    }
}
