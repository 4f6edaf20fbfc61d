package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.producer.spi.creation.Deletion;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The end of a list, whoever ends it. What it held stays in its earlier versions. */
final class ListDeletion {
    private ListDeletion() {}

    /**
     * Deletes a list, unless something is against it; for a transaction beside which no other one writes.
     *
     * @param version the version that it must have; absent for any
     * @param objection asked about a list that is there: why it has to stay, if so
     */
    static Deletion delete(
            Session session,
            Clock clock,
            ListId list,
            @Nullable String version,
            LedgerTransaction.Question<Optional<String>> objection)
            throws SQLException {
        Optional<ListVersion> now = ListVersion.current(session, list);
        if (now.isEmpty()) {
            boolean deleted = session.exists("select 1 from atr.list_deletion where list_id = ?", list.value());
            return deleted ? Deletion.ALREADY_DELETED : Deletion.UNKNOWN;
        }
        Optional<Deletion> refusal = Creations.refusal(now.get().number(), version)
                .or(() -> LedgerTransaction.ask("deleting a list", objection).map(Deletion::declined));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        write(session, clock, list, now.get());
        return Deletion.DELETED;
    }

    private static void write(Session session, Clock clock, ListId list, ListVersion last) throws SQLException {
        long pos = Position.take(session, clock).number();
        String id = list.value();
        for (String table : new String[] {"atr.list_header", "atr.list_identifier", "atr.list_version", "atr.member"}) {
            session.update("update " + table + " set to_pos = ? where list_id = ? and to_pos = :forever", pos, id);
        }
        session.update(
                "update atr.resource_reference set to_pos = ? where from_ref = ? and to_pos = :forever",
                pos,
                list.key().reference());
        session.update(
                "insert into atr.list_deletion (list_id, pos, version) values (?, ?, ?)", id, pos, last.number() + 1);
    }
}
