package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.CompletedExport;
import dev.atr.http.Sleeper;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two nodes share a database and a folder of export files. The one that writes an export is stopped in its tracks for so
 * long that the other takes the export over; woken up, it changes nothing.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are paused with signals and watched in /proc")
@Execution(ExecutionMode.CONCURRENT)
class PausedProducerTest {
    private static final Duration GLANCE = Duration.ofMillis(20);

    @TempDir
    private Path folder;

    @Test
    @Requirement({"BULK-STAT-014", "BULK-MAN-005"})
    void anotherNodeFinishesWhatAPausedOneBegan() throws Exception {
        ServedSample sample = ServedSample.onPostgres(folder);
        try (sample;
                Gateway gateway = new Gateway(sample.port())) {
            int port = ServedSample.freePort();
            AtrProcess first = sample.start(port);
            gateway.leadTo(port);
            sample.measure();
            Future<CompletedExport> waiting = sample.kickOff();
            sample.await(new Cut(Cut.Phase.RESOURCES, 0.3), first);

            first.signal("STOP");
            assertThat(exportFilesOpenIn(first))
                    .as("paused in the midst of a file")
                    .isPositive();
            int otherPort = ServedSample.freePort();
            sample.start(otherPort);
            gateway.leadTo(otherPort);
            CompletedExport export = waiting.get();
            Exported exported = Exported.read(sample.client(), export, ServedSample.LIST);
            Map<String, Long> files = sample.files();
            first.signal("CONT");
            while (exportFilesOpenIn(first) > 0) {
                Sleeper.system().sleep(GLANCE);
            }

            assertThat(sample.files()).isEqualTo(files);
            assertThat(files.keySet()).isEqualTo(Exported.names(export)).allMatch(name -> name.startsWith("2."));
            assertThat(Exported.read(sample.client(), export, ServedSample.LIST))
                    .isEqualTo(exported);
            assertThat(sample.unendedJobs()).isZero();
            try (Connection database = sample.database()) {
                exported.assertEqualTo(database, ServedSample.LIST);
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError("the nodes said: " + sample.messages(), e);
        }
    }

    private static long exportFilesOpenIn(AtrProcess node) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(node.pid()), "fd"))) {
            return open.filter(PausedProducerTest::isExportFile).count();
        }
    }

    private static boolean isExportFile(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains(".ndjson");
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }
}
