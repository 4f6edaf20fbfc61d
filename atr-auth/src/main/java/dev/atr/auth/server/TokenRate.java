package dev.atr.auth.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often a client may prove who it is: as many times at once as in a minute, and then one more each time its part of
 * a minute has passed. Counts verified assertions alone, each once, so that nobody can use up what is another's.
 * Thread-safe.
 */
final class TokenRate {
    private static final int MANY_CLIENTS = 10_000;

    private final int perMinute;
    private final Duration each;
    private final Clock clock;
    private final Map<String, Used> used = new ConcurrentHashMap<>();

    /** Until when, at this rate, a client has used up what it took; at most a minute ahead. */
    private record Used(Instant until, boolean granted) {}

    TokenRate(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.each = Duration.ofMinutes(1).dividedBy(perMinute);
        this.clock = clock;
    }

    /** Counts one more, unless that is too many. */
    boolean take(String clientId) {
        Instant now = clock.instant();
        if (used.size() > MANY_CLIENTS) {
            used.values().removeIf(each -> !each.until.isAfter(now));
        }
        return used.merge(clientId, new Used(now.plus(each), true), (before, first) -> next(before, now)).granted;
    }

    /** Takes back what was counted last: it was no new assertion. */
    void giveBack(String clientId) {
        used.computeIfPresent(clientId, (id, now) -> new Used(now.until.minus(each), true));
    }

    /** Returns the part of a minute after which there is one more. */
    Duration each() {
        return each;
    }

    private Used next(Used before, Instant now) {
        Instant latest = now.plus(each.multipliedBy(perMinute));
        // Further ahead than a minute: the clock was set back.
        Instant from = before.until.isBefore(now) || before.until.isAfter(latest) ? now : before.until;
        Instant until = from.plus(each);
        return until.isAfter(latest) ? new Used(before.until, false) : new Used(until, true);
    }
}
