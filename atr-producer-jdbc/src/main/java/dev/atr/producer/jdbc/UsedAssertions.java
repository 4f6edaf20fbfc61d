package dev.atr.producer.jdbc;

import dev.atr.auth.server.ReplayMemory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The replay memory of all nodes on one ledger: the primary key decides who was first. */
final class UsedAssertions implements ReplayMemory {
    /** Kept so much longer than needed, so that a clock that is set back makes nothing new again. */
    private static final Duration KEPT_BEYOND_END = Duration.ofHours(1);

    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

    private final Database database;
    private final Clock clock;
    private final Object lock = new Object();
    private Instant nextSweep = Instant.MIN;

    UsedAssertions(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public boolean insertIfAbsent(String issuer, String jti, Instant end) {
        Instant now = clock.instant();
        return database.shared("remembering a client assertion", session -> {
            if (isSweepDue(now)) {
                session.update(
                        "delete from atr.used_assertion where ends < ?", Session.timestamp(now.minus(KEPT_BEYOND_END)));
            }
            return session.insertIfAbsent(
                    "insert into atr.used_assertion (client_id, jti, ends) values (?, ?, ?)",
                    issuer,
                    jti,
                    Session.timestamp(end));
        });
    }

    private boolean isSweepDue(Instant now) {
        synchronized (lock) {
            if (now.isBefore(nextSweep)) {
                return false;
            }
            nextSweep = now.plus(BETWEEN_SWEEPS);
            return true;
        }
    }
}
