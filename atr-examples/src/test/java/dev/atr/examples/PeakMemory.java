package dev.atr.examples;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A main class, run so that it leaves behind how much memory it had at its peak: the kernel's own figures, copied when
 * the JVM ends.
 */
final class PeakMemory {
    /** Linux only. */
    static final Path OWN_STATUS = Path.of("/proc/self/status");

    private PeakMemory() {}

    /**
     * Runs it.
     *
     * @param args the file for the figures, the class, then its own arguments
     */
    public static void main(String[] args) throws Throwable {
        Path figures = Path.of(args[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> copy(figures)));
        try {
            Class.forName(args[1]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 2, args.length));
        } catch (InvocationTargetException e) {
            // Threads that it has started would keep the process, and a test that waits for its next line.
            e.printStackTrace();
            System.exit(1);
        }
    }

    /** Returns the largest resident set of a process so far, in MB, from its status file or a copy of it. */
    static long megabytes(Path status) throws IOException {
        for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("the status of the process has no VmHWM");
    }

    private static void copy(Path figures) {
        try {
            Files.write(figures, Files.readAllBytes(OWN_STATUS));
        } catch (IOException e) {
            // The test finds no figures and fails.
        }
    }
}
