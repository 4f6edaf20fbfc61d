package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.administration.StatusChange;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The changes of one list in one transaction; together they make one version. */
final class ListWriter {
    /** Rows that are sent together. */
    private static final int BATCH = 1000;

    private final Session session;
    private final ListId id;
    private final PositionSource positions;
    private final ZoneId zone;
    private final MemberRows rows;
    private final Map<MemberKey, Optional<MemberRow>> pending = new LinkedHashMap<>();
    private final @Nullable ListVersion before;
    private @Nullable ListVersion after;
    private boolean closed;
    private @Nullable AttributionList header;
    private int activeMembers;
    private boolean changed;
    private boolean publish;
    private boolean countAnew;

    ListWriter(Session session, ListId id, PositionSource positions, ZoneId zone) throws SQLException {
        this.session = session;
        this.id = id;
        this.positions = positions;
        this.zone = zone;
        this.rows = new MemberRows(session, id);
        Optional<ListVersion.Shown> now = ListVersion.shown(session, id);
        this.before = now.map(ListVersion.Shown::version).orElse(null);
        this.header = now.map(ListVersion.Shown::header).orElse(null);
        this.closed = header != null && ListStatus.FINAL.equals(header.status());
        this.activeMembers = before == null ? 0 : before.activeMembers();
    }

    void putHeader(AttributionList list) throws SQLException {
        flush();
        countAnew |= header != null && !Objects.equals(header.status(), list.status());
        changed |= ListHeader.put(session, list, positions.position().number());
        header = list;
    }

    MemberChange put(Member member) throws SQLException {
        Optional<MemberChange> refusal = refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        MemberRow row = MemberRow.of(member, zone);
        pending.put(row.key(), Optional.of(row));
        if (pending.size() >= BATCH) {
            flush();
        }
        return MemberChange.DONE;
    }

    MemberChange remove(MemberKey key) throws SQLException {
        Optional<MemberChange> refusal = refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        flush();
        MemberRow row = rows.of(List.of(key.patient())).get(key);
        if (row == null) {
            return MemberChange.NOT_ON_LIST;
        }
        boolean stays = header != null && ListStatus.DRAFT.equals(header.status());
        if (stays && row.inactive()) {
            return MemberChange.UNCHANGED;
        }
        pending.put(key, stays ? Optional.of(row.asDropped()) : Optional.empty());
        flush();
        return MemberChange.DONE;
    }

    /** Marks a row as added by mistake. */
    MemberChange cancel(MemberKey key) throws SQLException {
        Optional<MemberChange> refusal = refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        flush();
        MemberRow row = rows.of(List.of(key.patient())).get(key);
        if (row == null) {
            return MemberChange.NOT_ON_LIST;
        }
        if (row.cancelled()) {
            return MemberChange.UNCHANGED;
        }
        pending.put(key, Optional.of(row.asCancelled()));
        flush();
        return MemberChange.DONE;
    }

    /** Makes one change of the payer's. */
    MemberChange edit(RowEdit edit) {
        return edit.map(
                row -> LedgerTransaction.ask("writing a row of a list", () -> put(row)),
                key -> LedgerTransaction.ask("taking out a row of a list", () -> remove(key)),
                key -> LedgerTransaction.ask("cancelling a row of a list", () -> cancel(key)));
    }

    /**
     * Puts a row in the place of another one; a final list is the caller's to refuse.
     *
     * @param ofPatient all rows of the patient that hold now
     */
    void replace(@Nullable MemberKey leaving, MemberRow entering, Map<MemberKey, MemberRow> ofPatient)
            throws SQLException {
        flush();
        if (leaving != null) {
            pending.put(leaving, Optional.empty());
        }
        pending.put(entering.key(), Optional.of(entering));
        apply(ofPatient);
    }

    /** Returns rows of the list with state and change code as they stand on a date. */
    List<Member> asTheyStand(Collection<MemberRow> some, LocalDate today) {
        return MemberRows.asTheyStand(
                some,
                before == null ? 0 : before.baselinePos(),
                MemberRow.Calendar.of(today, header == null ? null : header.status()));
    }

    ListId id() {
        return id;
    }

    /** Returns the list as it stands; after {@link #finish}, as this transaction leaves it. Empty when there is none. */
    Optional<AttributionList> list() {
        ListVersion version = after == null ? before : after;
        return version == null || header == null ? Optional.empty() : Optional.of(version.of(header));
    }

    /**
     * Takes a step that the status allows: a publication, unless the list is there already. A final list keeps its active
     * rows alone (C-30).
     */
    void take(StatusChange step) throws SQLException {
        flush();
        AttributionList now = Objects.requireNonNull(header, "header");
        if (step.target().equals(now.status())) {
            publish |= step == StatusChange.PUBLISH && (changed || before == null || !before.publication());
            return;
        }
        if (ListStatus.FINAL.equals(step.target())) {
            Position position = positions.position();
            changed |= rows.endInactive(position.number(), calendar(position).asOf());
        } else {
            closed = false;
        }
        putHeader(now.withStatus(step.target()));
        publish = true;
    }

    boolean publish() {
        publish = header != null;
        return publish;
    }

    void flush() throws SQLException {
        if (pending.isEmpty()) {
            return;
        }
        apply(rows.of(pending.keySet().stream().map(MemberKey::patient).collect(Collectors.toSet())));
    }

    private void apply(Map<MemberKey, MemberRow> ofPatients) throws SQLException {
        Position position = positions.position();
        Optional<Integer> delta = rows.apply(ofPatients, pending, position.number(), calendar(position));
        pending.clear();
        changed |= delta.isPresent();
        activeMembers += delta.orElse(0);
    }

    /** Writes the version, if there is something to write. */
    void finish() throws SQLException {
        flush();
        if (!changed && !publish) {
            return;
        }
        Position position = positions.position();
        MemberRow.Calendar calendar = calendar(position);
        if (countAnew || (before != null && !before.asOf().equals(calendar.asOf()))) {
            // Members may have become active or inactive without a change to their rows
            activeMembers = rows.activePatients(position.number(), calendar);
        }
        after = ListVersion.append(session, id, before, position, publish, calendar.asOf(), activeMembers);
    }

    private Optional<MemberChange> refusal() {
        if (header == null) {
            return Optional.of(MemberChange.NO_SUCH_LIST);
        }
        return closed ? Optional.of(MemberChange.LIST_IS_FINAL) : Optional.empty();
    }

    private MemberRow.Calendar calendar(Position position) {
        LocalDate asOf = LocalDate.ofInstant(position.stamp(), zone);
        return MemberRow.Calendar.of(asOf, header == null ? null : header.status());
    }

    /** Where the position of the transaction comes from; it is taken with the first write. */
    interface PositionSource {
        Position position() throws SQLException;
    }
}
