package dev.atr.auth.server;

import dev.atr.core.error.TransportException;
import java.time.Clock;
import java.time.Instant;

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
     * Returns the time before which this memory knows nothing; assertions issued earlier are refused. A memory that
     * outlives the process knows everything.
     */
    default Instant since() {
        return Instant.MIN;
    }

    /**
     * Returns a memory in this process alone, for a Producer of one node: it refuses what was issued before it started,
     * because that may have been used then. It holds 200 000 assertions at most and refuses more
     * ({@link TransportException}) rather than forgetting one too early.
     */
    static ReplayMemory inProcess(Clock clock) {
        return new InProcessReplayMemory(clock);
    }
}
