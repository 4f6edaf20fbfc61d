package dev.atr.consumer.sync;

import dev.atr.core.attribution.ListId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the store knows of a list beside its rows.
 *
 * @param key by which its rows are found
 * @param payer by which the payer's resources are found
 * @param version the version of the copy; absent when there is none yet, or the Producer says none
 * @param nextSince what the next export may ask for the changes since; absent when there is no copy yet
 * @param synced when it was last compared, by our clock
 * @param fullRun when it was last exported whole, by our clock
 * @param sinceUnsafe whether an export of changes has turned out not to be enough
 */
record CopiedList(
        int key,
        int payer,
        @Nullable String version,
        @Nullable Instant nextSince,
        @Nullable Instant synced,
        @Nullable Instant fullRun,
        boolean sinceUnsafe) {
    private static final String SELECT = "select l.* from atr.attribution_list l"
            + " join atr.payer p on p.payer_key = l.payer_key where p.fhir_base = ? and l.list_id = ?";

    static Optional<CopiedList> find(Session session, URI producer, ListId list) throws SQLException {
        return session.first(SELECT, CopiedList::read, producer.toString(), list.value());
    }

    static CopiedList findOrAdd(Session session, URI producer, ListId list) throws SQLException {
        Optional<CopiedList> known = find(session, producer, list);
        if (known.isPresent()) {
            return known.get();
        }
        String base = producer.toString();
        session.update(
                "insert into atr.payer (fhir_base) select cast(? as varchar) where not exists"
                        + " (select 1 from atr.payer where fhir_base = ?)",
                base,
                base);
        session.update(
                "insert into atr.attribution_list (payer_key, list_id) select payer_key, cast(? as varchar)"
                        + " from atr.payer where fhir_base = ?",
                list.value(),
                base);
        return find(session, producer, list).orElseThrow();
    }

    private static CopiedList read(ResultSet row) throws SQLException {
        return new CopiedList(
                row.getInt("list_key"),
                row.getInt("payer_key"),
                row.getString("version"),
                Session.instant(row, "next_since"),
                Session.instant(row, "synced"),
                Session.instant(row, "full_run"),
                row.getBoolean("since_unsafe"));
    }
}
