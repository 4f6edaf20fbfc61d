package dev.atr.consumer;

import dev.atr.http.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that only moves when somebody sleeps by it, and keeps how long each sleep was. */
public final class HandClock extends Clock implements Sleeper {
    /** Where the clock begins. */
    public static final Instant START = Instant.parse("2026-03-02T09:00:00Z");

    private final List<Duration> sleeps = new CopyOnWriteArrayList<>();
    private volatile Instant now = START;

    @Override
    public void sleep(Duration duration) {
        sleeps.add(duration);
        now = now.plus(duration);
    }

    /** Returns all sleeps so far. */
    public List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }

    /** Returns how far the clock has moved. */
    public Duration passed() {
        return Duration.between(START, now);
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
        throw new UnsupportedOperationException();
    }
}
