package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.ResourceMeta;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.creation.ProvenanceNote;
import dev.atr.producer.spi.creation.ProvenanceRecords;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What creations of lists and of resources have in common: whose they are, and what was said about their source. */
final class Creations implements ProvenanceRecords {
    private static final String SELECT = "select id, about_ref, recorded, json from atr.provenance";

    private final Database database;
    private final Clock clock;
    private final ZoneId zone;

    Creations(Database database, Clock clock, ZoneId zone) {
        this.database = database;
        this.clock = clock;
        this.zone = zone;
    }

    /** Runs one transaction, in which no other one writes. */
    <T> T alone(String tried, Work<T> work) {
        return database.write(tried, session -> {
            session.walkIndexes();
            Position.hold(session);
            LedgerTransaction transaction = new LedgerTransaction(session, clock, zone);
            return work.run(session, transaction);
        });
    }

    /** Keeps whose a creation is, and what is said about its source. */
    void keep(
            Session session,
            Caller caller,
            ResourceKey created,
            String version,
            Instant time,
            @Nullable ProvenanceNote note)
            throws SQLException {
        session.update(
                "insert into atr.created_by (ref, client_id) values (?, ?)", created.reference(), caller.clientId());
        if (note != null) {
            String id = UUID.randomUUID().toString();
            session.update(
                    "insert into atr.provenance (id, about_ref, recorded, json) values (?, ?, ?, ?)",
                    id,
                    created.reference(),
                    Session.timestamp(time),
                    ResourceMeta.withMeta(note.about(id, created, version), "1", time));
        }
    }

    static boolean isOf(Session session, Caller caller, ResourceKey key) throws SQLException {
        return session.exists(
                "select 1 from atr.created_by where ref = ? and client_id = ?", key.reference(), caller.clientId());
    }

    /** Returns whether any client created a resource. */
    static boolean isOfAClient(Session session, ResourceKey key) throws SQLException {
        return session.exists("select 1 from atr.created_by where ref = ?", key.reference());
    }

    /** Returns what keeps a client from deleting the version it names; empty for nothing. */
    static Optional<Deletion> refusal(int version, @Nullable String wanted) {
        return wanted == null || wanted.equals(String.valueOf(version))
                ? Optional.empty()
                : Optional.of(Deletion.OTHER_VERSION);
    }

    @Override
    public Optional<StoredResource> read(Caller caller, String id) {
        return database.readPage("reading a provenance", session -> {
            Optional<Found> found = session.first(SELECT + " where id = ?", Found::read, id);
            return found.isPresent() && mayRead(session, caller, found.get().about)
                    ? found.map(one -> one.record)
                    : Optional.empty();
        });
    }

    @Override
    public List<StoredResource> about(Caller caller, ResourceKey target) {
        return database.readPage(
                "reading provenances",
                session -> mayRead(session, caller, target)
                        ? session.list(
                                SELECT + " where about_ref = ? order by recorded, id",
                                row -> Found.read(row).record,
                                target.reference())
                        : List.of());
    }

    private static boolean mayRead(Session session, Caller caller, ResourceKey key) throws SQLException {
        return key.type().equals(ResourceType.GROUP)
                ? Entitlements.mightSee(session, caller, new ListId(key.id()))
                : ResourceAccess.allows(session, caller, key);
    }

    /** What is done in a transaction. */
    interface Work<T> {
        T run(Session session, LedgerTransaction transaction) throws SQLException;
    }

    private record Found(ResourceKey about, StoredResource record) {
        static Found read(ResultSet row) throws SQLException {
            ResourceKey key = new ResourceKey(ResourceType.PROVENANCE, row.getString("id"));
            return new Found(
                    ResourceKey.ofReference(row.getString("about_ref")).orElseThrow(),
                    new StoredResource(key, "1", Session.instant(row, "recorded"), row.getBytes("json")));
        }
    }
}
