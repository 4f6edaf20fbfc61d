package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.CompletedExport;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A Producer is killed without warning while it writes an export, at points that a seed names, and started again; the
 * Consumer that waits notices nothing but time, and gets what the database holds. The two databases are tried side by
 * side, since most of the time is spent waiting for the killed process to be missed.
 */
@Execution(ExecutionMode.CONCURRENT)
class KilledProducerTest {
    private static final long SEED = 20260302;

    @TempDir
    private Path folder;

    @Test
    @Requirement({"BULK-STAT-001", "BULK-STAT-014", "BULK-MAN-005"})
    void anExportFromTheEmbeddedDatabaseSurvivesItsProducer() throws Exception {
        kill(ServedSample.embedded(folder), points(SEED, 2));
    }

    @Test
    @Requirement({"BULK-STAT-001", "BULK-STAT-014", "BULK-MAN-005"})
    void anExportFromPostgresSurvivesItsProducer() throws Exception {
        kill(ServedSample.onPostgres(folder), points(SEED + 1, 2));
    }

    @Test
    @Tag("soak")
    void twentyExportsFromTheEmbeddedDatabaseSurviveTheirProducer() throws Exception {
        kill(ServedSample.embedded(folder), points(SEED + 2, 20));
    }

    @Test
    @Tag("soak")
    void twentyExportsFromPostgresSurviveTheirProducer() throws Exception {
        kill(ServedSample.onPostgres(folder), points(SEED + 3, 20));
    }

    private static void kill(ServedSample sample, List<Double> points) throws Exception {
        try (sample) {
            kill(sample, points, sample.start());
        } catch (Exception | AssertionError e) {
            throw new AssertionError("the Producer said: " + sample.messages(), e);
        }
    }

    private static void kill(ServedSample sample, List<Double> points, AtrProcess first) throws Exception {
        AtrProcess producer = first;
        List<Exported> exports = new ArrayList<>();
        sample.measure();
        for (double point : points) {
            Future<CompletedExport> waiting = sample.kickOff();
            sample.awaitWritten(point);

            producer.kill();
            producer = sample.start();
            CompletedExport export = waiting.get();

            exports.add(Exported.read(sample.client(), export, ServedSample.LIST));
            assertThat(sample.files().keySet())
                    .as("files on disk after a kill at " + point)
                    .isEqualTo(Exported.names(export));
            sample.client().resume(export.statusUrl()).delete();
            assertThat(sample.files()).isEmpty();
        }
        producer.terminate();

        assertThat(sample.unendedJobs()).isZero();
        try (Connection database = sample.database()) {
            for (Exported exported : exports) {
                exported.assertEqualTo(database, ServedSample.LIST);
            }
        }
    }

    /** Points of an export as parts of its bytes. */
    private static List<Double> points(long seed, int count) {
        return new SplittableRandom(seed).doubles(count, 0, 0.95).boxed().toList();
    }
}
