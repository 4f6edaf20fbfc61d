package dev.atr.producer.jdbc;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.ResourceMeta;
import dev.atr.core.json.ResourceScanner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The resources of one transaction, checked as they come and sent in batches. */
final class ResourceWriter {
    /** Longest resource that is taken, in bytes: what H2 keeps in a row. */
    private static final int MAX_BYTES = 1_000_000;

    private static final int BATCH = 500;
    private static final int BATCH_BYTES = 2_000_000;

    private final Session session;
    private final ListWriter.PositionSource positions;

    // In the order of the keys, type by type: so the rows of a type come to lie side by side, and an export of that
    // type
    // reads few pages of others
    private final Map<String, Incoming> pending = new TreeMap<>();

    private int pendingBytes;

    ResourceWriter(Session session, ListWriter.PositionSource positions) {
        this.session = session;
        this.positions = positions;
    }

    void put(ResourceKey key, byte[] json) throws SQLException {
        if (key.type().equals(ResourceType.GROUP) || !ResourceType.ATTRIBUTION_TYPES.contains(key.type())) {
            throw new IllegalArgumentException("the ledger holds no resources of type " + key.type());
        }
        if (json.length > MAX_BYTES) {
            throw new InvalidContentException("a " + key.type() + " is longer than " + MAX_BYTES + " bytes");
        }
        ResourceScanner.ScannedResource scanned = ResourceScanner.scan(json);
        if (!scanned.type().equals(key.type()) || !key.id().equals(scanned.id())) {
            throw new InvalidContentException("a " + key.type() + " does not carry the type and id of its key");
        }
        Set<String> targets = scanned.links().stream()
                .map(ResourceScanner.ScannedResource.Link::target)
                .filter(target -> ResourceType.ATTRIBUTION_TYPES.contains(target.type()))
                .map(ResourceKey::reference)
                .collect(Collectors.toCollection(TreeSet::new));
        pending.put(key.reference(), new Incoming(json, targets, ResourceNumbers.of(scanned)));
        pendingBytes += json.length;
        if (pending.size() >= BATCH || pendingBytes >= BATCH_BYTES) {
            flush();
        }
    }

    boolean holds(ResourceKey key) throws SQLException {
        return pending.containsKey(key.reference())
                || session.exists("select 1 from atr.resource where ref = ? and to_pos = :forever", key.reference());
    }

    Optional<byte[]> find(ResourceKey key) throws SQLException {
        Incoming incoming = pending.get(key.reference());
        return incoming != null
                ? Optional.of(incoming.json)
                : session.first(
                        "select json from atr.resource where ref = ? and to_pos = :forever",
                        row -> row.getBytes(1),
                        key.reference());
    }

    void flush() throws SQLException {
        if (pending.isEmpty()) {
            return;
        }
        Position position = positions.position();
        Map<String, Held> held = held(session, pending.keySet());
        Map<String, Integer> deleted = deletedVersions(pending.keySet());
        Set<String> replaced = new TreeSet<>();
        Map<String, List<Identifier>> numbers = new LinkedHashMap<>();
        try (Session.Batch rewrite =
                        session.batch("update atr.resource set json = ? where ref = ? and to_pos = :forever");
                Session.Batch end =
                        session.batch("update atr.resource set to_pos = ? where ref = ? and to_pos = :forever");
                Session.Batch insert = session.batch("insert into atr.resource (ref, version, from_pos, to_pos,"
                        + " last_updated, json) values (?, ?, ?, :forever, ?, ?)");
                Session.Batch refer = session.batch("insert into atr.resource_reference (from_ref, to_ref,"
                        + " from_pos, to_pos) values (?, ?, ?, :forever)")) {
            for (Map.Entry<String, Incoming> entry : pending.entrySet()) {
                String ref = entry.getKey();
                Incoming incoming = entry.getValue();
                Held old = held.get(ref);
                if (old != null && old.sameContent(incoming.json)) {
                    continue;
                }
                if (old != null && old.fromPos == position.number()) {
                    // Written by this transaction already: nobody has seen it
                    rewrite.add(incoming.withMeta(old.version, old.lastUpdated), ref);
                } else {
                    int version = 1 + (old == null ? deleted.getOrDefault(ref, 0) : old.version);
                    if (old != null) {
                        end.add(position.number(), ref);
                    }
                    insert.add(
                            ref,
                            version,
                            position.number(),
                            Session.timestamp(position.stamp()),
                            incoming.withMeta(version, position.stamp()));
                }
                if (old != null) {
                    replaced.add(ref);
                }
                numbers.put(ref, incoming.numbers);
                for (String target : incoming.targets) {
                    refer.add(ref, target, position.number());
                }
            }
            rewrite.run();
            end.run();
            insert.run();
            endReferences(replaced, position.number());
            refer.run();
        }
        ResourceNumbers.put(session, replaced, numbers);
        pending.clear();
        pendingBytes = 0;
    }

    boolean delete(ResourceKey key) throws SQLException {
        flush();
        String ref = key.reference();
        if (!held(session, Set.of(ref)).containsKey(ref)) {
            return false;
        }
        long pos = positions.position().number();
        // Another transaction may have deleted it, or written it anew, while this one waited for its position.
        Held held = held(session, Set.of(ref)).get(ref);
        if (held == null) {
            return false;
        }
        // Written by this transaction already: nobody has seen it
        session.update("delete from atr.resource where ref = ? and from_pos = ?", ref, pos);
        session.update("update atr.resource set to_pos = ? where ref = ? and to_pos = :forever", pos, ref);
        endReferences(Set.of(ref), pos);
        ResourceNumbers.put(session, Set.of(ref), Map.of());
        session.update("delete from atr.resource_deletion where ref = ? and pos = ?", ref, pos);
        session.update(
                "insert into atr.resource_deletion (ref, pos, version) values (?, ?, ?)", ref, pos, held.version + 1);
        return true;
    }

    private Map<String, Integer> deletedVersions(Set<String> refs) throws SQLException {
        Map<String, Integer> versions = new HashMap<>();
        session.list(
                "select ref, max(version) from :rows(atr.resource_deletion, ref) group by ref",
                row -> versions.put(row.getString(1), row.getInt(2)),
                refs);
        return versions;
    }

    /** Returns those of some resources that are held, as they stand in the tables. */
    static Map<String, Held> held(Session session, Set<String> refs) throws SQLException {
        Map<String, Held> held = new HashMap<>();
        session.list(
                        "select ref, version, from_pos, last_updated, json from :rows(atr.resource, ref)"
                                + " and to_pos = :forever",
                        Held::read,
                        refs)
                .forEach(resource -> held.put(resource.ref, resource));
        return held;
    }

    private void endReferences(Set<String> refs, long pos) throws SQLException {
        try (Session.Batch delete =
                        session.batch("delete from atr.resource_reference where from_ref = ? and from_pos = ?");
                Session.Batch end = session.batch(
                        "update atr.resource_reference set to_pos = ? where from_ref = ? and to_pos = :forever")) {
            for (String ref : refs) {
                delete.add(ref, pos);
                end.add(pos, ref);
            }
            delete.run();
            end.run();
        }
    }

    private record Incoming(byte[] json, Set<String> targets, List<Identifier> numbers) {
        byte[] withMeta(int version, Instant lastUpdated) {
            return ResourceMeta.withMeta(json, String.valueOf(version), lastUpdated);
        }
    }

    /** A resource as it stands in the tables. */
    record Held(String ref, int version, long fromPos, Instant lastUpdated, byte[] json) {
        static Held read(ResultSet row) throws SQLException {
            return new Held(
                    row.getString("ref"),
                    row.getInt("version"),
                    row.getLong("from_pos"),
                    Session.instant(row, "last_updated"),
                    row.getBytes("json"));
        }

        boolean sameContent(byte[] incoming) {
            return Arrays.equals(json, ResourceMeta.withMeta(incoming, String.valueOf(version), lastUpdated));
        }
    }
}
