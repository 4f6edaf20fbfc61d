package dev.atr.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Does a {@link Job} in a new JVM each turn.
 *
 * @param name its name in the table
 * @param heap its largest heap
 * @param job what to do
 * @param warmUps how often it is done before it counts
 * @param runs how often it counts in a turn
 * @param cold whether what counts is the whole life of the JVM, from the start of the process to its end
 * @param args what the job takes
 */
record JvmContender(String name, String heap, Job job, int warmUps, int runs, boolean cold, List<String> args)
        implements Contender {
    JvmContender {
        args = List.copyOf(args);
    }

    /** Returns a contender that warms up: once before it counts, then three times. */
    static JvmContender warm(String name, String heap, Job job, Object... args) {
        return new JvmContender(name, heap, job, 1, 3, false, texts(args));
    }

    /** Returns a contender whose process counts from its start to its end. */
    static JvmContender cold(String name, String heap, Job job, Object... args) {
        return new JvmContender(name, heap, job, 0, 1, true, texts(args));
    }

    /** Returns a contender that does its work once a turn, in a JVM that is just up. */
    static JvmContender once(String name, String heap, Job job, Object... args) {
        return new JvmContender(name, heap, job, 0, 1, false, texts(args));
    }

    private static List<String> texts(Object... args) {
        List<String> texts = new ArrayList<>();
        for (Object arg : args) {
            texts.add(arg.toString());
        }
        return texts;
    }

    @Override
    public List<Cost> turn() throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of(Worker.class.getName(), job.name(), Integer.toString(warmUps), Integer.toString(runs)));
        words.addAll(args);
        Path errors = Files.createTempFile("atr-bench", ".err");
        try {
            long start = System.nanoTime();
            Process process = jvm(heap, words).redirectError(errors.toFile()).start();
            List<Cost> costs = new ArrayList<>();
            try (BufferedReader lines = process.inputReader()) {
                lines.lines().filter(Cost::isLine).map(Cost::parse).forEach(costs::add);
            }
            if (process.waitFor() != 0 || costs.size() != runs) {
                throw new IOException(name + " failed: " + Files.readString(errors));
            }
            long nanos = System.nanoTime() - start;
            return cold ? costs.stream().map(cost -> cost.withNanos(nanos)).toList() : costs;
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    /** Returns a JVM with our class path and the settings that {@code bin/atr} gives. */
    static ProcessBuilder jvm(String heap, List<String> words) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-Dsun.net.httpserver.nodelay=true",
                "-Djdk.httpclient.bufsize=262144"));
        line.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder;
    }
}
