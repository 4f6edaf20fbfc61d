package dev.atr.cli.sample;

import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who of a list is attributed to whom, publication by publication. Of every twenty-five members one or two join, move or
 * change at the second or third publication, and two have two providers at once; the others stay as they are.
 *
 * @param network whose list it is
 * @param first number of the first person
 * @param stayers how many stay to the end; those behind them leave at the second or third publication
 */
record SampleRows(Network network, Dice dice, SampleCalendar calendar, long first, long stayers) {
    /** How many publications there are. */
    static final int PUBLICATIONS = 3;

    private static final int PATTERN = 25;

    /** Returns the rows of a person as they stand at a publication, in the order of their keys; none before joining. */
    List<Member> at(long person, int publication) {
        long index = person - first;
        if (index >= stayers) {
            return publication < leaves(index) ? List.of(row(person, 0, 1, calendar.contractEnd())) : List.of();
        }
        return switch ((int) (index % PATTERN)) {
            case 3, 12 -> sorted(row(person, 0, 1, calendar.contractEnd()), row(person, 2, 1, calendar.contractEnd()));
            case 7 -> moved(person, publication, 2);
            case 9 -> moved(person, publication, 3);
            case 13 -> List.of(row(person, 0, 1, publication < 3 ? null : calendar.contractEnd()));
            case 19 -> joined(person, publication, 2);
            case 21 -> joined(person, publication, 3);
            default -> List.of(row(person, 0, 1, calendar.contractEnd()));
        };
    }

    private static int leaves(long index) {
        return index % 2 == 0 ? 2 : 3;
    }

    private List<Member> moved(long person, int publication, int when) {
        return List.of(
                publication < when
                        ? row(person, 0, 1, calendar.contractEnd())
                        : row(person, 1, when, calendar.contractEnd()));
    }

    private List<Member> joined(long person, int publication, int when) {
        return publication < when ? List.of() : List.of(row(person, 0, when, calendar.contractEnd()));
    }

    private Member row(long person, int turn, int since, @Nullable LocalDate end) {
        return new Member(
                Reference.to(SampleResources.patientKey(person)),
                Reference.to(SampleResources.coverageKey(person)),
                network.providerOf(dice, person, turn),
                Period.of(calendar.effective(since), end),
                false,
                null,
                OtherElements.NONE);
    }

    private static List<Member> sorted(Member... rows) {
        List<Member> sorted = new ArrayList<>(List.of(rows));
        sorted.sort(Comparator.comparing(Member::key));
        return sorted;
    }
}
