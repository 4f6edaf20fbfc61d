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

    /** Returns whether something about a person changes with a publication. */
    boolean changeAt(long person, int publication) {
        return happensAt(person - first) == publication;
    }

    /** Returns the rows of a person as they stand at a publication, in the order of their keys; none before joining. */
    List<Member> at(long person, int publication) {
        long index = person - first;
        boolean happened = publication >= happensAt(index);
        return switch (story(index)) {
            case STAYS -> List.of(row(person, 0, 1, calendar.contractEnd()));
            case HAS_TWO_PROVIDERS ->
                sorted(row(person, 0, 1, calendar.contractEnd()), row(person, 2, 1, calendar.contractEnd()));
            case CHANGES -> List.of(row(person, 0, 1, happened ? calendar.contractEnd() : null));
            case MOVES ->
                List.of(
                        happened
                                ? row(person, 1, happensAt(index), calendar.contractEnd())
                                : row(person, 0, 1, calendar.contractEnd()));
            case JOINS -> happened ? List.of(row(person, 0, happensAt(index), calendar.contractEnd())) : List.of();
            case LEAVES -> happened ? List.of() : List.of(row(person, 0, 1, calendar.contractEnd()));
        };
    }

    private Story story(long index) {
        if (index >= stayers) {
            return Story.LEAVES;
        }
        return switch ((int) (index % PATTERN)) {
            case 3, 12 -> Story.HAS_TWO_PROVIDERS;
            case 7, 9 -> Story.MOVES;
            case 13 -> Story.CHANGES;
            case 19, 21 -> Story.JOINS;
            default -> Story.STAYS;
        };
    }

    /** Returns the publication that brings what happens to a person; beyond the last one when nothing does. */
    private int happensAt(long index) {
        if (index >= stayers) {
            return index % 2 == 0 ? 2 : 3;
        }
        return switch ((int) (index % PATTERN)) {
            case 7, 19 -> 2;
            case 9, 13, 21 -> 3;
            default -> PUBLICATIONS + 1;
        };
    }

    /** What happens to a person. */
    private enum Story {
        STAYS,
        HAS_TWO_PROVIDERS,
        CHANGES,
        MOVES,
        JOINS,
        LEAVES
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
