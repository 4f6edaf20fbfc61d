package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.file.OwnerOnly;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.producer.jdbc.LedgerTransaction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@code atr sync} needs for a long list, whole and after a change of one row in a hundred: figures to be read, beside
 * those of {@code atr export}, which only fetches. {@code -Datr.members=100000} sets how long the list is; in a file it has
 * a tenth.
 */
@Tag("soak")
@EnabledOnOs(value = OS.LINUX, disabledReason = "the peak of a process's memory is read from /proc")
class SyncCostTest {
    private static final ListId LIST = SamplePayer.OPEN_LIST;
    private static final int MEMBERS = Integer.getInteger("atr.members", 1_000_000);
    private static final long MEGABYTES = 256;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void aCopyNeedsNoMoreMemoryThanAShortOne(Database kind) throws Exception {
        int members = kind == Database.H2 ? MEMBERS / 10 : MEMBERS;
        String file = folder.resolve("copies").toString();
        String url = kind == Database.H2 ? "jdbc:h2:file:" + file : Postgres.freshDatabase();
        List<String> copies =
                kind == Database.H2 ? List.of("--db", file) : List.of("--db", url, "--db-user", Postgres.USER);
        try (RunningProducer producer = RunningProducer.withSample(Database.POSTGRES, folder, members, 4)) {
            Files.createFile(key(), OwnerOnly.file(folder));
            Files.writeString(key(), producer.clientKey().jwk());

            run(
                    producer,
                    members + " members, export",
                    "export",
                    "--out",
                    folder.resolve("out").toString());
            run(producer, members + " members, first copy in " + kind, "sync", copies);
            try (Connection database = connect(kind, url)) {
                List<String> rows = SyncTables.rows(
                        database,
                        "select patient, provider, coverage, period_start, period_end from atr_sync.member"
                                + " where not inactive order by patient, provider, coverage limit " + members / 100);
                producer.write(tx -> change(tx, rows));
            }
            run(producer, members + " members, one in a hundred changed, " + kind, "sync", copies);
        }

        try (Connection database = connect(kind, url)) {
            List<String> kinds = SyncTables.rows(
                    database,
                    "select kind, count(*) from atr_sync.member_change where run ="
                            + " (select max(run) from atr_sync.sync_run) group by kind order by kind");
            System.out.println(kinds);
            assertThat(kinds).hasSizeGreaterThanOrEqualTo(3);
            assertThat(SyncTables.rows(database, "select since is null, state from atr_sync.sync_run order by run"))
                    .containsExactly("true|applied", "false|applied");
        }
    }

    /** Takes a third of the rows away, gives a third another provider, and a third another content of its coverage. */
    private static void change(LedgerTransaction tx, List<String> rows) {
        for (int i = 0; i < rows.size(); i++) {
            String[] row = rows.get(i).split("\\|", -1);
            switch (i % 3) {
                case 0 -> tx.removeMember(LIST, key(row));
                case 1 -> {
                    tx.removeMember(LIST, key(row));
                    tx.putMember(
                            LIST, member(row, rows.get((i + 7) % rows.size()).split("\\|", -1)[1]));
                }
                default -> {
                    ResourceKey coverage = ResourceKey.ofReference(row[2]).orElseThrow();
                    String json = new String(tx.find(coverage).orElseThrow(), StandardCharsets.UTF_8);
                    tx.putResource(coverage, ("{\"order\":7," + json.substring(1)).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    private static MemberKey key(String[] row) {
        return new MemberKey(row[0], row[1], row[2], row[3]);
    }

    private static Member member(String[] row, String provider) {
        return new Member(
                reference(row[0]),
                reference(row[2]),
                reference(provider),
                Period.of(row[3], row[4].equals("null") ? null : row[4]),
                false,
                null,
                OtherElements.NONE);
    }

    private static Reference reference(String text) {
        return Reference.to(ResourceKey.ofReference(text).orElseThrow());
    }

    private void run(RunningProducer producer, String what, String command, String... more) throws Exception {
        run(producer, what, command, List.of(more));
    }

    private void run(RunningProducer producer, String what, String command, List<String> more) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                command,
                "--fhir-url",
                producer.base(FhirVersion.R4).toString(),
                "--client-id",
                RunningProducer.CLIENT_ID,
                "--key",
                key().toString(),
                "--list",
                LIST.value()));
        words.addAll(more);
        if (command.equals("sync")) {
            words.addAll(List.of("--work", folder.resolve("work").toString()));
        }
        long begin = System.nanoTime();
        try (AtrProcess process = AtrProcess.start(
                folder, "64m", Map.of("ATR_DB_PASSWORD", Postgres.PASSWORD), words.toArray(String[]::new))) {
            assertThat(process.exitCode()).as(process.messages()).isZero();
            System.out.printf(
                    "%s: %d s, peak %d MB%n",
                    what, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin), process.peakMegabytes());
            assertThat(process.peakMegabytes()).as("MB").isLessThanOrEqualTo(MEGABYTES);
        }
    }

    private Path key() {
        return folder.resolve("key.json");
    }

    private static Connection connect(Database kind, String url) throws Exception {
        return kind == Database.H2
                ? DriverManager.getConnection(url, "atr", "")
                : DriverManager.getConnection(url, Postgres.USER, Postgres.PASSWORD);
    }
}
