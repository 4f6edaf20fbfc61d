package dev.atr.producer.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportParameters;
import dev.atr.producer.spi.TaskRunner;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs and tasks that outlive a process, and that several nodes share. */
class ExportsOnALedgerTest {
    private static final Instant TIME = Instant.parse("2026-03-02T09:00:00.123456Z");

    @TempDir
    private Path folder;

    @Test
    void jobsOutliveTheLedgerThatTookThemIn() {
        ExportJob job = job("a1", new Caller("client", "system/*.rs", Set.of()));
        try (Ledger before = Ledger.open(LedgerOptions.ofDirectory(folder))) {
            before.exportJobs("r4").add(job, 1);
        }

        try (Ledger after = Ledger.open(LedgerOptions.ofDirectory(folder))) {
            assertThat(after.exportJobs("r4").find("a1")).contains(job);
            assertThat(after.exportJobs("r4").running()).containsExactly("a1");
        }
    }

    @OnEachDatabase
    void aProducerSeesItsOwnJobsAlone(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            ExportJob job = job("a1", new Caller("client", "system/*.rs", null));
            ledger.exportJobs("r4").add(job, 1);

            assertThat(ledger.exportJobs("stu3").find("a1")).isEmpty();
            assertThat(ledger.exportJobs("stu3").running()).isEmpty();
            assertThat(ledger.exportJobs("stu3").remove("a1")).isFalse();
            assertThat(ledger.exportJobs("stu3").add(job, 1)).isTrue();
        }
    }

    @OnEachDatabase
    void tasksOutliveTheRunnerThatTookThemIn(TestDatabase database) throws InterruptedException {
        try (Ledger ledger = database.open()) {
            BlockingQueue<String> handled = new LinkedBlockingQueue<>();
            try (TaskRunner before = ledger.taskRunner("r4", 1)) {
                before.start(task -> {
                    handled.add(task);
                    return Optional.of(Duration.ofMillis(1));
                });
                before.submit("a");
                assertThat(handled.poll(1, TimeUnit.MINUTES)).isEqualTo("a");
            }
            handled.clear();

            try (TaskRunner after = ledger.taskRunner("r4", 1)) {
                after.start(task -> {
                    handled.add(task);
                    return Optional.empty();
                });
                assertThat(handled.poll(1, TimeUnit.MINUTES)).isEqualTo("a");
            }
        }
    }

    @OnEachDatabase
    void aRunnerHandsOverTheTasksOfItsProducerAlone(TestDatabase database) throws InterruptedException {
        try (Ledger ledger = database.open();
                TaskRunner r4 = ledger.taskRunner("r4", 1);
                TaskRunner stu3 = ledger.taskRunner("stu3", 1)) {
            BlockingQueue<String> handled = new LinkedBlockingQueue<>();
            r4.start(task -> {
                handled.add("r4 " + task);
                return Optional.empty();
            });
            stu3.start(task -> {
                handled.add("stu3 " + task);
                return Optional.empty();
            });

            stu3.submit("a");
            assertThat(handled.poll(1, TimeUnit.MINUTES)).isEqualTo("stu3 a");
            r4.submit("a");
            assertThat(handled.poll(1, TimeUnit.MINUTES)).isEqualTo("r4 a");
        }
    }

    @OnEachDatabase
    void aLedgerKeepsItsId(TestDatabase database) {
        LedgerOptions options = database == TestDatabase.H2 ? LedgerOptions.ofDirectory(folder) : database.options();
        String id;
        try (Ledger before = Ledger.open(options)) {
            id = before.id();
        }

        try (Ledger after = Ledger.open(options);
                Ledger another = database.open()) {
            assertThat(after.id()).isEqualTo(id).matches("[0-9a-f-]{36}");
            assertThat(another.id()).isNotEqualTo(id);
        }
    }

    @OnEachDatabase
    void aDatabaseThatIsAwayIsSomethingToTryAgain(TestDatabase database) {
        Ledger ledger = database.open();
        ledger.close();

        assertThatThrownBy(() -> ledger.exportJobs("r4").find("a1")).isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> ledger.backend().snapshot(LedgerFixture.CALLER, LedgerFixture.LIST))
                .isInstanceOf(TransportException.class);
    }

    @Test
    void refusesOddNames() {
        try (Ledger ledger = Ledger.open(LedgerOptions.inMemory())) {
            for (String odd : List.of("", "R4", "r-4", "x".repeat(21))) {
                assertThatThrownBy(() -> ledger.exportJobs(odd)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> ledger.taskRunner(odd, 1)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> ledger.taskRunner("r4", 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static ExportJob job(String id, Caller caller) {
        return new ExportJob(
                id,
                caller,
                new ListId("l-1"),
                Canonicals.EXPORT_TYPE,
                ResourceType.ATTRIBUTION_TYPES,
                new ExportParameters(
                        TIME,
                        TIME.plusNanos(1),
                        List.of(new ResourceKey(ResourceType.PATIENT, "12")),
                        List.of("id", "Patient.name"),
                        List.of("Coverage?status=active"),
                        true),
                URI.create("https://payer.example/r4/Group/l-1/$export"),
                TIME,
                ExportJob.State.RUNNING,
                0,
                "waiting",
                null,
                List.of(),
                List.of(),
                null,
                null);
    }
}
