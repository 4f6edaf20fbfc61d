package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.producer.jdbc.LedgerDifferences.Held;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Patients whose rows may differ between two versions of a list, in the order of one of three indexes: of the rows that
 * begin between the two, of those that end, and of those that stay as they are while their last day passes.
 */
final class ChangedPatients {
    private static final int PAGE = 1000;

    private final Reason reason;
    private final long first;
    private final long last;
    private final LedgerSnapshot earlier;
    private final LedgerSnapshot later;
    private long next;
    private @Nullable Place reached;
    private boolean ended;

    private ChangedPatients(Reason reason, long first, long last, LedgerSnapshot earlier, LedgerSnapshot later) {
        this.reason = reason;
        this.first = first;
        this.next = first;
        this.last = last;
        this.earlier = earlier;
        this.later = later;
    }

    static List<ChangedPatients> between(LedgerSnapshot earlier, LedgerSnapshot later) {
        LocalDate one = earlier.calendar().firstDay();
        LocalDate other = later.calendar().firstDay();
        LocalDate from = one.isBefore(other) ? one : other;
        LocalDate to = one.isBefore(other) ? other : one;
        long first = earlier.pos() + 1;
        return List.of(
                new ChangedPatients(Reason.BEGINS, first, later.pos(), earlier, later),
                new ChangedPatients(Reason.ENDS, first, later.pos(), earlier, later),
                new ChangedPatients(Reason.IS_OVER, from.toEpochDay(), to.toEpochDay() - 1, earlier, later));
    }

    /** Returns the places that follow, each patient once for a position or day; none does not mean the end. */
    Set<Place> next(Session session, ListId list) throws SQLException {
        Set<Place> places = new LinkedHashSet<>();
        int found = 0;
        if (reached != null) {
            // Two queries, since H2 would go through the whole position for one that compares the pair
            List<Place> rest = places(
                    session,
                    list,
                    " = ? and patient > ?",
                    List.of(reason.parameter(reached.value), reached.patient),
                    PAGE);
            places.addAll(rest);
            found = rest.size();
        }
        if (found < PAGE) {
            List<Place> more = next > last
                    ? List.of()
                    : places(
                            session,
                            list,
                            " >= ? and " + reason.column + " <= ?",
                            List.of(reason.parameter(next), reason.parameter(last)),
                            PAGE - found);
            places.addAll(more);
            ended = more.size() < PAGE - found;
        }
        for (Place place : places) {
            reached = place;
            next = place.value + 1;
        }
        return places;
    }

    boolean isAtEnd() {
        return ended;
    }

    /** Returns the first of all places in which a patient is found; absent when it is in none. */
    static @Nullable Place firstPlace(List<ChangedPatients> sources, List<Held> rows) {
        return sources.stream()
                .flatMap(source -> source.firstPlace(rows).stream())
                .findFirst()
                .orElse(null);
    }

    private Optional<Place> firstPlace(List<Held> rows) {
        return rows.stream()
                .filter(this::finds)
                .min(Comparator.comparingLong(reason::value))
                .map(held ->
                        new Place(reason, reason.value(held), held.row().key().patient()));
    }

    private boolean finds(Held held) {
        long value = reason.value(held);
        return value >= first
                && value <= last
                && (reason != Reason.IS_OVER
                        || (!held.row().inactive()
                                && held.row().fromPos() <= earlier.pos()
                                && held.toPos() > later.pos()));
    }

    private List<Place> places(Session session, ListId list, String range, List<Object> values, int limit)
            throws SQLException {
        List<Object> parameters = new ArrayList<>();
        parameters.add(list.value());
        parameters.addAll(values);
        if (reason == Reason.IS_OVER) {
            parameters.addAll(List.of(earlier.pos(), later.pos()));
        }
        parameters.add(limit);
        String column = reason.column;
        return session.list(
                "select " + column + ", patient from atr.member where list_id = ? and " + column + range
                        + reason.condition + " order by list_id, " + column + ", patient limit ?",
                row -> new Place(reason, reason.read(row), row.getString(2)),
                parameters.toArray());
    }

    /** Why the rows of a patient may differ. */
    enum Reason {
        BEGINS("from_pos", " and from_pos > 0"),
        ENDS("to_pos", " and to_pos < :forever"),
        IS_OVER("last_day", " and not inactive and from_pos <= ? and to_pos > ?");

        private final String column;
        /** What the index leaves out, and what is of no interest. */
        private final String condition;

        Reason(String column, String condition) {
            this.column = column;
            this.condition = condition;
        }

        private Object parameter(long number) {
            return this == IS_OVER ? LocalDate.ofEpochDay(number) : (Object) number;
        }

        private long read(ResultSet row) throws SQLException {
            return this == IS_OVER ? row.getObject(1, LocalDate.class).toEpochDay() : row.getLong(1);
        }

        private long value(Held held) {
            LocalDate day = held.row().lastDay();
            return switch (this) {
                case BEGINS -> held.row().fromPos();
                case ENDS -> held.toPos();
                case IS_OVER -> day == null ? Long.MAX_VALUE : day.toEpochDay();
            };
        }
    }

    /**
     * An entry of one of the indexes.
     *
     * @param reason which index
     * @param value the position, or the day as a number
     * @param patient the patient
     */
    record Place(Reason reason, long value, String patient) {
        @Override
        public String toString() {
            return "Place";
        }
    }
}
