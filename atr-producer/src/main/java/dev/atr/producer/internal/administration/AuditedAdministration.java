package dev.atr.producer.internal.administration;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.auth.audit.AuditTrail;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowDifferences;
import dev.atr.producer.spi.creation.Deletion;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The payer's administration, whose changes are events. */
public final class AuditedAdministration implements ListAdministration {
    private final ListAdministration payer;
    private final AuditTrail auditTrail;
    private final Clock clock;
    private final Consumer<ListId> onDeletion;

    /**
     * Creates an administration.
     *
     * @param payer does what is asked for
     * @param auditTrail is told of changes, which name no client; throws nothing
     * @param onDeletion is told of deletions; throws nothing
     */
    public AuditedAdministration(
            ListAdministration payer, AuditTrail auditTrail, Clock clock, Consumer<ListId> onDeletion) {
        this.payer = payer;
        this.auditTrail = auditTrail;
        this.clock = clock;
        this.onDeletion = onDeletion;
    }

    @Override
    public List<Member> rows(ListId list, ResourceKey patient) {
        return payer.rows(list, patient);
    }

    @Override
    public Revised revise(ListId list, Revision revision, @Nullable String ifVersion) {
        Revised revised = payer.revise(list, revision, ifVersion);
        if (revised.kind() == Revised.Kind.DONE) {
            String step = revision.status() == null ? "" : revision.status() + ", ";
            auditTrail.record(change(step + revision.rows().size() + " rows, list " + list + ", version "
                    + Objects.requireNonNull(revised.list()).version()));
        }
        return revised;
    }

    @Override
    public Deletion delete(ListId list, @Nullable String ifVersion) {
        Deletion deletion = payer.delete(list, ifVersion);
        if (deletion.kind() == Deletion.Kind.DELETED) {
            onDeletion.accept(list);
            auditTrail.record(change("DELETED, list " + list));
        }
        return deletion;
    }

    @Override
    public Optional<RowDifferences> differences(ListId list, int from, int to) {
        return payer.differences(list, from, to);
    }

    private AuditEvent change(String detail) {
        return new AuditEvent(clock.instant(), AuditEvent.Kind.CHANGE, true, null, "ok", detail, null);
    }
}
