package dev.atr.benchmarks;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;

/**
 * A PostgreSQL server of our own with ledgers that hold the sample payer. Its settings are those of a fresh
 * installation, but without fsync where nothing else is said.
 */
final class LedgerDatabase implements AutoCloseable {
    /** The client that may see all lists. */
    static final String CLIENT = "bench";

    static final String USER = "postgres";
    static final String PASSWORD = "postgres";

    private static final String NOW = " and to_pos = " + Long.MAX_VALUE;

    /** The rows of the sample's open list, in no order. */
    static final String MEMBERS = "select patient, provider, coverage, period_start, period_end, inactive, cancelled,"
            + " entered_pos, from_pos from atr.member where list_id = '" + SamplePayer.OPEN_LIST.value() + "'" + NOW;

    /** All resources, in no order. */
    static final String RESOURCES = "select json from atr.resource where true" + NOW;

    /** The Patients and Coverages among them. */
    static final String RESOURCES_OF_MEMBERS = RESOURCES + " and (ref like 'Patient/%' or ref like 'Coverage/%')";

    /** A day in the year of the sample; always the same, so that the data are. */
    private static final LocalDate DAY = LocalDate.of(2026, 7, 1);

    private final EmbeddedPostgres server;

    private LedgerDatabase(EmbeddedPostgres server) {
        this.server = server;
    }

    static LedgerDatabase start() throws IOException {
        return new LedgerDatabase(EmbeddedPostgres.builder().start());
    }

    /** Starts a server each of whose commits is on disk when it returns. */
    static LedgerDatabase durable() throws IOException {
        return new LedgerDatabase(EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start());
    }

    /** Makes an empty database and returns its JDBC address. */
    String empty(String name) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + name + "?reWriteBatchedInserts=true";
    }

    /** Makes a database with a sample of so many members and returns its JDBC address. */
    String sample(int members) throws SQLException {
        String url = empty("sample_" + members);
        System.out.println("  making a sample of " + members + " members");
        try (Ledger ledger = open(url)) {
            ledger.entitleToAll(CLIENT);
            SamplePayer.of(members, DAY).writeTo(ledger, (done, total) -> {});
        }
        settle(url);
        return url;
    }

    /** Does after a load what the server itself does some time later: then nothing of it falls into the measuring. */
    static void settle(String url) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("vacuum analyze");
            statement.execute("checkpoint");
        }
    }

    /** Returns a setting of the server. */
    String setting(String name) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet value = statement.executeQuery("show " + name)) {
            value.next();
            return value.getString(1);
        }
    }

    /** Returns the processor time of all of the server's processes so far, ended ones included. */
    long cpuNanos() throws IOException, SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet backend = statement.executeQuery("select pg_backend_pid()")) {
            backend.next();
            ProcessHandle parent = ProcessHandle.of(backend.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow();
            return ProcessTime.withChildren(parent);
        }
    }

    /** Opens a ledger that is there. */
    static Ledger open(String url) {
        return Ledger.open(LedgerOptions.ofUrl(url).credentials(USER, PASSWORD));
    }

    static Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, USER, PASSWORD);
    }

    /** Counts the rows of a query. */
    static long count(String url, String query) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                ResultSet counted = statement.executeQuery("select count(*) from (" + query + ") q")) {
            counted.next();
            return counted.getLong(1);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
