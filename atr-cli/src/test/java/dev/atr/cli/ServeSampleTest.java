package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample whose writing was interrupted never passes for a whole one, and is not mixed with another. */
class ServeSampleTest {
    private static final int MEMBERS = 6_000;
    private static final LocalDate TODAY = LocalDate.of(2026, 6, 15);

    @TempDir
    private Path work;

    @Test
    void completesWhatAnEarlierStartBegan() throws IOException {
        begin("data", 7_000);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        Shell.start(out, "--data", data("data"), "--sample", Integer.toString(MEMBERS))
                .close();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("List juniper-open", "List lakeside-draft", "List northgate-final");
        Shell.start(out, "--data", data("data")).close();
    }

    @Test
    void doesNotServeHalfASample() {
        begin("data", 7_000);

        Shell.Result result = Shell.run("serve", "--port", "0", "--data", data("data"));

        result.isRefusal(ExitCode.DATA, "interrupted", "--sample " + MEMBERS);
    }

    @Test
    void doesNotCompleteASampleWithAnother() {
        begin("data", 7_000);

        Shell.Result result = Shell.run("serve", "--port", "0", "--data", data("data"), "--sample", "25");

        result.isRefusal(ExitCode.USAGE, "25", "" + MEMBERS);
    }

    @Test
    void doesNotPassOneSampleForAnother() throws IOException {
        Shell.start(new ByteArrayOutputStream(), "--data", data("data"), "--sample", "30")
                .close();

        Shell.Result result = Shell.run("serve", "--port", "0", "--data", data("data"), "--sample", "40");

        result.isRefusal(ExitCode.USAGE, "--sample 40", "a sample of 30 members");
    }

    @Test
    void endsCleanlyWhenToldToStopBeforeItIsReady() throws Exception {
        Process serving = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Atr.class.getName(),
                        "serve",
                        "--port",
                        "0",
                        "--data",
                        data("data"),
                        "--sample",
                        "200000")
                .start();
        try (BufferedReader said = serving.errorReader(StandardCharsets.UTF_8)) {
            assertThat(said.lines().anyMatch(line -> line.startsWith("Sample: ")))
                    .isTrue();

            serving.toHandle().destroy();

            assertThat(said.lines()).isEmpty();
            assertThat(serving.waitFor()).isEqualTo(ExitCode.DONE);
        } finally {
            serving.destroyForcibly();
        }
        Shell.run("serve", "--port", "0", "--data", data("data")).isRefusal(ExitCode.DATA, "interrupted");
    }

    /** Writes a sample up to a step, as a start does that is killed there. */
    private void begin(String name, long step) {
        try (Ledger ledger = Ledger.open(LedgerOptions.ofDirectory(work.resolve(name)))) {
            assertThatThrownBy(() -> SamplePayer.of(MEMBERS, TODAY).writeTo(ledger, (done, total) -> {
                        if (done >= step) {
                            throw new IllegalStateException("killed");
                        }
                    }))
                    .hasMessage("killed");
        }
    }

    private String data(String name) {
        return work.resolve(name).toString();
    }
}
