package dev.atr.producer.internal.routing;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.auth.audit.AuditTrail;
import dev.atr.auth.server.AccessTokens;
import dev.atr.auth.server.AuthenticatedClient;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads each request to the one action that answers it, and answers what none does. The order is always the same: path,
 * token, method, form of the answer; only then the action checks scopes and the client's entitlement. Thread-safe.
 */
public final class Router implements FhirHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final Duration AWAY_RETRY = Duration.ofSeconds(5);

    private final List<Route> routes;
    private final BearerTokens tokens;
    private final FhirVersion version;
    private final Replies replies;
    private final Incidents incidents;
    private final AuditTrail auditTrail;
    private final Clock clock;

    /**
     * Creates the router.
     *
     * @param routes the route table; no path fits two of them
     * @param tokens tells who is behind a token
     * @param version the FHIR version that is spoken
     * @param incidents where failures are logged
     * @param auditTrail where refusals of access go; throws nothing
     * @param clock tells when they were
     */
    public Router(
            List<Route> routes,
            AccessTokens tokens,
            FhirVersion version,
            Incidents incidents,
            AuditTrail auditTrail,
            Clock clock) {
        this.routes = List.copyOf(routes);
        this.tokens = new BearerTokens(tokens);
        this.version = version;
        this.replies = new Replies(version);
        this.incidents = incidents;
        this.auditTrail = auditTrail;
        this.clock = clock;
    }

    @Override
    public FhirResponse handle(FhirRequest request) {
        RequestId id = RequestId.of(request);
        FhirResponse response;
        try {
            response = route(request);
        } catch (Refusal refusal) {
            response = replies.refusal(refusal, errorType(request));
        } catch (TransportException e) {
            incidents.report(method(request) + " request " + id.value(), e);
            Refusal refusal = Refusal.of(Reason.UNAVAILABLE, "The server can't answer just now; try again.")
                    .retryAfter(AWAY_RETRY);
            response = replies.refusal(refusal, errorType(request));
        } catch (RuntimeException | StackOverflowError e) {
            String incident = incidents.report(method(request) + " request " + id.value(), e);
            Refusal refusal =
                    Refusal.of(Reason.EXCEPTION, "The request failed on the server's side. Incident " + incident + ".");
            response = replies.refusal(refusal, errorType(request));
        }
        LOG.debug("{} answered with {}, request {}", method(request), response.status(), id.value());
        return id.on(guarded(response));
    }

    private FhirResponse route(FhirRequest request) {
        List<String> path = CanonicalPath.segments(request.path()).orElseThrow(Refusal::notFound);
        Optional<Match> match = match(path);
        if (request.method().equals("TRACE")) {
            throw methodNotAllowed(match.map(m -> m.route.methods()).orElse(List.of("GET", "HEAD")));
        }
        if (match.isPresent() && match.get().route.isOpen()) {
            Route route = match.get().route;
            Route.OpenAction action = route.openAction(request.method());
            if (action == null) {
                throw methodNotAllowed(route.methods());
            }
            return action.answer(request);
        }
        String template = match.map(m -> m.route.template()).orElse(null);
        AuthenticatedClient client;
        try {
            client = tokens.authenticate(request);
        } catch (Refusal refusal) {
            audit(refusal, null, template);
            throw refusal;
        }
        try {
            return answer(request, match.orElseThrow(Refusal::notFound), client);
        } catch (Refusal refusal) {
            audit(refusal, client, template);
            throw refusal;
        }
    }

    private FhirResponse answer(FhirRequest request, Match match, AuthenticatedClient client) {
        Route route = match.route;
        Route.Action action = route.action(request.method());
        if (action == null) {
            throw methodNotAllowed(route.methods());
        }
        Query query = Query.parse(request.rawQuery());
        BearerTokens.refuseTokenIn(query);
        String contentType =
                route.takesAnyAccept() ? MediaTypes.FHIR_JSON : MediaTypes.negotiate(request.headers(), query, version);
        return action.answer(new Call(
                request,
                match.variables,
                query,
                Preferences.of(request.headers()),
                contentType,
                client.scopes(),
                Callers.of(client)));
    }

    private void audit(Refusal refusal, @Nullable AuthenticatedClient client, @Nullable String template) {
        Refusal.Denial denial = refusal.denial();
        if (denial != null) {
            String clientId = client == null ? denial.clientId() : client.clientId();
            auditTrail.record(AuditEvent.refused(clock.instant(), denial.kind(), clientId, denial.reason(), template));
        }
    }

    private Optional<Match> match(List<String> path) {
        for (Route route : routes) {
            Optional<List<String>> variables = route.match(path);
            if (variables.isPresent()) {
                return Optional.of(new Match(route, variables.get()));
            }
        }
        return Optional.empty();
    }

    private static Refusal methodNotAllowed(List<String> allowed) {
        return Refusal.of(Reason.METHOD, "This method is not supported at this address.")
                .with("Allow", String.join(", ", allowed));
    }

    private String errorType(FhirRequest request) {
        try {
            return MediaTypes.negotiated(request, version);
        } catch (Refusal notOurs) {
            return MediaTypes.FHIR_JSON;
        }
    }

    private static FhirResponse guarded(FhirResponse response) {
        FhirResponse guarded = response.with("X-Content-Type-Options", "nosniff");
        return guarded.headers().first("Cache-Control").isPresent()
                ? guarded
                : guarded.with("Cache-Control", "no-store");
    }

    /** The method as it may be logged: anything may come as one. */
    private static String method(FhirRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE" -> request.method();
            default -> "other";
        };
    }

    private record Match(Route route, List<String> variables) {}
}
