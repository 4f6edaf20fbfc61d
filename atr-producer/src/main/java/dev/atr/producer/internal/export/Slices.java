package dev.atr.producer.internal.export;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportParameters;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSlices;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Opens the part of a list that an export asks for. */
final class Slices {
    private Slices() {}

    /** Returns the limits that the payer's system can set. */
    static Set<ListSlice.Limit> limits(ProducerBackend backend) {
        return backend.slices().map(ListSlices::limits).orElse(Set.of());
    }

    /** Opens a snapshot of what an export asks for; empty when there is no such list for the caller, or was none. */
    static Optional<ListSnapshot> open(
            ProducerBackend backend, Caller caller, ListId list, ExportParameters parameters) {
        ListSlice slice = slice(parameters);
        if (slice.limits().isEmpty()) {
            return backend.snapshot(caller, list);
        }
        return backend.slices()
                .filter(slices -> slices.limits().containsAll(slice.limits()))
                .orElseThrow(() -> new ExportFailure("The payer's system can't limit an export like this any more."))
                .snapshot(caller, list, slice);
    }

    /** Returns whether an export is limited in any way. */
    static boolean isLimited(ExportParameters parameters) {
        return !slice(parameters).limits().isEmpty();
    }

    /** Returns those of the patients asked for who are on no row of a snapshot; passes a checkpoint before each row. */
    static Set<ResourceKey> strangers(
            ListSnapshot snapshot, ExportParameters parameters, ExportType.Checkpoint checkpoint) {
        Set<ResourceKey> strangers = new LinkedHashSet<>(parameters.patients());
        if (!strangers.isEmpty()) {
            try (MemberCursor rows = snapshot.members()) {
                for (Member row = rows.next(); row != null; row = rows.next()) {
                    checkpoint.pass();
                    row.patient().key().ifPresent(strangers::remove);
                }
            }
        }
        return strangers;
    }

    private static ListSlice slice(ExportParameters parameters) {
        return new ListSlice(parameters.since(), parameters.until(), Set.copyOf(parameters.patients()));
    }
}
