package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.CompletedExport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an export costs the Producer's process by the length of the list: a figure to be read, not asserted. */
@Tag("soak")
class LinearCostTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} members, {1} exports")
    @CsvSource({"10000, 40", "100000, 8", "1000000, 2"})
    void anExportOfTenTimesTheMembersTakesTenTimesTheProcessorTime(int members, int exports) throws Exception {
        try (ServedSample sample = ServedSample.onPostgres(Files.createTempDirectory(folder, "sample"), members)) {
            AtrProcess producer = sample.start();
            try (Connection database = sample.database();
                    Statement statement = database.createStatement()) {
                // As the server itself does some time later: then nothing of it falls into the measuring.
                statement.execute("vacuum analyze");
            }
            // As many again before, so that everything is compiled.
            export(sample, exports);
            Duration before = producer.processorTime();
            export(sample, exports);
            Duration took = producer.processorTime().minus(before);

            System.out.printf(
                    "%d members: %.2f µs of processor time a member, mean of %d exports%n",
                    members, took.toNanos() / 1e3 / exports / members, exports);
            assertThat(took).isPositive();
        }
    }

    private static void export(ServedSample sample, int times) throws Exception {
        for (int time = 0; time < times; time++) {
            CompletedExport export = sample.kickOff().get();
            sample.client().resume(export.statusUrl()).delete();
        }
    }
}
