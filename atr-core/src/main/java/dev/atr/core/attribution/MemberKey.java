package dev.atr.core.attribution;

import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.Reference;
import org.jspecify.annotations.Nullable;

/**
 * What tells one row of a list from all others, and the order of rows: patient, provider, coverage, and the start of
 * the period as tie breaker (C-37). Parts are compared as text, code unit by code unit; an absent part is empty and
 * comes first.
 *
 * @param patient reference text of the patient, for example {@code Patient/12}
 * @param provider reference text of the provider; empty when there is none
 * @param coverage reference text of the coverage; empty when there is none
 * @param start text of the period's start; empty when there is none
 */
public record MemberKey(String patient, String provider, String coverage, String start)
        implements Comparable<MemberKey> {
    /** Returns the key of a row. */
    public static MemberKey of(Member member) {
        FhirDateTime start = member.period() == null ? null : member.period().start();
        return new MemberKey(
                text(member.patient()),
                text(member.provider()),
                text(member.coverage()),
                start == null ? "" : start.text());
    }

    @Override
    public int compareTo(MemberKey that) {
        int order = patient.compareTo(that.patient);
        if (order == 0) {
            order = provider.compareTo(that.provider);
        }
        if (order == 0) {
            order = coverage.compareTo(that.coverage);
        }
        return order != 0 ? order : start.compareTo(that.start);
    }

    private static String text(@Nullable Reference reference) {
        if (reference == null) {
            return "";
        }
        return reference.key().map(k -> k.reference()).orElse(String.valueOf(reference.reference()));
    }

    @Override
    public String toString() {
        return "MemberKey";
    }
}
