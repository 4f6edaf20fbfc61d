package dev.atr.auth.server;

import dev.atr.auth.internal.Proof;
import dev.atr.auth.internal.TimeSpan;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.json.JsonValue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.http.RetryAfter;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an authorization server tells what a token is. While it is away it is not asked for a while, and then by one
 * thread before all others: a server that hangs must not keep all threads of the Producer waiting. It is not away as long
 * as it answers others. Thread-safe.
 */
final class IntrospectionEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(IntrospectionEndpoint.class);
    private static final Duration TOTAL = Duration.ofSeconds(5);
    private static final HttpCall.Limits LIMITS = new HttpCall.Limits(64 << 10, TOTAL, TOTAL, TOTAL);
    private static final HttpHeaders HEADERS =
            HttpHeaders.of("Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded");
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** Answers that tell of the server, not of the token, which anybody may have made up: nobody shall stop others with it. */
    private static final Set<Integer> AWAY = Set.of(401, 429, 502, 503, 504);

    private final URI address;
    private final Egress egress;
    private final Proof proof;
    private final Clock clock;

    private final Object lock = new Object();

    /** While it holds, nobody asks; {@link TimeSpan#NONE} while the server answers. */
    private TimeSpan pause = TimeSpan.NONE;

    /** How many calls the server has answered. */
    private long answered;

    IntrospectionEndpoint(URI address, Egress egress, Proof proof, Clock clock) {
        this.address = address;
        this.egress = egress;
        this.proof = proof;
        this.clock = clock;
    }

    /**
     * Asks about a token.
     *
     * @throws TransportException when no answer came that tells anything, or the server was away a moment ago
     */
    JsonValue ask(String token) {
        Instant now = clock.instant();
        Standing before = checkPause(now);
        QueryParameters form = proof.addTo(
                QueryParameters.of("token", token, "token_type_hint", "access_token"), address.toString(), now);
        byte[] body = form.encode().getBytes(StandardCharsets.US_ASCII);
        try (HttpReply reply = egress.send(new HttpCall("POST", address, proof.addTo(HEADERS), body, 0, LIMITS))) {
            if (AWAY.contains(reply.status())) {
                throw new TransportException(
                        "expected 200, got " + reply.status(),
                        null,
                        RetryAfter.of(reply.headers(), clock.instant(), PAUSE, LONGEST_PAUSE)
                                .orElse(null));
            }
            hasAnswered(before);
            if (reply.status() != 200) {
                throw new ProtocolException("expected 200, got " + reply.status());
            }
            return JsonValue.parseObject(reply.bytes());
        } catch (TransportException e) {
            Duration wait = e.retryAfter().orElse(PAUSE);
            isAway(before, TimeSpan.of(clock.instant(), wait));
            throw failed(String.valueOf(e.getMessage()), wait);
        } catch (InvalidContentException e) {
            throw failed("the answer is not a JSON object", null);
        } catch (AtrException | IllegalArgumentException e) {
            throw failed(String.valueOf(e.getMessage()), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted", null);
        }
    }

    /** Lets one thread pass when a pause is over: it finds out for all others, who pause on meanwhile. */
    private Standing checkPause(Instant now) {
        Duration rest;
        synchronized (lock) {
            if (pause.equals(TimeSpan.NONE)) {
                return new Standing(answered, pause);
            }
            if (!pause.holds(now)) {
                pause = TimeSpan.of(now, TOTAL);
                return new Standing(answered, pause);
            }
            rest = Duration.between(now, pause.until());
        }
        throw new TransportException("introspection: the server did not answer lately", null, rest);
    }

    /** Ends the pause, unless a later call has found out more. */
    private void hasAnswered(Standing before) {
        synchronized (lock) {
            answered++;
            if (pause.equals(before.pause)) {
                pause = TimeSpan.NONE;
            }
        }
    }

    /** Begins a pause, unless the server has answered others since the call began. */
    private void isAway(Standing before, TimeSpan next) {
        synchronized (lock) {
            if (answered == before.answered) {
                pause = next;
            }
        }
    }

    private static TransportException failed(String why, @Nullable Duration retryAfter) {
        LOG.warn("Tokens can't be introspected: {}", why);
        return new TransportException("introspection: " + why, null, retryAfter);
    }

    /** How things stood when a call began. */
    private record Standing(long answered, TimeSpan pause) {}
}
