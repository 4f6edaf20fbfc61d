package dev.atr.producer.jdbc;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.creation.ListCreation;
import dev.atr.producer.spi.creation.ProvenanceNote;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists that Consumers begin, and delete again. */
final class LedgerListCreation implements ListCreation {
    private final Creations creations;
    private final Clock clock;
    private final ZoneId zone;
    private final @Nullable String contractSystem;

    /**
     * Creates the creation.
     *
     * @param contractSystem system of contract identifiers (C-39); when absent, an identifier that is neither NPI nor
     *     TIN is taken for one
     */
    LedgerListCreation(Creations creations, Clock clock, ZoneId zone, @Nullable String contractSystem) {
        this.creations = creations;
        this.clock = clock;
        this.zone = zone;
        this.contractSystem = contractSystem;
    }

    @Override
    public Creation<AttributionList> create(
            Caller caller, AttributionList list, @Nullable ListQuery unless, @Nullable ProvenanceNote provenance) {
        return creations.alone("creating a list", (session, tx) -> {
            if (unless != null) {
                List<AttributionList> held = new ListSearch(caller, unless).page(session);
                if (!held.isEmpty()) {
                    return held.size() == 1 ? Creation.exists(held.get(0)) : Creation.severalExist();
                }
            }
            Optional<String> reason = refusal(session, list);
            if (reason.isPresent()) {
                return Creation.declined(reason.get());
            }
            tx.putList(list);
            tx.finish();
            Entitlements.add(session, caller, list.id());
            AttributionList created = current(session, list.id()).orElseThrow();
            creations.keep(
                    session,
                    caller,
                    list.id().key(),
                    Objects.requireNonNull(created.version()),
                    Objects.requireNonNull(created.lastUpdated()),
                    provenance);
            return Creation.created(created);
        });
    }

    @Override
    public Deletion delete(Caller caller, ListId list, @Nullable String version) {
        return creations.alone("deleting a list", (session, tx) -> {
            if (!Entitlements.mightSee(session, caller, list)) {
                return Deletion.UNKNOWN;
            }
            Optional<ListVersion> now = ListVersion.current(session, list);
            if (now.isEmpty()) {
                boolean deleted = session.exists("select 1 from atr.list_deletion where list_id = ?", list.value());
                return deleted ? Deletion.ALREADY_DELETED : Deletion.UNKNOWN;
            }
            Optional<Deletion> refusal = Creations.refusal(now.get().number(), version);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            if (!Creations.isOf(session, caller, list.key())) {
                return Deletion.declined("Only a list that the client created itself can be deleted by it.");
            }
            if (isInUse(session, list)) {
                return Deletion.declined(
                        "A list that has members stays for as long as its contract runs; remove the members first.");
            }
            delete(session, list, now.get());
            return Deletion.DELETED;
        });
    }

    private Optional<String> refusal(Session session, AttributionList list) throws SQLException {
        Optional<ResourceKey> payer = Optional.ofNullable(list.payer()).flatMap(reference -> reference.key());
        if (payer.isEmpty()
                || !session.exists(
                        "select 1 from atr.resource where ref = ? and to_pos = :forever",
                        payer.get().reference())) {
            return Optional.of("managingEntity must refer to the payer's Organization, which is none of this payer's.");
        }
        for (Identifier identifier : list.identifiers()) {
            if (isContract(identifier)
                    && session.exists(
                            "select 1 from atr.list_identifier where id_value = ? and id_system is not distinct from ?"
                                    + " and to_pos = :forever",
                            identifier.value(),
                            identifier.system())) {
                return Optional.of("There is a list with this contract identifier; one list stands for one contract.");
            }
        }
        return Optional.empty();
    }

    private boolean isContract(Identifier identifier) {
        String system = identifier.system();
        return identifier.value() != null
                && (contractSystem == null
                        ? !Canonicals.NPI.equals(system) && !Canonicals.TIN.equals(system)
                        : contractSystem.equals(system));
    }

    /** Returns whether ATR wants the list to stay: its contract runs, and it was filled or agreed on. */
    private boolean isInUse(Session session, ListId list) throws SQLException {
        AttributionList header = ListHeader.current(session, list).orElseThrow();
        boolean isOver = header.contractPeriod() != null
                && header.contractPeriod().endedBefore(LocalDate.ofInstant(clock.instant(), zone), zone);
        return !isOver
                && (ListStatus.FINAL.equals(header.status())
                        || session.exists(
                                "select 1 from atr.member where list_id = ? and to_pos = :forever and not inactive",
                                list.value()));
    }

    private void delete(Session session, ListId list, ListVersion last) throws SQLException {
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

    private static Optional<AttributionList> current(Session session, ListId list) throws SQLException {
        ListQuery one = new ListQuery(Set.of(list), List.of(), List.of(), null, 1);
        return new ListSearch(null, one).page(session).stream().findFirst();
    }
}
