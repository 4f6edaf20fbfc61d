package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.Npi;
import dev.atr.requirements.Requirement;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code atr import} in processes of its own, with files that no process could hold: how long it takes and how much memory,
 * and that nothing is left of one that is killed. {@code -Datr.members=5000000} sets how long the longest file is.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the peak of a process's memory is read from /proc")
class RosterImportTest {
    private static final int MANY = Integer.getInteger("atr.members", 1_000_000);
    private static final int SOME = 50_000;
    private static final int KILLS = 8;
    private static final long SEED = 20261123;
    private static final Map<String, String> PASSWORD = Map.of("ATR_DB_PASSWORD", Postgres.PASSWORD);

    private static final String STATE = "select count(*), coalesce(sum(from_pos), 0), (select count(*) from"
            + " atr.list_version), (select count(*) from atr.resource), (select pos from atr.ledger_head)"
            + " from atr.member";

    @TempDir
    private Path folder;

    @Test
    @Tag("soak")
    @Requirement({"ATR-MDL-019", "ATR-MDL-044"})
    void aMillionRowsAndThenOnePercentOnPostgres() throws Exception {
        grow(new Place(Postgres.freshDatabase(), null), MANY, "64m", 256);
    }

    @Test
    @Tag("soak")
    @Requirement({"ATR-MDL-019", "ATR-MDL-044"})
    void aMillionRowsAndThenOnePercentInTheEmbeddedDatabase() throws Exception {
        grow(new Place(null, folder.resolve("data")), MANY, "1g", 2_048);
    }

    @Test
    @Tag("soak")
    void aKilledImportLeavesTheListOfPostgresAsItWas() throws Exception {
        kill(new Place(Postgres.freshDatabase(), null));
    }

    @Test
    @Tag("soak")
    void aKilledImportLeavesTheListOfTheEmbeddedDatabaseAsItWas() throws Exception {
        kill(new Place(null, folder.resolve("data")));
    }

    private void grow(Place place, int rows, String heap, int megabytes) throws Exception {
        Path first = write("first.csv", rows, 0);
        Path second = write("second.csv", rows, 100);

        run(place, heap, megabytes, first, "version 1, from " + rows + " rows");
        run(place, heap, megabytes, second, "version 2, from " + rows + " rows");
        run(place, heap, megabytes, second, "Nothing to do");
    }

    private void run(Place place, String heap, int megabytes, Path file, String sentence) throws Exception {
        long begin = System.nanoTime();
        try (AtrProcess process = start(place, heap, file)) {
            String said = process.awaitLine("");
            assertThat(process.exitCode()).as(process.messages()).isZero();
            System.out.printf(
                    "%s, %s: %s; %d s, peak %d MB%n",
                    place,
                    file.getFileName(),
                    said,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                    process.peakMegabytes());
            assertThat(said).contains(sentence);
            assertThat(process.peakMegabytes()).as("MB").isLessThanOrEqualTo(megabytes);
        }
    }

    private void kill(Place place) throws Exception {
        Path first = write("first.csv", SOME, 0);
        Path second = write("second.csv", SOME, 10);
        run(place, "512m", 2_048, first, "version 1");
        long begin = System.nanoTime();
        run(place, "512m", 2_048, second, "version 2");
        long most = System.nanoTime() - begin;
        undo(place);

        for (double at : new SplittableRandom(SEED).doubles(KILLS).toArray()) {
            List<Long> before = state(place);
            boolean ended;
            try (AtrProcess process = start(place, "512m", second)) {
                ended = process.endsWithin((long) (most * at));
                process.kill();
            }
            System.out.printf("%s: killed at %.2f%s%n", place, at, ended ? ", too late" : "");
            if (ended) {
                undo(place);
            } else if (!state(place).equals(before)) {
                // It had come to its end, and was killed while it left: then the whole file must be in
                run(place, "512m", 2_048, second, "Nothing to do");
                undo(place);
            }
        }

        run(place, "512m", 2_048, second, "is now in version");
    }

    private void undo(Place place) throws Exception {
        List<String> words = new ArrayList<>(List.of("import", "--list", "juniper", "--undo"));
        words.addAll(place.options());
        try (AtrProcess process = AtrProcess.start(folder, "512m", PASSWORD, words.toArray(String[]::new))) {
            assertThat(process.exitCode()).as(process.messages()).isZero();
        }
    }

    private AtrProcess start(Place place, String heap, Path file) throws IOException {
        List<String> words = new ArrayList<>(List.of("import", "--list", "juniper", "--roster", file.toString()));
        words.addAll(List.of("--mapping", mapping().toString()));
        words.addAll(place.options());
        return AtrProcess.start(folder, heap, PASSWORD, words.toArray(String[]::new));
    }

    private static List<Long> state(Place place) throws SQLException {
        try (Connection connection = place.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(STATE)) {
            row.next();
            return List.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
        }
    }

    /**
     * Writes a file.
     *
     * @param changed of so many rows one differs from those of a file written with 0; 0 for none
     */
    private Path write(String name, int rows, int changed) throws IOException {
        Path file = folder.resolve(name);
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("member_id,family_name,given_name,birth_date,gender,subscriber_id,relationship,plan_id,plan_name,"
                    + "coverage_start,provider_npi,provider_family_name,attribution_start,attribution_end\n");
            for (int i = 0; i < rows; i++) {
                boolean other = changed > 0 && i % changed == 0;
                // Of those that differ one in three leaves for another, one moves, one has another end
                int member = other && i % 3 == 0 ? rows + i : i;
                String doctor = Npi.ofFirstNine(100_000_000 + (other && i % 3 == 1 ? 0 : i % 2_000))
                        .value();
                out.write("W" + member + ",Family" + i % 5_000 + ",Given" + i % 300 + ",1980-01-31,F,W" + member
                        + ",self,PPO-1,Preferred,2026-01-01," + doctor + ",Doctor,2026-01-01,"
                        + (other && i % 3 == 2 ? "2099-11-30" : "2099-12-31") + "\n");
            }
        }
        return file;
    }

    private Path mapping() throws IOException {
        return Files.writeString(folder.resolve("mapping.properties"), """
                value.member_id_system=https://payer.example/ids/member
                list.contract=https://payer.example/contracts|CT-1
                list.npi=1487203592
                list.start=2026-01-01
                list.end=2099-12-31
                payer.name=Cedar Valley Health Plan
                """);
    }

    /** Where the list is: exactly one of the two. */
    private record Place(@Nullable String url, @Nullable Path data) {
        List<String> options() {
            return url == null
                    ? List.of("--data", String.valueOf(data))
                    : List.of("--jdbc-url", url, "--db-user", Postgres.USER);
        }

        Connection connect() throws SQLException {
            return url == null
                    ? DriverManager.getConnection("jdbc:h2:file:" + data + "/ledger", "atr", "")
                    : DriverManager.getConnection(url, Postgres.USER, Postgres.PASSWORD);
        }

        @Override
        public String toString() {
            return url == null ? "H2" : "PostgreSQL";
        }
    }
}
