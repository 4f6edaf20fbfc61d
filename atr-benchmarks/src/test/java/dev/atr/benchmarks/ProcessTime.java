package dev.atr.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Processor time of other processes, by the kernel's figures; Linux only. */
final class ProcessTime {
    /** Linux counts a hundred ticks a second on every machine that it tells about. */
    private static final long NANOS_A_TICK = 10_000_000;

    // Behind the name in parentheses, which may hold blanks: user and system time, own and of children that ended.
    private static final int OWN_USER = 11;
    private static final int OWN_SYSTEM = 12;
    private static final int ENDED_USER = 13;
    private static final int ENDED_SYSTEM = 14;

    private ProcessTime() {}

    /** Returns the nanoseconds of a process. */
    static long own(ProcessHandle process) throws IOException {
        return sum(process, OWN_USER, OWN_SYSTEM);
    }

    /** Returns the nanoseconds of a process, of its running children and of those that ended. */
    static long withChildren(ProcessHandle process) throws IOException {
        long nanos = sum(process, OWN_USER, OWN_SYSTEM, ENDED_USER, ENDED_SYSTEM);
        for (ProcessHandle child : process.children().toList()) {
            nanos += own(child);
        }
        return nanos;
    }

    private static long sum(ProcessHandle process, int... fields) throws IOException {
        String stat;
        try {
            stat = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "stat"), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            // It has just ended.
            return 0;
        }
        String[] values = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int field : fields) {
            ticks += Long.parseLong(values[field]);
        }
        return ticks * NANOS_A_TICK;
    }
}
