package dev.atr.auth.client;

import dev.atr.auth.internal.CacheLife;
import dev.atr.auth.internal.FhirBase;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HttpHeaders;
import dev.atr.http.Origin;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a FHIR server says about getting tokens.
 *
 * @param tokenEndpoint absolute address of the token endpoint
 * @param capabilities the SMART capabilities, for example {@code permission-v2}; empty when the server lists none
 * @param scopesSupported the scopes that the server names; empty when it names none
 * @param issuer the name of the authorization server, as it says; absent when it does not say, or names one at an origin
 *     that is neither the FHIR server's nor trusted
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html#using-well-known">SMART App Launch 2.2.0,
 *     "Using .well-known"</a>
 */
public record SmartConfiguration(
        URI tokenEndpoint,
        Set<String> capabilities,
        List<String> scopesSupported,
        @Nullable String issuer) {
    private static final String OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final HttpCall.Limits CONFIGURATION_LIMITS = new HttpCall.Limits(1 << 20, WAIT, WAIT, WAIT);
    private static final HttpCall.Limits METADATA_LIMITS = new HttpCall.Limits(4 << 20, WAIT, WAIT, WAIT);

    private static final CacheLife LIFE =
            new CacheLife(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofHours(24));

    /** Copies the collections. */
    public SmartConfiguration {
        capabilities = Set.copyOf(capabilities);
        scopesSupported = List.copyOf(scopesSupported);
    }

    /** Discovers without trusting any other origin, by the system's clock; see the other method. */
    public static SmartConfiguration discover(URI fhirBase, Egress egress) throws InterruptedException {
        return discover(fhirBase, egress, Set.of(), Clock.systemUTC());
    }

    /**
     * Reads {@code [base]/.well-known/smart-configuration} (1 MB at most, no redirects). A server that answers 404 is
     * asked for its CapabilityStatement (4 MB at most) and the older {@code oauth-uris} extension in it. A relative
     * token endpoint is resolved against the FHIR base.
     *
     * @param fhirBase the FHIR base: https, or http at a loopback address
     * @param egress the way out
     * @param trusted origins beside the FHIR server's own where a token endpoint may be: whoever controls the token
     *     endpoint gets our assertions
     * @param clock holds a {@code Retry-After} date against the present
     * @throws ProtocolException when the answer is not a usable document
     * @throws AuthorizationException when the token endpoint is on an origin that is not trusted
     * @throws TransportException when no answer came, or one with 429 or 5xx
     * @throws IllegalArgumentException when the base is not such an address
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public static SmartConfiguration discover(URI fhirBase, Egress egress, Set<Origin> trusted, Clock clock)
            throws InterruptedException {
        return find(fhirBase, egress, trusted, clock).configuration();
    }

    /** A configuration, and how long the server lets it be used. */
    record Found(SmartConfiguration configuration, Duration life) {}

    static Found find(URI fhirBase, Egress egress, Set<Origin> trusted, Clock clock) throws InterruptedException {
        String base = FhirBase.check(fhirBase).toString();
        URI address = URI.create(base + "/.well-known/smart-configuration");
        HttpHeaders headers = HttpHeaders.of("Accept", "application/json");
        try (HttpReply reply =
                egress.send(new HttpCall("GET", address, headers, new byte[0], 0, CONFIGURATION_LIMITS))) {
            if (reply.status() == 404) {
                return fromMetadata(base, egress, trusted, clock);
            }
            JsonObject document = read("smart-configuration", reply, clock);
            String endpoint = document.text("token_endpoint")
                    .orElseThrow(() -> new ProtocolException("smart-configuration: token_endpoint is missing"));
            SmartConfiguration configuration = new SmartConfiguration(
                    checkEndpoint(base, endpoint, trusted),
                    texts(document, "capabilities").collect(Collectors.toSet()),
                    texts(document, "scopes_supported").toList(),
                    document.text("issuer")
                            .filter(issuer -> isKnown(base, issuer, trusted))
                            .orElse(null));
            return new Found(configuration, LIFE.of(reply.headers()));
        }
    }

    private static Found fromMetadata(String base, Egress egress, Set<Origin> trusted, Clock clock)
            throws InterruptedException {
        HttpHeaders headers = HttpHeaders.of("Accept", "application/fhir+json");
        URI address = URI.create(base + "/metadata");
        try (HttpReply reply = egress.send(new HttpCall("GET", address, headers, new byte[0], 0, METADATA_LIMITS))) {
            JsonObject statement = read("metadata", reply, clock);
            String endpoint = statement.all("rest.security.extension").stream()
                    .filter(extension -> extension.text("url").equals(Optional.of(OAUTH_URIS)))
                    .flatMap(extension -> extension.items("extension").stream())
                    .filter(extension -> extension.text("url").equals(Optional.of("token")))
                    .flatMap(extension -> extension.text("valueUri").stream())
                    .findFirst()
                    .orElseThrow(() -> new ProtocolException(
                            "discovery: no smart-configuration, and no token endpoint in the CapabilityStatement"));
            // Servers of that time know the older scope syntax alone.
            SmartConfiguration configuration = new SmartConfiguration(
                    checkEndpoint(base, endpoint, trusted), Set.of("permission-v1"), List.of(), null);
            return new Found(configuration, LIFE.of(reply.headers()));
        }
    }

    private static JsonObject read(String what, HttpReply reply, Clock clock) {
        Replies.checkAvailable(what, reply, clock);
        if (reply.status() != 200) {
            throw new ProtocolException(what + ": expected 200, got " + reply.status());
        }
        try {
            return JsonValue.parseObject(reply.bytes());
        } catch (InvalidContentException e) {
            throw new ProtocolException(what + ": expected a JSON object", e);
        }
    }

    private static URI checkEndpoint(String base, String endpoint, Set<Origin> trusted) {
        URI address;
        Origin origin;
        try {
            address = URI.create(base + "/").resolve(endpoint);
            origin = Origin.of(address);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("discovery: token_endpoint is not a web address");
        }
        if (!origin.isSecure()) {
            throw new ProtocolException("discovery: token_endpoint is not https");
        }
        if (!origin.contains(URI.create(base)) && !trusted.contains(origin)) {
            throw new AuthorizationException(
                    "discovery: the token endpoint is at " + origin
                            + ", another origin than the FHIR server's; name the token endpoint, or trust that origin, to go on");
        }
        return address;
    }

    /** An assertion is never made out to whom this server alone names: another server might take it as meant for itself. */
    private static boolean isKnown(String base, String issuer, Set<Origin> trusted) {
        try {
            Origin origin = Origin.of(URI.create(issuer));
            return origin.contains(URI.create(base)) || trusted.contains(origin);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Stream<String> texts(JsonObject document, String name) {
        return document.items(name).stream().flatMap(value -> value.text().stream());
    }
}
