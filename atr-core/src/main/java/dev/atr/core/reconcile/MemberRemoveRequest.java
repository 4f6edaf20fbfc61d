package dev.atr.core.reconcile;

import dev.atr.core.fhir.ResourceKey;
import java.util.Optional;

/**
 * What {@code $member-remove} asks for. The guide allows five parameter combinations; these are the five. What is not
 * narrowed goes in all its rows.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/OperationDefinition-member-remove.html">ATR 2.1.0</a>
 */
public sealed interface MemberRemoveRequest {
    /** Returns who is to be removed. */
    MemberSelector who();

    /** Returns from which provider only; empty for every one. */
    default Optional<ProviderSelector> attributedTo() {
        return Optional.empty();
    }

    /** Returns key of the Coverage whose row only is to go; empty for every one. */
    default Optional<ResourceKey> restingOn() {
        return Optional.empty();
    }

    /** Returns the parameters that say so. */
    default ReconciliationParameters parameters() {
        ReconciliationParameters member = who().parameters();
        ReconciliationParameters narrowed = attributedTo()
                .map(provider -> provider.map(member::withNpi, member::withProvider))
                .orElse(member);
        return restingOn().map(narrowed::withCoverage).orElse(narrowed);
    }

    /**
     * All rows of a member.
     *
     * @param member the payer's number of the member
     */
    record OfMember(MemberId member) implements MemberRemoveRequest {
        @Override
        public MemberSelector who() {
            return new MemberSelector.ByMemberId(member);
        }
    }

    /**
     * The rows of a member with one provider.
     *
     * @param member the payer's number of the member
     * @param provider NPI of the provider
     */
    record OfMemberAndProvider(MemberId member, ProviderNpi provider) implements MemberRemoveRequest {
        @Override
        public MemberSelector who() {
            return new MemberSelector.ByMemberId(member);
        }

        @Override
        public Optional<ProviderSelector> attributedTo() {
            return Optional.of(new ProviderSelector.ByNpi(provider));
        }
    }

    /**
     * All rows of a Patient.
     *
     * @param patient key of the Patient
     */
    record OfPatient(ResourceKey patient) implements MemberRemoveRequest {
        /** Checks the type. */
        public OfPatient {
            Checks.patient(patient);
        }

        @Override
        public MemberSelector who() {
            return new MemberSelector.ByPatient(patient);
        }
    }

    /**
     * The rows of a Patient with one provider.
     *
     * @param patient key of the Patient
     * @param provider key of a Practitioner, PractitionerRole or Organization
     */
    record OfPatientAndProvider(ResourceKey patient, ResourceKey provider) implements MemberRemoveRequest {
        /** Checks the types. */
        public OfPatientAndProvider {
            Checks.patient(patient);
            Checks.provider(provider);
        }

        @Override
        public MemberSelector who() {
            return new MemberSelector.ByPatient(patient);
        }

        @Override
        public Optional<ProviderSelector> attributedTo() {
            return Optional.of(new ProviderSelector.ByReference(provider));
        }
    }

    /**
     * The row of a Patient with one provider that rests on one coverage.
     *
     * @param patient key of the Patient
     * @param provider key of a Practitioner, PractitionerRole or Organization
     * @param coverage key of the Coverage
     */
    record OfCoverage(ResourceKey patient, ResourceKey provider, ResourceKey coverage) implements MemberRemoveRequest {
        /** Checks the types. */
        public OfCoverage {
            Checks.patient(patient);
            Checks.provider(provider);
            Checks.coverage(coverage);
        }

        @Override
        public MemberSelector who() {
            return new MemberSelector.ByPatient(patient);
        }

        @Override
        public Optional<ProviderSelector> attributedTo() {
            return Optional.of(new ProviderSelector.ByReference(provider));
        }

        @Override
        public Optional<ResourceKey> restingOn() {
            return Optional.of(coverage);
        }
    }
}
