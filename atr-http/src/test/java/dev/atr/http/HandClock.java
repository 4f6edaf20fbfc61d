package dev.atr.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that moves when a test turns it, or when somebody sleeps by it; it keeps how long each sleep was. */
public final class HandClock extends Clock implements Sleeper {
    private final List<Duration> sleeps = new CopyOnWriteArrayList<>();
    private final Instant start;
    private volatile Instant now;

    /** Stands at this instant. */
    public HandClock(String start) {
        this.start = Instant.parse(start);
        this.now = this.start;
    }

    /** Moves the clock, backwards when the duration is negative. */
    public void turn(Duration by) {
        now = now.plus(by);
    }

    @Override
    public void sleep(Duration duration) {
        sleeps.add(duration);
        turn(duration);
    }

    /** Returns all sleeps so far. */
    public List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }

    /** Returns how far the clock has moved. */
    public Duration passed() {
        return Duration.between(start, now);
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
        throw new UnsupportedOperationException("a clock in UTC");
    }
}
