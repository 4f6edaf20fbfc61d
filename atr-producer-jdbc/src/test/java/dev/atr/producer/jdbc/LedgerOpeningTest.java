package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.codes;
import static dev.atr.producer.jdbc.LedgerFixture.header;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.putMembers;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.atr.core.attribution.ListStatus;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerOpeningTest {
    @TempDir
    Path directory;

    @Test
    void aLedgerInAFileGoesOnWhereItWas() {
        LedgerOptions options = LedgerOptions.ofDirectory(directory.resolve("data"));
        try (Ledger ledger = Ledger.open(options)) {
            ledger.entitle(CALLER.clientId(), Set.of(LIST));
            importRows(ledger, ListStatus.OPEN, row("a"));
        }

        try (Ledger ledger = Ledger.open(LedgerOptions.ofDirectory(directory.resolve("data")))) {
            putMembers(ledger, row("b"));

            assertThat(header(ledger).version()).isEqualTo("2");
            assertThat(codes(ledger)).containsExactly("a new", "b new");
        }
    }

    @Test
    void folderAndFileAreTheirOwnersAlone() throws Exception {
        Assumptions.assumeTrue(
                Files.getFileStore(directory).supportsFileAttributeView("posix"), "no owners on this file system");
        Path data = directory.resolve("data");

        Ledger.open(LedgerOptions.ofDirectory(data)).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("ledger.mv.db"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatAKilledImportHasStagedGoesWithTheNextOpening() throws Exception {
        JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:mem:killed;DB_CLOSE_DELAY=-1", "host", "");
        String staged = "select count(*) from information_schema.tables where table_name like 'STAGED%'";
        try (Ledger ledger = Ledger.open(LedgerOptions.ofDataSource(pool));
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            ledger.entitle(CALLER.clientId(), Set.of(LIST));
            importRows(ledger, ListStatus.OPEN, row("a"));
            assertThat(number(statement, staged)).isZero();
            statement.execute("create table atr.staged_member_0123456789abcdef_0123456789abcdef (patient varchar)");
            assertThat(number(statement, staged)).isEqualTo(1);

            Ledger.open(LedgerOptions.ofDataSource(pool)).close();

            assertThat(number(statement, staged)).isZero();
        } finally {
            pool.dispose();
        }
    }

    private static int number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void thePoolOfTheHostIsUsedAndStaysOpen() throws Exception {
        JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:mem:host;DB_CLOSE_DELAY=-1", "host", "");
        try (Ledger ledger = Ledger.open(LedgerOptions.ofDataSource(pool).schema("payer_atr"))) {
            ledger.entitle(CALLER.clientId(), Set.of(LIST));
            importRows(ledger, ListStatus.OPEN, row("a"));
            assertThat(codes(ledger)).containsExactly("a new");
        }

        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery("select 1 from payer_atr.member").next())
                    .isTrue();
            statement.execute("shutdown");
        }
        pool.dispose();
    }

    @OnEachDatabase
    void nodesThatStartTogetherEntitleTheSameClients(TestDatabase database) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Ledger ledger = database.open()) {
            List<Future<?>> nodes = new ArrayList<>();
            CyclicBarrier together = new CyclicBarrier(4);
            for (int i = 0; i < 4; i++) {
                nodes.add(threads.submit(() -> {
                    for (int client = 0; client < 25; client++) {
                        together.await(1, TimeUnit.MINUTES);
                        ledger.entitleToAll("client-" + client);
                    }
                    return ledger;
                }));
            }

            for (Future<?> node : nodes) {
                assertThat(node.get()).isSameAs(ledger);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @OnEachDatabase
    void aPoolWithoutAutoCommitIsRefused(TestDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.options().url());
        config.setUsername(database.options().user());
        config.setPassword(database.options().password());
        config.setAutoCommit(false);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            LedgerOptions options = LedgerOptions.ofDataSource(pool);

            assertThatThrownBy(() -> Ledger.open(options))
                    .isInstanceOf(LedgerException.class)
                    .hasMessage(
                            "the data source hands out connections without auto-commit; switch it on for the ledger");
        }
    }

    @OnEachDatabase
    void anEmptyDatabaseStaysEmptyWhenAnExistingLedgerIsAskedFor(TestDatabase database) throws Exception {
        LedgerOptions options = database.options();
        try (Connection connection = DriverManager.getConnection(
                        Objects.requireNonNull(options.url()), options.user(), options.password());
                Statement statement = connection.createStatement()) {
            assertThat(Ledger.openExisting(options)).isEmpty();
            assertThat(statement
                            .executeQuery("select 1 from information_schema.schemata where lower(schema_name) = '"
                                    + options.schema() + "'")
                            .next())
                    .isFalse();

            Ledger.open(options).close();

            try (Ledger found = Ledger.openExisting(options).orElseThrow()) {
                assertThat(found.lists(ListQuery.all(1))).isEmpty();
            }
        }
    }

    @OnEachDatabase
    void aDatabaseOfANewerVersionIsRefused(TestDatabase database) throws Exception {
        LedgerOptions options = database.options();
        try (Ledger held = Ledger.open(options);
                Connection connection = DriverManager.getConnection(
                        Objects.requireNonNull(options.url()), options.user(), options.password());
                Statement statement = connection.createStatement()) {
            assertThat(held.backend().search(CALLER, ListQuery.all(1)).total()).isZero();
            statement.execute("insert into " + options.schema()
                    + ".schema_history (script, name, sha256, applied) values (99, 'later', 'x', current_timestamp)");

            assertThatThrownBy(() -> Ledger.open(options))
                    .isInstanceOf(LedgerException.class)
                    .hasMessage(
                            "schema " + options.schema() + " was made by a newer version: script 99 is not known here");
        }
    }

    @OnEachDatabase
    void aDatabaseOfAnotherVersionIsRefused(TestDatabase database) throws Exception {
        LedgerOptions options = database.options();
        try (Ledger held = Ledger.open(options);
                Connection connection = DriverManager.getConnection(
                        Objects.requireNonNull(options.url()), options.user(), options.password());
                Statement statement = connection.createStatement()) {
            assertThat(held.backend().search(CALLER, ListQuery.all(1)).total()).isZero();
            statement.execute("update " + options.schema() + ".schema_history set sha256 = 'x' where script = 1");

            assertThatThrownBy(() -> Ledger.open(options))
                    .isInstanceOf(LedgerException.class)
                    .hasMessage("schema " + options.schema()
                            + " was made by another version: script 001-ledger.sql differs");
        }
    }

    @Test
    void aDatabaseThatCannotBeReachedIsReportedWithoutItsWords() {
        assertThatThrownBy(() -> Ledger.open(
                        LedgerOptions.ofUrl("jdbc:h2:file:" + directory.resolve("missing") + ";IFEXISTS=TRUE")))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith("connecting to the database: SQL state ");
    }

    @Test
    void anAddressThatNoDriverTakesIsReportedWithoutItsPassword() {
        assertThatThrownBy(() -> Ledger.open(LedgerOptions.ofUrl("jdbc:postgresql://host:port/x?password=hunter2")))
                .isInstanceOfSatisfying(
                        LedgerException.class,
                        failure -> assertThat(failure.sqlState()).contains("08001"))
                .hasMessageNotContaining("hunter2")
                .satisfies(failure ->
                        assertThat(String.valueOf(failure.getCause())).doesNotContain("hunter2"));
    }

    @Test
    void entitlementsAreReplacedAndCanCoverAllLists() {
        Caller other = new Caller("client-2", "system/*.read", null);
        try (Ledger ledger = TestDatabase.H2.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            assertThat(ledger.backend().find(other, LIST)).isEmpty();

            ledger.entitleToAll("client-2");
            assertThat(ledger.backend().find(other, LIST)).isPresent();

            ledger.entitle("client-2", Set.of());
            assertThat(ledger.backend().find(other, LIST)).isEmpty();
        }
    }

    @Test
    void aSchemaIsAPlainName() {
        assertThatThrownBy(() -> LedgerOptions.inMemory().schema("atr; drop table x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
