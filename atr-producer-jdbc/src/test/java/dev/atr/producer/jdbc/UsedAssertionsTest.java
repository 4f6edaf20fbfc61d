package dev.atr.producer.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.server.ReplayMemory;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The replay memory that lives in the ledger's database. */
@Requirement("SMART-020")
class UsedAssertionsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant END = NOW.plusSeconds(60);

    @TempDir
    private Path folder;

    enum Kind {
        H2,
        POSTGRES
    }

    @ParameterizedTest
    @EnumSource
    void takesAnAssertionOnceFromEachClient(Kind kind) {
        try (Ledger ledger = Ledger.open(options(kind))) {
            ReplayMemory memory = ledger.replayMemory();

            assertThat(memory.insertIfAbsent("one", "jti", END)).isTrue();
            assertThat(memory.insertIfAbsent("one", "jti", END)).isFalse();
            assertThat(memory.insertIfAbsent("two", "jti", END)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesItOnceWhenManyBringItAtTheSameTime(Kind kind) throws Exception {
        try (Ledger ledger = Ledger.open(options(kind))) {
            ReplayMemory memory = ledger.replayMemory();
            Callable<Boolean> attempt = () -> memory.insertIfAbsent("one", "jti", END);
            ExecutorService threads = Executors.newFixedThreadPool(8);

            List<Future<Boolean>> answers = threads.invokeAll(Collections.nCopies(64, attempt));
            threads.shutdown();

            int taken = 0;
            for (Future<Boolean> answer : answers) {
                taken += answer.get() ? 1 : 0;
            }
            assertThat(taken).isEqualTo(1);
        }
    }

    @Test
    void remembersAcrossARestart() {
        try (Ledger before = Ledger.open(options(Kind.H2))) {
            before.replayMemory().insertIfAbsent("one", "jti", END);
        }

        try (Ledger after = Ledger.open(options(Kind.H2))) {
            assertThat(after.replayMemory().since()).isEqualTo(Instant.MIN);
            assertThat(after.replayMemory().insertIfAbsent("one", "jti", END)).isFalse();
        }
    }

    @Test
    void forgetsWhatEndedLongAgo() {
        try (Ledger before = Ledger.open(options(Kind.H2))) {
            before.replayMemory().insertIfAbsent("one", "old", END);
        }

        Clock later = Clock.fixed(END.plus(Duration.ofHours(2)), ZoneOffset.UTC);
        try (Ledger after = Ledger.open(options(Kind.H2).clock(later))) {
            after.replayMemory().insertIfAbsent("one", "new", later.instant().plusSeconds(60));

            assertThat(after.replayMemory().insertIfAbsent("one", "old", END)).isTrue();
        }
    }

    private LedgerOptions options(Kind kind) {
        LedgerOptions options = kind == Kind.H2 ? LedgerOptions.ofDirectory(folder) : Postgres.freshSchema();
        return options.clock(Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
