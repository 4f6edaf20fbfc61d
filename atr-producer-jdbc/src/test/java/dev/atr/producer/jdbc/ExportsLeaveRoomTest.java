package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static dev.atr.producer.jdbc.LedgerFixture.rows;
import static dev.atr.producer.jdbc.LedgerFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.atr.core.attribution.ListStatus;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.requirements.Requirement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However many exports and versions are read list after list, connections are left for everybody else. */
class ExportsLeaveRoomTest {
    private static final int CONNECTIONS = 4;
    private static final int EXPORTS = 8;

    @Test
    @Timeout(60)
    @Requirement("BULK-STAT-001")
    void exportsUseHalfOfTheConnections() throws Exception {
        try (HeldBack dataSource = new HeldBack();
                Ledger ledger =
                        Ledger.open(LedgerOptions.ofDataSource(dataSource).connections(CONNECTIONS))) {
            ledger.entitleToAll(CALLER.clientId());
            importRows(ledger, ListStatus.OPEN, row("a"));
            AtomicInteger read = new AtomicInteger();
            List<Thread> exports = new ArrayList<>();
            for (int i = 0; i < EXPORTS; i++) {
                ListSnapshot snapshot = i % 2 == 0 ? snapshot(ledger) : firstVersion(ledger);
                exports.add(new Thread(() -> read.addAndGet(rows(snapshot).size()), HeldBack.WHO));
            }
            exports.forEach(Thread::start);
            while (!exports.stream().allMatch(one -> one.getState() == Thread.State.WAITING)) {
                Thread.onSpinWait();
            }

            assertThat(dataSource.held).hasValue(CONNECTIONS / 2);
            assertThat(ledger.backend().find(CALLER, LIST)).isPresent();

            dataSource.gate.countDown();
            for (Thread export : exports) {
                export.join(Duration.ofSeconds(30).toMillis());
            }
            assertThat(read).hasValue(EXPORTS);
        }
    }

    private static ListSnapshot firstVersion(Ledger ledger) {
        return ledger.backend()
                .listHistory()
                .flatMap(history -> history.snapshot(CALLER, LIST, 1))
                .orElseThrow();
    }

    /** Hands out connections; those of the exports come when the gate is opened. */
    private static final class HeldBack extends HikariDataSource {
        static final String WHO = "export";

        final CountDownLatch gate = new CountDownLatch(1);
        final AtomicInteger held = new AtomicInteger();

        HeldBack() {
            setJdbcUrl("jdbc:h2:mem:held-back");
            setMaximumPoolSize(CONNECTIONS + EXPORTS);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (Thread.currentThread().getName().equals(WHO)) {
                held.incrementAndGet();
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new SQLException(e);
                }
            }
            return super.getConnection();
        }
    }
}
