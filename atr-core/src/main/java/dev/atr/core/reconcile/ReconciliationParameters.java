package dev.atr.core.reconcile;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of the reconciliation operations as they stand in a {@code Parameters} resource, in any combination; which
 * combinations make sense is the business of the requests.
 *
 * @param memberId the payer's number of the member; may be absent
 * @param providerNpi NPI of the provider; may be absent
 * @param patientReference the member's Patient; may be absent
 * @param providerReference the attributed provider; may be absent
 * @param coverageReference the coverage of a row; may be absent
 * @param attributionPeriod when the attribution is to hold; may be absent
 */
public record ReconciliationParameters(
        @Nullable Identifier memberId,
        @Nullable Identifier providerNpi,
        @Nullable Reference patientReference,
        @Nullable Reference providerReference,
        @Nullable Reference coverageReference,
        @Nullable Period attributionPeriod) {
    /** No parameters at all. */
    public static final ReconciliationParameters NONE =
            new ReconciliationParameters(null, null, null, null, null, null);

    /** Returns a copy with this member id. */
    public ReconciliationParameters withMemberId(Identifier id) {
        return new ReconciliationParameters(
                id, providerNpi, patientReference, providerReference, coverageReference, attributionPeriod);
    }

    /** Returns a copy with this NPI. */
    public ReconciliationParameters withNpi(ProviderNpi npi) {
        return new ReconciliationParameters(
                memberId,
                Identifier.of(Canonicals.NPI, npi.digits()),
                patientReference,
                providerReference,
                coverageReference,
                attributionPeriod);
    }

    /** Returns a copy with a reference to this Patient. */
    public ReconciliationParameters withPatient(ResourceKey patient) {
        return new ReconciliationParameters(
                memberId, providerNpi, Reference.to(patient), providerReference, coverageReference, attributionPeriod);
    }

    /** Returns a copy with a reference to this provider. */
    public ReconciliationParameters withProvider(ResourceKey provider) {
        return new ReconciliationParameters(
                memberId, providerNpi, patientReference, Reference.to(provider), coverageReference, attributionPeriod);
    }

    /** Returns a copy with a reference to this Coverage. */
    public ReconciliationParameters withCoverage(ResourceKey coverage) {
        return new ReconciliationParameters(
                memberId, providerNpi, patientReference, providerReference, Reference.to(coverage), attributionPeriod);
    }

    /** Returns a copy with this period. */
    public ReconciliationParameters withPeriod(@Nullable Period period) {
        return new ReconciliationParameters(
                memberId, providerNpi, patientReference, providerReference, coverageReference, period);
    }

    /** Returns the names of the parameters that are there, in the guide's order. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        add(names, "memberId", memberId);
        add(names, "providerNpi", providerNpi);
        add(names, "patientReference", patientReference);
        add(names, "providerReference", providerReference);
        add(names, "coverageReference", coverageReference);
        add(names, "attributionPeriod", attributionPeriod);
        return List.copyOf(names);
    }

    private static void add(List<String> names, String name, @Nullable Object value) {
        if (value != null) {
            names.add(name);
        }
    }

    /** Returns the names only: values are member data. */
    @Override
    public String toString() {
        return "ReconciliationParameters" + names();
    }
}
