package dev.atr.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands of the system, one after the other; their processes' start and end count.
 *
 * @param name its name in the table
 * @param units how much they do
 * @param commands the commands
 */
record CommandContender(String name, long units, List<Command> commands) implements Contender {
    CommandContender {
        commands = List.copyOf(commands);
    }

    /**
     * A command.
     *
     * @param words program and arguments
     * @param output where its output goes; absent to throw it away
     * @param files what it writes beside its output
     */
    record Command(List<String> words, @Nullable Path output, List<Path> files) {
        Command {
            words = List.copyOf(words);
            files = List.copyOf(files);
        }

        static Command of(String... words) {
            return new Command(List.of(words), null, List.of());
        }

        Command to(Path file) {
            return new Command(words, file, files);
        }

        Command writing(List<Path> written) {
            return new Command(words, output, written);
        }

        /** Removes what an earlier run wrote; not measured. */
        void prepare() throws IOException {
            if (output != null) {
                Files.deleteIfExists(output);
            }
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }

        void run() throws IOException, InterruptedException {
            Path errors = Files.createTempFile("atr-bench", ".err");
            try {
                File file = output == null ? null : output.toFile();
                Process process = new ProcessBuilder(words)
                        .redirectOutput(
                                file == null ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.to(file))
                        .redirectError(errors.toFile())
                        .start();
                if (process.waitFor() != 0) {
                    throw new IOException(words.get(0) + " failed: " + Files.readString(errors));
                }
            } finally {
                Files.deleteIfExists(errors);
            }
        }
    }

    @Override
    public String heap() {
        return "–";
    }

    @Override
    public List<Cost> turn() throws IOException, InterruptedException {
        for (Command command : commands) {
            command.prepare();
        }
        long start = System.nanoTime();
        for (Command command : commands) {
            command.run();
        }
        return List.of(new Cost(units, System.nanoTime() - start, 0, 0));
    }

    /** Returns whether a program can be run here. */
    static boolean isInstalled(String program) {
        for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
