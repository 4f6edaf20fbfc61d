package dev.atr.auth.client;

import dev.atr.auth.ScopeSyntax;
import dev.atr.auth.Scopes;
import dev.atr.auth.Signer;
import dev.atr.auth.internal.FhirBase;
import dev.atr.auth.internal.Proof;
import dev.atr.auth.internal.SecureAddress;
import dev.atr.auth.internal.SharedSecret;
import dev.atr.auth.internal.SignedAssertion;
import dev.atr.auth.internal.TimeSpan;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.Origin;
import dev.atr.http.QueryParameters;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets access tokens for one FHIR server by SMART Backend Services: a fresh signed assertion for every try, one token
 * kept and shared until 80 % of its life, and to its end while there is no other to be had. What the server says of its
 * token endpoint is kept as its {@code Cache-Control} allows (1 hour when it says nothing; 1 minute to 24 hours) and asked
 * for again when the endpoint fails. Thread-safe; starts nothing.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html">SMART App Launch 2.2.0, "Backend
 *     Services"</a>
 */
public final class BackendServices implements AccessTokenSource {
    /** Life of an assertion: 4 minutes. 5 are allowed, and the server's clock may be behind ours. */
    public static final Duration ASSERTION_LIFE = SignedAssertion.LIFE;

    /** After three refusals in a row, no try for 30 seconds: credentials do not mend themselves. */
    public static final Duration PAUSE_AFTER_REFUSALS = Duration.ofSeconds(30);

    private static final Duration BETWEEN_EARLY_RENEWALS = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(BackendServices.class);
    private static final int REFUSALS_BEFORE_PAUSE = 3;
    private static final String SCOPES_V1 = "system/*.read";
    private static final String SCOPES_V2 = ResourceType.ATTRIBUTION_TYPES.stream()
            .map(type -> "system/" + type + ".rs")
            .collect(Collectors.joining(" "));
    private static final Pattern READING_V2 = Pattern.compile("^system/[^.]+\\.c?ru?d?s");
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,40}");
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final HttpCall.Limits LIMITS = new HttpCall.Limits(1 << 20, WAIT, WAIT, WAIT);

    private final URI fhirBase;
    private final String clientId;
    private final Proof proof;
    private final Egress egress;
    private final Clock clock;
    private final Origin ownOrigin;
    private final Set<Origin> tokenReceivers;
    private final Set<Origin> tokenEndpointOrigins;
    private final @Nullable URI fixedEndpoint;
    private final @Nullable String fixedScope;
    private final boolean allScopesNeeded;
    private final boolean clientIdInForm;
    private final @Nullable ScopeSyntax syntax;
    private final boolean findsOut;
    private final boolean hasFixedAudience;

    private final Object lock = new Object();
    private @Nullable AccessToken current;
    private @Nullable CompletableFuture<AccessToken> underWay;
    private int refusals;
    private @Nullable AuthorizationException lastRefusal;
    private TimeSpan quiet = TimeSpan.NONE;

    /** Touched only by the one thread that fetches. */
    private @Nullable Discovered discovered;

    /** Which of the audiences and which syntax this server has taken; touched only by the one thread that fetches. */
    private Manner manner = new Manner(0, false);

    private record Manner(int audience, boolean otherSyntax) {}

    private record Discovered(SmartConfiguration configuration, TimeSpan life) {}

    private BackendServices(Builder builder) {
        fhirBase = builder.fhirBase;
        clientId = builder.clientId;
        proof = builder.proof();
        egress = Objects.requireNonNull(builder.egress, "egress");
        clock = builder.clock;
        ownOrigin = Origin.of(fhirBase);
        tokenReceivers = Set.copyOf(builder.tokenReceivers);
        tokenEndpointOrigins = Set.copyOf(builder.tokenEndpointOrigins);
        fixedEndpoint = builder.tokenEndpoint;
        fixedScope = builder.scope;
        allScopesNeeded = builder.allScopesNeeded;
        clientIdInForm = builder.clientIdInForm;
        syntax = builder.syntax;
        findsOut = builder.findsOut;
        // A secret is not made out to anybody.
        hasFixedAudience = builder.audience != null || builder.keys == null;
    }

    /**
     * Starts the wiring with a key. An {@linkplain Builder#egress egress} must be given too.
     *
     * @param fhirBase the FHIR base: https, or http at a loopback address
     * @param clientId the id under which the Producer registered us
     * @param key our key, in memory or in a device; use another one for each Producer
     * @throws IllegalArgumentException when the base is not such an address or the id is empty
     */
    public static Builder builder(URI fhirBase, String clientId, Signer key) {
        Objects.requireNonNull(key, "key");
        return new Builder(fhirBase, clientId, () -> key, null);
    }

    /** Starts the wiring with keys that change; otherwise as {@link #builder(URI, String, Signer)}. */
    public static Builder builder(URI fhirBase, String clientId, KeyRing keys) {
        Objects.requireNonNull(keys, "keys");
        return builder(fhirBase, clientId, keys::current);
    }

    /**
     * Starts the wiring with keys that change in a device or key service; otherwise as
     * {@link #builder(URI, String, Signer)}.
     *
     * @param keys asked before each try which key signs; one that the Producer knows already
     */
    public static Builder builder(URI fhirBase, String clientId, Supplier<? extends Signer> keys) {
        return new Builder(fhirBase, clientId, Objects.requireNonNull(keys, "keys"), null);
    }

    /**
     * Starts the wiring with a secret that the server knows too, for servers that take no keys: whoever steals it from
     * either of us is us. Sent as {@code client_secret_basic}; otherwise as {@link #builder(URI, String, Signer)}.
     *
     * @throws IllegalArgumentException when the secret is empty, too
     * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-symmetric.html">SMART App Launch
     *     2.2.0, "Client Authentication: Symmetric"</a>
     */
    public static Builder withSecret(URI fhirBase, String clientId, String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("secret: empty");
        }
        return new Builder(fhirBase, clientId, null, secret);
    }

    @Override
    public String token() throws InterruptedException {
        while (true) {
            CompletableFuture<AccessToken> shared;
            boolean mine = false;
            synchronized (lock) {
                if (current != null && clock.instant().isBefore(current.renewAt())) {
                    return current.text();
                }
                if (lastRefusal != null && quiet.holds(clock.instant())) {
                    throw lastRefusal;
                }
                if (underWay == null) {
                    underWay = new CompletableFuture<>();
                    mine = true;
                }
                shared = underWay;
            }
            if (mine) {
                return fetchFor(shared).text();
            }
            try {
                return shared.get().text();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                // The thread that fetched was interrupted, which is no failure of ours: try again.
            }
        }
    }

    @Override
    public void refused(String token) {
        synchronized (lock) {
            if (current != null && current.text().equals(token)) {
                current = null;
            }
        }
    }

    @Override
    public boolean mayReceive(URI address) {
        return ownOrigin.contains(address) || tokenReceivers.stream().anyMatch(origin -> origin.contains(address));
    }

    /** Returns what the present token grants; empty when there is none or the server did not say. */
    public Optional<Scopes> grantedScopes() {
        synchronized (lock) {
            return Optional.ofNullable(current).flatMap(AccessToken::granted);
        }
    }

    /** Returns when the present token ends; empty when there is none or the server did not say. */
    public Optional<Instant> expires() {
        synchronized (lock) {
            return Optional.ofNullable(current).flatMap(AccessToken::expires);
        }
    }

    private AccessToken fetchFor(CompletableFuture<AccessToken> shared) throws InterruptedException {
        try {
            AccessToken token = fetch();
            synchronized (lock) {
                underWay = null;
                current = token;
                lastRefusal = null;
                refusals = 0;
            }
            shared.complete(token);
            return token;
        } catch (RuntimeException e) {
            AccessToken spared = afterFailure(e);
            if (spared == null) {
                shared.completeExceptionally(e);
                throw e;
            }
            // Only what is thrown on purpose is sure to quote nothing secret: a signer may be anybody's.
            String why =
                    e instanceof AtrException ? e.getMessage() : e.getClass().getName();
            LOG.warn("The token for client {} can't be renewed yet, it serves on: {}", clientId, why);
            shared.complete(spared);
            return spared;
        } catch (InterruptedException | Error e) {
            synchronized (lock) {
                underWay = null;
            }
            shared.completeExceptionally(e);
            throw e;
        }
    }

    /** Returns the present token when it is good for a while yet. */
    private @Nullable AccessToken afterFailure(RuntimeException failure) {
        synchronized (lock) {
            underWay = null;
            Instant now = clock.instant();
            Instant next = now.plus(BETWEEN_EARLY_RENEWALS);
            if (failure instanceof AuthorizationException refusal) {
                lastRefusal = refusal;
                refusals++;
                if (refusals >= REFUSALS_BEFORE_PAUSE) {
                    quiet = TimeSpan.of(now, PAUSE_AFTER_REFUSALS);
                    next = quiet.until();
                    LOG.warn("Client {} was refused {} times in a row; next try after {}", clientId, refusals, next);
                }
            }
            if (current != null) {
                current = now.isBefore(current.end()) ? current.renewedAt(next) : null;
            }
            return current;
        }
    }

    private AccessToken fetch() throws InterruptedException {
        if (fixedEndpoint != null) {
            return request(fixedEndpoint, null);
        }
        Discovered before = discovered;
        SmartConfiguration configuration = configuration();
        try {
            return request(configuration);
        } catch (AtrException e) {
            forgetConfiguration();
            boolean kept = before != null && before.configuration.equals(configuration);
            if (!kept || e instanceof AuthorizationException || !hasMoved(configuration)) {
                throw e;
            }
            return request(configuration());
        }
    }

    /** Asks anew where the token endpoint is. */
    private boolean hasMoved(SmartConfiguration known) throws InterruptedException {
        try {
            return !configuration().tokenEndpoint().equals(known.tokenEndpoint());
        } catch (AtrException e) {
            // What the token endpoint itself said tells more.
            return false;
        }
    }

    private AccessToken request(SmartConfiguration configuration) throws InterruptedException {
        return request(configuration.tokenEndpoint(), configuration);
    }

    /**
     * Asks for a token; where the server refuses what servers differ about, and we are to find out, in another manner.
     * What it refused first is what is thrown in the end.
     */
    private AccessToken request(URI endpoint, @Nullable SmartConfiguration configuration) throws InterruptedException {
        List<String> audiences = audiences(endpoint, configuration);
        String scope = scope(configuration);
        Manner now = manner.audience < audiences.size() ? manner : new Manner(0, manner.otherSyntax);
        Set<Manner> tried = new HashSet<>();
        AuthorizationException first = null;
        while (true) {
            tried.add(now);
            try {
                AccessToken token =
                        request(endpoint, audiences.get(now.audience), now.otherSyntax ? inOtherSyntax(scope) : scope);
                manner = now;
                return token;
            } catch (RefusedRequest refusal) {
                first = first == null ? refusal.meaning : first;
                Manner next = next(now, audiences.size(), refusal.code);
                if (!findsOut || tried.contains(next)) {
                    throw first;
                }
                now = next;
            }
        }
    }

    /** Returns what to try after a refusal: the same where nothing else is left that might be meant by it. */
    private static Manner next(Manner refused, int audiences, String code) {
        return switch (code) {
            case "invalid_scope" -> new Manner(refused.audience, !refused.otherSyntax);
            case "invalid_client", "invalid_grant", "invalid_request", "" ->
                new Manner((refused.audience + 1) % audiences, refused.otherSyntax);
            default -> refused;
        };
    }

    /** Returns for whom an assertion may be made out: never for anybody whom the server alone names. */
    private List<String> audiences(URI endpoint, @Nullable SmartConfiguration configuration) {
        List<String> audiences = new ArrayList<>(List.of(endpoint.toString()));
        if (findsOut && !hasFixedAudience) {
            if (configuration != null && configuration.issuer() != null) {
                audiences.add(configuration.issuer());
            }
            audiences.add(fhirBase.toString());
        }
        return audiences.stream().distinct().toList();
    }

    private AccessToken request(URI endpoint, String audience, String scope)
            throws InterruptedException, RefusedRequest {
        Instant asked = clock.instant();
        QueryParameters form = QueryParameters.of("grant_type", "client_credentials", "scope", scope);
        if (clientIdInForm) {
            form = form.with("client_id", clientId);
        }
        byte[] body = proof.addTo(form, audience, asked).encode().getBytes(StandardCharsets.US_ASCII);
        HttpHeaders headers = proof.addTo(
                HttpHeaders.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"));
        try (HttpReply reply = egress.send(new HttpCall("POST", endpoint, headers, body, 0, LIMITS))) {
            if (reply.status() != 200) {
                throw failure(reply);
            }
            AccessToken token = AccessToken.read(reply.bytes(), asked);
            examine(token, Scopes.parse(scope));
            return token;
        }
    }

    private SmartConfiguration configuration() throws InterruptedException {
        Discovered known = discovered;
        Instant now = clock.instant();
        if (known == null || !known.life.holds(now)) {
            SmartConfiguration.Found found = SmartConfiguration.find(fhirBase, egress, tokenEndpointOrigins, clock);
            known = new Discovered(found.configuration(), TimeSpan.of(now, found.life()));
            discovered = known;
        }
        return known.configuration;
    }

    private void forgetConfiguration() {
        discovered = null;
    }

    private String scope(@Nullable SmartConfiguration configuration) {
        if (fixedScope == null) {
            ScopeSyntax wanted = syntax != null ? syntax : announced(configuration);
            return wanted == ScopeSyntax.V1 ? SCOPES_V1 : SCOPES_V2;
        }
        boolean asIs = syntax == null || syntax == ScopeSyntax.of(fixedScope);
        return asIs ? fixedScope : inOtherSyntax(fixedScope);
    }

    private static String inOtherSyntax(String scope) {
        if (scope.equals(SCOPES_V2)) {
            return SCOPES_V1;
        }
        return ScopeSyntax.of(scope).other().write(Scopes.parse(scope)).orElse(scope);
    }

    private static ScopeSyntax announced(@Nullable SmartConfiguration configuration) {
        if (configuration == null || configuration.capabilities().contains("permission-v2")) {
            return ScopeSyntax.V2;
        }
        // Some list neither syntax as a capability, and scopes of one.
        List<String> scopes = configuration.scopesSupported();
        boolean listsV1 = scopes.stream().anyMatch(scope -> scope.endsWith(".read"));
        boolean listsV2 =
                scopes.stream().anyMatch(scope -> READING_V2.matcher(scope).find());
        boolean saysV1 = configuration.capabilities().contains("permission-v1");
        return saysV1 || (listsV1 && !listsV2) ? ScopeSyntax.V1 : ScopeSyntax.V2;
    }

    private ProtocolException failure(HttpReply reply) throws RefusedRequest {
        Replies.checkAvailable("token request", reply, clock);
        int status = reply.status();
        if (status == 400 || status == 401 || status == 403) {
            String code = errorCode(reply.bytes());
            throw new RefusedRequest(
                    code,
                    new AuthorizationException(
                            "token request: refused with " + status + (code.isEmpty() ? "" : " " + code)));
        }
        return new ProtocolException("token request: expected 200, got " + status);
    }

    /** Some servers answer plain text, or worse. The code is all that is taken from the answer. */
    private static String errorCode(byte[] body) {
        try {
            return JsonValue.parseObject(body)
                    .text("error")
                    .filter(code -> ERROR_CODE.matcher(code).matches())
                    .orElse("");
        } catch (InvalidContentException e) {
            return "";
        }
    }

    /** The server has refused one request for a token; perhaps it takes another. */
    private static final class RefusedRequest extends Exception {
        private static final long serialVersionUID = 1L;
        private final String code;
        private final AuthorizationException meaning;

        RefusedRequest(String code, AuthorizationException meaning) {
            super(meaning.getMessage(), null, false, false);
            this.code = code;
            this.meaning = meaning;
        }
    }

    private void examine(AccessToken token, Scopes requested) {
        if (token.granted().isEmpty()) {
            return;
        }
        Scopes granted = token.granted().get();
        if (granted.intersect(requested).isEmpty()) {
            throw new AuthorizationException("token request: the token grants nothing of what was asked for");
        }
        if (!granted.covers(requested)) {
            if (allScopesNeeded) {
                throw new AuthorizationException("token request: the token grants only " + granted);
            }
            LOG.warn("The token for client {} grants only {}", clientId, granted);
        } else if (!requested.covers(granted)) {
            LOG.info("The token for client {} grants more than was asked for: {}", clientId, granted);
        }
    }

    /** Returns nothing secret. */
    @Override
    public String toString() {
        return "BackendServices[" + clientId + " at " + ownOrigin + "]";
    }

    /** Wires a {@link BackendServices}. For one thread. */
    public static final class Builder {
        private final URI fhirBase;
        private final String clientId;
        private final @Nullable Supplier<? extends Signer> keys;
        private final @Nullable String secret;
        private final Set<Origin> tokenReceivers = new HashSet<>();
        private final Set<Origin> tokenEndpointOrigins = new HashSet<>();
        private @Nullable Egress egress;
        private Clock clock = Clock.systemUTC();
        private @Nullable String scope;
        private @Nullable String audience;
        private @Nullable URI tokenEndpoint;
        private @Nullable URI jwksUrl;
        private boolean allScopesNeeded;
        private boolean clientIdInForm;
        private @Nullable ScopeSyntax syntax;
        private boolean findsOut;

        private Builder(
                URI fhirBase, String clientId, @Nullable Supplier<? extends Signer> keys, @Nullable String secret) {
            this.fhirBase = FhirBase.check(fhirBase);
            this.clientId = Objects.requireNonNull(clientId, "clientId");
            this.keys = keys;
            this.secret = secret;
            if (clientId.isBlank()) {
                throw new IllegalArgumentException("clientId: empty");
            }
        }

        /** Sets the way out; required. It stays the caller's to close. */
        public Builder egress(Egress egress) {
            this.egress = Objects.requireNonNull(egress, "egress");
            return this;
        }

        /** Sets the clock; the system's by default. */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets the scopes to ask for. By default reading of the guide's eight resource types in v2 syntax, or
         * {@code system/*.read} from a server that announces v1 syntax alone; with a {@link #tokenEndpoint} nothing is
         * announced, and v2 is asked for.
         *
         * @throws IllegalArgumentException when no {@code system/} scope is among them
         */
        public Builder scope(String scope) {
            if (Scopes.parse(scope).isEmpty()) {
                throw new IllegalArgumentException("scope: no system/ scope in it");
            }
            this.scope = scope;
            return this;
        }

        /**
         * Sets in which syntax scopes are written, those of {@link #scope} too, where the syntax has words for them. By
         * default the one that the server announces, and {@link #scope} as it is.
         */
        public Builder scopeSyntax(ScopeSyntax syntax) {
            this.syntax = Objects.requireNonNull(syntax, "syntax");
            return this;
        }

        /**
         * Finds out by refusals what servers differ about: after {@code invalid_scope} the scopes are asked for in the
         * other syntax, after another refusal the assertion is made out to the issuer that the server names at its own
         * or a trusted origin, and then to the FHIR base, unless an {@link #audience} is set. What was taken is asked
         * for first from then on; what was refused first is what is reported when nothing is taken.
         */
        public Builder findOut() {
            this.findsOut = true;
            return this;
        }

        /** Refuses a token that grants less than was asked for; by default that is logged as a warning. */
        public Builder requireAllScopes() {
            this.allScopesNeeded = true;
            return this;
        }

        /** Sets the token endpoint, for servers without discovery; discovery is left out then. */
        public Builder tokenEndpoint(URI tokenEndpoint) {
            SecureAddress.check("tokenEndpoint", tokenEndpoint);
            this.tokenEndpoint = tokenEndpoint;
            return this;
        }

        /** Sets the audience of the assertions, for servers that want another one than their token endpoint. */
        public Builder audience(String audience) {
            this.audience = Objects.requireNonNull(audience, "audience");
            return this;
        }

        /**
         * Sends our client id beside the assertion, which names us anyway: for servers that look there first, such as
         * Spring's.
         *
         * @see <a href="https://www.rfc-editor.org/rfc/rfc7521#section-4.2">RFC 7521, "Using Assertions for Client
         *     Authentication"</a>
         */
        public Builder clientIdInForm() {
            this.clientIdInForm = true;
            return this;
        }

        /** Names our key set's registered address in the assertions ({@code jku}); left out by default. */
        public Builder jwksUrl(URI jwksUrl) {
            this.jwksUrl = Objects.requireNonNull(jwksUrl, "jwksUrl");
            return this;
        }

        /** Trusts discovery when it names a token endpoint at this origin, beside the FHIR server's own. */
        public Builder trustTokenEndpointAt(URI origin) {
            tokenEndpointOrigins.add(SecureAddress.check("trustTokenEndpointAt", origin));
            return this;
        }

        /** Lets tokens go to this origin too, for example to a file server of the same payer. */
        public Builder sendTokensTo(URI origin) {
            tokenReceivers.add(SecureAddress.check("sendTokensTo", origin));
            return this;
        }

        private Proof proof() {
            if (keys != null) {
                return new SignedAssertion(clientId, keys, audience, jwksUrl);
            }
            if (audience != null || jwksUrl != null) {
                throw new IllegalArgumentException("audience, jwksUrl: are for assertions, not for a secret");
            }
            return new SharedSecret(clientId, Objects.requireNonNull(secret));
        }

        /**
         * Builds the source. Nothing is sent before the first {@link BackendServices#token}.
         *
         * @throws NullPointerException when no egress was given
         * @throws IllegalArgumentException when an audience or key address was given beside a secret
         */
        public BackendServices build() {
            return new BackendServices(this);
        }
    }
}
