package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HandClock;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that somebody begins more than once: after a failure that passes, after a restart, and on two nodes at a time. */
class AttemptsTest {
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";

    @TempDir
    private Path folder;

    private DirectoryExportFiles files;
    private final ExportJobStore jobs = ExportJobs.inMemory();
    private final BrokenBackend backend =
            new BrokenBackend(new InMemoryBackend(SampleLists.standard(), new HandClock("2026-03-02T09:00:00Z")));
    private ProducerFixture node;

    @BeforeEach
    void startNode() {
        files = DirectoryExportFiles.open(folder.resolve("exports"));
        node = ProducerFixture.over(
                backend,
                folder.resolve("unused"),
                builder -> builder.exportJobs(jobs).exportFiles(files).exportsPerClient(1));
    }

    @AfterEach
    void stopNode() {
        node.close();
        files.close();
    }

    @Test
    void whatAClosedProducerLeavesIsDoneByTheNext() {
        String status = node.kickOff(OPERATION);
        node.close();

        try (ProducerFixture next = otherNode()) {
            next.executor.runAll();

            assertThat(next.get(status).status()).isEqualTo(200);
        }
    }

    @Test
    void aProducerThatIsClosedWhileItWritesLeavesTheJobToTheNext() throws InterruptedException {
        String status = node.kickOff(OPERATION);
        Thread closer = new Thread(node::close);
        backend.onRow = () -> {
            // Closing waits for this run, so that it must come from another thread.
            closer.start();
            backend.onRow = () -> {
                while (node.get(OPERATION).status() != 503) {
                    Thread.onSpinWait();
                }
            };
        };

        node.executor.runAll();
        closer.join();

        assertThat(backend.openSnapshots).isZero();
        assertThat(filesOf(status)).isEmpty();
        assertThat(node.get(status).status()).isEqualTo(202);
        try (ProducerFixture next = otherNode()) {
            next.executor.runAll();
            assertThat(next.get(status).status()).isEqualTo(200);
            assertThat(filesOf(status)).isNotEmpty().allMatch(name -> name.startsWith("2."));
        }
    }

    @Test
    void whatWasKickedOffAndNeverHandedInIsDoneAtTheNextStart() {
        String status = node.kickOff(OPERATION);

        try (ProducerFixture other = otherNode()) {
            other.executor.runAll();

            assertThat(other.get(status).status()).isEqualTo(200);
        }
    }

    @Test
    void anOlderAttemptPublishesNothing() {
        String status = node.kickOff(OPERATION);
        backend.onRow = () -> {
            jobs.begin(id(status), 1);
            backend.onRow = () -> {};
        };

        node.executor.runAll();

        assertThat(node.get(status).status()).isEqualTo(202);
        assertThat(job(status).attempt()).isEqualTo(2);
        assertThat(filesOf(status)).isEmpty();
    }

    @Test
    void anOlderAttemptThatFailsLeavesTheLaterOneAlone() {
        String status = node.kickOff(OPERATION);
        try (ProducerFixture other = otherNode()) {
            backend.onRow = () -> {
                backend.onRow = () -> {};
                other.executor.runAll();
                backend.failing = true;
            };

            node.executor.runAll();

            JsonObject manifest = node.get(status).json();
            assertThat(filesOf(status)).isNotEmpty().allMatch(name -> name.startsWith("2."));
            assertThat(node.get(ProducerFixture.file(manifest, "output", "Patient"))
                            .text()
                            .lines())
                    .hasSize(6);
        }
    }

    @Test
    void anAttemptRemovesTheFilesOfOlderOnesAlone() throws IOException {
        String status = node.kickOff(OPERATION);
        jobs.begin(id(status), 1);
        write(id(status), "1.Group.0001.ndjson");
        write(id(status), "9.Group.0001.ndjson");

        node.executor.runAll();

        assertThat(filesOf(status))
                .doesNotContain("1.Group.0001.ndjson")
                .contains("2.Group.0001.ndjson", "9.Group.0001.ndjson");
    }

    @Test
    void theStartRemovesTheFilesOfOlderAttempts() throws IOException {
        String status = node.kickOff(OPERATION);
        node.executor.runAll();
        List<String> listed = filesOf(status);
        write(id(status), "0.Group.0001.ndjson");
        write("deadbeef", "1.Group.0001.ndjson");

        otherNode().close();

        assertThat(filesOf(status)).containsExactlyInAnyOrderElementsOf(listed);
        assertThat(files.jobs()).doesNotContain("deadbeef");
    }

    @Test
    void theStartRemovesWhatHasExpired() throws IOException {
        String status = node.kickOff(OPERATION);
        node.executor.runAll();
        HandClock later = new HandClock("2026-03-02T09:00:00Z");
        later.turn(AtrProducer.DEFAULT_EXPORT_LIFE);

        otherNode(later).close();

        assertThat(jobs.find(id(status))).isEmpty();
        assertThat(files.jobs()).isEmpty();
    }

    @Test
    @Requirement("BULK-DEL-002")
    void aJobDeletedByWayOfAnotherNodeStopsSoon() throws InterruptedException, IOException {
        String status = node.kickOff(OPERATION);
        CountDownLatch began = new CountDownLatch(1);
        backend.rows = EndlessRows::new;
        backend.onRow = began::countDown;
        Thread writer = new Thread(node.executor::runAll);
        writer.start();
        await(began);

        jobs.remove(id(status));
        writer.join(Duration.ofMinutes(1).toMillis());

        assertThat(writer.isAlive()).isFalse();
        assertThat(backend.openSnapshots).isZero();
        assertThat(files.jobs()).isEmpty();
    }

    @Test
    @Requirement("BULK-DEL-002")
    void aDeletedJobEndsInTheMidstOfARowThatDoesNotCome() throws InterruptedException, IOException {
        String status = node.kickOff(OPERATION);
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        backend.onRow = () -> {
            waits.countDown();
            await(cancelled);
            throw new IllegalStateException("the query was cancelled");
        };
        backend.onCancel = cancelled::countDown;
        Thread writer = new Thread(node.executor::runAll);
        writer.start();
        await(waits);

        Answer deleted = node.send("DELETE", status, "", node.as(ProducerFixture.CONSUMER));
        writer.join(Duration.ofMinutes(1).toMillis());

        assertThat(deleted.status()).isEqualTo(202);
        assertThat(writer.isAlive()).isFalse();
        assertThat(backend.openSnapshots).isZero();
        assertThat(node.get(status).status()).isEqualTo(404);
        assertThat(files.jobs()).isEmpty();
    }

    @Test
    void aFailureThatPassesIsTriedAgain() {
        backend.passingFailures = 1;
        String status = node.kickOff(OPERATION);

        node.executor.awaitAndRun();
        Answer meanwhile = node.get(status);
        node.executor.awaitAndRun();

        assertThat(meanwhile.status()).isEqualTo(202);
        assertThat(node.get(status).status()).isEqualTo(200);
        assertThat(filesOf(status)).isNotEmpty().allMatch(name -> name.startsWith("2."));
    }

    @Test
    void aJobIsGivenUpAfterTenAttempts() {
        String status = node.kickOff(OPERATION);
        for (int n = 0; n < 10; n++) {
            jobs.begin(id(status), 1);
        }

        node.executor.runAll();

        Answer answer = node.get(status);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains("begun 10 times");
    }

    @Test
    void aJobThatIsGivenUpSaysHowFarItCame() {
        backend.passingFailures = 1;
        String status = node.kickOff(OPERATION);
        for (int n = 1; n < 10; n++) {
            jobs.begin(id(status), 1);
        }
        node.executor.runAll();

        try (ProducerFixture next = otherNode()) {
            next.executor.runAll();

            assertThat(next.get(status).status()).isEqualTo(500);
            assertThat(next.get(status).text()).contains("begun 10 times", "2 of 8", "at Coverage");
        }
    }

    @Test
    @Requirement("BULK-KICK-007")
    void aJobWaitsWhileEnoughOthersOfItsClientAreWritten() {
        String first = node.kickOff(OPERATION);
        String second = node.kickOff(OPERATION);
        List<Integer> attempts = new ArrayList<>();
        backend.onRow = () -> {
            backend.onRow = () -> {};
            node.executor.runAll();
            attempts.add(job(second).attempt());
        };

        node.executor.awaitAndRun();
        node.executor.awaitAndRun();

        assertThat(attempts).containsExactly(0);
        assertThat(node.get(first).status()).isEqualTo(200);
        assertThat(node.get(second).status()).isEqualTo(200);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private ProducerFixture otherNode() {
        return otherNode(new HandClock("2026-03-02T09:00:00Z"));
    }

    private ProducerFixture otherNode(Clock clock) {
        return ProducerFixture.of(
                folder.resolve("unused too"),
                builder -> builder.exportJobs(jobs).exportFiles(files).clock(clock));
    }

    private ExportJob job(String status) {
        return jobs.find(id(status)).orElseThrow();
    }

    private static String id(String status) {
        return status.substring(status.lastIndexOf('/') + 1);
    }

    private List<String> filesOf(String status) {
        try {
            return files.names(id(status));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String job, String name) throws IOException {
        try (ExportFiles.Pending file = files.create(job, name)) {
            file.stream().write("{}\n".getBytes(StandardCharsets.UTF_8));
            file.publish();
        }
    }

    /** Rows in ascending order that no export comes to the end of. */
    private static final class EndlessRows extends AbstractList<Member> {
        private final Member first;

        EndlessRows(List<Member> rows) {
            this.first = rows.get(0);
        }

        @Override
        public Member get(int index) {
            return new Member(
                    Reference.to(ResourceType.PATIENT, String.format("%010d", index)),
                    first.coverage(),
                    first.provider(),
                    first.period(),
                    first.inactive(),
                    first.changeType(),
                    first.other());
        }

        @Override
        public int size() {
            return Integer.MAX_VALUE;
        }
    }
}
