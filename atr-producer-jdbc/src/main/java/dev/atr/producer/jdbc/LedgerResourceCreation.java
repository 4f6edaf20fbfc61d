package dev.atr.producer.jdbc;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.creation.LinkRules;
import dev.atr.producer.spi.creation.ProvenanceNote;
import dev.atr.producer.spi.creation.ResourceCreation;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resources that Consumers create, and delete again. */
final class LedgerResourceCreation implements ResourceCreation {
    private static final String IN_A_ROW = "select 1 from atr.list_header h join atr.member m on m.list_id = h.list_id"
            + " and m.to_pos = :forever and (m.patient = ? or m.provider = ?) where h.to_pos = :forever";

    private final Creations creations;

    LedgerResourceCreation(Creations creations) {
        this.creations = creations;
    }

    @Override
    public Set<ResourceType> types() {
        return TYPES_OF_THE_GUIDE;
    }

    @Override
    public Creation<StoredResource> create(
            Caller caller, ResourceKey key, byte[] json, @Nullable ProvenanceNote provenance) {
        return creations.alone("creating a resource", (session, tx) -> {
            Optional<String> link = LinkRules.ofResource(
                    json,
                    target -> LedgerTransaction.ask(
                            "creating a resource",
                            () -> ResourceAccess.read(session, caller, target).isPresent()));
            if (link.isPresent()) {
                return Creation.declined(link.get());
            }
            tx.putResource(key, json);
            tx.finish();
            StoredResource created = current(session, key).orElseThrow();
            creations.keep(session, caller, key, created.version(), created.lastUpdated(), provenance);
            return Creation.created(created);
        });
    }

    @Override
    public Deletion delete(Caller caller, ResourceKey key, @Nullable String version) {
        return creations.alone("deleting a resource", (session, tx) -> {
            if (!Creations.isOf(session, caller, key)) {
                return ResourceAccess.read(session, caller, key).isPresent()
                        ? Deletion.declined("Only what the client created itself can be deleted by it.")
                        : Deletion.UNKNOWN;
            }
            Optional<StoredResource> now = current(session, key);
            if (now.isEmpty()) {
                return Deletion.ALREADY_DELETED;
            }
            Optional<Deletion> refusal =
                    Creations.refusal(Integer.parseInt(now.get().version()), version);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            String ref = key.reference();
            boolean referredTo = session.exists(IN_A_ROW, ref, ref)
                    || session.exists(
                            "select 1 from atr.resource_reference where to_ref = ? and to_pos = :forever", ref);
            if (referredTo) {
                return Deletion.declined("A list or another resource refers to it.");
            }
            tx.deleteResource(key);
            tx.finish();
            return Deletion.DELETED;
        });
    }

    private static Optional<StoredResource> current(Session session, ResourceKey key) throws SQLException {
        return session.first(
                "select ref, version, last_updated, json from atr.resource where ref = ? and to_pos = :forever",
                ResourcePages::read,
                key.reference());
    }
}
