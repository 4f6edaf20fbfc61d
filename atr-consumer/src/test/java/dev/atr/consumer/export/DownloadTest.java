package dev.atr.consumer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.DeadlineException;
import dev.atr.core.error.ExportFailedException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest extends ExportTest {
    private static final DownloadOptions HOW = DownloadOptions.DEFAULT;
    private static final String FAILED = "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"code\":\"exception\"}]}";

    @TempDir
    Path parent;

    private Path folder;

    @BeforeEach
    void offerAnExport() {
        folder = parent.resolve("export");
        producer.on("GET", KICK_OFF, accepted())
                .on(
                        "GET",
                        STATUS,
                        Reply.status(202).with("Retry-After", "30"),
                        manifest(
                                entry("Group", producer.at("/g"), 1),
                                entry("Patient", producer.at("/p"), 3),
                                entry("Coverage", producer.at("/c"))))
                .on("GET", "/g", Reply.lines("{\"resourceType\":\"Group\",\"id\":\"cvmg-2026\"}"))
                .on("GET", "/p", patientFile(3))
                .on("GET", "/c", Reply.lines("{\"resourceType\":\"Coverage\",\"id\":\"c\"}"));
    }

    @Test
    @Requirement("ATR-EXP-025")
    void bringsAWholeExportHome() throws Exception {
        DownloadedExport export = exports.download(REQUEST, folder, HOW);

        assertThat(names())
                .containsExactly(
                        "1-Group.ndjson", "2-Patient.ndjson", "3-Coverage.ndjson", "export.json", "export.lock");
        assertThat(export.filesOf("Patient")).singleElement().satisfies(file -> {
            byte[] bytes = Files.readAllBytes(file.path());
            assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(String.join("\n", patients(3)) + "\n");
            assertThat(file.lines()).isEqualTo(3);
            assertThat(file.bytes()).isEqualTo(bytes.length);
            assertThat(file.sha256())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        });
        assertThat(export.statusUrl()).isEqualTo(producer.at(STATUS));
    }

    @Test
    void keepsOthersOut() throws Exception {
        exports.download(REQUEST, folder, HOW);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        for (String name : names()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void tellsHowItGoesOn() throws Exception {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        AtomicLong bytes = new AtomicLong();

        DownloadedExport export = exports.download(REQUEST, folder, HOW.withListener(new DownloadListener() {
            @Override
            public void exporting(String progress) {
                told.add("exporting");
            }

            @Override
            public void downloading(int files) {
                told.add("downloading " + files);
            }

            @Override
            public void received(ExportFile file, int count) {
                bytes.addAndGet(count);
            }

            @Override
            public void finished(DownloadedFile file) {
                told.add("finished " + file.type());
            }
        }));

        assertThat(told)
                .startsWith("exporting", "downloading 3")
                .contains("finished Group", "finished Patient", "finished Coverage")
                .hasSize(5);
        assertThat(bytes)
                .hasValue(
                        export.files().stream().mapToLong(DownloadedFile::bytes).sum());
    }

    @Test
    @Requirement("BULK-FILE-014")
    void fetchesAFileAgainThatCameShort() throws Exception {
        producer.on("GET", "/p", patientFile(2), patientFile(3).cutShort(), patientFile(3));

        DownloadedExport export = exports.download(REQUEST, folder, HOW);

        assertThat(export.filesOf("Patient").get(0).lines()).isEqualTo(3);
        assertThat(producer.asked("/p")).hasSize(3);
    }

    @Test
    void givesNoFileItsNameThatCameShort() throws Exception {
        producer.on("GET", "/p", patientFile(2));

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(TransportException.class);

        assertThat(names()).doesNotContain("2-Patient.ndjson").noneMatch(name -> name.endsWith(".part"));
    }

    @Test
    void goesOnWhereAnEarlierRunStopped() throws Exception {
        producer.on("GET", "/c", Reply.status(500));
        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW.withThreads(1)))
                .isInstanceOf(RejectedException.class);
        producer.on("GET", "/c", Reply.lines("{\"resourceType\":\"Coverage\",\"id\":\"c\"}"));

        DownloadedExport export = exports.download(REQUEST, folder, HOW);

        assertThat(export.files()).hasSize(3);
        assertThat(producer.asked(KICK_OFF)).hasSize(1);
        assertThat(producer.asked(STATUS)).hasSize(2);
        assertThat(producer.asked("/g")).hasSize(1);
        assertThat(producer.asked("/p")).hasSize(1);
        assertThat(producer.asked("/c")).hasSize(2);
    }

    @Test
    void goesOnFromWhateverAKilledRunLeft() throws Exception {
        producer.on("GET", "/c", Reply.status(500));
        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW.withThreads(1)))
                .isInstanceOf(RejectedException.class);
        producer.on("GET", "/c", Reply.lines("{\"resourceType\":\"Coverage\",\"id\":\"c\"}"));
        Files.writeString(folder.resolve("export.json.part"), "{\"form");
        Files.writeString(folder.resolve("3-Coverage.ndjson.part"), "{\"resou");
        Files.writeString(folder.resolve("2-Patient.ndjson"), "cut");

        DownloadedExport export = exports.download(REQUEST, folder, HOW);

        assertThat(export.filesOf("Patient").get(0).path()).hasContent(String.join("\n", patients(3)));
        assertThat(names()).noneMatch(name -> name.endsWith(".part"));
    }

    @Test
    void goesOnWaitingForTheSameJob() throws Exception {
        producer.on("GET", STATUS, Reply.status(202).with("Retry-After", "600"));
        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW.withTimeout(Duration.ofMinutes(1))))
                .isInstanceOf(DeadlineException.class);
        producer.on("GET", STATUS, manifest());

        DownloadedExport export = exports.download(REQUEST, folder, HOW);

        assertThat(export.files()).isEmpty();
        assertThat(producer.asked(KICK_OFF)).hasSize(1);
    }

    @Test
    void beginsAnotherJobAfterOneThatFailed() throws Exception {
        producer.on("GET", STATUS, Reply.fhir(500, FAILED), manifest());
        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(ExportFailedException.class);

        exports.download(REQUEST, folder, HOW);

        assertThat(producer.asked(KICK_OFF)).hasSize(2);
    }

    @Test
    @Requirement("BULK-FILE-011")
    void asksForNewAddressesWhenTheyExpired() throws Exception {
        producer.on(
                        "GET",
                        STATUS,
                        manifest(entry("Group", producer.at("/g"), 1), entry("Patient", producer.at("/old"), 3)),
                        manifest(entry("Group", producer.at("/g2"), 1), entry("Patient", producer.at("/p"), 3)))
                .on("GET", "/old", Reply.status(410));

        DownloadedExport export = exports.download(REQUEST, folder, HOW.withThreads(1));

        assertThat(export.files()).hasSize(2);
        assertThat(producer.asked("/g")).hasSize(1);
        assertThat(producer.asked("/g2")).isEmpty();
    }

    @Test
    void beginsAnewWhenTheJobExpiredHalfway() throws Exception {
        producer.on(
                        "GET",
                        STATUS,
                        manifest(entry("Group", producer.at("/g"), 1), entry("Patient", producer.at("/old"), 3)),
                        Reply.status(404),
                        manifest(entry("Patient", producer.at("/p"), 3)))
                .on("GET", "/old", Reply.status(404));
        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW.withThreads(1)))
                .isInstanceOf(RejectedException.class);
        assertThat(folder).doesNotExist();

        DownloadedExport export = exports.download(REQUEST, folder, HOW);

        assertThat(export.files()).hasSize(1);
        assertThat(producer.asked(KICK_OFF)).hasSize(2);
    }

    @Test
    void fetchesOneAddressOnce() throws Exception {
        producer.on(
                "GET",
                STATUS,
                manifest(
                        entry("Patient", producer.at("/p"), 3),
                        entry("Patient", producer.at("/p"), 3),
                        entry("Coverage", producer.at("/c"), 1)));

        exports.download(REQUEST, folder, HOW);

        assertThat(producer.asked("/p")).hasSize(1);
        assertThat(names()).contains("1-Patient.ndjson", "3-Coverage.ndjson").hasSize(4);
    }

    @Test
    void downloadsManyFilesAtOnce() throws Exception {
        List<String> entries = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            producer.on("GET", "/many/" + i, patientFile(i));
            entries.add(entry("Patient", producer.at("/many/" + i), i));
        }
        producer.on("GET", STATUS, manifest(entries.toArray(new String[0])));

        DownloadedExport export = exports.download(REQUEST, folder, HOW);

        assertThat(export.files())
                .extracting(DownloadedFile::lines)
                .isEqualTo(Stream.iterate(1L, i -> i + 1).limit(40).toList());
    }

    @Test
    void asksForFewerFilesAtOnceWhenTheProducerIsBusy() throws Exception {
        int threads = 8;
        CyclicBarrier allAtOnce = new CyclicBarrier(threads);
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger open = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Integer> tooMany = new CopyOnWriteArrayList<>();
        HttpServer files = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService workers = Executors.newCachedThreadPool();
        files.setExecutor(workers);
        files.createContext("/", exchange -> {
            try (exchange) {
                if (refused.getAndIncrement() < threads) {
                    await(allAtOnce);
                    exchange.getResponseHeaders().set("Retry-After", "90");
                    exchange.sendResponseHeaders(429, -1);
                    return;
                }
                if (open.incrementAndGet() > 1 + done.get()) {
                    tooMany.add(open.get());
                }
                byte[] body = (patient(1) + "\n").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                open.decrementAndGet();
                done.incrementAndGet();
                exchange.getResponseBody().write(body);
            }
        });
        files.start();
        try {
            List<String> entries = new ArrayList<>();
            for (int i = 1; i <= 24; i++) {
                entries.add(entry(
                        "Patient",
                        URI.create("http://127.0.0.1:" + files.getAddress().getPort() + "/" + i),
                        1));
            }
            producer.on("GET", STATUS, manifest(entries.toArray(new String[0])));

            DownloadedExport export = exports.download(REQUEST, folder, HOW.withThreads(threads));

            assertThat(export.files()).hasSize(24);
            assertThat(tooMany)
                    .as("more at once than files that came since it was busy")
                    .isEmpty();
            assertThat(clock.sleeps())
                    .filteredOn(Duration.ofSeconds(90)::equals)
                    .hasSize(threads);
        } finally {
            files.stop(0);
            workers.shutdownNow();
        }
    }

    @Test
    void givesUpAtLastWhenTheProducerStaysBusy() {
        producer.on("GET", "/p", Reply.status(503).with("Retry-After", "60"));

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("503");

        assertThat(producer.asked("/p")).hasSize(21);
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    @Test
    void endsAllTransfersWithTheFirstFailure() {
        producer.on("GET", "/g", ScriptedPeer.NEVER)
                .on("GET", "/p", Reply.status(500))
                .on("GET", "/c", ScriptedPeer.NEVER);

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW))
                .isInstanceOf(RejectedException.class)
                .hasMessage("file of Patient: refused with 500");

        assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(30));
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        producer.on("GET", "/g", Reply.status(500));

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(RejectedException.class);

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("atr-download"));
    }

    @Test
    void fetchesTheFilesOfAFinishedExport() throws Exception {
        CompletedExport finished = job().await(Duration.ofHours(1));

        DownloadedExport export = exports.download(finished, folder, HOW);

        assertThat(export.files()).hasSize(3);
        assertThat(export.transactionTime()).isEqualTo(finished.transactionTime());
    }

    @Test
    void mixesNoTwoExportsInOneFolder() throws Exception {
        producer.on("GET", "/c", Reply.status(500));
        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(RejectedException.class);
        ExportRequest other = REQUEST.patient(new ResourceKey(ResourceType.PATIENT, "pat-1"));

        assertThatThrownBy(() -> exports.download(other, folder, HOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("folder: holds the export of another request");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 401, 403, 404, 429, 500, 503, 504})
    void takesAwayTheFolderThatItMadeWhenTheKickOffFails(int status) {
        producer.on("GET", KICK_OFF, Reply.status(status));

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(AtrException.class);

        assertThat(folder).doesNotExist();
    }

    @Test
    void takesAwayTheFolderThatItMadeWhenNobodyAnswers() {
        producer.close();

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(TransportException.class);

        assertThat(folder).doesNotExist();
    }

    @Test
    void leavesAFolderThatItFoundAsEmptyAsItWas() throws Exception {
        Files.createDirectory(folder);
        producer.on("GET", KICK_OFF, Reply.status(404));

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(RejectedException.class);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void takesAnotherRequestAfterOneThatWasRefused() throws Exception {
        producer.on("GET", KICK_OFF, Reply.status(400), Reply.status(400), accepted());
        ExportRequest other = REQUEST.since(Instant.EPOCH);
        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(RejectedException.class);

        DownloadedExport export = exports.download(other, folder, HOW);

        assertThat(export.files()).hasSize(3);
    }

    @Test
    void takesAnotherRequestAfterAJobThatFailed() throws Exception {
        producer.on("GET", STATUS, Reply.fhir(500, FAILED), manifest());
        ExportRequest other = REQUEST.since(Instant.EPOCH);
        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(ExportFailedException.class);

        DownloadedExport export = exports.download(other, folder, HOW);

        assertThat(export.files()).isEmpty();
    }

    @Test
    void writesIntoNoFile() throws Exception {
        Files.writeString(folder, "mine");

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("folder: is a file");
    }

    @Test
    void leavesAFinishedExportAsItIs() throws Exception {
        exports.download(REQUEST, folder, HOW);

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("folder: holds a finished export");
        assertThat(producer.asked()).extracting(Asked::path).containsOnlyOnce(KICK_OFF);
    }

    @Test
    void writesNothingIntoAFolderOfOtherThings() throws Exception {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("thesis.txt"), "x");

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW)).isInstanceOf(IllegalArgumentException.class);

        assertThat(names()).containsExactly("thesis.txt");
    }

    @Test
    void sharesItsFolderWithNobody() throws Exception {
        List<String> refused = new ArrayList<>();
        producer.on("GET", STATUS, Reply.status(202), manifest());

        exports.download(REQUEST, folder, HOW.withListener(new DownloadListener() {
            @Override
            public void exporting(String progress) {
                assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW))
                        .isInstanceOf(IllegalArgumentException.class)
                        .satisfies(e -> refused.add(e.getMessage()));
            }
        }));

        assertThat(refused).containsExactly("folder: another download is using it");
    }

    @Test
    void refusesAJournalThatItDidNotWrite() throws Exception {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("export.json"), "{\"format\":7}");

        assertThatThrownBy(() -> exports.download(REQUEST, folder, HOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("export.json");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
