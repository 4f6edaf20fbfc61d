package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static dev.atr.producer.jdbc.LedgerFixture.rows;
import static dev.atr.producer.jdbc.LedgerFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.atr.core.attribution.ListStatus;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.requirements.Requirement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Reads that nobody wants the result of any more end in their midst; the connection is then good for the next one. */
class CancelledReadsTest {
    private static final String STARTED_PG =
            "select count(*) from pg_stat_activity where state = 'active' and query like ?";
    private static final String STARTED_H2 =
            "select count(*) from information_schema.sessions where executing_statement like ?";

    @OnEachDatabase
    @Requirement("BULK-DEL-002")
    void aQueryEndsInItsMidst(TestDatabase kind) throws Exception {
        boolean h2 = kind == TestDatabase.H2;
        try (HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(kind.options().url());
            Database database = Database.of(source, "public").cancellable();
            String endless = h2
                    ? "select count(*) as endless from system_range(1, 1000000000) a, system_range(1, 1000000000) b"
                            + " where a.x + b.x < 0"
                    : "select 1 as endless from pg_sleep(3600)";
            FutureTask<Long> read = reading(database, endless);
            try (Connection onlooker = source.getConnection()) {
                await(onlooker, h2 ? STARTED_H2 : STARTED_PG, "select %as endless%");
            }

            database.cancel();

            assertCancelled(read);
            assertThat(Database.of(source, "public").<Long>read("looking", CancelledReadsTest::one))
                    .isOne();
        }
    }

    @Test
    void afterThatNoneBegins() throws SQLException {
        try (HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(TestDatabase.H2.options().url());
            Database database = Database.of(source, "public").cancellable();

            database.cancel();

            assertThatThrownBy(() -> database.<Long>read("reading", CancelledReadsTest::one))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining(RunningStatements.CANCELLED);
        }
    }

    @Test
    @Requirement("BULK-DEL-002")
    void aSnapshotEndsThePageThatATableLockHolds() throws Exception {
        LedgerOptions options = TestDatabase.POSTGRESQL.options();
        try (Ledger ledger = Ledger.open(options);
                HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(options.url());
            ledger.entitleToAll(LedgerFixture.CALLER.clientId());
            importRows(ledger, ListStatus.OPEN, row("a"));
            ListSnapshot snapshot = snapshot(ledger);
            FutureTask<Integer> read = new FutureTask<>(() -> rows(snapshot).size());
            try (Connection locking = source.getConnection();
                    Connection onlooker = source.getConnection();
                    Statement lock = locking.createStatement()) {
                locking.setAutoCommit(false);
                lock.execute("lock table " + options.schema() + ".member in access exclusive mode");
                new Thread(read).start();
                await(
                        onlooker,
                        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like ?",
                        "%" + options.schema() + ".member%");

                snapshot.cancel();

                assertCancelled(read);
                locking.rollback();
            }
            assertThat(rows(snapshot(ledger))).hasSize(1);
        }
    }

    private static FutureTask<Long> reading(Database database, String sql) {
        FutureTask<Long> read = new FutureTask<>(() -> database.read(
                "reading", session -> session.first(sql, row -> row.getLong(1)).orElseThrow()));
        new Thread(read).start();
        return read;
    }

    private static long one(Session session) throws SQLException {
        return session.first("select 1", row -> row.getLong(1)).orElseThrow();
    }

    private static void await(Connection onlooker, String sql, String pattern) throws SQLException {
        Session session = new Session(() -> onlooker, "public", Dialect.of(onlooker), new RunningStatements());
        while (session.first(sql, row -> row.getLong(1), pattern).orElseThrow() == 0) {
            Thread.onSpinWait();
        }
    }

    private static void assertCancelled(FutureTask<?> read) {
        assertThatThrownBy(() -> read.get(1, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessageContaining(RunningStatements.CANCELLED);
    }
}
