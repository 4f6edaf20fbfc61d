package dev.atr.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that does one kind of work and tells what each time cost. */
final class Worker {
    private Worker() {}

    /**
     * Does the work.
     *
     * @param args the name of the {@link Job}, how often to do it unmeasured, how often to measure it, and what the job
     *     takes
     */
    public static void main(String[] args) throws Exception {
        List<String> words = List.of(args);
        int warmUps = Integer.parseInt(words.get(1));
        int runs = Integer.parseInt(words.get(2));
        try (Work work = Job.valueOf(words.get(0)).open(words.subList(3, words.size()))) {
            for (int i = -warmUps; i < runs; i++) {
                Cost cost = measure(work);
                if (i >= 0) {
                    System.out.println(cost.line());
                }
            }
        }
        // Some peers leave threads behind.
        System.exit(0);
    }

    static Cost measure(Work work) throws Exception {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        work.prepare();
        long cpu = machine.getProcessCpuTime();
        long start = System.nanoTime();
        long units = work.once();
        long nanos = System.nanoTime() - start;
        return new Cost(units, nanos, machine.getProcessCpuTime() - cpu, peakKilobytes("self"));
    }

    /**
     * Returns the largest resident set of a process so far.
     *
     * @param process its number, or {@code self}
     * @return kilobytes; 0 where the system does not tell
     */
    static long peakKilobytes(String process) throws IOException {
        Path status = Path.of("/proc", process, "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
