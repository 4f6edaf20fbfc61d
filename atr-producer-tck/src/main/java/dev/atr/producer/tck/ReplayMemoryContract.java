package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.server.ReplayMemory;
import dev.atr.requirements.Requirement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ReplayMemory} keeps. Extend this class and hand it an empty memory. */
@Requirement("SMART-020")
public abstract class ReplayMemoryContract {
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
    private static final Instant END = NOW.plusSeconds(330);

    private final HandClock clock = new HandClock();
    private ReplayMemory memory;

    /** For subclasses. */
    protected ReplayMemoryContract() {}

    /**
     * Returns a memory that has seen nothing. Called once for each test; what has to be closed afterwards is closed by
     * the subclass.
     *
     * @param clock the memory's only clock; stands in 2026 and is turned by the tests, forth and back
     * @throws Exception when the memory can't be made; the test fails
     */
    protected abstract ReplayMemory emptyMemory(Clock clock) throws Exception;

    /** Opens the memory of a test. */
    @BeforeEach
    protected final void openMemory() throws Exception {
        memory = emptyMemory(clock);
    }

    /** An assertion counts once. */
    @Test
    protected final void takesAnAssertionOnce() {
        assertThat(memory.insertIfAbsent("one", "jti", END)).isTrue();
        assertThat(memory.insertIfAbsent("one", "jti", END)).isFalse();
        assertThat(memory.insertIfAbsent("one", "jti", END.plusSeconds(1))).isFalse();
    }

    /** Ids are those of a client and are compared exactly. */
    @Test
    protected final void keepsClientsAndIdsApart() {
        assertThat(memory.insertIfAbsent("one", "jti", END)).isTrue();
        assertThat(memory.insertIfAbsent("two", "jti", END)).isTrue();
        assertThat(memory.insertIfAbsent("one", "JTI", END)).isTrue();
        assertThat(memory.insertIfAbsent("one", "jti ", END)).isTrue();
        assertThat(memory.insertIfAbsent("onej", "ti", END)).isTrue();
        assertThat(memory.insertIfAbsent("one", "jtï", END)).isTrue();
    }

    /** Ids may be as long as they are allowed to be, and hold whatever a text may. */
    @Test
    protected final void takesLongAndStrangeIds() {
        String client = "c".repeat(256);
        for (String jti : new String[] {"j".repeat(256), "\ud83e\udd94".repeat(128), "'; drop table x; --", "%_\\"}) {
            assertThat(memory.insertIfAbsent(client, jti, END)).isTrue();
            assertThat(memory.insertIfAbsent(client, jti, END)).isFalse();
        }
    }

    /** Looking and marking are one step. */
    @Test
    protected final void takesItOnceWhenManyBringItAtTheSameTime() throws Exception {
        for (int round = 0; round < 20; round++) {
            String jti = "jti-" + round;

            assertThat(AtOnce.call(16, n -> () -> memory.insertIfAbsent("one", jti, END)))
                    .containsOnlyOnce(true);
        }
    }

    /** However many others come, none is forgotten before its end. */
    @Test
    protected final void forgetsNoneBeforeItsEnd() {
        for (int i = 0; i < 2_000; i++) {
            memory.insertIfAbsent("one", "jti-" + i, END);
        }
        clock.set(END.minusSeconds(1));
        memory.insertIfAbsent("two", "sweep", END.plusSeconds(300));

        assertThat(IntStream.range(0, 2_000).filter(i -> memory.insertIfAbsent("one", "jti-" + i, END)))
                .isEmpty();
    }

    /** A clock that is set back makes nothing new again. */
    @Test
    protected final void remembersWhenTheClockIsSetBack() {
        memory.insertIfAbsent("one", "jti", END);
        clock.set(END.plusSeconds(60));
        memory.insertIfAbsent("one", "sweep", END.plusSeconds(390));

        clock.set(NOW.minus(Duration.ofMinutes(10)));

        assertThat(memory.insertIfAbsent("one", "jti", END)).isFalse();
    }

    /** A clock that leaps ahead and returns makes nothing new again. */
    @Test
    protected final void remembersWhenTheClockWasAhead() {
        memory.insertIfAbsent("one", "jti", END);
        clock.set(NOW.plus(Duration.ofMinutes(10)));
        memory.insertIfAbsent("one", "sweep", NOW.plus(Duration.ofMinutes(15)));

        clock.set(NOW);

        assertThat(memory.insertIfAbsent("one", "jti", END)).isFalse();
    }

    private static final class HandClock extends Clock {
        private volatile Instant now = NOW;

        void set(Instant instant) {
            now = instant;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
