package dev.atr.auth.server;

import dev.atr.auth.Signer;
import dev.atr.auth.internal.Proof;
import dev.atr.auth.internal.SecureAddress;
import dev.atr.auth.internal.SharedSecret;
import dev.atr.auth.internal.SignedAssertion;
import dev.atr.core.error.TransportException;
import dev.atr.core.json.JsonValue;
import dev.atr.http.client.Egress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Checks access tokens by asking the authorization server that issued them. For tokens that can't be read here, or that
 * must end the moment they are withdrawn. Thread-safe.
 *
 * <p>A token counts when the answer says {@code "active": true}, names us in {@code aud}, has an {@code exp} that is not
 * over, does not bind the token to a key of the client, and names a client that is registered here and enabled. The
 * registration narrows its scopes and lists as it does those of our own tokens; its keys are not needed
 * ({@link ClientKeys#none}). A good answer is kept for {@link Builder#cacheLife}. About one token one call is under way at
 * most; requests that bring the same one wait for it.
 *
 * <p>When the server does not answer, or not as it should, requests are answered with {@code 503}. One that does not answer
 * within 5 seconds, or answers {@code 401}, {@code 429}, {@code 502}, {@code 503} or {@code 504}, is left alone for 5
 * seconds, or as long as its {@code Retry-After} says, 1 minute at most; then one call finds out whether it is back.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662, "OAuth 2.0 Token Introspection"</a>
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/token-introspection.html">SMART App Launch 2.2.0, "Token
 *     Introspection"</a>
 */
public final class IntrospectedTokens implements AccessTokens {
    /** How long a good answer is kept: 30 seconds, in which a withdrawn token still works. */
    public static final Duration DEFAULT_CACHE_LIFE = Duration.ofSeconds(30);

    private final IntrospectionEndpoint endpoint;
    private final String audience;
    private final boolean audienceMayBeAbsent;
    private final ClientRegistry clients;
    private final Duration cacheLife;
    private final String clientIdClaim;
    private final Clock clock;
    private final VerifiedTokens verified = new VerifiedTokens();
    private final Map<String, CompletableFuture<TokenCheck>> underWay = new ConcurrentHashMap<>();

    private IntrospectedTokens(Builder builder, Proof proof) {
        this.endpoint = new IntrospectionEndpoint(builder.endpoint, builder.egress, proof, builder.clock);
        this.audience = builder.audience;
        this.audienceMayBeAbsent = builder.audienceMayBeAbsent;
        this.clients = builder.clients;
        this.cacheLife = builder.cacheLife;
        this.clientIdClaim = builder.clientIdClaim;
        this.clock = builder.clock;
    }

    /**
     * Starts the wiring.
     *
     * @param endpoint the introspection endpoint: https, or http at a loopback address; inside your network if you like
     * @param audience what must be among {@code aud}: as a rule the FHIR base
     * @param clients the clients that may come with such tokens
     * @param egress the way to the endpoint
     * @throws IllegalArgumentException when the address is not one of those
     */
    public static Builder builder(URI endpoint, String audience, ClientRegistry clients, Egress egress) {
        return new Builder(endpoint, audience, clients, egress);
    }

    @Override
    public Optional<AuthenticatedClient> verify(String token) {
        return check(token).client();
    }

    @Override
    public TokenCheck check(String token) {
        return verified.check(token, clock.instant(), this::checkNew);
    }

    /** Asks about a token, or waits for the thread that does. */
    private TokenCheck checkNew(String token, Instant now) {
        CompletableFuture<TokenCheck> mine = new CompletableFuture<>();
        CompletableFuture<TokenCheck> others = underWay.putIfAbsent(token, mine);
        if (others != null) {
            return await(others);
        }
        try {
            // Somebody may have learned it since this thread looked.
            TokenCheck check = verified.check(token, now, this::ask);
            mine.complete(check);
            return check;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            underWay.remove(token);
        }
    }

    private static TokenCheck await(CompletableFuture<TokenCheck> others) {
        try {
            return others.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("introspection failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException("interrupted while waiting for an introspection", e);
        }
    }

    private TokenCheck ask(String token, Instant now) {
        JsonValue answer = endpoint.ask(token);
        if (!answer.find("active").flatMap(JsonValue::flag).orElse(false)) {
            return new TokenCheck.Bad("inactive");
        }
        ForeignClaims claims = new ForeignClaims((JsonValue.JsonObject) answer);
        if (!claims.isFor(audience).orElse(audienceMayBeAbsent)) {
            return new TokenCheck.Bad("aud");
        }
        Optional<String> unfit = claims.unfit(now);
        if (unfit.isPresent()) {
            return new TokenCheck.Bad(unfit.get());
        }
        TokenCheck check =
                Entitlement.of(clients, claims.client(clientIdClaim), claims.scopes("scope"), client -> true);
        Instant end = claims.end().orElse(now);
        Instant kept = now.plus(cacheLife);
        return verified.remember(token, check, now, end.isBefore(kept) ? end : kept);
    }

    /** Wires a check of tokens. For one thread. */
    public static final class Builder {
        private static final Duration LONGEST_CACHE_LIFE = Duration.ofSeconds(60);

        private final URI endpoint;
        private final String audience;
        private final ClientRegistry clients;
        private final Egress egress;
        private @Nullable Proof proof;
        private boolean audienceMayBeAbsent;
        private Duration cacheLife = DEFAULT_CACHE_LIFE;
        private String clientIdClaim = "client_id";
        private Clock clock = Clock.systemUTC();

        private Builder(URI endpoint, String audience, ClientRegistry clients, Egress egress) {
            SecureAddress.check("introspection endpoint", endpoint);
            this.endpoint = endpoint;
            this.audience = Objects.requireNonNull(audience, "audience");
            this.clients = Objects.requireNonNull(clients, "clients");
            this.egress = Objects.requireNonNull(egress, "egress");
        }

        /**
         * Proves with a signed assertion who asks ({@code private_key_jwt}). Either this or {@link #secret} is required.
         *
         * @param clientId the id under which the authorization server knows this Producer
         * @param signer the key that it knows
         * @param assertionAudience for whom the assertion is made out: as a rule the server's issuer or token endpoint
         */
        public Builder signer(String clientId, Signer signer, String assertionAudience) {
            Objects.requireNonNull(signer, "signer");
            this.proof = new SignedAssertion(clientId, () -> signer, assertionAudience, null);
            return this;
        }

        /** Proves with a secret who asks ({@code client_secret_basic}). */
        public Builder secret(String clientId, String secret) {
            this.proof = new SharedSecret(clientId, secret);
            return this;
        }

        /**
         * Also takes answers without {@code aud}, which neither RFC 7662 nor SMART asks for. Only for an authorization
         * server that issues tokens for this Producer alone: a token of another service is good here otherwise.
         */
        public Builder audienceMayBeAbsent() {
            this.audienceMayBeAbsent = true;
            return this;
        }

        /** Sets how long a good answer is kept: 0 to 60 seconds; {@link #DEFAULT_CACHE_LIFE} by default. */
        public Builder cacheLife(Duration life) {
            if (life.isNegative() || life.compareTo(LONGEST_CACHE_LIFE) > 0) {
                throw new IllegalArgumentException("cacheLife: 0 to 60 seconds");
            }
            this.cacheLife = life;
            return this;
        }

        /** Sets the member that names the client; {@code client_id} by default. */
        public Builder clientIdClaim(String name) {
            this.clientIdClaim = Objects.requireNonNull(name, "name");
            return this;
        }

        /** Sets the clock; the system's by default. */
        public Builder clock(Clock newClock) {
            this.clock = Objects.requireNonNull(newClock, "newClock");
            return this;
        }

        /**
         * Builds the check. Asks nothing yet.
         *
         * @throws IllegalStateException when neither a signer nor a secret is given
         */
        public IntrospectedTokens build() {
            if (proof == null) {
                throw new IllegalStateException("give signer or secret");
            }
            return new IntrospectedTokens(this, proof);
        }
    }
}
