package dev.atr.auth.server;

import dev.atr.auth.Scopes;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What another authorization server says of a token, in the ways in which they differ. */
record ForeignClaims(JsonObject claims) {
    /** Returns whether the token is made out to this audience, perhaps beside others; empty when it names none. */
    Optional<Boolean> isFor(String audience) {
        return claims.find("aud").map(aud -> texts(aud).contains(audience));
    }

    /**
     * Returns why the token can't be used now.
     *
     * @return the reason; empty when it can
     */
    Optional<String> unfit(Instant now) {
        if (claims.find("cnf").isPresent()) {
            // Good only together with a proof of possession, which is not looked for here.
            return Optional.of("cnf");
        }
        if (end().isEmpty() || !now.isBefore(end().get())) {
            return Optional.of("exp");
        }
        boolean begun = claims.find("nbf").isEmpty()
                || Times.read(claims.find("nbf"))
                        .filter(begin -> !begin.isAfter(now.plus(Times.SKEW)))
                        .isPresent();
        return begun ? Optional.empty() : Optional.of("nbf");
    }

    /** Returns until when the token may be used, clocks that differ included. */
    Optional<Instant> end() {
        return Times.read(claims.find("exp")).map(exp -> exp.plus(Times.SKEW));
    }

    /** Returns the client that the claim names; an empty text, which no client has, when it names none. */
    String client(String claim) {
        return claims.text(claim).orElse("");
    }

    /** Returns the scopes, given as one text with blanks or as an array. */
    Scopes scopes(String claim) {
        return Scopes.parse(claims.find(claim)
                .map(ForeignClaims::texts)
                .map(texts -> String.join(" ", texts))
                .orElse(""));
    }

    private static List<String> texts(JsonValue value) {
        return value.text()
                .map(List::of)
                .orElseGet(() -> value.items().stream()
                        .map(JsonValue::text)
                        .flatMap(Optional::stream)
                        .collect(Collectors.toUnmodifiableList()));
    }

    /** Returns nothing of the token. */
    @Override
    public String toString() {
        return "ForeignClaims";
    }
}
