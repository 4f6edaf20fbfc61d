package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.GroupReader;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A list of 100 000 members goes from one process to another, neither of which could hold it: what arrives on disk is
 * what the database says, row by row and id by id.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the peak of a process's memory is read from /proc")
class HeapBoundTest {
    private static final String MEMBERS = "100000";
    private static final String HEAP = "64m";
    private static final long MOST_MEGABYTES = 256;
    private static final ListId LIST = new ListId("juniper-open");

    @TempDir
    private Path folder;

    private Path key;
    private Path publicKey;

    @BeforeEach
    void makeKey() throws IOException {
        SigningKey made = SigningKey.generate("ES384");
        key = Files.writeString(folder.resolve("key.json"), made.jwk());
        publicKey = Files.writeString(folder.resolve("key.public.json"), made.publicJwks());
    }

    @Test
    @Requirement({"ATR-EXP-006", "ATR-EXP-013", "ATR-EXP-014", "ATR-MDL-044"})
    void exportsAHundredThousandMembersFromTheEmbeddedDatabase() throws Exception {
        exportWithin(Map.of());

        try (Connection database = embedded()) {
            assertThatDiskEquals(database);
        }
    }

    @Test
    @Requirement({"ATR-EXP-006", "ATR-EXP-013", "ATR-EXP-014", "ATR-MDL-044"})
    void exportsAHundredThousandMembersFromPostgres() throws Exception {
        String url = Postgres.freshDatabase();

        exportWithin(Map.of("ATR_DB_PASSWORD", Postgres.PASSWORD), "--jdbc-url", url, "--db-user", Postgres.USER);

        try (Connection database = DriverManager.getConnection(url, Postgres.USER, Postgres.PASSWORD)) {
            assertThatDiskEquals(database);
        }
    }

    private void exportWithin(Map<String, String> environment, String... where) throws Exception {
        List<String> serve = new ArrayList<>(List.of(
                "serve",
                "--port",
                "0",
                "--data",
                data().toString(),
                "--sample",
                MEMBERS,
                "--client",
                "us=" + publicKey));
        serve.addAll(List.of(where));
        try (AtrProcess producer = AtrProcess.start(folder, HEAP, environment, serve.toArray(String[]::new))) {
            String base = producer.awaitLine("Producer ready at ");
            try (AtrProcess consumer = AtrProcess.start(
                    folder,
                    HEAP,
                    Map.of(),
                    "export",
                    "--fhir-url",
                    base,
                    "--client-id",
                    "us",
                    "--key",
                    key.toString(),
                    "--list",
                    LIST.value(),
                    "--out",
                    out().toString())) {
                assertThat(consumer.exitCode()).as(consumer.messages()).isZero();
                assertThat(consumer.peakMegabytes()).as("MB at the Consumer").isLessThanOrEqualTo(MOST_MEGABYTES);
            }
            producer.terminate();
            assertThat(producer.peakMegabytes()).as("MB at the Producer").isLessThanOrEqualTo(MOST_MEGABYTES);
        }
    }

    private void assertThatDiskEquals(Connection database) throws SQLException, IOException {
        // Sets of a hundred thousand are compared by containment: a failure that prints them all helps nobody.
        Set<List<String>> rows = rowsOnDisk();
        Set<List<String>> storedRows = LedgerTables.rows(database, LIST);
        Map<String, ? extends Set<String>> resources = LedgerTables.byType(referencesOnDisk());
        Map<String, ? extends Set<String>> storedResources = LedgerTables.resources(database, LIST);

        assertThat(storedRows).hasSizeGreaterThanOrEqualTo(Integer.parseInt(MEMBERS));
        assertThat(rows.equals(storedRows)).as(sizes(rows, storedRows)).isTrue();
        assertThat(resources.keySet()).isEqualTo(storedResources.keySet());
        storedResources.forEach((type, stored) -> {
            Set<String> onDisk = Objects.requireNonNull(resources.get(type));
            assertThat(onDisk.equals(stored))
                    .as(type + ": " + sizes(onDisk, stored))
                    .isTrue();
        });
    }

    private Set<List<String>> rowsOnDisk() throws IOException {
        Set<List<String>> rows = new HashSet<>();
        for (Path file : files("-Group.ndjson")) {
            try (InputStream in = Files.newInputStream(file);
                    GroupReader reader = new GroupReader(in, FhirVersion.R4)) {
                for (Member row = reader.next(); row != null; row = reader.next()) {
                    MemberKey read = row.key();
                    boolean isFirst = rows.add(List.of(read.patient(), read.provider(), read.coverage(), read.start()));
                    assertThat(isFirst).as("a row that stands twice").isTrue();
                }
            }
        }
        return rows;
    }

    private List<String> referencesOnDisk() throws IOException {
        Set<String> references = new HashSet<>();
        references.add("Group/" + LIST.value());
        for (Path file : files(".ndjson")) {
            if (file.getFileName().toString().endsWith("-Group.ndjson")) {
                continue;
            }
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    JsonValue resource = JsonValue.parse(line.getBytes(StandardCharsets.UTF_8));
                    String reference = resource.text("resourceType").orElseThrow() + "/"
                            + resource.text("id").orElseThrow();
                    assertThat(references.add(reference))
                            .as("a resource that stands twice")
                            .isTrue();
                }
            }
        }
        return List.copyOf(references);
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.list(out())) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private Connection embedded() throws IOException, SQLException {
        try (Stream<Path> files = Files.list(data())) {
            String file = files.map(Path::toString)
                    .filter(name -> name.endsWith(".mv.db"))
                    .findFirst()
                    .orElseThrow();
            return DriverManager.getConnection(
                    "jdbc:h2:file:" + file.replace(".mv.db", "") + ";IFEXISTS=TRUE", "atr", "");
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path out() {
        return folder.resolve("out");
    }

    private static String sizes(Set<?> disk, Set<?> database) {
        return disk.size() + " on disk, " + database.size() + " in the database";
    }
}
