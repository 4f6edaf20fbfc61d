package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.file.OwnerOnly;
import dev.atr.core.json.GroupReader;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.ResourceScanner;
import dev.atr.requirements.Requirement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long list goes from one process to another, neither of which could hold it: what arrives on disk is what the database
 * says. {@code -Datr.members=5000000} sets how long the longest is.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the peak of a process's memory is read from /proc")
class HeapBoundTest {
    private static final int MEMBERS = 100_000;
    private static final int MANY_MEMBERS = Integer.getInteger("atr.members", 1_000_000);
    private static final Room SMALL = new Room("64m", 256);

    /** H2 keeps what the import of a list changes until its commit. */
    private static final Room FOR_A_LARGE_IMPORT = new Room("512m", 1024);

    private static final ListId LIST = new ListId("juniper-open");
    private static final Map<String, String> PASSWORD = Map.of("ATR_DB_PASSWORD", Postgres.PASSWORD);
    private static final String OF_LIST =
            " from atr.member where list_id = '" + LIST.value() + "' and to_pos = " + Long.MAX_VALUE;

    @TempDir
    private Path folder;

    private Path key;
    private Path publicKey;

    @BeforeEach
    void makeKey() throws IOException {
        SigningKey made = SigningKey.generate("ES384");
        key = Files.createFile(folder.resolve("key.json"), OwnerOnly.file(folder));
        Files.writeString(key, made.jwk());
        publicKey = Files.writeString(folder.resolve("key.public.json"), made.publicJwks());
    }

    @Test
    @Requirement({"ATR-EXP-006", "ATR-EXP-013", "ATR-EXP-014", "ATR-MDL-044"})
    void exportsAHundredThousandMembersFromTheEmbeddedDatabase() throws Exception {
        exportWithin(SMALL, MEMBERS, Map.of());

        try (Connection database = embedded()) {
            assertThatDiskEquals(database);
        }
    }

    @Test
    @Requirement({"ATR-EXP-006", "ATR-EXP-013", "ATR-EXP-014", "ATR-MDL-044"})
    void exportsAHundredThousandMembersFromPostgres() throws Exception {
        String url = Postgres.freshDatabase();

        exportWithin(SMALL, MEMBERS, PASSWORD, "--jdbc-url", url, "--db-user", Postgres.USER);

        try (Connection database = DriverManager.getConnection(url, Postgres.USER, Postgres.PASSWORD)) {
            assertThatDiskEquals(database);
        }
    }

    @Test
    @Tag("soak")
    void exportsAMillionMembersFromTheEmbeddedDatabase() throws Exception {
        exportWithin(FOR_A_LARGE_IMPORT, MANY_MEMBERS, Map.of());

        try (Connection database = embedded()) {
            assertThatDiskAddsUpTo(database);
        }
    }

    @Test
    @Tag("soak")
    void exportsAMillionMembersFromPostgres() throws Exception {
        String url = Postgres.freshDatabase();

        exportWithin(SMALL, MANY_MEMBERS, PASSWORD, "--jdbc-url", url, "--db-user", Postgres.USER);

        try (Connection database = DriverManager.getConnection(url, Postgres.USER, Postgres.PASSWORD)) {
            assertThatDiskAddsUpTo(database);
        }
    }

    private void exportWithin(Room room, int members, Map<String, String> environment, String... where)
            throws Exception {
        long begin = System.nanoTime();
        List<String> serve = new ArrayList<>(List.of(
                "serve",
                "--port",
                "0",
                "--data",
                data().toString(),
                "--sample",
                Integer.toString(members),
                "--client",
                "us=" + publicKey));
        serve.addAll(List.of(where));
        try (AtrProcess producer = AtrProcess.start(folder, room.heap(), environment, serve.toArray(String[]::new))) {
            String base = producer.awaitLine("Producer ready at ");
            long ready = System.nanoTime();
            Duration busy = producer.processorTime();
            try (AtrProcess consumer = AtrProcess.start(
                    folder,
                    SMALL.heap(),
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
                assertThat(consumer.peakMegabytes()).as("MB at the Consumer").isLessThanOrEqualTo(SMALL.megabytes());
            }
            long end = System.nanoTime();
            busy = producer.processorTime().minus(busy);
            producer.terminate();
            System.out.printf(
                    "%d members: sample %d s, export %d s, processor time of the export %d s, peak %d MB%n",
                    members,
                    TimeUnit.NANOSECONDS.toSeconds(ready - begin),
                    TimeUnit.NANOSECONDS.toSeconds(end - ready),
                    busy.toSeconds(),
                    producer.peakMegabytes());
            assertThat(producer.peakMegabytes()).as("MB at the Producer").isLessThanOrEqualTo(room.megabytes());
        }
    }

    private void assertThatDiskEquals(Connection database) throws SQLException, IOException {
        // Sets of a hundred thousand are compared by containment: a failure that prints them all helps nobody.
        Set<List<String>> rows = rowsOnDisk();
        Set<List<String>> storedRows = LedgerTables.rows(database, LIST);
        Map<String, ? extends Set<String>> resources = LedgerTables.byType(referencesOnDisk());
        Map<String, ? extends Set<String>> storedResources = LedgerTables.resources(database, LIST);

        assertThat(storedRows).hasSizeGreaterThanOrEqualTo(MEMBERS);
        assertThat(rows.equals(storedRows)).as(sizes(rows, storedRows)).isTrue();
        assertThat(resources.keySet()).isEqualTo(storedResources.keySet());
        storedResources.forEach((type, stored) -> {
            Set<String> onDisk = Objects.requireNonNull(resources.get(type));
            assertThat(onDisk.equals(stored))
                    .as(type + ": " + sizes(onDisk, stored))
                    .isTrue();
        });
    }

    /** Compares what is too much for sets: how many there are of each, and a sum over them. */
    private void assertThatDiskAddsUpTo(Connection database) throws SQLException, IOException {
        Sum rows = new Sum();
        forEachRowOnDisk(rows::add);
        Sum patients = new Sum();
        forEachIdOnDisk("Patient", patients::add);
        Sum coverages = new Sum();
        forEachIdOnDisk("Coverage", coverages::add);

        assertThat(rows.count).isGreaterThanOrEqualTo(MANY_MEMBERS);
        assertThat(rows).isEqualTo(Sum.of(database, "select patient, provider, coverage, period_start" + OF_LIST));
        assertThat(patients).isEqualTo(Sum.of(database, "select distinct patient" + OF_LIST));
        assertThat(coverages).isEqualTo(Sum.of(database, "select distinct coverage" + OF_LIST));
    }

    private Set<List<String>> rowsOnDisk() throws IOException {
        Set<List<String>> rows = new HashSet<>();
        forEachRowOnDisk(
                row -> assertThat(rows.add(row)).as("a row that stands twice").isTrue());
        return rows;
    }

    private void forEachRowOnDisk(Consumer<List<String>> each) throws IOException {
        for (Path file : files("-Group.ndjson")) {
            try (InputStream in = Files.newInputStream(file);
                    GroupReader reader = new GroupReader(in, FhirVersion.R4)) {
                for (Member row = reader.next(); row != null; row = reader.next()) {
                    MemberKey read = row.key();
                    each.accept(List.of(read.patient(), read.provider(), read.coverage(), read.start()));
                }
            }
        }
    }

    private void forEachIdOnDisk(String type, Consumer<List<String>> each) throws IOException {
        for (Path file : files("-" + type + ".ndjson")) {
            try (Stream<String> lines = Files.lines(file)) {
                lines.map(line -> ResourceScanner.scan(line.getBytes(StandardCharsets.UTF_8)))
                        .forEach(resource -> each.accept(List.of(resource.type() + "/" + resource.id())));
            }
        }
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

    /** What a process may have: its heap, and all its memory. */
    private record Room(String heap, long megabytes) {}

    /** A number of texts and a sum of their digests: the same for the same texts in any order. */
    private static final class Sum {
        private long count;
        private long sum;

        static Sum of(Connection database, String query) throws SQLException {
            Sum sum = new Sum();
            database.setAutoCommit(false);
            try (Statement statement = database.createStatement()) {
                statement.setFetchSize(1_000);
                try (ResultSet row = statement.executeQuery(query)) {
                    int columns = row.getMetaData().getColumnCount();
                    while (row.next()) {
                        List<String> texts = new ArrayList<>();
                        for (int column = 1; column <= columns; column++) {
                            texts.add(row.getString(column));
                        }
                        sum.add(texts);
                    }
                }
            }
            return sum;
        }

        void add(List<String> texts) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256")
                        .digest(String.join("\n", texts).getBytes(StandardCharsets.UTF_8));
                count++;
                sum += ByteBuffer.wrap(digest).getLong();
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java platform has SHA-256", e);
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Sum that && count == that.count && sum == that.sum;
        }

        @Override
        public int hashCode() {
            return Objects.hash(count, sum);
        }

        @Override
        public String toString() {
            return count + " texts, sum " + sum;
        }
    }

    private static String sizes(Set<?> disk, Set<?> database) {
        return disk.size() + " on disk, " + database.size() + " in the database";
    }
}
