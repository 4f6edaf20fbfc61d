package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.codes;
import static dev.atr.producer.jdbc.LedgerFixture.header;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.putMembers;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static dev.atr.producer.jdbc.LedgerFixture.rows;
import static dev.atr.producer.jdbc.LedgerFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListStatus;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.requirements.Requirement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

class ConcurrentWritesTest {
    private static final int WRITERS = 4;
    private static final int WRITES = 25;

    @OnEachDatabase
    @Requirement("ATR-MDL-005")
    void writersDoNotLoseEachOthersMembersAndVersionsHaveNoGap(TestDatabase database) throws Exception {
        try (Ledger ledger = database.open(Clock.systemUTC())) {
            importRows(ledger, ListStatus.OPEN);

            inParallel(WRITERS, writer -> {
                for (int i = 0; i < WRITES; i++) {
                    putMembers(ledger, row("p" + writer + "-" + i));
                }
            });

            assertThat(codes(ledger)).hasSize(WRITERS * WRITES);
            assertThat(header(ledger).quantity()).isEqualTo(WRITERS * WRITES);
            assertThat(header(ledger).version()).isEqualTo(String.valueOf(1 + WRITERS * WRITES));
        }
    }

    @OnEachDatabase
    @Requirement("BULK-MAN-001")
    void snapshotsTakenMeanwhileAreWholeAndTheirTimesNeverGoBack(TestDatabase database) throws Exception {
        try (Ledger ledger = database.open(Clock.systemUTC())) {
            importRows(ledger, ListStatus.OPEN);

            inParallel(WRITERS, writer -> {
                Instant last = Instant.EPOCH;
                for (int i = 0; i < WRITES; i++) {
                    if (writer > 0) {
                        // Two rows in each write: a snapshot has both or none
                        putMembers(ledger, row("p" + writer + "-" + i), row("q" + writer + "-" + i));
                    } else {
                        try (ListSnapshot snapshot = snapshot(ledger)) {
                            int members = rows(snapshot).size();
                            assertThat(members).isEqualTo(snapshot.list().quantity());
                            assertThat(members % 2).isZero();
                            assertThat(snapshot.list().version()).isEqualTo(String.valueOf(1 + members / 2));
                            assertThat(snapshot.list().lastUpdated()).isBeforeOrEqualTo(snapshot.transactionTime());
                            assertThat(snapshot.transactionTime()).isAfterOrEqualTo(last);
                            last = snapshot.transactionTime();
                        }
                    }
                }
            });
        }
    }

    private static void inParallel(int threads, Task task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                running.add(executor.submit(() -> task.run(number)));
            }
            for (Future<?> one : running) {
                one.get(2, TimeUnit.MINUTES);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private interface Task {
        void run(int number);
    }
}
