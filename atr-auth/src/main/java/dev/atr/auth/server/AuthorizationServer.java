package dev.atr.auth.server;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.auth.audit.AuditTrail;
import dev.atr.auth.internal.FhirBase;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SMART Backend Services for one FHIR base: answers token requests and the discovery document, and checks the tokens
 * that it issued. Thread-safe; starts nothing.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html">SMART App Launch 2.2.0, "Backend
 *     Services"</a>
 */
public final class AuthorizationServer implements AutoCloseable {
    /** Life of an access token: 5 minutes, the most that SMART Backend Services recommends, and the most there is here. */
    public static final Duration DEFAULT_TOKEN_LIFE = Duration.ofMinutes(5);

    /** The resource types about which scopes are granted: those of the guide, Provenance and Subscription. */
    public static final Set<String> DEFAULT_RESOURCE_TYPES = Stream.concat(
                    ResourceType.ATTRIBUTION_TYPES.stream().map(ResourceType::code),
                    Stream.of("Provenance", "Subscription"))
            .collect(Collectors.toUnmodifiableSet());

    private static final Logger LOG = LoggerFactory.getLogger(AuthorizationServer.class);
    /** Token requests of one client in a minute: 60, many times what a client needs that keeps its token while it lives. */
    public static final int DEFAULT_CLIENT_TOKEN_RATE = 60;

    private static final String JSON = "application/json";
    private static final String TOKEN_PATH = "/auth/token";
    private static final int HIGHEST_CLIENT_TOKEN_RATE = 1_000_000;

    /** What assertions may be made out for instead of the token endpoint; absent when they may not. */
    private final @Nullable URI issuer;

    private final URI tokenEndpoint;
    private final AssertionCheck assertions;
    private final JwtAccessTokens accessTokens;
    private final Set<String> resourceTypes;
    private final AuditTrail auditTrail;
    private final Clock clock;

    private AuthorizationServer(Builder builder) {
        clock = builder.clock;
        auditTrail = AuditTrail.guarded(builder.auditTrail);
        tokenEndpoint = URI.create(builder.fhirBase + TOKEN_PATH);
        issuer = builder.assertionAudience == AssertionAudience.TOKEN_ENDPOINT ? null : builder.fhirBase;
        Set<String> audiences = builder.assertionAudience.values(tokenEndpoint.toString(), builder.fhirBase.toString());
        ReplayMemory replays =
                builder.replayMemory == null ? ReplayMemory.inProcess(builder.clock) : builder.replayMemory;
        assertions = new AssertionCheck(
                builder.clients,
                replays,
                audiences,
                new TokenRate(builder.clientTokenRate, builder.clock),
                builder.clock);
        SigningKeys keys = builder.signingKeys == null ? SigningKeys.ephemeral() : builder.signingKeys;
        accessTokens = new JwtAccessTokens(builder.fhirBase, builder.clients, keys, builder.clock, builder.tokenLife);
        resourceTypes = builder.resourceTypes;
    }

    /**
     * Starts the wiring.
     *
     * @param fhirBase the FHIR base as clients see it: https, or http at a loopback address; a slash at its end is
     *     dropped. It is the audience of the access tokens
     * @param clients the registered clients
     * @throws IllegalArgumentException when the base is not such an address
     */
    public static Builder builder(URI fhirBase, ClientRegistry clients) {
        return new Builder(fhirBase, clients);
    }

    /** Returns the address of the token endpoint: the FHIR base plus {@code /auth/token}. */
    public URI tokenEndpoint() {
        return tokenEndpoint;
    }

    /**
     * Returns the discovery document, for {@code [base]/.well-known/smart-configuration}; it needs no token.
     *
     * @param scopesSupported the scopes to list: those that open something at this base. {@code AtrProducer} derives them
     *     from what its backend serves
     */
    public FhirResponse smartConfiguration(List<String> scopesSupported) {
        return DiscoveryDocument.of(issuer, tokenEndpoint, scopesSupported);
    }

    /** Answers a request to the token endpoint, whatever its method. Each answer is one event of the audit trail. */
    public FhirResponse token(FhirRequest request) {
        try {
            TokenRequest asked = TokenRequest.read(request);
            AssertionCheck.Proof proof = assertions.accept(asked.assertion(), asked.clientId());
            String clientId = proof.client().clientId();
            ScopeGrant grant = grant(asked, proof.client());
            JsonObject answer = JsonValue.object()
                    .put("access_token", accessTokens.issue(proof, grant.text()))
                    .put("token_type", "bearer")
                    .put("expires_in", accessTokens.life().toSeconds())
                    .put("scope", grant.text())
                    .build();
            auditTrail.record(AuditEvent.granted(clock.instant(), AuditEvent.Kind.TOKEN, clientId, TOKEN_PATH));
            return answer(200, answer);
        } catch (TokenRefusal e) {
            auditTrail.record(e.event(clock.instant(), TOKEN_PATH));
            return refusal(e);
        } catch (TransportException e) {
            LOG.warn("Token request can't be decided: {}", e.getMessage());
            auditTrail.record(
                    AuditEvent.refused(clock.instant(), AuditEvent.Kind.TOKEN, null, "unavailable", TOKEN_PATH));
            return unavailable().with("Retry-After", "10");
        }
    }

    private ScopeGrant grant(TokenRequest asked, ClientRegistration client) throws TokenRefusal {
        try {
            return ScopeGrant.of(asked.scope(), client.scopes(), resourceTypes);
        } catch (TokenRefusal e) {
            throw e.of(client.clientId());
        }
    }

    private FhirResponse refusal(TokenRefusal refusal) {
        JsonObject answer = JsonValue.object()
                .put("error", refusal.error())
                .put("error_description", refusal.description())
                .build();
        FhirResponse response = refusal.status() == 503 ? unavailable() : answer(refusal.status(), answer);
        if (refusal.status() == 405) {
            return response.with("Allow", "POST");
        }
        if (refusal.status() == 401) {
            return response.with("WWW-Authenticate", "Basic realm=\"token endpoint\"");
        }
        return refusal.retryAfter()
                .map(wait -> response.with(
                        "Retry-After", Long.toString(wait.plusMillis(999).toSeconds())))
                .orElse(response);
    }

    /** OAuth has no error for what passes by itself: RFC 6749, section 5.2. */
    private static FhirResponse unavailable() {
        return FhirResponse.of(503, HttpHeaders.of("Cache-Control", "no-store"));
    }

    /** Returns where this server's events go; the Producer's own go there too, unless it is told otherwise. */
    public AuditTrail auditTrail() {
        return auditTrail;
    }

    /** Returns the check for the tokens that this server issues. */
    public AccessTokens accessTokens() {
        return accessTokens;
    }

    /** Forgets which tokens were verified. */
    @Override
    public void close() {
        accessTokens.forgetAll();
    }

    private static FhirResponse answer(int status, JsonObject body) {
        return FhirResponse.of(
                status, HttpHeaders.of("Cache-Control", "no-store", "Pragma", "no-cache"), JSON, body.toJson());
    }

    /** Wires an {@link AuthorizationServer}. For one thread. */
    public static final class Builder {
        private final URI fhirBase;
        private final ClientRegistry clients;
        private Clock clock = Clock.systemUTC();
        private @Nullable ReplayMemory replayMemory;
        private @Nullable SigningKeys signingKeys;
        private AssertionAudience assertionAudience = AssertionAudience.TOKEN_ENDPOINT;
        private AuditTrail auditTrail = AuditTrail.logged();
        private int clientTokenRate = DEFAULT_CLIENT_TOKEN_RATE;
        private Duration tokenLife = DEFAULT_TOKEN_LIFE;
        private Set<String> resourceTypes = DEFAULT_RESOURCE_TYPES;

        private Builder(URI fhirBase, ClientRegistry clients) {
            this.fhirBase = FhirBase.check(fhirBase);
            this.clients = Objects.requireNonNull(clients, "clients");
        }

        /** Sets the clock; the system's by default. */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets the replay memory. {@link ReplayMemory#inProcess(Clock)} by default, with a warning: it serves one node
         * only, and gives no token in the first half minute.
         */
        public Builder replayMemory(ReplayMemory replayMemory) {
            this.replayMemory = Objects.requireNonNull(replayMemory, "replayMemory");
            return this;
        }

        /**
         * Sets the keys for access tokens. {@link SigningKeys#ephemeral} by default, with a warning: they serve one node
         * only, and end with it.
         */
        public Builder signingKeys(SigningKeys signingKeys) {
            this.signingKeys = Objects.requireNonNull(signingKeys, "signingKeys");
            return this;
        }

        /**
         * Sets for whom clients have to make their assertions out; {@link AssertionAudience#TOKEN_ENDPOINT} by default
         * (C-81).
         */
        public Builder assertionAudience(AssertionAudience audience) {
            this.assertionAudience = Objects.requireNonNull(audience, "audience");
            return this;
        }

        /** Sets where events go; {@link AuditTrail#logged} by default. */
        public Builder auditTrail(AuditTrail trail) {
            this.auditTrail = Objects.requireNonNull(trail, "trail");
            return this;
        }

        /**
         * Sets how many token requests of one client are answered in a minute, on each node: 1 to 1 000 000,
         * {@link #DEFAULT_CLIENT_TOKEN_RATE} by default. More get {@code 429}. Only requests with a verified assertion
         * count, so that nobody can use up what is another's.
         */
        public Builder clientTokenRate(int perMinute) {
            if (perMinute < 1 || perMinute > HIGHEST_CLIENT_TOKEN_RATE) {
                throw new IllegalArgumentException("clientTokenRate: 1 to 1000000 a minute");
            }
            this.clientTokenRate = perMinute;
            return this;
        }

        /**
         * Sets the life of access tokens in whole seconds: 1 second to 5 minutes, {@link #DEFAULT_TOKEN_LIFE} by default.
         */
        public Builder tokenLife(Duration life) {
            if (life.compareTo(Duration.ofSeconds(1)) < 0 || life.compareTo(DEFAULT_TOKEN_LIFE) > 0) {
                throw new IllegalArgumentException("tokenLife: 1 second to 5 minutes");
            }
            this.tokenLife = Duration.ofSeconds(life.toSeconds());
            return this;
        }

        /**
         * Sets the resource types about which scopes are granted, beside those that a registration names itself;
         * {@link #DEFAULT_RESOURCE_TYPES} by default.
         */
        public Builder resourceTypes(Set<String> types) {
            this.resourceTypes = Set.copyOf(types);
            return this;
        }

        /** Builds the server. Makes keys, which takes a moment. */
        public AuthorizationServer build() {
            if (replayMemory == null) {
                LOG.warn(
                        "Used assertions are remembered by this process alone: one node, and no token in the first half"
                                + " minute after a start; give replayMemory");
            }
            if (signingKeys == null) {
                LOG.warn("The keys of access tokens are this process's alone: one node, and a restart ends all tokens;"
                        + " give signingKeys");
            }
            return new AuthorizationServer(this);
        }
    }
}
