package dev.atr.producer.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The replay memory that lives in the ledger's database. */
@Requirement("SMART-020")
class UsedAssertionsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant END = NOW.plusSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void remembersAcrossARestart() {
        try (Ledger before = Ledger.open(options())) {
            before.replayMemory().insertIfAbsent("one", "jti", END);
        }

        try (Ledger after = Ledger.open(options())) {
            assertThat(after.replayMemory().since()).isEqualTo(Instant.MIN);
            assertThat(after.replayMemory().insertIfAbsent("one", "jti", END)).isFalse();
        }
    }

    @Test
    void forgetsWhatEndedLongAgo() {
        try (Ledger before = Ledger.open(options())) {
            before.replayMemory().insertIfAbsent("one", "old", END);
        }

        Clock later = Clock.fixed(END.plus(Duration.ofHours(2)), ZoneOffset.UTC);
        try (Ledger after = Ledger.open(options().clock(later))) {
            after.replayMemory().insertIfAbsent("one", "new", later.instant().plusSeconds(60));

            assertThat(after.replayMemory().insertIfAbsent("one", "old", END)).isTrue();
        }
    }

    private LedgerOptions options() {
        return LedgerOptions.ofDirectory(folder).clock(Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
