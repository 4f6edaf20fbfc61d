package dev.atr.auth.server;

import dev.atr.auth.Signer;
import dev.atr.auth.internal.Proof;
import dev.atr.auth.internal.SecureAddress;
import dev.atr.auth.internal.SharedSecret;
import dev.atr.auth.internal.SignedAssertion;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.json.JsonValue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks access tokens by asking the authorization server that issued them. For tokens that can't be read here, or that
 * must end the moment they are withdrawn. Thread-safe.
 *
 * <p>A token counts when the answer says {@code "active": true}, names us in {@code aud}, has an {@code exp} that is not
 * over, does not bind the token to a key of the client, and names a client that is registered here and enabled. The
 * registration narrows its scopes and lists as it does those of our own tokens; its keys are not needed
 * ({@link ClientKeys#none}). A good answer is kept for {@link Builder#cacheLife}. When the server does not answer, or not
 * as it should, requests are answered with {@code 503}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662, "OAuth 2.0 Token Introspection"</a>
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/token-introspection.html">SMART App Launch 2.2.0, "Token
 *     Introspection"</a>
 */
public final class IntrospectedTokens implements AccessTokens {
    /** How long a good answer is kept: 30 seconds, in which a withdrawn token still works. */
    public static final Duration DEFAULT_CACHE_LIFE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(IntrospectedTokens.class);
    private static final Duration TOTAL = Duration.ofSeconds(5);
    private static final HttpCall.Limits LIMITS = new HttpCall.Limits(64 << 10, TOTAL, TOTAL, TOTAL);
    private static final HttpHeaders HEADERS =
            HttpHeaders.of("Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded");

    private final URI endpoint;
    private final String audience;
    private final boolean audienceMayBeAbsent;
    private final ClientRegistry clients;
    private final Egress egress;
    private final Proof proof;
    private final Duration cacheLife;
    private final String clientIdClaim;
    private final Clock clock;
    private final VerifiedTokens verified = new VerifiedTokens();

    private IntrospectedTokens(Builder builder, Proof proof) {
        this.endpoint = builder.endpoint;
        this.audience = builder.audience;
        this.audienceMayBeAbsent = builder.audienceMayBeAbsent;
        this.clients = builder.clients;
        this.egress = builder.egress;
        this.proof = proof;
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

    private TokenCheck checkNew(String token, Instant now) {
        JsonValue answer = ask(token, now);
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

    private JsonValue ask(String token, Instant now) {
        QueryParameters form =
                proof.addTo(QueryParameters.of("token", token, "token_type_hint", "access_token"), endpoint, now);
        byte[] body = form.encode().getBytes(StandardCharsets.US_ASCII);
        try (HttpReply reply = egress.send(new HttpCall("POST", endpoint, proof.addTo(HEADERS), body, 0, LIMITS))) {
            if (reply.status() != 200) {
                throw new ProtocolException("expected 200, got " + reply.status());
            }
            return JsonValue.parseObject(reply.bytes());
        } catch (InvalidContentException e) {
            throw failed("the answer is not a JSON object");
        } catch (AtrException | IllegalArgumentException e) {
            throw failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted");
        }
    }

    private static TransportException failed(String why) {
        LOG.warn("Tokens can't be introspected: {}", why);
        return new TransportException("introspection: " + why, null);
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
