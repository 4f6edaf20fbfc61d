package dev.atr.auth.internal;

import java.time.Duration;
import java.time.Instant;

/**
 * From one instant up to, and without, another. A clock that is set back to before the first leaves it, too: nothing that
 * was to last a while lasts for as long as the clock was set back.
 *
 * @param from when it begins
 * @param until when it is over
 */
public record TimeSpan(Instant from, Instant until) {
    /** Over before anything began. */
    public static final TimeSpan NONE = new TimeSpan(Instant.MIN, Instant.MIN);

    /** Returns the time that begins at an instant and has this length. */
    public static TimeSpan of(Instant from, Duration length) {
        return new TimeSpan(from, from.plus(length));
    }

    /** Returns whether an instant lies in it. */
    public boolean holds(Instant now) {
        return !now.isBefore(from) && now.isBefore(until);
    }
}
