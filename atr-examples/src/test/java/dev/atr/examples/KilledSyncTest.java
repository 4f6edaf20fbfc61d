package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListSync;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.file.OwnerOnly;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.http.Sleeper;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code atr sync} is killed without warning, and called again; at which moment, a seed says. In the end the copy is that
 * of a run that nobody disturbed, and so are the changes: each stands in the database once.
 */
@Execution(ExecutionMode.CONCURRENT)
class KilledSyncTest {
    private static final ListId LIST = SamplePayer.OPEN_LIST;
    private static final int MEMBERS = 2_000;
    private static final Duration GLANCE = Duration.ofMillis(2);
    private static final int LATEST_MILLIS = 1_500;
    private static final String CHANGES =
            "select r.run - (select min(run) from atr_sync.sync_run where state = 'applied'),"
                    + " c.change_no, c.kind, c.patient, c.provider_before, c.provider, c.coverage_before, c.coverage"
                    + " from atr_sync.member_change c join atr_sync.sync_run r on r.run = c.run";

    @TempDir
    private Path folder;

    private final SlowFiles files = new SlowFiles(Duration.ofMillis(60));

    /** What the work folder, or the database, shows of a run. */
    private enum Moment {
        /** The export is asked for. */
        KICKED_OFF,
        /** Some file has its name. */
        FETCHING,
        /** All files have; the database is at work from here on. */
        FETCHED,
        /** The transaction of the copy is open; in a file nobody but the process itself sees that. */
        IN_TRANSACTION
    }

    @ParameterizedTest
    @ValueSource(longs = {20261123, 20261124, 20261125, 20261126})
    @Requirement("BULK-KICK-035")
    void everyChangeIsFoundOnce(long seed) throws Exception {
        kill(seed, 1);
    }

    @ParameterizedTest
    @MethodSource
    @Tag("soak")
    @Requirement("BULK-KICK-035")
    void everyChangeIsFoundOnceFortyTimes(long seed) throws Exception {
        kill(seed, 4);
    }

    static LongStream everyChangeIsFoundOnceFortyTimes() {
        return LongStream.range(20261130, 20261170);
    }

    private void kill(long seed, int kills) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        // Every other seed in a file
        Copies killed = seed % 2 == 0
                ? new Copies(Postgres.freshDatabase(), Postgres.USER, Postgres.PASSWORD)
                : new Copies("jdbc:h2:file:" + folder.resolve("copies"), "atr", "");
        String undisturbed = Postgres.freshDatabase();
        try (RunningProducer producer = RunningProducer.withSample(Database.H2, folder, MEMBERS, 4);
                ListStore store = ListStore.at(undisturbed, Postgres.USER, Postgres.PASSWORD)) {
            producer.putInFront(files::before);
            Path key = folder.resolve("key.json");
            Files.createFile(key, OwnerOnly.file(key));
            Files.writeString(key, producer.clientKey().jwk());
            ListSync sync = ListSync.builder(producer.connection(FhirVersion.R4), store, folder.resolve("undisturbed"))
                    .build();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < kills; i++) {
                    Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
                    long later = random.nextInt(LATEST_MILLIS);
                    killAt(moment, Duration.ofMillis(later), producer, key, killed);
                }
                AtrProcess last = sync(producer, key, killed);
                assertThat(last.exitCode()).as(last.messages()).isZero();
                files.check();
                store.markReported(sync.run(LIST));
                producer.administration().finalise(LIST);
            }
        }

        try (Connection one = killed.connect();
                Connection other = DriverManager.getConnection(undisturbed, Postgres.USER, Postgres.PASSWORD)) {
            assertThat(SyncTables.content(one)).isEqualTo(SyncTables.content(other));
            assertThat(SyncTables.rows(one, CHANGES + " order by 1, 2"))
                    .hasSizeGreaterThanOrEqualTo(MEMBERS)
                    .isEqualTo(SyncTables.rows(other, CHANGES + " order by 1, 2"));
            assertThat(SyncTables.rows(
                            one, "select state, reported, count(*) from atr_sync.sync_run group by state, reported"))
                    .containsExactly("applied|true|2");
        }
        assertThat(folders()).isEmpty();
    }

    private void killAt(Moment moment, Duration later, RunningProducer producer, Path key, Copies copies)
            throws Exception {
        try (AtrProcess process = sync(producer, key, copies)) {
            while (!hasCome(moment, copies) && !process.endsWithin(0)) {
                Sleeper.system().sleep(GLANCE);
            }
            boolean atWork = moment == Moment.FETCHED || moment == Moment.IN_TRANSACTION;
            boolean ended = process.endsWithin(TimeUnit.MILLISECONDS.toNanos(atWork ? later.toMillis() : 0));
            String open = copies.inTransaction() ? ", in the transaction" : "";
            process.kill();
            System.out.printf("%s and %s: %s%n", moment, later, ended ? "had ended" : "killed" + open);
        }
        for (Path run : folders()) {
            files.killed(run);
        }
    }

    private AtrProcess sync(RunningProducer producer, Path key, Copies copies) throws IOException {
        return AtrProcess.start(
                folder,
                "64m",
                Map.of("ATR_DB_PASSWORD", copies.password()),
                "sync",
                "--fhir-url",
                producer.base(FhirVersion.R4).toString(),
                "--client-id",
                RunningProducer.CLIENT_ID,
                "--key",
                key.toString(),
                "--list",
                LIST.value(),
                "--db",
                copies.url(),
                "--db-user",
                copies.user(),
                "--work",
                work().toString(),
                "--json");
    }

    private boolean hasCome(Moment moment, Copies copies) throws SQLException {
        if (moment == Moment.IN_TRANSACTION && copies.isServer()) {
            return copies.inTransaction();
        }
        for (Path run : folders()) {
            try {
                String journal = Files.readString(run.resolve("export.json"));
                boolean come = switch (moment) {
                    case KICKED_OFF -> true;
                    case FETCHING -> journal.contains("\"sha256\"");
                    case FETCHED, IN_TRANSACTION -> journal.contains("\"complete\":true");
                };
                if (come) {
                    return true;
                }
            } catch (IOException e) {
                // Not there yet, or no more.
            }
        }
        return false;
    }

    private List<Path> folders() {
        if (!Files.exists(work())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(work())) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path work() {
        return folder.resolve("work");
    }

    /** Where the copies are that the killed process keeps. */
    private record Copies(String url, String user, String password) {
        boolean isServer() {
            return url.startsWith("jdbc:postgresql:");
        }

        Connection connect() throws SQLException {
            return DriverManager.getConnection(url, user, password);
        }

        /** Returns whether rows are being staged or compared; of a file, never. */
        boolean inTransaction() throws SQLException {
            if (!isServer()) {
                return false;
            }
            try (Connection connection = connect()) {
                return !SyncTables.rows(
                                connection,
                                "select pid from pg_stat_activity where datname = current_database()"
                                        + " and pid <> pg_backend_pid() and xact_start is not null"
                                        + " and query like '%staged_%'")
                        .isEmpty();
            }
        }
    }
}
