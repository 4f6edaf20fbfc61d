package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceCursor;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One list at one position. Holds no connection: each page that is read takes one and gives it back. */
final class LedgerSnapshot implements ListSnapshot {
    private final Database database;
    private final Position position;
    private final AttributionList list;
    private final ListVersion version;
    private @Nullable ProviderNetwork network;

    private LedgerSnapshot(Database database, Position position, AttributionList list, ListVersion version) {
        this.database = database;
        this.position = position;
        this.list = list;
        this.version = version;
    }

    static Optional<LedgerSnapshot> open(Database database, Session session, Caller caller, ListId list)
            throws SQLException {
        Position head = Position.head(session);
        List<@Nullable Object> parameters = new ArrayList<>();
        String visible = Entitlements.visible(caller, parameters);
        for (Object parameter : List.of(list.value(), head.number(), head.number(), head.number(), head.number())) {
            parameters.add(parameter);
        }
        return session.first(
                "select h.json, " + ListVersion.COLUMNS + " from atr.list_header h join atr.list_version v"
                        + " on v.list_id = h.list_id where " + visible + " and h.list_id = ?"
                        + " and h.from_pos <= ? and h.to_pos > ? and v.from_pos <= ? and v.to_pos > ?",
                row -> new LedgerSnapshot(database, head, ListSearch.read(row), ListVersion.read(row)),
                parameters.toArray());
    }

    @Override
    public AttributionList list() {
        return list;
    }

    @Override
    public Instant transactionTime() {
        return position.stamp();
    }

    @Override
    public MemberCursor members() {
        return new MemberPages(database, list, version, position.number());
    }

    @Override
    public ResourceCursor resources(ResourceType type) {
        return new ResourcePages(database, keys(type), position.number());
    }

    @Override
    public void close() {
        network = null;
    }

    private KeyPages keys(ResourceType type) {
        ListId id = list.id();
        long pos = position.number();
        if (type.equals(ResourceType.PATIENT)) {
            return KeyPages.ofColumn(database, id, pos, "patient", type);
        }
        if (type.equals(ResourceType.COVERAGE)) {
            return KeyPages.ofColumn(database, id, pos, "coverage", type);
        }
        if (type.equals(ResourceType.RELATED_PERSON)) {
            return RelatedPersons.keys(database, id, pos);
        }
        if (Refs.isProviderType(type)) {
            if (network == null) {
                network = ProviderNetwork.of(database, id, pos);
            }
            return network.keys(type);
        }
        return KeyPages.NONE;
    }
}
