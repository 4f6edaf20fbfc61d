package dev.atr.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** The figures of one section as Markdown. For one thread. */
final class Report {
    private final StringBuilder text = new StringBuilder();
    private final List<Goal> goals = new ArrayList<>();

    /**
     * Adds a table of contenders.
     *
     * @param what what they did
     * @param unit what a unit is, for example {@code member}
     * @param standings how they did; ours comes first, and others are set beside it
     */
    void table(String what, String unit, List<Standing> standings) {
        Standing ours = standings.get(0);
        text.append("**").append(what).append("**\n\n");
        text.append("| Contender | ")
                .append(unit)
                .append("s | µs a ")
                .append(unit)
                .append(" | CPU µs a ")
                .append(unit)
                .append(" | heap | peak RSS, MB | time beside the first | runs |\n");
        text.append("|---|---|---|---|---|---|---|---|\n");
        for (Standing each : standings) {
            text.append("| ")
                    .append(String.join(
                            " | ",
                            each.name(),
                            Goal.number((double) each.units()),
                            Goal.number(each.nanos() / 1000),
                            Goal.number(each.cpuNanos() / 1000),
                            each.heap(),
                            Goal.number(each.peakMegabytes()),
                            Goal.number(each.times(ours)) + " ×",
                            Integer.toString(each.runs())))
                    .append(" |\n");
        }
        text.append('\n');
    }

    /** Adds a sentence. */
    void note(String sentence) {
        text.append(sentence).append("\n\n");
    }

    /** Adds a figure to reach; all of them stand together at the end. */
    void goal(Goal goal) {
        goals.add(goal);
    }

    /** Returns everything as Markdown. */
    String markdown() {
        StringBuilder all = new StringBuilder(text);
        if (!goals.isEmpty()) {
            all.append("| Figure | measured | goal | better still | |\n|---|---|---|---|---|\n");
            goals.forEach(goal -> all.append(goal.row()).append('\n'));
            all.append('\n');
        }
        return all.toString();
    }
}
