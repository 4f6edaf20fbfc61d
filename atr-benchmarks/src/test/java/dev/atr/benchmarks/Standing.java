package dev.atr.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How a contender did: medians over its runs, and the largest memory of all of them.
 *
 * @param name the contender's name
 * @param heap its largest heap
 * @param units units of a run
 * @param nanos time of a unit
 * @param cpuNanos processor time of a unit; 0 when unknown
 * @param peakMegabytes largest resident set; 0 when unknown
 * @param runs number of runs
 */
record Standing(String name, String heap, long units, double nanos, double cpuNanos, double peakMegabytes, int runs) {
    static Standing of(Contender contender, List<Cost> costs) {
        return new Standing(
                contender.name(),
                contender.heap(),
                costs.get(0).units(),
                median(costs, Cost::nanosPerUnit),
                median(costs, Cost::cpuNanosPerUnit),
                costs.stream().mapToLong(Cost::peakKilobytes).max().orElseThrow() / 1024.0,
                costs.size());
    }

    /** Returns how many times the time of another this one takes. */
    double times(Standing other) {
        return nanos / other.nanos;
    }

    /** Returns the same with so many of the old units in each new one. */
    Standing inUnitsOf(int size) {
        return new Standing(name, heap, units / size, nanos * size, cpuNanos * size, peakMegabytes, runs);
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> value) {
        double[] sorted = costs.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
