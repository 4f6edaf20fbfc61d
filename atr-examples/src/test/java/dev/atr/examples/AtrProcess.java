package dev.atr.examples;

import dev.atr.cli.Atr;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The {@code atr} command in a JVM of its own, on the class path of the tests. For one thread. */
final class AtrProcess implements AutoCloseable {
    /** Long enough for a list of millions on a slow machine. */
    private static final long PATIENCE_SECONDS = 3_600;

    private final Process process;
    private final Path errors;
    private final Path figures;
    private final BufferedReader output;

    private AtrProcess(Process process, Path errors, Path figures) {
        this.process = process;
        this.errors = errors;
        this.figures = figures;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts a command.
     *
     * @param folder where its messages and figures are kept
     * @param heap its largest heap, for example {@code 64m}
     * @param environment variables added to our own
     * @param words the command
     */
    static AtrProcess start(Path folder, String heap, Map<String, String> environment, String... words)
            throws IOException {
        return start(folder, heap, environment, Atr.class, words);
    }

    /** Starts another main class. */
    static AtrProcess start(Path folder, String heap, Map<String, String> environment, Class<?> main, String... words)
            throws IOException {
        Path errors = Files.createTempFile(folder, main.getSimpleName(), ".err");
        Path figures = Files.createTempFile(folder, main.getSimpleName(), ".status");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-Dsun.net.httpserver.nodelay=true",
                PeakMemory.class.getName(),
                figures.toString(),
                main.getName()));
        line.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(errors.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment);
        return new AtrProcess(builder.start(), errors, figures);
    }

    /** Reads on to the output line that begins like this, and returns what follows. */
    String awaitLine(String prefix) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length()).strip();
            }
        }
        throw new AssertionError("the command ended without '" + prefix + "': " + messages());
    }

    /** Waits for the end and returns the exit code. */
    int exitCode() throws IOException, InterruptedException {
        output.transferTo(java.io.Writer.nullWriter());
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the command does not end: " + messages());
        }
        return process.exitValue();
    }

    /** Returns whether the process ends by itself within so many nanoseconds. */
    boolean endsWithin(long nanos) throws InterruptedException {
        return process.waitFor(nanos, TimeUnit.NANOSECONDS);
    }

    /** Asks the process to end, as an operator does, and waits for it. */
    void terminate() throws IOException, InterruptedException {
        // Not through the Process itself, which would close the output that is still to come.
        process.toHandle().destroy();
        exitCode();
    }

    /** Ends the process without warning, and waits until it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Sends the process a signal by name, such as STOP. */
    void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("kill -" + name + " ended with " + code);
        }
    }

    /** Returns the processor time that the process has had so far. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Returns the id of the process. */
    long pid() {
        return process.pid();
    }

    /** Returns what the command said on standard error. */
    String messages() throws IOException {
        return Files.readString(errors);
    }

    /** Returns the largest resident set in MB; the process must have ended. */
    long peakMegabytes() throws IOException {
        return PeakMemory.megabytes(figures);
    }

    /** Ends the process at once, if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
