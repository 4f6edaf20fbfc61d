package dev.atr.producer.internal.routing;

import dev.atr.auth.server.AccessTokens;
import dev.atr.auth.server.AuthenticatedClient;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads each request to the one action that answers it, and answers what none does. The order is always the same: path,
 * token, method, form of the answer; only then the action checks scopes and the client's entitlement. Thread-safe.
 */
public final class Router implements FhirHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final List<Route> routes;
    private final BearerTokens tokens;
    private final FhirVersion version;
    private final Replies replies;
    private final Incidents incidents;

    /**
     * Creates the router.
     *
     * @param routes the route table; no path fits two of them
     * @param tokens tells who is behind a token
     * @param version the FHIR version that is spoken
     * @param incidents where failures are logged
     */
    public Router(List<Route> routes, AccessTokens tokens, FhirVersion version, Incidents incidents) {
        this.routes = List.copyOf(routes);
        this.tokens = new BearerTokens(tokens);
        this.version = version;
        this.replies = new Replies(version);
        this.incidents = incidents;
    }

    @Override
    public FhirResponse handle(FhirRequest request) {
        FhirResponse response;
        try {
            response = route(request);
        } catch (Refusal refusal) {
            response = replies.refusal(refusal, errorType(request));
        } catch (RuntimeException | StackOverflowError e) {
            String incident = incidents.report("a " + method(request) + " request", e);
            Refusal refusal =
                    Refusal.of(Reason.EXCEPTION, "The request failed on the server's side. Incident " + incident + ".");
            response = replies.refusal(refusal, errorType(request));
        }
        LOG.debug("{} answered with {}", method(request), response.status());
        return guarded(response);
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
        AuthenticatedClient client = tokens.authenticate(request);
        Route route = match.orElseThrow(Refusal::notFound).route;
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
                match.get().variables,
                query,
                Preferences.of(request.headers()),
                contentType,
                client.scopes(),
                BearerTokens.caller(client)));
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
