package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
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
import org.jspecify.annotations.Nullable;

/** Lists that Consumers begin, and delete again. */
final class LedgerListCreation implements ListCreation {
    private final Creations creations;
    private final Clock clock;
    private final ZoneId zone;
    private final Contracts contracts;

    LedgerListCreation(Creations creations, Clock clock, ZoneId zone, Contracts contracts) {
        this.creations = creations;
        this.clock = clock;
        this.zone = zone;
        this.contracts = contracts;
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
            AttributionList created = ListSearch.find(session, null, list.id()).orElseThrow();
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
            return ListDeletion.delete(session, clock, list, version, () -> objection(session, caller, list));
        });
    }

    private Optional<String> objection(Session session, Caller caller, ListId list) throws SQLException {
        if (!Creations.isOf(session, caller, list.key())) {
            return Optional.of("Only a list that the client created itself can be deleted by it.");
        }
        return isInUse(session, list)
                ? Optional.of(
                        "A list that has members stays for as long as its contract runs; remove the members first.")
                : Optional.empty();
    }

    private Optional<String> refusal(Session session, AttributionList list) throws SQLException {
        Optional<ResourceKey> payer = Optional.ofNullable(list.payer()).flatMap(reference -> reference.key());
        if (payer.isEmpty()
                || !session.exists(
                        "select 1 from atr.resource where ref = ? and to_pos = :forever",
                        payer.get().reference())) {
            return Optional.of("managingEntity must refer to the payer's Organization, which is none of this payer's.");
        }
        return contracts.areTaken(session, list.identifiers())
                ? Optional.of("There is a list with this contract identifier; one list stands for one contract.")
                : Optional.empty();
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
}
