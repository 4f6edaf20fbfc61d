package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What the calendar ends. That an attribution is over follows from its period and the date of a version; so all that is
 * to be written is one version of that date for each list where a period has ended since the version before.
 */
final class AttributionEnds {
    private static final String OLDER_LISTS = "select h.list_id from atr.list_header h join atr.list_version v"
            + " on v.list_id = h.list_id and v.to_pos = :forever where h.to_pos = :forever and v.as_of < ?"
            + " order by h.list_id";

    private static final String ENDED = "select 1 from atr.member where list_id = ? and to_pos = :forever"
            + " and not inactive and last_day >= ? and last_day < ?";

    private final Database database;
    private final Clock clock;
    private final ZoneId zone;

    AttributionEnds(Database database, Clock clock, ZoneId zone) {
        this.database = database;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * Writes the versions, each in a transaction of its own.
     *
     * @param today lists that have a version of this day are left alone
     * @param goesOn asked before each list; what is left undone the next call does
     * @return the lists that have a new version
     */
    List<ListId> write(LocalDate today, BooleanSupplier goesOn) {
        List<String> older = database.read(
                "looking for attributions that end",
                session -> session.list(OLDER_LISTS, row -> row.getString(1), today));
        List<ListId> changed = new ArrayList<>();
        for (String id : older) {
            if (!goesOn.getAsBoolean()) {
                break;
            }
            ListId list = new ListId(id);
            if (database.write("ending attributions", session -> write(session, list, today))) {
                changed.add(list);
            }
        }
        return changed;
    }

    /**
     * Writes the version of one list, where it needs one; otherwise the transaction is rolled back.
     *
     * @return whether it has a new version
     */
    boolean write(Session session, ListId list, LocalDate today) throws SQLException {
        if (ending(session, list, today).isEmpty()) {
            return false;
        }
        Position position = Position.take(session, clock);
        // Now no other node writes: it may have done this meanwhile, or the list may have become final
        LocalDate asOf = LocalDate.ofInstant(position.stamp(), zone);
        Optional<ListVersion> before = ending(session, list, asOf);
        if (before.isEmpty()) {
            session.rollback();
            return false;
        }
        MemberRow.Calendar calendar = new MemberRow.Calendar(asOf, false);
        int active = new MemberRows(session, list).activePatients(position.number(), calendar);
        ListVersion.append(session, list, before.get(), position, false, asOf, active);
        return true;
    }

    /** Returns the version that holds now, if attributions that were active in it are over on a day. */
    private static Optional<ListVersion> ending(Session session, ListId list, LocalDate day) throws SQLException {
        Optional<ListVersion> now = ListVersion.current(session, list);
        boolean isFinal = ListHeader.current(session, list)
                .map(header -> ListStatus.FINAL.equals(header.status()))
                .orElse(true);
        return !isFinal
                        && now.isPresent()
                        && session.exists(ENDED, list.value(), now.get().asOf(), day)
                ? now
                : Optional.empty();
    }
}
