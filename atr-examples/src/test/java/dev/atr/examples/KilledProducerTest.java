package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.CompletedExport;
import dev.atr.examples.Cut.Phase;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A Producer is killed without warning in the midst of an export and started again; the Consumer that waits notices
 * nothing but time, and gets what the database holds. Where it is killed a seed says, within each {@link Cut.Phase}. The
 * two databases are tried side by side, since most of the time is spent waiting for the killed process to be missed.
 */
@Execution(ExecutionMode.CONCURRENT)
class KilledProducerTest {
    private static final long SEED = 20260302;
    private static final Duration MOST = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    @Requirement({"BULK-STAT-001", "BULK-STAT-014", "BULK-MAN-005"})
    void anExportFromTheEmbeddedDatabaseSurvivesItsProducer() throws Exception {
        kill(ServedSample.embedded(folder), cuts(SEED, 1, Phase.GROUP, Phase.PUBLISHED));
    }

    @Test
    @Requirement({"BULK-STAT-001", "BULK-STAT-014", "BULK-MAN-005"})
    void anExportFromPostgresSurvivesItsProducer() throws Exception {
        kill(ServedSample.onPostgres(folder), cuts(SEED + 1, 1, Phase.RESOURCES, Phase.NAMED));
    }

    @Test
    @Tag("soak")
    void twentyExportsFromTheEmbeddedDatabaseSurviveTheirProducer() throws Exception {
        kill(ServedSample.embedded(folder), cuts(SEED + 2, 4, Phase.values()));
    }

    @Test
    @Tag("soak")
    void twentyExportsFromPostgresSurviveTheirProducer() throws Exception {
        kill(ServedSample.onPostgres(folder), cuts(SEED + 3, 4, Phase.values()));
    }

    private static void kill(ServedSample sample, List<Cut> cuts) throws Exception {
        try (sample) {
            kill(sample, cuts, sample.start());
        } catch (Exception | AssertionError e) {
            throw new AssertionError("the Producer said: " + sample.messages(), e);
        }
    }

    private static void kill(ServedSample sample, List<Cut> cuts, AtrProcess first) throws Exception {
        AtrProcess producer = first;
        List<Exported> exports = new ArrayList<>();
        sample.measure();
        for (Cut cut : cuts) {
            Future<CompletedExport> waiting = sample.kickOff();
            sample.await(cut, producer);

            producer.kill();
            Set<String> left = sample.files().keySet();
            producer = sample.start();
            long restarted = System.nanoTime();
            CompletedExport export = waiting.get(MOST.toMillis(), TimeUnit.MILLISECONDS);
            System.out.printf(
                    "%s: left %s; ended %d ms after the restart%n",
                    cut, left, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - restarted));

            exports.add(Exported.read(sample.client(), export, ServedSample.LIST));
            Set<String> names = Exported.names(export);
            assertThat(sample.files().keySet())
                    .as("files on disk after a kill at " + cut)
                    .isEqualTo(names);
            for (String file : left) {
                assertThat(sample.statusOf(file))
                        .as("what was left as " + file)
                        .isEqualTo(names.contains(file) ? 200 : 404);
            }
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

    /** Returns so many moments of each phase. */
    private static List<Cut> cuts(long seed, int count, Phase... phases) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.of(phases)
                .flatMap(phase -> random.doubles(count).mapToObj(at -> new Cut(phase, at)))
                .toList();
    }
}
