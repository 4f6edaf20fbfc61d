package dev.atr.auth.server;

import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.http.HttpHeaders;
import dev.atr.http.MediaType;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys at an address, cached. The rules are in {@link ClientKeys#ofUrl(URI, Egress, Clock)}. */
final class FetchedKeys extends ClientKeys {
    private static final Logger LOG = LoggerFactory.getLogger(FetchedKeys.class);
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration TOTAL = Duration.ofSeconds(5);
    private static final HttpCall.Limits LIMITS = new HttpCall.Limits(256 << 10, TOTAL, TOTAL, TOTAL);
    private static final HttpHeaders HEADERS = HttpHeaders.of("Accept", "application/jwk-set+json, application/json");

    private final URI url;
    private final Egress egress;
    private final Clock clock;
    private final ReentrantLock fetching = new ReentrantLock();

    private volatile @Nullable Held held;
    private Instant nextTry = Instant.MIN;
    private Instant nextUnknown = Instant.MIN;

    private record Held(KeySet keys, Instant end) {}

    FetchedKeys(URI url, Egress egress, Clock clock) {
        this.url = KeySetUrl.check(url);
        this.egress = egress;
        this.clock = clock;
    }

    @Override
    Optional<String> jku() {
        return Optional.of(url.toString());
    }

    @Override
    Optional<VerificationKey> find(String kid) {
        Held seen = held;
        if (seen != null && clock.instant().isBefore(seen.end)) {
            Optional<VerificationKey> key = seen.keys.find(kid);
            if (key.isPresent()) {
                return key;
            }
        }
        lock();
        try {
            return findOrFetch(kid, seen);
        } finally {
            fetching.unlock();
        }
    }

    /** Called by the one thread that may fetch; {@code seen} is what it knew before it waited. */
    @SuppressWarnings("ReferenceEquality") // the very same fetch is meant, not one with the same outcome
    private Optional<VerificationKey> findOrFetch(String kid, @Nullable Held seen) {
        Instant now = clock.instant();
        Held current = held;
        if (current == null || !now.isBefore(current.end)) {
            current = now.isBefore(nextTry) ? null : fetch(now, null);
        } else if (current == seen && !now.isBefore(nextTry) && !now.isBefore(nextUnknown)) {
            // Nobody fetched while this thread waited, so the id may be of a key newer than the set.
            nextUnknown = now.plus(PAUSE);
            current = fetch(now, current);
        }
        return current == null ? Optional.empty() : current.keys.find(kid);
    }

    private @Nullable Held fetch(Instant now, @Nullable Held old) {
        try (HttpReply reply = egress.send(new HttpCall("GET", url, HEADERS, new byte[0], 0, LIMITS))) {
            if (reply.status() != 200 || !isJson(reply.headers())) {
                throw new ProtocolException("expected 200 with JSON, got " + reply.status());
            }
            KeySet keys = KeySet.read(reply.bytes());
            if (keys.leftOut() > 0) {
                LOG.warn(
                        "Key set at host {}: {} keys left out, private members shown: {}",
                        url.getHost(),
                        keys.leftOut(),
                        keys.showsPrivateKey());
            }
            Held fetched = new Held(keys, now.plus(CacheLife.of(reply.headers())));
            held = fetched;
            return fetched;
        } catch (AtrException | IllegalArgumentException e) {
            LOG.warn("Key set at host {} can't be had: {}", url.getHost(), e.getMessage());
            nextTry = now.plus(PAUSE);
            return old;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void lock() {
        try {
            fetching.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static TransportException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new TransportException("interrupted while waiting for a key set", e);
    }

    private static boolean isJson(HttpHeaders headers) {
        return headers.first("Content-Type")
                .flatMap(MediaType::parse)
                .filter(type -> type.is("application/json") || type.name().endsWith("+json"))
                .isPresent();
    }

    @Override
    public String toString() {
        return "ClientKeys[" + url + "]";
    }
}
