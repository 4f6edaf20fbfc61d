package dev.atr.auth.client;

import dev.atr.auth.Scopes;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A token as the token endpoint gave it.
 *
 * @param text the token
 * @param renewAt from when on another one is asked for
 * @param expires when it ends; empty when the answer does not say
 * @param granted what the answer says it grants; empty when it does not say
 */
record AccessToken(String text, Instant renewAt, Optional<Instant> expires, Optional<Scopes> granted) {
    /** For a life that is missing or makes no sense. */
    static final Duration UNKNOWN_LIFE = Duration.ofSeconds(60);

    private static final Duration LONGEST_LIFE = Duration.ofHours(24);
    private static final Duration RESERVE = Duration.ofSeconds(30);
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,65536}");

    /**
     * Reads the answer with status 200.
     *
     * @param asked when the request was sent: the life counts from there
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.1">RFC 6749, "Successful Response"</a>
     */
    static AccessToken read(byte[] body, Instant asked) {
        JsonObject answer;
        try {
            answer = JsonValue.parseObject(body);
        } catch (InvalidContentException e) {
            throw new ProtocolException("token request: expected a JSON object with status 200");
        }
        String token = answer.text("access_token").orElse("");
        if (!TOKEN.matcher(token).matches()) {
            throw new ProtocolException("token request: access_token is missing or can't be sent in a header");
        }
        if (!answer.text("token_type").orElse("").equalsIgnoreCase("bearer")) {
            throw new ProtocolException("token request: token_type is not bearer");
        }
        Optional<Duration> life = answer.find("expires_in")
                .flatMap(JsonValue::number)
                .filter(seconds -> seconds > 0)
                .map(seconds -> Duration.ofSeconds(Math.min(seconds, LONGEST_LIFE.toSeconds())));
        return new AccessToken(
                token,
                asked.plus(useful(life.orElse(UNKNOWN_LIFE))),
                life.map(asked::plus),
                answer.text("scope").map(Scopes::parse));
    }

    /** Returns from when on it is not used any more: where that is not said, it is not used beyond its renewal. */
    Instant end() {
        return expires.orElse(renewAt);
    }

    /** Returns a copy to be renewed later, at its end at the latest. */
    AccessToken renewedAt(Instant later) {
        return new AccessToken(text, later.isBefore(end()) ? later : end(), expires, granted);
    }

    /** Returns 80 % of a life, or all but its last 30 seconds when that is less and leaves anything. */
    private static Duration useful(Duration life) {
        Duration most = life.multipliedBy(4).dividedBy(5);
        Duration allButReserve = life.minus(RESERVE);
        boolean shorter = allButReserve.compareTo(most) < 0;
        return shorter && allButReserve.compareTo(Duration.ZERO) > 0 ? allButReserve : most;
    }

    /** Returns nothing of the token. */
    @Override
    public String toString() {
        return "AccessToken[until " + renewAt + "]";
    }
}
