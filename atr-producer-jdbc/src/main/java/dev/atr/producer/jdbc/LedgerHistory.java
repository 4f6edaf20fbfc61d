package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceHistory;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.Version;
import dev.atr.producer.spi.VersionPage;
import dev.atr.producer.spi.VersionQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Versions of lists and resources, read off the ledger. */
final class LedgerHistory implements ListHistory, ResourceHistory {
    /** What was held, and deletions; a list that was deleted and came back has several. */
    private static final String LIST_VERSIONS = "select * from (select h.json, " + ListVersion.COLUMNS
            + " from atr.list_version v join atr.list_header h on h.list_id = v.list_id"
            + " and h.from_pos <= v.from_pos and h.to_pos > v.from_pos where v.list_id = ? union all"
            + " select null, d.version, p.stamp, false, 0, 0, cast(p.stamp as date), 0 from atr.list_deletion d"
            + " join atr.ledger_position p on p.pos = d.pos where d.list_id = ?) v";

    /** What was held, and deletions; a resource that was deleted and came back has several. */
    private static final String RESOURCE_VERSIONS = "select ref, version, last_updated, json from (select ref, version,"
            + " last_updated, json from atr.resource where ref = ? union all"
            + " select d.ref, d.version, p.stamp, null from atr.resource_deletion d"
            + " join atr.ledger_position p on p.pos = d.pos where d.ref = ?) v";

    private final Database database;
    private final Database paged;
    private final AfterDrop afterDrop;

    /**
     * Creates it.
     *
     * @param paged the same database, for reads of whole lists
     */
    LedgerHistory(Database database, Database paged, AfterDrop afterDrop) {
        this.database = database;
        this.paged = paged;
        this.afterDrop = afterDrop;
    }

    @Override
    public Optional<VersionPage<AttributionList>> versions(Caller caller, ListId list, VersionQuery query) {
        return database.readPage("reading versions of a list", session -> {
            if (!Entitlements.mightSee(session, caller, list)) {
                return Optional.empty();
            }
            int total = count(
                    session,
                    "select count(*) from (" + LIST_VERSIONS + " where v.stamp >= ?) counted",
                    list.value(),
                    list.value(),
                    since(query));
            List<Version<AttributionList>> versions = session.list(
                    LIST_VERSIONS + " where v.version < ? and v.stamp >= ? order by v.version desc limit ?",
                    LedgerHistory::listVersion,
                    list.value(),
                    list.value(),
                    before(query),
                    since(query),
                    query.limit());
            boolean known =
                    total > 0 || session.exists("select 1 from atr.list_version where list_id = ?", list.value());
            return known ? Optional.of(new VersionPage<>(versions, total)) : Optional.empty();
        });
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list, int version) {
        return database.readPage(
                "opening a version of a list",
                session -> Entitlements.mightSee(session, caller, list)
                        ? LedgerSnapshot.ofVersion(paged, session, list, version)
                                .map(snapshot -> snapshot)
                        : Optional.empty());
    }

    @Override
    public Optional<VersionPage<StoredResource>> versions(Caller caller, ResourceKey key, VersionQuery query) {
        String ref = key.reference();
        return database.readPage("reading versions of a resource", session -> {
            if (!ResourceAccess.allows(session, caller, key, afterDrop)) {
                return Optional.empty();
            }
            int total = count(
                    session,
                    "select count(*) from (" + RESOURCE_VERSIONS + " where v.last_updated >= ?) counted",
                    ref,
                    ref,
                    since(query));
            List<Version<StoredResource>> versions = session.list(
                    RESOURCE_VERSIONS + " where v.version < ? and v.last_updated >= ? order by v.version desc limit ?",
                    LedgerHistory::resourceVersion,
                    ref,
                    ref,
                    before(query),
                    since(query),
                    query.limit());
            boolean known = total > 0 || session.exists("select 1 from atr.resource where ref = ?", ref);
            return known ? Optional.of(new VersionPage<>(versions, total)) : Optional.empty();
        });
    }

    @Override
    public Optional<Version<StoredResource>> version(Caller caller, ResourceKey key, int version) {
        String ref = key.reference();
        return database.readPage(
                "reading a version of a resource",
                session -> ResourceAccess.allows(session, caller, key, afterDrop)
                        ? session.first(
                                RESOURCE_VERSIONS + " where v.version = ?",
                                LedgerHistory::resourceVersion,
                                ref,
                                ref,
                                version)
                        : Optional.empty());
    }

    private static Version<AttributionList> listVersion(ResultSet row) throws SQLException {
        ListVersion version = ListVersion.read(row);
        boolean deletion = row.getBytes("json") == null;
        return new Version<>(String.valueOf(version.number()), version.stamp(), deletion ? null : ListSearch.read(row));
    }

    private static Version<StoredResource> resourceVersion(ResultSet row) throws SQLException {
        boolean deletion = row.getBytes("json") == null;
        return new Version<>(
                String.valueOf(row.getInt("version")),
                Session.instant(row, "last_updated"),
                deletion ? null : ResourcePages.read(row));
    }

    private static LocalDateTime since(VersionQuery query) {
        Instant since = query.since();
        return Session.timestamp(since == null ? Instant.EPOCH : Position.roundedUp(since));
    }

    private static int before(VersionQuery query) {
        Integer before = query.before();
        return before == null ? Integer.MAX_VALUE : before;
    }

    private static int count(Session session, String sql, @Nullable Object... parameters) throws SQLException {
        return session.first(sql, row -> row.getInt(1), parameters).orElse(0);
    }
}
