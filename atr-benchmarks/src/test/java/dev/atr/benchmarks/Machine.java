package dev.atr.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were taken on. */
final class Machine {
    private Machine() {}

    /** Returns one sentence: processor, memory, system, Java. */
    static String describe() throws IOException {
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores, " + memory() + " GB; "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + "; Java "
                + System.getProperty("java.vm.version") + " (" + System.getProperty("java.vendor") + ")";
    }

    private static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        }
        return System.getProperty("os.arch");
    }

    private static long memory() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                        .getTotalMemorySize()
                >> 30;
    }
}
