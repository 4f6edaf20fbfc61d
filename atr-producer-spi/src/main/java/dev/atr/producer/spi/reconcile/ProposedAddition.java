package dev.atr.producer.spi.reconcile;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.Caller;
import java.util.List;

/**
 * What a policy is asked about an addition.
 *
 * @param caller who asks
 * @param list the list, as it stands now
 * @param patient key of the Patient to be added, who has a coverage by the list's payer
 * @param provider key of the provider asked for
 * @param coverages the member's coverages by the list's payer that are active in the period, in the order of
 *     their keys; for a plain {@link Decision.Accepted} exactly one
 * @param period when the attribution is to hold
 * @param periodIsDefault whether the caller named no period, so that it is that of {@link AttributionRules#period}
 */
public record ProposedAddition(
        Caller caller,
        AttributionList list,
        ResourceKey patient,
        ResourceKey provider,
        List<HeldCoverage> coverages,
        Period period,
        boolean periodIsDefault) {
    /** Copies the list. */
    public ProposedAddition {
        coverages = List.copyOf(coverages);
    }

    Outcome<AcceptedAddition> accepted(ResourceKey toProvider, ResourceKey coverage, Period when) {
        Member row = new Member(
                Reference.to(patient),
                Reference.to(coverage),
                Reference.to(toProvider),
                when,
                false,
                ChangeType.NEW,
                OtherElements.NONE);
        return new Outcome.Done<>(new AcceptedAddition(row, periodIsDefault && when.equals(period)));
    }

    /** Returns the list only: the rest is member data. */
    @Override
    public String toString() {
        return "ProposedAddition[" + list.id() + "]";
    }
}
