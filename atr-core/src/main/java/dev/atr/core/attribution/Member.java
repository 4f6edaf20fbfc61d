package dev.atr.core.attribution;

import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import org.jspecify.annotations.Nullable;

/**
 * One row of a list: a patient, attributed to at most one provider, resting on one coverage. A member attributed to
 * several providers has a row for each.
 *
 * @param patient {@code entity}: the Patient
 * @param coverage the Coverage; may be absent in what a peer sent
 * @param provider the attributed Organization, Practitioner or PractitionerRole; absent when there is none
 * @param period when the attribution holds; may be absent in what a peer sent
 * @param inactive whether the member is no longer attributed; absent on the wire means {@code false} (C-28)
 * @param changeType what happened since the baseline; may be absent in what a peer sent
 * @param other properties not modelled here
 */
public record Member(
        Reference patient,
        @Nullable Reference coverage,
        @Nullable Reference provider,
        @Nullable Period period,
        boolean inactive,
        @Nullable ChangeType changeType,
        OtherElements other) {
    /** Returns the key by which the row is told from all others of its list. */
    public MemberKey key() {
        return MemberKey.of(this);
    }

    /** Returns a copy with state and change code as they stand at a version. */
    public Member withState(boolean newInactive, ChangeType newChangeType) {
        return new Member(patient, coverage, provider, period, newInactive, newChangeType, other);
    }

    /** Returns the kind of row only: references to people are member data. */
    @Override
    public String toString() {
        return "Member[" + (changeType == null ? "?" : changeType.code()) + "]";
    }
}
