package dev.atr.auth.server;

import dev.atr.auth.internal.CacheLife;
import dev.atr.auth.internal.TimeSpan;
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
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key set at an address, cached as {@code Cache-Control} allows. One thread fetches while the others wait for it; a
 * fetch that failed is not repeated for a while; a key that is not there fetches again, but not often. So does a clock that
 * is set back: by it, nobody knows how old the set is.
 */
final class FetchedKeySet {
    private static final Logger LOG = LoggerFactory.getLogger(FetchedKeySet.class);
    private static final CacheLife LIFE =
            new CacheLife(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(24));
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration TOTAL = Duration.ofSeconds(5);
    private static final HttpCall.Limits LIMITS = new HttpCall.Limits(256 << 10, TOTAL, TOTAL, TOTAL);
    private static final HttpHeaders HEADERS = HttpHeaders.of("Accept", "application/jwk-set+json, application/json");

    private final URI url;
    private final Egress egress;
    private final Clock clock;
    private final Set<String> algorithms;
    private final Duration maxStale;
    private final ReentrantLock fetching = new ReentrantLock();

    private volatile @Nullable Held held;
    private volatile @Nullable String failure;
    private TimeSpan afterFailure = TimeSpan.NONE;
    private TimeSpan afterUnknown = TimeSpan.NONE;

    /**
     * What was fetched.
     *
     * @param fresh while it serves without another fetch
     * @param usable while it serves when another fetch fails
     */
    private record Held(KeySet keys, TimeSpan fresh, TimeSpan usable) {}

    /**
     * Fetches nothing yet.
     *
     * @param algorithms the algorithms to believe
     * @param maxStale how long a set serves beyond its end while no newer one can be had
     */
    FetchedKeySet(URI url, Egress egress, Clock clock, Set<String> algorithms, Duration maxStale) {
        this.url = url;
        this.egress = egress;
        this.clock = clock;
        this.algorithms = Set.copyOf(algorithms);
        this.maxStale = maxStale;
    }

    /** Looks for the key with an id that signs with an algorithm. */
    KeyLookup find(String kid, String alg) {
        Held seen = held;
        Instant now = clock.instant();
        KeyLookup known = seen != null && seen.usable.holds(now) ? seen.keys.find(kid, alg) : null;
        if (seen != null && known != null && known.found() != null) {
            // A stale key serves while somebody else asks for a fresh one.
            if (seen.fresh.holds(now) || !fetching.tryLock()) {
                return known;
            }
        } else {
            lock();
        }
        try {
            Held current = freshOrNewer(seen);
            return current == null ? KeyLookup.missing("key-set", failure) : current.keys.find(kid, alg);
        } finally {
            fetching.unlock();
        }
    }

    /** Returns the set as it is now, or as it last was; empty when it was never had. Waits for nobody else's fetch. */
    Optional<KeySet> latest() {
        Held seen = held;
        if ((seen == null || !seen.fresh.holds(clock.instant())) && fetching.tryLock()) {
            try {
                fresh(clock.instant());
            } finally {
                fetching.unlock();
            }
        }
        return Optional.ofNullable(held).map(Held::keys);
    }

    /** Called by the one thread that may fetch; {@code seen} is what it knew before it waited. */
    @SuppressWarnings("ReferenceEquality") // the very same fetch is meant, not one with the same outcome
    private @Nullable Held freshOrNewer(@Nullable Held seen) {
        Instant now = clock.instant();
        Held current = held;
        boolean looked = current != null && current == seen && current.fresh.holds(now);
        if (looked && !afterFailure.holds(now) && !afterUnknown.holds(now)) {
            // Nobody fetched while this thread waited, so the key may be newer than the set.
            afterUnknown = TimeSpan.of(now, PAUSE);
            return fetch(now, current);
        }
        return fresh(now);
    }

    private @Nullable Held fresh(Instant now) {
        Held current = held;
        if (current != null && current.fresh.holds(now)) {
            return current;
        }
        Held stale = current != null && current.usable.holds(now) ? current : null;
        return afterFailure.holds(now) ? stale : fetch(now, stale);
    }

    private @Nullable Held fetch(Instant now, @Nullable Held old) {
        try (HttpReply reply = egress.send(new HttpCall("GET", url, HEADERS, new byte[0], 0, LIMITS))) {
            if (reply.status() != 200 || !isJson(reply.headers())) {
                throw new ProtocolException("expected 200 with JSON, got " + reply.status());
            }
            KeySet keys = KeySet.read(reply.bytes(), algorithms);
            if (keys.showsPrivateKey()) {
                LOG.warn("Key set at host {} shows a private key: no key in it is believed", url.getHost());
            } else if (keys.leftOut() > 0) {
                LOG.info("Key set at host {}: {} keys left out", url.getHost(), keys.leftOut());
            }
            Duration life = LIFE.of(reply.headers());
            Held fetched = new Held(keys, TimeSpan.of(now, life), TimeSpan.of(now, life.plus(maxStale)));
            held = fetched;
            failure = null;
            return fetched;
        } catch (AtrException | IllegalArgumentException e) {
            LOG.warn("Key set at host {} can't be had: {}", url.getHost(), e.getMessage());
            failure = e.getMessage();
            // From the end of a fetch that may have taken all of its time.
            afterFailure = TimeSpan.of(clock.instant(), PAUSE);
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
}
