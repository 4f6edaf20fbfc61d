package dev.atr.benchmarks;

/**
 * What one run of one contender cost.
 *
 * @param units how much was done: members, resources, requests, bytes
 * @param nanos time from beginning to end
 * @param cpuNanos processor time of the process, its JIT compiler and garbage collector included; 0 when unknown
 * @param peakKilobytes largest resident set of the process so far; 0 when unknown
 */
record Cost(long units, long nanos, long cpuNanos, long peakKilobytes) {
    private static final String MARK = "COST ";

    /** Returns the line by which a process tells its parent. */
    String line() {
        return MARK + units + ' ' + nanos + ' ' + cpuNanos + ' ' + peakKilobytes;
    }

    static boolean isLine(String line) {
        return line.startsWith(MARK);
    }

    static Cost parse(String line) {
        String[] parts = line.substring(MARK.length()).split(" ", -1);
        return new Cost(
                Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]));
    }

    Cost withNanos(long newNanos) {
        return new Cost(units, newNanos, cpuNanos, peakKilobytes);
    }

    Cost withCpu(long newCpuNanos) {
        return new Cost(units, nanos, newCpuNanos, peakKilobytes);
    }

    double nanosPerUnit() {
        return (double) nanos / units;
    }

    double cpuNanosPerUnit() {
        return (double) cpuNanos / units;
    }
}
