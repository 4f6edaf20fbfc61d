package dev.atr.producer.jdbc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong in one roster, in bounded memory: of each kind the first few, of the rest the number. */
final class RosterProblems {
    /** Most problems of one kind that are kept word for word. */
    static final int KEPT_PER_KIND = 20;

    private final List<RosterProblem> kept = new ArrayList<>();
    private final Map<RosterProblem, Integer> counts = new LinkedHashMap<>();

    void add(RosterProblem problem) {
        if (counts.merge(kind(problem), 1, Integer::sum) <= KEPT_PER_KIND) {
            kept.add(problem);
        }
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /** Returns what was kept, by line, and for each kind of which there are more, how many more. */
    List<RosterProblem> toList() {
        List<RosterProblem> all = new ArrayList<>(kept);
        all.sort(Comparator.comparingLong(RosterProblem::line));
        counts.forEach((kind, count) -> {
            if (count > KEPT_PER_KIND) {
                all.add(new RosterProblem(
                        0, kind.column(), kind.rule(), (count - KEPT_PER_KIND) + " more lines: " + kind.text()));
            }
        });
        return all;
    }

    /** Problems are of one kind when nothing but the line and what is in brackets tells them apart. */
    private static RosterProblem kind(RosterProblem problem) {
        return new RosterProblem(
                0, problem.column(), problem.rule(), problem.text().replaceFirst(" \\(.*", ""));
    }
}
