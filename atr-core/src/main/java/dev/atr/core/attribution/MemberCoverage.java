package dev.atr.core.attribution;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.reconcile.MemberId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The coverage on which an attribution rests, neutral of the FHIR version.
 *
 * @param id logical id; absent before it is stored
 * @param identifiers among them the member identifier, of type {@code MB}
 * @param status {@code active} on everything a Producer emits (C-69); may be absent in what a peer sent
 * @param policyHolder who owns the policy; may be absent
 * @param subscriber who signed up; may be absent
 * @param subscriberId the subscriber's number; may be absent in what a peer sent
 * @param beneficiary the member; may be absent in what a peer sent
 * @param dependent the dependent number; may be absent
 * @param relationship of the beneficiary to the subscriber; may be absent
 * @param period enrolment; may be absent in what a peer sent
 * @param payors exactly one on everything a Producer emits
 * @param classes plan, group and the like
 * @param insuranceProductType kind of product; may be absent
 * @param other properties not modelled here, {@code meta} included
 */
public record MemberCoverage(
        @Nullable String id,
        List<Identifier> identifiers,
        @Nullable String status,
        @Nullable Reference policyHolder,
        @Nullable Reference subscriber,
        @Nullable String subscriberId,
        @Nullable Reference beneficiary,
        @Nullable String dependent,
        @Nullable CodeableConcept relationship,
        @Nullable Period period,
        List<Reference> payors,
        List<CoverageClass> classes,
        @Nullable CodeableConcept insuranceProductType,
        OtherElements other) {
    /** Copies the lists. */
    public MemberCoverage {
        identifiers = List.copyOf(identifiers);
        payors = List.copyOf(payors);
        classes = List.copyOf(classes);
    }

    /** Returns the member identifier: the first of type {@code MB}. */
    public Optional<Identifier> memberIdentifier() {
        return identifiers.stream().filter(MemberId::isTyped).findFirst();
    }

    /** Returns the plan identifier: the value of the first class of type {@code plan}. */
    public Optional<String> planIdentifier() {
        return classes.stream()
                .filter(c -> c.type().has(Canonicals.COVERAGE_CLASS, "plan"))
                .map(CoverageClass::value)
                .findFirst();
    }

    @Override
    public String toString() {
        return "MemberCoverage";
    }

    /**
     * A class of a coverage, for example its plan.
     *
     * @param type which class it is, a code of {@link Canonicals#COVERAGE_CLASS}
     * @param value its identifier
     * @param name its name; may be absent
     * @param other properties not modelled here
     */
    public record CoverageClass(
            CodeableConcept type, String value, @Nullable String name, OtherElements other) {}
}
