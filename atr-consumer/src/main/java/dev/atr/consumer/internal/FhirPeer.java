package dev.atr.consumer.internal;

import dev.atr.auth.client.AccessTokenSource;
import dev.atr.consumer.ProducerConnection;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.json.OutcomeJson;
import dev.atr.http.HttpHeaders;
import dev.atr.http.Origin;
import dev.atr.http.RetryAfter;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One Producer as seen by one Consumer: where it is, how a token gets to it and nowhere else, and what its refusals
 * mean. Thread-safe.
 */
public final class FhirPeer {
    /** The shortest wait that a peer can talk us into: 1 s. */
    public static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    /** The longest wait that a peer can talk us into: 10 min. Some send dates of next year, or epoch milliseconds. */
    public static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private static final int LONGEST_EXCERPT = 200;
    private static final int LARGEST_REFUSAL = 1 << 20;

    private final URI base;
    private final Origin origin;
    private final AccessTokenSource credentials;
    private final Egress egress;
    private final Clock clock;
    private volatile @Nullable FhirVersion version;

    /** Creates the conversation. */
    public FhirPeer(ProducerConnection producer) {
        URI given = producer.fhirBase();
        this.origin = Origin.of(given);
        String text = given.toString();
        this.base = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : given;
        this.credentials = producer.credentials();
        this.egress = producer.egress();
        this.clock = producer.clock();
        this.version = producer.profile().fhirVersion();
    }

    /** Returns the FHIR version that the Producer speaks; asks for its metadata once, unless the version was given. */
    public FhirVersion version() throws InterruptedException {
        FhirVersion known = version;
        if (known == null) {
            known = capabilities().fhirVersion();
            version = known;
        }
        return known;
    }

    /** Asks for the Producer's metadata: without a token, as anybody may read it, or with one where that is refused. */
    public Capabilities capabilities() throws InterruptedException {
        HttpCall call = HttpCall.get(at("metadata"), HttpHeaders.of("Accept", "application/fhir+json"));
        try (HttpReply open = send(call, false)) {
            if (open.status() != 401 && open.status() != 403) {
                return capabilities(open);
            }
        }
        try (HttpReply guarded = send(call, true)) {
            return capabilities(guarded);
        }
    }

    private Capabilities capabilities(HttpReply reply) {
        if (reply.status() != 200) {
            throw failure("metadata", reply);
        }
        return Capabilities.read(reply.bytes());
    }

    /** Returns an address below the FHIR base; the path is raw and starts without a slash. */
    public URI at(String rawPathAndQuery) {
        return URI.create(base + "/" + rawPathAndQuery);
    }

    /** Returns the FHIR base without a slash at its end. */
    public URI base() {
        return base;
    }

    /** Returns whether an address has the origin of the FHIR base. */
    public boolean isHere(URI address) {
        return origin.contains(address);
    }

    /** Returns whether our token may go to an address. */
    public boolean mayReceiveToken(URI address) {
        return credentials.mayReceive(address);
    }

    /**
     * Reads an address that the Producer named: relative to where it stood, https unless the FHIR base itself is plain
     * http, without user info; a fragment is dropped.
     *
     * @param what the thing that holds the address, for messages
     * @throws ProtocolException when it is not such an address
     */
    public URI named(String what, URI standsIn, String text) {
        int fragment = text.indexOf('#');
        URI address;
        try {
            address = standsIn.resolve(new URI((fragment < 0 ? text : text.substring(0, fragment)).strip()));
        } catch (URISyntaxException e) {
            // The cause is left out: its message holds the address, which may be a capability.
            throw new ProtocolException(what + ": expected an address, got text that is none");
        }
        try {
            if (Origin.of(address).scheme().equals("http") && !origin.scheme().equals("http")) {
                throw new ProtocolException(what + ": expected an https address, got plain http");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(what + ": " + e.getMessage(), e);
        }
    }

    /**
     * Sends a request with our token, where the address may receive it, or without. A token that the Producer refuses
     * is renewed once.
     *
     * @throws ProtocolException when the Producer named an address that may not be called
     * @throws IllegalArgumentException when the FHIR base itself may not be called
     */
    public HttpReply send(HttpCall call, boolean withToken) throws InterruptedException {
        if (!withToken || !credentials.mayReceive(call.uri())) {
            return sendAsIs(call);
        }
        String token = credentials.token();
        HttpReply reply = sendAsIs(bearing(call, token));
        if (reply.status() != 401 || !Origin.of(call.uri()).contains(reply.uri())) {
            return reply;
        }
        reply.close();
        credentials.refused(token);
        return sendAsIs(bearing(call, credentials.token()));
    }

    /**
     * Reads what a reply that is no success means. Reads the body, does not close it.
     *
     * @param what what was tried, for the message
     */
    public AtrException failure(String what, HttpReply reply) {
        int status = reply.status();
        if (status < 400) {
            return new ProtocolException(what + ": unexpected status " + status);
        }
        if (status == 502 || status == 504) {
            return new TransportException(
                    what + ": a gateway answered " + status,
                    null,
                    retryAfter(reply).orElse(null));
        }
        List<Issue> issues = issues(reply);
        String message = what + ": refused with " + status + codes(issues);
        if (status == 401 || status == 403) {
            return new AuthorizationException(message);
        }
        return new RejectedException(message, status, issues, retryAfter(reply).orElse(null));
    }

    /** Returns the wait that a reply asks for, between {@link #SHORTEST_WAIT} and {@link #LONGEST_WAIT}. */
    public Optional<Duration> retryAfter(HttpReply reply) {
        return RetryAfter.of(reply.headers(), clock.instant(), SHORTEST_WAIT, LONGEST_WAIT);
    }

    /**
     * Reads the issues of a refusal. A body that is no OperationOutcome becomes one issue that holds the beginning of
     * its text; reads the body, does not close it.
     */
    public List<Issue> issues(HttpReply reply) {
        byte[] body;
        try {
            body = reply.body().readNBytes(LARGEST_REFUSAL);
        } catch (IOException e) {
            // The status alone says enough; what broke off was only the explanation.
            return List.of();
        }
        Optional<OperationOutcome> outcome = OutcomeJson.read(body);
        if (outcome.isPresent()) {
            return outcome.get().issues();
        }
        String text = printable(
                new String(body, 0, Math.min(body.length, 4 * LONGEST_EXCERPT), StandardCharsets.UTF_8),
                LONGEST_EXCERPT);
        return text.isBlank() ? List.of() : List.of(new Issue(Severity.ERROR, IssueCode.EXCEPTION, text, null));
    }

    /** Returns the codes of issues, for messages: {@code  (not-found)}; empty when there are none. */
    public static String codes(List<Issue> issues) {
        String codes = issues.stream()
                .map(issue -> issue.code().code())
                .filter(code -> code.matches("[a-z-]{1,32}"))
                .distinct()
                .limit(5)
                .collect(Collectors.joining(", "));
        return codes.isEmpty() ? "" : " (" + codes + ")";
    }

    /** Returns a peer's text cut to a length, control and formatting characters replaced by blanks. */
    public static String printable(String text, int longest) {
        StringBuilder safe = new StringBuilder();
        text.codePoints()
                .limit(longest)
                .map(c ->
                        Character.isISOControl(c) || !Character.isDefined(c) || Character.getType(c) == Character.FORMAT
                                ? ' '
                                : c)
                .forEach(safe::appendCodePoint);
        return safe.toString();
    }

    private HttpReply sendAsIs(HttpCall call) throws InterruptedException {
        try {
            return egress.send(call);
        } catch (IllegalArgumentException e) {
            if (isHere(call.uri())) {
                throw e; // the embedder chose this address, not the Producer
            }
            throw new ProtocolException("the Producer named an address that may not be called", e);
        }
    }

    private static HttpCall bearing(HttpCall call, String token) {
        HttpHeaders headers = call.headers().with("Authorization", "Bearer " + token);
        return new HttpCall(call.method(), call.uri(), headers, call.body(), call.redirects(), call.limits());
    }
}
