package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs the real command in this process. */
final class Shell {
    private Shell() {}

    /** Starts 'atr serve' with its own parsing of the words, but so that the test can end it. */
    static ProducerProcess start(ByteArrayOutputStream out, String... words) throws IOException {
        return start(out, new ByteArrayOutputStream(), words);
    }

    /** Starts it and keeps its messages too. */
    static ProducerProcess start(ByteArrayOutputStream out, ByteArrayOutputStream err, String... words)
            throws IOException {
        Console console = new Console(printer(out), printer(err), false);
        ServeCommand command = new ServeCommand(console);
        new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(Stream.concat(Stream.of("--port", "0"), Stream.of(words))
                        .toArray(String[]::new));
        ProducerProcess process = new ProducerProcess(command, console);
        assertThat(process.start()).isTrue();
        return process;
    }

    /** Starts 'atr listen', so that the test can end it. */
    static ListenProcess listen(ByteArrayOutputStream out, ByteArrayOutputStream err, String... words)
            throws IOException {
        Console console = new Console(printer(out), printer(err), false);
        ListenCommand command = new ListenCommand(console);
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words);
        ListenProcess process = new ListenProcess(command, console);
        assertThat(process.start()).isTrue();
        return process;
    }

    /** Returns where a Producer is that said it is ready. */
    static String ready(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8).replaceAll("(?s).*Producer ready at (\\S+).*", "$1");
    }

    /** Runs a command to its end. */
    static Result run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Atr.run(printer(out), printer(err), words);
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream printer(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** What a command left behind. */
    record Result(int exitCode, String out, String err) {
        /** Asserts that the command gave up with this code and a sentence that says these words, and nothing else. */
        void isRefusal(int code, String... words) {
            assertThat(exitCode).as(err).isEqualTo(code);
            assertThat(err).contains(words);
            showsNoTrace();
        }

        void showsNoTrace() {
            assertThat(err + out).doesNotContain("Exception", "\tat ", "Caused by", "unexpected");
        }
    }
}
