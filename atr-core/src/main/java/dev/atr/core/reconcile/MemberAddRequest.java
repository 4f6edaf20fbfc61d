package dev.atr.core.reconcile;

import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * What {@code $member-add} asks for. The guide allows four parameter combinations: a member and a provider, both by number
 * or both by reference, each with or without a period.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/OperationDefinition-member-add.html">ATR 2.1.0</a>
 */
public sealed interface MemberAddRequest {
    /** Returns who is to be added. */
    MemberSelector who();

    /** Returns to whom the member is to be attributed. */
    ProviderSelector attributedTo();

    /** Returns when the attribution is to hold; absent leaves that to the Producer (C-38). */
    @Nullable
    Period period();

    /** Returns the parameters that say so. */
    default ReconciliationParameters parameters() {
        ReconciliationParameters member = who().parameters();
        return attributedTo().map(member::withNpi, member::withProvider).withPeriod(period());
    }

    /**
     * A member and a provider by their numbers.
     *
     * @param member the payer's number of the member
     * @param provider NPI of the provider
     * @param period when it is to hold, with a start; may be absent
     */
    record OfMember(
            MemberId member, ProviderNpi provider, @Nullable Period period) implements MemberAddRequest {
        /** Checks the period. */
        public OfMember {
            Checks.period(period);
        }

        @Override
        public MemberSelector who() {
            return new MemberSelector.ByMemberId(member);
        }

        @Override
        public ProviderSelector attributedTo() {
            return new ProviderSelector.ByNpi(provider);
        }
    }

    /**
     * A Patient and a provider by references that hold on the Producer.
     *
     * @param patient key of the Patient
     * @param provider key of a Practitioner, PractitionerRole or Organization
     * @param period when it is to hold, with a start; may be absent
     */
    record OfPatient(
            ResourceKey patient,
            ResourceKey provider,
            @Nullable Period period) implements MemberAddRequest {
        /** Checks types and period. */
        public OfPatient {
            Checks.patient(patient);
            Checks.provider(provider);
            Checks.period(period);
        }

        @Override
        public MemberSelector who() {
            return new MemberSelector.ByPatient(patient);
        }

        @Override
        public ProviderSelector attributedTo() {
            return new ProviderSelector.ByReference(provider);
        }
    }
}
