package dev.atr.auth.server;

import dev.atr.core.error.TransportException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** See {@link ReplayMemory#inProcess}. */
final class InProcessReplayMemory implements ReplayMemory {
    private static final int CAPACITY = 200_000;
    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

    private final Clock clock;
    private final Instant since;
    private final Object lock = new Object();
    private final Map<Used, Instant> ends = new HashMap<>();
    private Instant swept;

    private record Used(String issuer, String jti) {}

    InProcessReplayMemory(Clock clock, Instant since) {
        this.clock = clock;
        this.since = since;
        this.swept = clock.instant();
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public boolean insertIfAbsent(String issuer, String jti, Instant end) {
        Instant now = clock.instant();
        synchronized (lock) {
            if (now.isAfter(swept.plus(BETWEEN_SWEEPS))) {
                swept = now;
                ends.values().removeIf(each -> !each.isAfter(now));
            }
            // After a step back of the clock: what ended before the last sweep may have been here.
            if (!end.isAfter(swept)) {
                return false;
            }
            if (ends.size() >= CAPACITY) {
                throw new TransportException("the replay memory is full", null);
            }
            return ends.putIfAbsent(new Used(issuer, jti), end) == null;
        }
    }
}
