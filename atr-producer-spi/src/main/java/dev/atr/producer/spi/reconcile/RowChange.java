package dev.atr.producer.spi.reconcile;

import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.Period;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an addition does to the rows of its patient (C-31).
 *
 * @param effect what is said about it
 * @param leaving the row in whose place the other one comes, when it has another key; absent when there is none
 * @param entering the row to be written; absent when nothing is to be done
 */
public record RowChange(
        AddEffect effect,
        @Nullable MemberKey leaving,
        @Nullable Member entering) {
    /**
     * Returns what is to be done. A row is the same that has the same patient, provider and coverage: an active one takes
     * on the period that was asked for, or stays as it is when none was; an inactive one whose period is not over becomes
     * active again. One whose period is over stays as it is, beside the new one.
     *
     * @param rows the rows of the list with this patient, as they stand now
     * @param addition what was accepted
     * @param today the date, in the payer's zone
     * @param zone the payer's zone
     */
    public static RowChange of(List<Member> rows, AcceptedAddition addition, LocalDate today, ZoneId zone) {
        Member asked = addition.row();
        MemberKey key = asked.key();
        List<Member> same = rows.stream()
                .filter(row -> isSame(row.key(), key))
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .toList();
        List<Member> active = same.stream().filter(row -> !row.inactive()).toList();
        if (!active.isEmpty()) {
            boolean there = addition.periodIsDefault()
                    || active.stream().anyMatch(row -> samePeriod(row.period(), asked.period()));
            return there
                    ? new RowChange(AddEffect.ALREADY_THERE, null, null)
                    : inPlaceOf(AddEffect.CHANGED, atSameStart(active, key), asked);
        }
        List<Member> resting =
                same.stream().filter(row -> !isOver(row, today, zone)).toList();
        if (resting.isEmpty()) {
            return new RowChange(AddEffect.ADDED, null, asked);
        }
        Member old = atSameStart(resting, key);
        Member back = addition.periodIsDefault() && old.period() != null ? withPeriod(asked, old.period()) : asked;
        return inPlaceOf(AddEffect.ADDED, old, back);
    }

    private static RowChange inPlaceOf(AddEffect effect, Member old, Member entering) {
        return new RowChange(effect, old.key().equals(entering.key()) ? null : old.key(), entering);
    }

    /** Returns the row of this key if there is one, the latest otherwise. */
    private static Member atSameStart(List<Member> rows, MemberKey key) {
        return rows.stream().filter(row -> row.key().equals(key)).findFirst().orElse(rows.get(rows.size() - 1));
    }

    private static boolean isSame(MemberKey one, MemberKey other) {
        return one.patient().equals(other.patient())
                && one.provider().equals(other.provider())
                && one.coverage().equals(other.coverage());
    }

    private static boolean isOver(Member row, LocalDate today, ZoneId zone) {
        return row.period() != null && row.period().endedBefore(today, zone);
    }

    private static boolean samePeriod(@Nullable Period one, @Nullable Period other) {
        return Objects.equals(start(one), start(other)) && Objects.equals(end(one), end(other));
    }

    private static @Nullable FhirDateTime start(@Nullable Period period) {
        return period == null ? null : period.start();
    }

    private static @Nullable FhirDateTime end(@Nullable Period period) {
        return period == null ? null : period.end();
    }

    private static Member withPeriod(Member row, Period period) {
        return new Member(
                row.patient(), row.coverage(), row.provider(), period, row.inactive(), row.changeType(), row.other());
    }
}
