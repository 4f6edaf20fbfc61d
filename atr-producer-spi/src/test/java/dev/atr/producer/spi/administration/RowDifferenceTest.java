package dev.atr.producer.spi.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.administration.RowDifference.Aspect;
import dev.atr.producer.spi.administration.RowDifference.Changed;
import dev.atr.producer.spi.administration.RowDifference.Joined;
import dev.atr.producer.spi.administration.RowDifference.Left;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowDifferenceTest {
    private static final Member ROW = row("doctor", "c-1", "2026-01-01");

    @Test
    void whoIsAttributedAsBeforeDiffersInNothing() {
        Member sinceNew = ROW.withState(false, ChangeType.NOCHANGE);

        assertThat(RowDifference.between(List.of(ROW), List.of(sinceNew))).isEmpty();
    }

    @Test
    void anInactiveRowIsAsGoodAsNone() {
        Member dropped = ROW.withState(true, ChangeType.DROPPED);

        assertThat(RowDifference.between(List.of(), List.of(ROW))).containsExactly(new Joined(ROW, true));
        assertThat(RowDifference.between(List.of(dropped), List.of(ROW))).containsExactly(new Joined(ROW, true));
        assertThat(RowDifference.between(List.of(ROW), List.of())).containsExactly(new Left(ROW, null, true));
        assertThat(RowDifference.between(List.of(ROW), List.of(dropped))).containsExactly(new Left(ROW, dropped, true));
        assertThat(RowDifference.between(List.of(dropped), List.of())).isEmpty();
    }

    @Test
    void whoKeepsOneOfTwoProvidersIsStillAMember() {
        Member other = row("other", "c-1", "2026-01-01");

        assertThat(RowDifference.between(List.of(ROW, other), List.of(ROW)))
                .containsExactly(new Left(other, null, false));
        assertThat(RowDifference.between(List.of(ROW), List.of(ROW, other))).containsExactly(new Joined(other, false));
    }

    @Test
    void aRowInThePlaceOfAnotherOneIsAChange() {
        Member elsewhere = row("other", "c-1", "2026-01-01");
        Member covered = row("doctor", "c-2", "2026-01-01");
        Member later = row("doctor", "c-1", "2026-02-01");
        Member allOfIt = row("other", "c-2", "2026-02-01");

        assertThat(change(elsewhere)).isEqualTo(new Changed(ROW, elsewhere, Set.of(Aspect.PROVIDER)));
        assertThat(change(covered)).isEqualTo(new Changed(ROW, covered, Set.of(Aspect.COVERAGE)));
        assertThat(change(later)).isEqualTo(new Changed(ROW, later, Set.of(Aspect.PERIOD)));
        assertThat(change(allOfIt).what()).containsExactly(Aspect.PROVIDER, Aspect.COVERAGE, Aspect.PERIOD);
    }

    @Test
    void rowsThatHaveMoreInCommonGoTogether() {
        Member second = row("second", "c-2", "2026-01-01");
        Member later = row("doctor", "c-1", "2026-02-01");
        Member elsewhere = row("third", "c-2", "2026-01-01");

        assertThat(RowDifference.between(List.of(ROW, second), List.of(elsewhere, later)))
                .containsExactly(Changed.of(ROW, later), Changed.of(second, elsewhere));
    }

    @Test
    void aTextThatIsOtherIsAChangeToo() {
        Member named = new Member(
                new Reference("Patient/1", null, null, "Somebody", OtherElements.NONE),
                ROW.coverage(),
                ROW.provider(),
                ROW.period(),
                false,
                null,
                OtherElements.NONE);

        assertThat(change(named).what()).containsExactly(Aspect.OTHER);
        assertThatThrownBy(() -> new Changed(ROW, named, Set.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static Changed change(Member after) {
        List<RowDifference> differences = RowDifference.between(List.of(ROW), List.of(after));
        assertThat(differences).hasSize(1);
        return (Changed) differences.get(0);
    }

    private static Member row(String provider, String coverage, String start) {
        return new Member(
                Reference.to(ResourceType.PATIENT, "1"),
                Reference.to(ResourceType.COVERAGE, coverage),
                Reference.to(ResourceType.PRACTITIONER, provider),
                Period.of(start, "2026-12-31"),
                false,
                ChangeType.NEW,
                OtherElements.NONE);
    }
}
