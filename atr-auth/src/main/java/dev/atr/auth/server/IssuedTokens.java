package dev.atr.auth.server;

import dev.atr.auth.internal.CompactJws;
import dev.atr.auth.internal.SecureAddress;
import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.TransportException;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.client.Egress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Checks access tokens that another authorization server signs, with the key set that it publishes. Thread-safe.
 *
 * <pre>{@code
 * AccessTokens tokens = IssuedTokens.builder(
 *                 "https://login.payer.example",
 *                 URI.create("https://login.payer.example/jwks"),
 *                 "https://fhir.payer.example/r4",
 *                 clients,
 *                 egress)
 *         .build();
 * }</pre>
 *
 * <p>A token counts when its signature, {@code iss}, {@code aud}, {@code exp} and {@code nbf} are right, its
 * {@code typ} is {@code at+jwt}, it is not bound to a key of the client, and its client is registered here and enabled.
 * The registration narrows its scopes and lists as it does those of our own tokens; its keys are not needed
 * ({@link ClientKeys#none}). A token that was found good is not looked at again for a minute.
 *
 * <p>The key set is cached as {@code Cache-Control} allows, 5 minutes when it says nothing and 24 hours at most; an
 * unknown {@code kid} fetches it once more, at most every 30 seconds. While it can't be had, the last one serves until
 * {@link Builder#maxStale} after its end; after that, requests are answered with {@code 503}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068#section-4">RFC 9068, "Validating JWT Access Tokens"</a>
 */
public final class IssuedTokens implements AccessTokens {
    /** How long a key set serves beyond its end while the issuer is away: 1 hour, the time to mend most outages. */
    public static final Duration DEFAULT_MAX_STALE = Duration.ofHours(1);

    /** The algorithms that are believed: those that SMART and RFC 9068 name, and ES256. */
    public static final Set<String> DEFAULT_ALGORITHMS = Set.of("RS256", "RS384", "ES256", "ES384");

    private static final Set<String> STRICT_TYPES = Set.of("at+jwt", "application/at+jwt");
    private static final Set<String> ANY_TYPES = Set.of("at+jwt", "application/at+jwt", "jwt", "");

    private final String issuer;
    private final String audience;
    private final ClientRegistry clients;
    private final FetchedKeySet keys;
    private final Set<String> types;
    private final String clientIdClaim;
    private final String scopeClaim;
    private final Clock clock;
    private final VerifiedTokens verified = new VerifiedTokens();

    private IssuedTokens(Builder builder) {
        issuer = builder.issuer;
        audience = builder.audience;
        clients = builder.clients;
        keys = new FetchedKeySet(builder.jwksUrl, builder.egress, builder.clock, builder.algorithms, builder.maxStale);
        types = builder.anyType ? ANY_TYPES : STRICT_TYPES;
        clientIdClaim = builder.clientIdClaim;
        scopeClaim = builder.scopeClaim;
        clock = builder.clock;
    }

    /**
     * Starts the wiring.
     *
     * @param issuer what stands as {@code iss} in the tokens, compared to the letter
     * @param jwksUrl the address of the issuer's key set: https, or http at a loopback address; inside your network if you
     *     like
     * @param audience what must be among {@code aud}: as a rule the FHIR base
     * @param clients the clients that may come with such tokens
     * @param egress the way to the key set
     * @throws IllegalArgumentException when the address is not one of those
     */
    public static Builder builder(String issuer, URI jwksUrl, String audience, ClientRegistry clients, Egress egress) {
        return new Builder(issuer, jwksUrl, audience, clients, egress);
    }

    @Override
    public Optional<AuthenticatedClient> verify(String token) {
        return check(token).client();
    }

    @Override
    public TokenCheck check(String token) {
        return verified.check(token, clock.instant(), this::checkNew);
    }

    private TokenCheck checkNew(String token, Instant now) {
        CompactJws jws;
        try {
            jws = CompactJws.parse(token);
        } catch (InvalidContentException e) {
            return new TokenCheck.Bad("token");
        }
        JsonObject header = jws.header();
        if (!types.contains(header.text("typ").orElse("").toLowerCase(Locale.ROOT))
                || header.find("crit").isPresent()) {
            return new TokenCheck.Bad("typ");
        }
        ForeignClaims claims = new ForeignClaims(jws.claims());
        if (!claims.client("iss").equals(issuer)) {
            return new TokenCheck.Bad("iss");
        }
        if (!claims.isFor(audience).orElse(false)) {
            return new TokenCheck.Bad("aud");
        }
        Optional<String> unfit = claims.unfit(now);
        if (unfit.isPresent()) {
            return new TokenCheck.Bad(unfit.get());
        }
        String alg = header.text("alg").orElse("");
        KeyLookup key = keys.find(header.text("kid").orElse(""), alg);
        if (key.reason().equals("key-set")) {
            throw new TransportException("the key set of the issuer can't be had", null);
        }
        if (key.found() == null) {
            return new TokenCheck.Bad(key.reason());
        }
        if (!key.found().verifies(alg, jws.signedPart(), jws.signature())) {
            return new TokenCheck.Bad("signature");
        }
        TokenCheck check =
                Entitlement.of(clients, claims.client(clientIdClaim), claims.scopes(scopeClaim), client -> true);
        return verified.remember(
                token, check, now, Entitlement.until(now, claims.end().orElse(now)));
    }

    /** Wires a check of tokens. For one thread. */
    public static final class Builder {
        private static final Duration LONGEST_STALE = Duration.ofHours(24);

        private final String issuer;
        private final URI jwksUrl;
        private final String audience;
        private final ClientRegistry clients;
        private final Egress egress;
        private Set<String> algorithms = DEFAULT_ALGORITHMS;
        private Duration maxStale = DEFAULT_MAX_STALE;
        private boolean anyType;
        private String clientIdClaim = "client_id";
        private String scopeClaim = "scope";
        private Clock clock = Clock.systemUTC();

        private Builder(String issuer, URI jwksUrl, String audience, ClientRegistry clients, Egress egress) {
            this.issuer = Objects.requireNonNull(issuer, "issuer");
            SecureAddress.check("key set address", jwksUrl);
            this.jwksUrl = jwksUrl;
            this.audience = Objects.requireNonNull(audience, "audience");
            this.clients = Objects.requireNonNull(clients, "clients");
            this.egress = Objects.requireNonNull(egress, "egress");
        }

        /**
         * Sets which algorithms are believed; {@link #DEFAULT_ALGORITHMS} by default.
         *
         * @param names RS, PS or ES with 256, 384 or 512
         * @throws IllegalArgumentException when one is none of these
         */
        public Builder algorithms(Set<String> names) {
            if (names.isEmpty() || !VerificationKey.ALGORITHMS.containsAll(names)) {
                throw new IllegalArgumentException("algorithms: RS, PS or ES with 256, 384 or 512");
            }
            this.algorithms = Set.copyOf(names);
            return this;
        }

        /**
         * Sets how long the last key set serves beyond its end while no newer one can be had: 0 to 24 hours;
         * {@link #DEFAULT_MAX_STALE} by default. A key that the issuer withdraws meanwhile is believed as long.
         */
        public Builder maxStale(Duration life) {
            if (life.isNegative() || life.compareTo(LONGEST_STALE) > 0) {
                throw new IllegalArgumentException("maxStale: 0 to 24 hours");
            }
            this.maxStale = life;
            return this;
        }

        /**
         * Also takes tokens whose {@code typ} is {@code JWT} or absent, for issuers that do not follow RFC 9068. Such an
         * issuer must never sign anything else with our audience in it.
         */
        public Builder anyType() {
            this.anyType = true;
            return this;
        }

        /** Sets the claim that names the client; {@code client_id} by default, elsewhere {@code azp} or {@code sub}. */
        public Builder clientIdClaim(String name) {
            this.clientIdClaim = Objects.requireNonNull(name, "name");
            return this;
        }

        /** Sets the claim that holds the scopes, as a text or an array; {@code scope} by default, elsewhere {@code scp}. */
        public Builder scopeClaim(String name) {
            this.scopeClaim = Objects.requireNonNull(name, "name");
            return this;
        }

        /** Sets the clock; the system's by default. */
        public Builder clock(Clock newClock) {
            this.clock = Objects.requireNonNull(newClock, "newClock");
            return this;
        }

        /** Builds the check. Fetches nothing yet. */
        public IssuedTokens build() {
            return new IssuedTokens(this);
        }
    }
}
