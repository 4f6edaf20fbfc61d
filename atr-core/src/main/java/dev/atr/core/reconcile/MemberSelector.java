package dev.atr.core.reconcile;

import dev.atr.core.fhir.ResourceKey;
import java.util.function.Function;

/** Names one member: by the payer's number, or by a Patient of the Producer. */
public sealed interface MemberSelector {
    /** Returns what one of two functions makes of it. */
    <T> T map(Function<MemberId, T> byMemberId, Function<ResourceKey, T> byPatient);

    /** Returns the parameters that say so. */
    ReconciliationParameters parameters();

    /**
     * By number.
     *
     * @param id the payer's number
     */
    record ByMemberId(MemberId id) implements MemberSelector {
        @Override
        public <T> T map(Function<MemberId, T> byMemberId, Function<ResourceKey, T> byPatient) {
            return byMemberId.apply(id);
        }

        @Override
        public ReconciliationParameters parameters() {
            return ReconciliationParameters.NONE.withMemberId(id.identifier());
        }
    }

    /**
     * By resource.
     *
     * @param patient key of a Patient
     */
    record ByPatient(ResourceKey patient) implements MemberSelector {
        /** Checks the type. */
        public ByPatient {
            Checks.patient(patient);
        }

        @Override
        public <T> T map(Function<MemberId, T> byMemberId, Function<ResourceKey, T> byPatient) {
            return byPatient.apply(patient);
        }

        @Override
        public ReconciliationParameters parameters() {
            return ReconciliationParameters.NONE.withPatient(patient);
        }
    }
}
