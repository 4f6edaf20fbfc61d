package dev.atr.auth.client;

import dev.atr.core.error.TransportException;
import dev.atr.http.RetryAfter;
import dev.atr.http.client.HttpReply;
import java.time.Clock;
import java.time.Duration;

/** Answers that say "not now". */
final class Replies {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private Replies() {}

    /** Returns when the peer gave an answer that means something; 408, 425, 429 and 5xx do not. */
    static void checkAvailable(String what, HttpReply reply, Clock clock) {
        int status = reply.status();
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            throw new TransportException(
                    what + ": the server answered " + status,
                    null,
                    RetryAfter.of(reply.headers(), clock.instant(), Duration.ZERO, LONGEST_WAIT)
                            .orElse(null));
        }
    }
}
