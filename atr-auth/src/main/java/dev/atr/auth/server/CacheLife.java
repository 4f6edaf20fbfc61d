package dev.atr.auth.server;

import dev.atr.http.HttpHeaders;
import java.time.Duration;
import java.util.Locale;

/** How long a fetched key set may be used. */
final class CacheLife {
    /** When {@code Cache-Control} says nothing. */
    static final Duration DEFAULT = Duration.ofMinutes(5);

    /** However long {@code max-age} is. */
    static final Duration LONGEST = Duration.ofHours(24);

    /** For a set that must not be stored: a flood of token requests must not become a flood of fetches. */
    static final Duration SHORTEST = Duration.ofSeconds(30);

    private CacheLife() {}

    static Duration of(HttpHeaders headers) {
        Duration life = DEFAULT;
        for (String line : headers.all("Cache-Control")) {
            for (String part : line.toLowerCase(Locale.ROOT).split(",", -1)) {
                String directive = part.strip();
                if (directive.equals("no-store") || directive.startsWith("no-cache")) {
                    return SHORTEST;
                }
                if (directive.startsWith("max-age=")) {
                    life = age(directive.substring("max-age=".length()));
                }
            }
        }
        return life;
    }

    private static Duration age(String text) {
        String digits = text.replace("\"", "");
        if (!digits.matches("[0-9]+")) {
            return DEFAULT;
        }
        if (digits.length() > 8) {
            return LONGEST;
        }
        Duration age = Duration.ofSeconds(Long.parseLong(digits));
        if (age.isZero()) {
            return SHORTEST;
        }
        return age.compareTo(LONGEST) > 0 ? LONGEST : age;
    }
}
