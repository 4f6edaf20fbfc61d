package dev.atr.auth.server;

import dev.atr.core.error.TransportException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Remembers which assertions were used, so that none gets two tokens. Nodes that work as one share it. Called from many
 * threads at once; may block.
 */
public interface ReplayMemory {
    /**
     * Remembers an assertion in one atomic step. Looking first and marking afterwards is not enough: of two equal calls
     * at the same time exactly one may get {@code true}.
     *
     * @param issuer the client id
     * @param jti the assertion's id, 1 to 256 characters; unique for this issuer only
     * @param end until when it must be remembered
     * @return true when it was not there; false when it was
     * @throws TransportException when that can't be told right now; the request is answered with {@code 503}
     */
    boolean insertIfAbsent(String issuer, String jti, Instant end);

    /**
     * Returns the time before which this memory knows nothing: an assertion issued earlier may have been used, and is
     * answered with {@code 503} until its client's clock has passed that time. A memory that outlives the process knows
     * everything.
     */
    default Instant since() {
        return Instant.MIN;
    }

    /**
     * Returns a memory in this process alone, for a Producer of one node. Of what was used before it started it knows
     * nothing, and a client's clock may have been half a minute ahead then: so nobody gets a token in the first half
     * minute. It holds 200 000 assertions at most and refuses more ({@link TransportException}) rather than forgetting
     * one too early.
     */
    static ReplayMemory inProcess(Clock clock) {
        // Assertions carry whole seconds.
        Instant started = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return inProcess(clock, started.plus(Times.SKEW));
    }

    /**
     * Returns a memory in this process alone, for a Producer that never ran before, or whose last one ended long ago:
     * it serves from the start. Otherwise as {@link #inProcess(Clock)}.
     *
     * @param since no assertion that says it was issued at this time or later was ever used; {@link Instant#MIN} for
     *     none at all
     */
    static ReplayMemory inProcess(Clock clock, Instant since) {
        return new InProcessReplayMemory(clock, since);
    }
}
