package dev.atr.auth.server;

import dev.atr.auth.SigningKey;
import dev.atr.core.error.TransportException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * See {@link SigningKeys#rotating}. Every node needs the keys of two periods: of the one it believes it is in, and of
 * the one it will be in after the lead. Whoever misses one makes it; the store keeps the first of each period, so that
 * all nodes sign with the same one.
 */
final class RotatingKeys implements SigningKeys {
    private static final Logger LOG = LoggerFactory.getLogger(RotatingKeys.class);
    private static final Duration SHORTEST_LEAD = Times.SKEW.multipliedBy(4);
    private static final Duration REFRESH = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final SigningKeyStore store;
    private final Clock clock;
    private final Duration period;
    private final Duration lead;
    private final ReentrantLock reading = new ReentrantLock();

    private volatile @Nullable Read read;

    /** What the store held; by begin. */
    private record Read(Map<Instant, SigningKey> keys, String publicJwks, Instant refresh) {}

    RotatingKeys(SigningKeyStore store, Clock clock, Duration period, Duration lead) {
        if (lead.compareTo(SHORTEST_LEAD) < 0 || lead.compareTo(period) > 0) {
            throw new IllegalArgumentException("lead: 2 minutes to one period");
        }
        this.store = store;
        this.clock = clock;
        this.period = period;
        this.lead = lead;
    }

    @Override
    public SigningKey current() {
        Instant now = clock.instant();
        SigningKey key = upToDate(now).keys.get(begin(now));
        if (key == null) {
            throw new TransportException("the signing key of this period is not in its store", null);
        }
        return key;
    }

    @Override
    public String publicJwks() {
        return upToDate(clock.instant()).publicJwks;
    }

    private Read upToDate(Instant now) {
        Read known = read;
        boolean serves = known != null && known.keys.containsKey(begin(now));
        if (known != null && serves && isComplete(known, now)) {
            return known;
        }
        if (known != null && serves) {
            // Somebody else is at it already, and what is here will do.
            if (!reading.tryLock()) {
                return known;
            }
        } else {
            lock();
        }
        try {
            Read latest = read;
            if (latest == null || !isComplete(latest, now)) {
                latest = readOrKeep(now, serves ? known : null);
                read = latest;
            }
            return latest;
        } finally {
            reading.unlock();
        }
    }

    private boolean isComplete(Read known, Instant now) {
        // Beyond the lower bound the clock was set back.
        return now.isBefore(known.refresh)
                && now.isAfter(known.refresh.minus(REFRESH.multipliedBy(2)))
                && known.keys.containsKey(begin(now));
    }

    /** Reads the store; while that fails, what was read before serves as long as it signs. */
    private Read readOrKeep(Instant now, @Nullable Read known) {
        try {
            return readAll(now, known == null ? Map.of() : known.keys);
        } catch (TransportException e) {
            if (known == null) {
                throw e;
            }
            LOG.warn("Signing keys can't be read, the known ones serve on: {}", e.getMessage());
            return new Read(known.keys, known.publicJwks, now.plus(PAUSE));
        }
    }

    private Read readAll(Instant now, Map<Instant, SigningKey> known) {
        List<StoredSigningKey> live = store.live(now);
        boolean made = makeIfMissing(begin(now), live, now);
        made |= makeIfMissing(begin(now.plus(lead)), live, now);
        if (made) {
            live = store.live(now);
        }
        Map<Instant, SigningKey> keys = new HashMap<>();
        for (StoredSigningKey each : live) {
            keys.put(each.begin(), parse(each, known.get(each.begin())));
        }
        return new Read(Map.copyOf(keys), SigningKey.publicJwks(List.copyOf(keys.values())), now.plus(REFRESH));
    }

    private boolean makeIfMissing(Instant begin, List<StoredSigningKey> live, Instant now) {
        if (live.stream().anyMatch(key -> key.begin().equals(begin))) {
            return false;
        }
        Instant end =
                begin.plus(period).plus(AuthorizationServer.DEFAULT_TOKEN_LIFE).plus(Times.SKEW.multipliedBy(2));
        SigningKey key = SigningKey.generate("RS384");
        boolean ours = store.insertIfAbsent(new StoredSigningKey(begin, end, key.jwk()), now);
        LOG.info("Signing key from {} on: {}", begin, ours ? "made" : "made by another node");
        return true;
    }

    private static SigningKey parse(StoredSigningKey stored, @Nullable SigningKey known) {
        if (known != null && known.jwk().equals(stored.secret())) {
            return known;
        }
        try {
            return SigningKey.parse(stored.secret());
        } catch (IllegalArgumentException e) {
            throw new TransportException("the signing key from " + stored.begin() + " on can't be read", null);
        }
    }

    /** Returns when the period began in which an instant lies: the same on all nodes. */
    private Instant begin(Instant instant) {
        long number = Math.floorDiv(instant.toEpochMilli(), period.toMillis());
        return Instant.ofEpochMilli(Math.multiplyExact(number, period.toMillis()));
    }

    private void lock() {
        try {
            reading.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException("interrupted while waiting for signing keys", e);
        }
    }
}
