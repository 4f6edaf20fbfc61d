package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.producer.spi.subscription.ListChange;
import dev.atr.producer.spi.subscription.ListChanges;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** New versions of lists, read off the ledger: whatever wrote them, they are there. */
final class LedgerChanges implements ListChanges {
    private static final String COLUMNS = "select list_id, version, pos, stamp, deleted from ";

    private static final String VERSIONS =
            "(select list_id, version, from_pos as pos, stamp, false as deleted from atr.list_version where ";

    private static final String DELETIONS = " union all select d.list_id, d.version, d.pos, p.stamp, true"
            + " from atr.list_deletion d join atr.ledger_position p on p.pos = d.pos where ";

    private final Database database;

    LedgerChanges(Database database) {
        this.database = database;
    }

    @Override
    public long position() {
        return database.readPage(
                "reading the ledger's position",
                session -> Position.head(session).number());
    }

    @Override
    public List<ListChange> since(long position, int limit) {
        return database.readPage("following changes of lists", session -> {
            List<ListChange> page = new ArrayList<>(session.list(
                    COLUMNS + VERSIONS + "from_pos > ?" + DELETIONS
                            + "d.pos > ?) v order by pos, list_id, version limit ?",
                    LedgerChanges::read,
                    position,
                    position,
                    limit));
            if (page.size() == limit) {
                // One transaction may write several lists at one position: the next page begins after all of them.
                long last = page.get(limit - 1).position();
                page.removeIf(change -> change.position() == last);
                page.addAll(session.list(
                        COLUMNS + VERSIONS + "from_pos = ?" + DELETIONS + "d.pos = ?) v order by list_id, version",
                        LedgerChanges::read,
                        last,
                        last));
            }
            return List.copyOf(page);
        });
    }

    @Override
    public Optional<ListChange> newest(ListId list) {
        return database.readPage(
                "reading the newest version of a list",
                session -> session.first(
                        COLUMNS + VERSIONS + "list_id = ?" + DELETIONS
                                + "d.list_id = ?) v order by version desc limit 1",
                        LedgerChanges::read,
                        list.value(),
                        list.value()));
    }

    @Override
    public List<ListChange> versions(ListId list, int after, int limit) {
        return database.readPage(
                "reading versions of a list",
                session -> session.list(
                        COLUMNS + VERSIONS + "list_id = ? and version > ?" + DELETIONS
                                + "d.list_id = ? and d.version > ?) v order by version limit ?",
                        LedgerChanges::read,
                        list.value(),
                        after,
                        list.value(),
                        after,
                        limit));
    }

    private static ListChange read(ResultSet row) throws SQLException {
        return new ListChange(
                new ListId(row.getString("list_id")),
                row.getInt("version"),
                Session.instant(row, "stamp"),
                row.getBoolean("deleted"),
                row.getLong("pos"));
    }
}
