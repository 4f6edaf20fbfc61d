package dev.atr.producer.jdbc.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong in one file, in bounded memory: of each kind the first few, of the rest the number. */
final class Problems {
    /** Most problems of one kind that are kept word for word. */
    static final int KEPT_PER_KIND = 20;

    private final List<LoadProblem> kept = new ArrayList<>();
    private final Map<LoadProblem, Integer> counts = new LinkedHashMap<>();
    private long errors;

    /** Problems are of one kind when severity, rule and text are the same, apart from lines and columns in brackets. */
    private static LoadProblem kind(LoadProblem problem) {
        return new LoadProblem(
                problem.severity(), problem.rule(), "", problem.text().replaceFirst(" \\(.*", ""));
    }

    void add(LoadProblem problem) {
        if (counts.merge(kind(problem), 1, Integer::sum) <= KEPT_PER_KIND) {
            kept.add(problem);
        }
        if (problem.isError()) {
            errors++;
        }
    }

    long errors() {
        return errors;
    }

    boolean isAcceptable() {
        return errors == 0;
    }

    /** Returns what was kept, and for each kind of which there are more, how many more. */
    List<LoadProblem> toList() {
        List<LoadProblem> all = new ArrayList<>(kept);
        counts.forEach((kind, count) -> {
            if (count > KEPT_PER_KIND) {
                all.add(new LoadProblem(
                        kind.severity(), kind.rule(), (count - KEPT_PER_KIND) + " more places", kind.text()));
            }
        });
        return all;
    }
}
