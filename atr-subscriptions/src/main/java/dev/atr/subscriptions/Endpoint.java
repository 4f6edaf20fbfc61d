package dev.atr.subscriptions;

import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.http.HttpHeaders;
import dev.atr.http.RetryAfter;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sends notifications to endpoints and says what became of them. Thread-safe. */
final class Endpoint {
    /** Longest wait that an endpoint may ask for. */
    static final Duration MAX_RETRY_AFTER = Duration.ofHours(24);

    /** Bytes of an answer that count: its status says all. */
    private static final long MAX_ANSWER = 16 << 10;

    private static final Set<Integer> TRY_AGAIN = Set.of(408, 425, 429);

    private final Egress egress;
    private final HeaderSecrets secrets;
    private final Clock clock;

    Endpoint(Egress egress, HeaderSecrets secrets, Clock clock) {
        this.egress = egress;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** What became of a notification. */
    enum Fate {
        /** It was taken. */
        TAKEN,
        /** It was not taken, and might be later. */
        FAILED,
        /** It was not taken, and would not be later. */
        REFUSED,
        /** The endpoint wants no more of them. */
        GONE
    }

    /**
     * What became of a notification, and why.
     *
     * @param fate what became of it
     * @param reason why, in words for the owner
     * @param asked how long the endpoint asks to wait; absent when it does not ask
     */
    record Answer(Fate fate, String reason, @Nullable Duration asked) {}

    Answer send(SubscriptionContent content, byte[] bundle) throws InterruptedException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String kept : content.headers()) {
            Optional<String> value = secrets.open(kept);
            if (value.isEmpty()) {
                return new Answer(Fate.REFUSED, "the value of a header can't be read any more; send it again", null);
            }
            headers.computeIfAbsent(HeaderSecrets.name(kept), name -> new ArrayList<>())
                    .add(value.get());
        }
        headers.put("Content-Type", List.of(content.contentType()));
        try (HttpReply reply = egress.send(call(content, headers, bundle))) {
            return answer(reply);
        } catch (TransportException e) {
            return new Answer(Fate.FAILED, "the endpoint did not answer", null);
        } catch (ProtocolException e) {
            return new Answer(Fate.FAILED, "the endpoint's answer is not HTTP", null);
        } catch (IllegalArgumentException e) {
            return new Answer(Fate.REFUSED, "the endpoint may not be called", null);
        }
    }

    private static HttpCall call(SubscriptionContent content, Map<String, List<String>> headers, byte[] bundle) {
        Duration time = content.timeout();
        return new HttpCall(
                "POST",
                content.endpoint(),
                HttpHeaders.copyOf(headers),
                bundle,
                0,
                new HttpCall.Limits(MAX_ANSWER, time, time, time));
    }

    private Answer answer(HttpReply reply) {
        int status = reply.status();
        String reason = "the endpoint answered with status " + status;
        if (status >= 200 && status < 300) {
            return new Answer(Fate.TAKEN, reason, null);
        }
        if (status == 410) {
            return new Answer(Fate.GONE, reason, null);
        }
        if (status >= 500 || TRY_AGAIN.contains(status)) {
            Optional<Duration> wait = RetryAfter.of(reply.headers(), clock.instant(), Duration.ZERO, MAX_RETRY_AFTER);
            return new Answer(Fate.FAILED, reason, wait.orElse(null));
        }
        return new Answer(Fate.REFUSED, reason, null);
    }
}
