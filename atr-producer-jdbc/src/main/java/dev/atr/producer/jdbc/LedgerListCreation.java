package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.creation.LinkRules;
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
    private final Contracts contracts;
    private final Set<ResourceKey> payers;

    LedgerListCreation(Creations creations, LedgerOptions options) {
        this.creations = creations;
        this.clock = options.clock();
        this.zone = options.zone();
        this.contracts = options.contracts();
        this.payers = options.payers();
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
            Optional<String> reason = refusal(session, caller, list);
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

    private Optional<String> refusal(Session session, Caller caller, AttributionList list) throws SQLException {
        Optional<String> link = LinkRules.ofList(
                list,
                key -> ask(() -> isPayer(session, key)),
                key -> ask(() -> ResourceAccess.read(session, caller, key).isPresent()));
        if (link.isPresent()) {
            return link;
        }
        return contracts.areTaken(session, list.identifiers())
                ? Optional.of("There is a list with this contract identifier; one list stands for one contract.")
                : Optional.empty();
    }

    private boolean isPayer(Session session, ResourceKey organization) throws SQLException {
        return session.exists(
                        "select 1 from atr.resource where ref = ? and to_pos = :forever", organization.reference())
                && (payers.contains(organization) || managesAListOfThePayer(session, organization));
    }

    /** Goes through the payer's own lists that refer to an Organization, be they deleted; the first one will do mostly. */
    private static boolean managesAListOfThePayer(Session session, ResourceKey organization) throws SQLException {
        List<String> groups = session.list(
                "select distinct from_ref from atr.resource_reference where to_ref = ? and from_ref > ? and from_ref < ?"
                        + " and not exists (select 1 from atr.created_by where ref = from_ref)",
                row -> row.getString(1),
                organization.reference(),
                Refs.before(ResourceType.GROUP),
                Refs.after(ResourceType.GROUP));
        for (String group : groups) {
            String list = group.substring(Refs.before(ResourceType.GROUP).length());
            boolean manages =
                    session
                            .list("select json from atr.list_header where list_id = ?", row -> row.getBytes(1), list)
                            .stream()
                            .flatMap(json ->
                                    Optional.ofNullable(ListHeader.parse(json).payer()).stream())
                            .flatMap(payer -> payer.key().stream())
                            .anyMatch(organization::equals);
            if (manages) {
                return true;
            }
        }
        return false;
    }

    private static boolean ask(LedgerTransaction.Question<Boolean> question) {
        return LedgerTransaction.ask("creating a list", question);
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
