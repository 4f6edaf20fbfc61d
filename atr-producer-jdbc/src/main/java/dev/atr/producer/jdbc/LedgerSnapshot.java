package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.KeyCursor;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceCursor;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A list, or a part of it, at one position. Holds no connection: each page that is read takes one and gives it back.
 */
final class LedgerSnapshot implements ListSnapshot {
    private final Database database;
    private final Position position;
    private final AttributionList list;
    private final ListVersion version;
    private final Set<String> patients;
    private final long sincePos;
    private @Nullable ListResources resources;
    private @Nullable Since since;

    private LedgerSnapshot(
            Database database,
            Position position,
            AttributionList list,
            ListVersion version,
            Set<String> patients,
            long sincePos) {
        this.database = database.cancellable();
        this.position = position;
        this.list = list;
        this.version = version;
        this.patients = patients;
        this.sincePos = sincePos;
    }

    static Optional<LedgerSnapshot> open(
            Database database, Session session, Caller caller, ListId list, ListSlice slice) throws SQLException {
        Instant until = slice.until();
        Optional<Position> at = until == null ? Optional.of(Position.head(session)) : Position.before(session, until);
        if (at.isEmpty()) {
            return Optional.empty();
        }
        Position position = at.get();
        // What is written between the two reads is after both
        long sincePos = Math.min(position.number(), sincePos(session, slice.since()));
        Set<String> patients =
                slice.patients().stream().map(ResourceKey::reference).collect(Collectors.toUnmodifiableSet());
        List<@Nullable Object> parameters = new ArrayList<>();
        String visible = Entitlements.visible(caller, parameters);
        long pos = position.number();
        parameters.addAll(List.of(list.value(), pos, pos, pos, pos));
        return session.first(
                "select h.json, " + ListVersion.COLUMNS + " from atr.list_header h join atr.list_version v"
                        + " on v.list_id = h.list_id where " + visible + " and h.list_id = ?"
                        + " and h.from_pos <= ? and h.to_pos > ? and v.from_pos <= ? and v.to_pos > ?",
                row -> new LedgerSnapshot(
                        database, position, ListSearch.read(row), ListVersion.read(row), patients, sincePos),
                parameters.toArray());
    }

    /** Opens a version of a list, whoever may see it. */
    static Optional<LedgerSnapshot> ofVersion(Database database, Session session, ListId list, int version)
            throws SQLException {
        return session.first(
                "select h.json, v.from_pos, " + ListVersion.COLUMNS + " from atr.list_version v"
                        + " join atr.list_header h on h.list_id = v.list_id and h.from_pos <= v.from_pos"
                        + " and h.to_pos > v.from_pos where v.list_id = ? and v.version = ?",
                row -> {
                    ListVersion then = ListVersion.read(row);
                    Position position = new Position(row.getLong("from_pos"), then.stamp());
                    return new LedgerSnapshot(database, position, ListSearch.read(row), then, Set.of(), -1);
                },
                list.value(),
                version);
    }

    /** Returns the last position up to an instant; 0 before the first one, and -1 where no comparison is asked for. */
    private static long sincePos(Session session, @Nullable Instant since) throws SQLException {
        return since == null
                ? -1
                : Position.before(session, since.plusNanos(1))
                        .map(Position::number)
                        .orElse(0L);
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
        return patients.isEmpty()
                ? new MemberPages(database, list.id(), position.number(), state())
                : new RowsOfPatients(database, list.id(), position.number(), state(), patients);
    }

    /** Returns what makes of a row what it is here, state and change code; for one cursor. */
    Function<MemberRow, Member> state() {
        MemberRow.Calendar calendar = calendar();
        SamePeriod periods = new SamePeriod();
        return row -> row.at(version.baselinePos(), calendar, periods);
    }

    /** Returns the date that decides here which attributions are over. */
    MemberRow.Calendar calendar() {
        return MemberRow.Calendar.of(version.asOf(), list.status());
    }

    long pos() {
        return position.number();
    }

    @Override
    public ResourceCursor resources(ResourceType type) {
        return new ResourcePages(database, resources().keys(type), type, position.number(), since());
    }

    @Override
    public KeyCursor deleted() {
        Since base = since();
        return base == null
                ? KeyCursor.of(List.of())
                : new DeletedPages(database, base, resources(), position.number());
    }

    /** The ledger takes nothing else in. */
    @Override
    public boolean isChecked() {
        return true;
    }

    /** Ends the page that is being read, also one that is read ahead. */
    @Override
    public void cancel() {
        database.cancel();
    }

    @Override
    public void close() {
        resources = null;
        since = null;
    }

    private ListResources resources() {
        if (resources == null) {
            resources = resourcesAt(position.number());
        }
        return resources;
    }

    private @Nullable Since since() {
        if (since == null && sincePos >= 0) {
            since = new Since(sincePos, resourcesAt(sincePos));
        }
        return since;
    }

    private ListResources resourcesAt(long pos) {
        return patients.isEmpty()
                ? new WholeList(database, list.id(), pos)
                : PatientsOfList.of(database, list.id(), pos, patients);
    }
}
