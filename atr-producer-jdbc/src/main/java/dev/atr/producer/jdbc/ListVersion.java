package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A version of a list: a position of the ledger, and what its change codes compare with.
 *
 * @param number the version
 * @param stamp when it was written
 * @param publication whether later versions compare with it
 * @param baselineVersion the version that its change codes compare with; 0 is the empty list
 * @param baselinePos that version's position
 * @param asOf the date that decides which attributions are over
 * @param activeMembers number of distinct active patients
 */
record ListVersion(
        int number,
        Instant stamp,
        boolean publication,
        int baselineVersion,
        long baselinePos,
        LocalDate asOf,
        int activeMembers) {
    static final String COLUMNS =
            "v.version, v.stamp, v.publication, v.baseline_version, v.baseline_pos, v.as_of, v.active_members";

    static ListVersion read(ResultSet row) throws SQLException {
        return new ListVersion(
                row.getInt("version"),
                Session.instant(row, "stamp"),
                row.getBoolean("publication"),
                row.getInt("baseline_version"),
                row.getLong("baseline_pos"),
                row.getObject("as_of", LocalDate.class),
                row.getInt("active_members"));
    }

    /**
     * Returns a list as it stands in this version.
     *
     * @param header what the list says about itself
     */
    AttributionList of(AttributionList header) {
        AttributionList list = header.withVersion(String.valueOf(number), stamp);
        return list.quantity() == null ? list : list.withQuantity(activeMembers);
    }

    /** Returns version and header that hold now; empty when there is no such list. */
    static Optional<Shown> shown(Session session, ListId list) throws SQLException {
        return session.first(
                "select h.json, " + COLUMNS + " from atr.list_version v join atr.list_header h"
                        + " on h.list_id = v.list_id and h.to_pos = :forever"
                        + " where v.list_id = ? and v.to_pos = :forever",
                row -> new Shown(read(row), ListHeader.parse(row.getBytes("json"))),
                list.value());
    }

    /** Returns the version that holds now; empty when there is no such list. */
    static Optional<ListVersion> current(Session session, ListId list) throws SQLException {
        return session.first(
                "select " + COLUMNS + " from atr.list_version v where v.list_id = ? and v.to_pos = :forever",
                ListVersion::read,
                list.value());
    }

    /**
     * Writes the version that follows.
     *
     * @param before the version that holds now; absent for the first one
     * @param publish whether it is compared with the publication before it, and later versions with it; the first one
     *     always is
     */
    static ListVersion append(
            Session session,
            ListId list,
            @Nullable ListVersion before,
            Position position,
            boolean publish,
            LocalDate asOf,
            int activeMembers)
            throws SQLException {
        ListVersion next = new ListVersion(
                1 + (before == null ? deleted(session, list) : before.number),
                position.stamp(),
                publish || before == null,
                before == null ? 0 : before.baselineVersion,
                before == null ? 0 : before.baselinePos,
                asOf,
                activeMembers);
        if (before != null && publish) {
            next = next.comparedWithLastPublication(session, list);
        }
        session.update(
                "update atr.list_version set to_pos = ? where list_id = ? and to_pos = :forever;"
                        + " insert into atr.list_version (list_id, version, from_pos, to_pos, stamp, publication,"
                        + " baseline_version, baseline_pos, as_of, active_members)"
                        + " values (?, ?, ?, :forever, ?, ?, ?, ?, ?, ?)",
                position.number(),
                list.value(),
                list.value(),
                next.number,
                position.number(),
                Session.timestamp(next.stamp),
                next.publication,
                next.baselineVersion,
                next.baselinePos,
                next.asOf,
                next.activeMembers);
        return next;
    }

    /** Returns the number of the last deletion of a list that is written anew; 0 where there was none. */
    private static int deleted(Session session, ListId list) throws SQLException {
        return session.first(
                        "select coalesce(max(version), 0) from atr.list_deletion where list_id = ?",
                        row -> row.getInt(1),
                        list.value())
                .orElse(0);
    }

    /** A version, and what the list says about itself in it. */
    record Shown(ListVersion version, AttributionList header) {}

    private ListVersion comparedWithLastPublication(Session session, ListId list) throws SQLException {
        return session.first(
                        "select version, from_pos from atr.list_version where list_id = ? and publication"
                                + " order by version desc limit 1",
                        row -> new ListVersion(
                                number, stamp, publication, row.getInt(1), row.getLong(2), asOf, activeMembers),
                        list.value())
                .orElse(this);
    }
}
