package dev.atr.auth.server;

import dev.atr.auth.internal.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were found good a short while ago. Reading takes no lock: there is a young and an old generation, and what
 * is not asked for again goes with the old one. Thread-safe.
 */
final class VerifiedTokens {
    private static final int MAX_GENERATION = 5_000;
    private static final int MAX_LENGTH = 16 << 10;
    private static final int MAX_REMEMBERED_LENGTH = 4 << 10;
    private static final Duration MAX_AGE = Duration.ofMinutes(1);

    private final Object lock = new Object();
    private volatile Generation young = new Generation(new ConcurrentHashMap<>(), Instant.MIN);
    private volatile Map<Token, Known> old = Map.of();

    private record Generation(Map<Token, Known> tokens, Instant begin) {}

    private record Known(TokenCheck.Good check, TimeSpan life) {}

    /** A token, found by its last characters: they belong to the signature, where no two tokens are alike. */
    private record Token(String text) {
        private static final int TAIL = 24;

        @Override
        public int hashCode() {
            return text.substring(Math.max(0, text.length() - TAIL)).hashCode();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Token that && text.equals(that.text);
        }

        @Override
        public String toString() {
            return "Token";
        }
    }

    /** Checks a token that is not known. */
    @FunctionalInterface
    interface NewToken {
        TokenCheck check(String token, Instant now);
    }

    /** Returns what is known of a token; one that is not known, and not too long, is looked at. */
    TokenCheck check(String token, Instant now, NewToken look) {
        TokenCheck known = find(token, now);
        if (known != null) {
            return known;
        }
        return token.length() > MAX_LENGTH ? new TokenCheck.Bad("length") : look.check(token, now);
    }

    private TokenCheck.@Nullable Good find(String text, Instant now) {
        Token token = new Token(text);
        Known known = young.tokens.get(token);
        if (known == null) {
            known = old.get(token);
        }
        return known != null && known.life.holds(now) ? known.check : null;
    }

    /** Remembers a good token from now on and returns it; a bad one, or one of more than 4 kB, is looked at each time. */
    TokenCheck remember(String text, TokenCheck check, Instant now, Instant until) {
        if (!(check instanceof TokenCheck.Good good) || text.length() > MAX_REMEMBERED_LENGTH) {
            return check;
        }
        Generation current = young;
        if (current.tokens.size() >= MAX_GENERATION
                || now.isBefore(current.begin)
                || now.isAfter(current.begin.plus(MAX_AGE))) {
            current = renewed(current, now);
        }
        current.tokens.put(new Token(text), new Known(good, new TimeSpan(now, until)));
        return check;
    }

    void clear() {
        young = new Generation(new ConcurrentHashMap<>(), Instant.MIN);
        old = Map.of();
    }

    @SuppressWarnings("ReferenceEquality") // the very same generation is meant
    private Generation renewed(Generation full, Instant now) {
        synchronized (lock) {
            if (young == full) {
                old = full.tokens;
                young = new Generation(new ConcurrentHashMap<>(), now);
            }
            return young;
        }
    }
}
