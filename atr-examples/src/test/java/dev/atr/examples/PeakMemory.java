package dev.atr.examples;

import dev.atr.cli.Atr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The {@code atr} command, run so that it leaves behind how much memory it had at its peak: the kernel's own figures,
 * copied when the JVM ends.
 */
final class PeakMemory {
    /** Linux only. */
    static final Path OWN_STATUS = Path.of("/proc/self/status");

    private PeakMemory() {}

    /**
     * Runs a command.
     *
     * @param args the file for the figures, then the words of the command
     */
    public static void main(String[] args) {
        Path figures = Path.of(args[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> copy(figures)));
        String[] words = new String[args.length - 1];
        System.arraycopy(args, 1, words, 0, words.length);
        Atr.main(words);
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
