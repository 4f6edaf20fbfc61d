package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.file.OwnerOnly;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.http.Sleeper;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code atr export} is killed without warning while files come slowly, and called again; after how many bytes, a seed says.
 * In the end the folder holds what an undisturbed export brings, no whole file came twice, and of one that was open at most
 * 8 MB.
 */
class KilledExportTest {
    /** Enough for files of more than 8 MB. */
    private static final int MEMBERS = 25_000;

    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final Duration GLANCE = Duration.ofMillis(2);

    @TempDir
    private static Path home;

    private static RunningProducer producer;
    private static Path key;
    private static List<DownloadedFile> undisturbed;

    @TempDir
    private Path folder;

    private final SlowFiles files = new SlowFiles(PAUSE);

    @BeforeAll
    static void start() throws Exception {
        producer = RunningProducer.withSample(Database.H2, home, MEMBERS, 4);
        key = home.resolve("key.json");
        Files.createFile(key, OwnerOnly.file(key));
        Files.writeString(key, producer.clientKey().jwk());
        undisturbed = producer.exports(FhirVersion.R4)
                .download(
                        ExportRequest.attributionList(SamplePayer.OPEN_LIST),
                        home.resolve("undisturbed"),
                        DownloadOptions.DEFAULT)
                .files();
    }

    @AfterAll
    static void stop() {
        producer.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {20261201, 20261202, 20261203, 20261204})
    @Requirement("BULK-FILE-014")
    void whatCameIsNotFetchedAgain(long seed) throws Exception {
        kill(seed, 2);
    }

    @ParameterizedTest
    @MethodSource
    @Tag("soak")
    @Requirement("BULK-FILE-014")
    void whatCameIsNotFetchedAgainFortyTimes(long seed) throws Exception {
        kill(seed, 4);
    }

    static LongStream whatCameIsNotFetchedAgainFortyTimes() {
        return LongStream.range(20261210, 20261250);
    }

    private void kill(long seed, int kills) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        producer.putInFront(files::before);
        long all = undisturbed.stream().mapToLong(DownloadedFile::bytes).sum();
        for (int i = 0; i < kills; i++) {
            long until = files.sent() + random.nextLong((all - Math.min(all, files.sent())) * 2 / 3 + 1);
            try (AtrProcess process = export()) {
                while (files.sent() < until && !process.endsWithin(0)) {
                    Sleeper.system().sleep(GLANCE);
                }
                process.kill();
            }
            files.killed(out());
            System.out.printf("killed after %d of %d bytes: %s%n", until, all, files.told());
        }

        try (AtrProcess last = export()) {
            assertThat(last.exitCode()).as(last.messages()).isZero();
        }

        files.check();
        try (Stream<Path> names = Files.list(out())) {
            assertThat(names.filter(name -> name.toString().endsWith(".ndjson")))
                    .hasSameSizeAs(undisturbed)
                    .noneMatch(name -> name.toString().endsWith(".part"));
        }
        for (DownloadedFile file : undisturbed) {
            Path name = file.path().getFileName();
            assertThat(sha256(out().resolve(name))).as("%s", name).isEqualTo(file.sha256());
        }
    }

    private AtrProcess export() throws IOException {
        return AtrProcess.start(
                folder,
                "64m",
                Map.of(),
                "export",
                "--fhir-url",
                producer.base(FhirVersion.R4).toString(),
                "--client-id",
                RunningProducer.CLIENT_ID,
                "--key",
                key.toString(),
                "--list",
                SamplePayer.OPEN_LIST.value(),
                "--out",
                out().toString(),
                "--json");
    }

    private Path out() {
        return folder.resolve("out");
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
