package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.ExportJob;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.requirements.Requirement;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many exports are written at once while many more ask how far they are: nobody is told anything but to wait. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the peak of a process's memory is read from /proc")
class ManyExportsTest {
    private static final int EXPORTS_A_CLIENT = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(60);

    @TempDir
    private Path folder;

    @Test
    @Requirement({"BULK-STAT-001", "BULK-STAT-005", "BULK-CAP-005"})
    void eightExportsAndFortyPollersGetAlongTogether() throws Exception {
        run(2_000, 8, 8, 40, Duration.ofMillis(50), "128m");
    }

    @ParameterizedTest(name = "{0} at once")
    @ValueSource(ints = {2, 4, 50})
    @Tag("soak")
    void fiftyLargeExportsAndFiveHundredPollersGetAlongTogether(int workers) throws Exception {
        run(100_000, 50, workers, 500, Duration.ofSeconds(1), "512m");
    }

    private void run(int members, int exports, int workers, int pollers, Duration pause, String heap) throws Exception {
        String url = Postgres.freshDatabase();
        try (Ledger ledger = Ledger.open(LedgerOptions.ofUrl(url).credentials(Postgres.USER, Postgres.PASSWORD))) {
            SamplePayer.of(members, LocalDate.now(ZoneOffset.UTC)).writeTo(ledger, (done, total) -> {});
        }
        SigningKey key = SigningKey.generate("ES384");
        Path jwks = Files.writeString(folder.resolve("key.public.json"), key.publicJwks());
        int clients = exports / EXPORTS_A_CLIENT;
        try (AtrProcess producer = AtrProcess.start(
                        folder,
                        heap,
                        Map.of(),
                        BusyProducer.class,
                        url,
                        folder.resolve("exports").toString(),
                        Integer.toString(workers),
                        Integer.toString(clients),
                        jwks.toString());
                OutgoingClient egress = OutgoingClient.builder().build()) {
            URI base = URI.create(producer.awaitLine("Producer ready at "));
            List<Consumer> consumers = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                consumers.add(Consumer.of(base, "c" + client, key, egress));
            }
            if (pollers > 100) {
                // What is told of a server is not how its process starts
                exportAndPoll(consumers.subList(0, workers / EXPORTS_A_CLIENT), pollers, pause, "starting");
            }
            List<CompletedExport> completed =
                    exportAndPoll(consumers, pollers, pause, members + " members each, " + workers + " at once");
            System.out.printf(
                    "peak %d MB%n", PeakMemory.megabytes(Path.of("/proc", Long.toString(producer.pid()), "status")));
            assertThat(digests(completed)).hasSize(1);
            Exported exported = Exported.read(consumers.get(0).client, completed.get(0), SamplePayer.OPEN_LIST);
            try (Connection database = DriverManager.getConnection(url, Postgres.USER, Postgres.PASSWORD)) {
                exported.assertEqualTo(database, SamplePayer.OPEN_LIST);
            }
        }
    }

    /** Lets every client export twice, and as many ask meanwhile how far that is. */
    private static List<CompletedExport> exportAndPoll(
            List<Consumer> consumers, int pollers, Duration pause, String what) throws InterruptedException {
        int exports = consumers.size() * EXPORTS_A_CLIENT;
        long begin = System.nanoTime();
        List<CompletedExport> completed = new ArrayList<>();
        try (Pollers polling = new Pollers(pause)) {
            List<ExportJob> jobs = new ArrayList<>();
            for (Consumer consumer : consumers) {
                for (int export = 0; export < EXPORTS_A_CLIENT; export++) {
                    ExportJob job = consumer.client.kickOff(ExportRequest.attributionList(SamplePayer.OPEN_LIST));
                    jobs.add(job);
                    for (int poller = 0; poller < pollers / exports; poller++) {
                        polling.add(job.statusUrl(), consumer.tokens);
                    }
                }
            }
            for (ExportJob job : jobs) {
                completed.add(job.await(PATIENCE));
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "%d exports, %s, %d pollers: %.1f s; %s; status polls p50 %.1f ms, p99 %.1f ms, longest %.1f ms;"
                            + " load %.1f%n",
                    exports,
                    what,
                    pollers,
                    seconds,
                    polling.statuses(),
                    polling.millis(0.5),
                    polling.millis(0.99),
                    polling.millis(1),
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
            assertThat(polling.failures()).isEmpty();
            assertThat(polling.statuses().keySet()).isSubsetOf(200, 202, 429);
        }
        return completed;
    }

    /** Returns what the exports say of their files: all the same when they are. */
    private static Set<List<String>> digests(List<CompletedExport> exports) {
        return exports.stream()
                .map(export -> export.manifest().output().stream()
                        .map(entry -> entry.type() + " " + entry.count() + " " + entry.sha256())
                        .toList())
                .collect(Collectors.toSet());
    }

    /** A registered client. */
    private record Consumer(AccessTokenSource tokens, BulkExportClient client) {
        static Consumer of(URI base, String clientId, SigningKey key, OutgoingClient egress) {
            AccessTokenSource tokens =
                    BackendServices.builder(base, clientId, key).egress(egress).build();
            return new Consumer(tokens, new BulkExportClient(ProducerConnection.of(base, tokens, egress)));
        }
    }
}
