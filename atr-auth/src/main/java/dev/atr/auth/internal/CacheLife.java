package dev.atr.auth.internal;

import dev.atr.http.HttpHeaders;
import java.time.Duration;
import java.util.Locale;

/**
 * How long an answer may be used again, by its {@code Cache-Control} and by its {@code Age} when it comes out of a cache
 * on the way.
 *
 * @param shortest for what must not be stored: a flood of requests must not become a flood of fetches
 * @param usual when nothing is said, or nothing that can be read
 * @param longest however long {@code max-age} is
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111#section-4.2.3">RFC 9111, "Calculating Age"</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2">RFC 9111, "Response Directives"</a>
 */
public record CacheLife(Duration shortest, Duration usual, Duration longest) {
    /** Returns the life of the answer with these headers, never shorter or longer than the bounds. */
    public Duration of(HttpHeaders headers) {
        Duration life = usual;
        for (String line : headers.all("Cache-Control")) {
            for (String part : line.toLowerCase(Locale.ROOT).split(",", -1)) {
                String directive = part.strip();
                if (directive.equals("no-store") || directive.startsWith("no-cache")) {
                    return shortest;
                }
                if (directive.startsWith("max-age=")) {
                    life = maxAge(directive.substring("max-age=".length()));
                }
            }
        }
        Duration left = life.minus(age(headers));
        return left.isZero() || left.isNegative() ? shortest : left;
    }

    private static Duration age(HttpHeaders headers) {
        return headers.first("Age")
                .map(String::strip)
                .filter(text -> text.matches("[0-9]{1,8}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }

    private Duration maxAge(String text) {
        String digits = text.replace("\"", "");
        if (!digits.matches("[0-9]+")) {
            return usual;
        }
        if (digits.length() > 8) {
            return longest;
        }
        Duration age = Duration.ofSeconds(Long.parseLong(digits));
        return age.compareTo(longest) > 0 ? longest : age;
    }
}
