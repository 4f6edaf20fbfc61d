package dev.atr.producer.internal.subscription;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.auth.audit.AuditTrail;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.internal.discovery.ResourceRead;
import dev.atr.producer.internal.discovery.Versions;
import dev.atr.producer.internal.routing.Bodies;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.ClientQuota;
import dev.atr.producer.internal.routing.MediaTypes;
import dev.atr.producer.internal.routing.ParametersResource;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.internal.routing.Route;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.subscription.SubscriptionRefusal;
import dev.atr.producer.spi.subscription.SubscriptionService;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * {@code [base]/Subscription} with its operations {@code $status} and {@code $events}, in R4.
 *
 * @see <a href="http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/">Subscriptions R5 Backport 1.1.0</a>
 */
public final class SubscriptionRoutes {
    private static final Replies REPLIES = new Replies(FhirVersion.R4);

    private final Context context;
    private final SubscriptionService subscriptions;
    private final String url;

    /**
     * What Subscriptions over HTTP rest on.
     *
     * @param subscriptions serves them
     * @param base the FHIR base
     * @param forbiddenStatus the status of a refusal for want of the list: 401 or 403 (C-55)
     * @param changes how many of them a client may make or change
     * @param auditTrail is told of each change; throws nothing
     * @param clock tells the time
     */
    public record Context(
            SubscriptionService subscriptions,
            URI base,
            int forbiddenStatus,
            ClientQuota changes,
            AuditTrail auditTrail,
            Clock clock) {}

    /** Creates the routes. */
    public SubscriptionRoutes(Context context) {
        this.context = context;
        this.subscriptions = context.subscriptions();
        this.url = context.base() + "/" + ResourceType.SUBSCRIPTION;
    }

    /** Returns the rows of the route table. */
    public List<Route> routes() {
        return List.of(
                Route.guarded("/Subscription")
                        .onRead(call -> search(call, call.query()))
                        .on("POST", this::create),
                Route.guarded("/Subscription/_search")
                        .on("POST", call -> search(call, call.query().and(Bodies.form(call.request())))),
                Route.guarded("/Subscription/$status").onRead(this::statuses).on("POST", this::statuses),
                Route.guarded("/Subscription/{id}")
                        .onRead(this::read)
                        .on("PUT", this::update)
                        .on("DELETE", this::delete),
                Route.guarded("/Subscription/{id}/$status").onRead(this::status).on("POST", this::status),
                Route.guarded("/Subscription/{id}/$events").onRead(this::events).on("POST", this::events));
    }

    private FhirResponse create(Call call) {
        call.require(ResourceType.SUBSCRIPTION, "c");
        call.query().only(Set.of(), call.preferences());
        MediaTypes.requireJson(call.request().headers(), FhirVersion.R4);
        requireRoom(call);
        byte[] body = Bodies.read(call.request());
        StoredResource created = answered(() -> subscriptions.create(call.caller(), body));
        record(call, "/Subscription", "CREATED", created.key().id());
        return written(call, 201, created)
                .with("Location", url + "/" + created.key().id() + "/_history/" + created.version());
    }

    private FhirResponse read(Call call) {
        call.require(ResourceType.SUBSCRIPTION, "r");
        call.query().only(Set.of(), call.preferences());
        StoredResource found =
                subscriptions.read(call.caller(), call.variable(0)).orElseThrow(SubscriptionRoutes::unknown);
        Versions versions = new Versions(found.version(), found.lastUpdated());
        return versions.notModified(call.request()).orElseGet(() -> json(call, 200, found));
    }

    private FhirResponse update(Call call) {
        call.require(ResourceType.SUBSCRIPTION, "u");
        call.query().only(Set.of(), call.preferences());
        MediaTypes.requireJson(call.request().headers(), FhirVersion.R4);
        requireRoom(call);
        byte[] body = Bodies.read(call.request());
        String id = call.variable(0);
        StoredResource updated = answered(() -> subscriptions.update(call.caller(), id, body, call.ifMatch()))
                .orElseThrow(SubscriptionRoutes::unknown);
        record(call, "/Subscription/{id}", "CHANGED", id);
        return written(call, 200, updated);
    }

    private FhirResponse delete(Call call) {
        call.require(ResourceType.SUBSCRIPTION, "d");
        call.query().only(Set.of(), call.preferences());
        String id = call.variable(0);
        // Who asks again, for want of an answer, is told the same; ids that never were can't be told from those.
        if (answered(() -> subscriptions.delete(call.caller(), id, call.ifMatch()))) {
            record(call, "/Subscription/{id}", "DELETED", id);
        }
        return FhirResponse.of(204, HttpHeaders.none());
    }

    private FhirResponse search(Call call, Query sent) {
        call.require(ResourceType.SUBSCRIPTION, "s");
        Query query = sent.only(Set.of("url", "status", "_id"), call.preferences());
        Set<String> ids = ids(query, "_id");
        List<StoredResource> found =
                subscriptions.search(call.caller(), query.single("url").orElse(null), statuses(query)).stream()
                        .filter(resource ->
                                !query.has("_id") || ids.contains(resource.key().id()))
                        .toList();
        List<JsonObject> entries = new ArrayList<>();
        for (StoredResource resource : found) {
            entries.add(entry(url + "/" + resource.key().id(), JsonValue.parse(resource.json())));
        }
        return REPLIES.json(200, call.contentType(), searchset(self(url, query), entries));
    }

    private FhirResponse status(Call call) {
        call.require(ResourceType.SUBSCRIPTION, "r");
        // Parameters are for the type level; here they are left aside.
        parameters(call);
        String id = call.variable(0);
        List<byte[]> statuses = subscriptions.status(call.caller(), Set.of(id), Set.of());
        if (statuses.isEmpty()) {
            throw unknown();
        }
        return statuses(call, url + "/" + id + "/$status", statuses);
    }

    private FhirResponse statuses(Call call) {
        call.require(ResourceType.SUBSCRIPTION, "s");
        Query query = parameters(call).only(Set.of("id", "status"), call.preferences());
        return statuses(
                call,
                self(url + "/$status", query),
                subscriptions.status(call.caller(), ids(query, "id"), statuses(query)));
    }

    private FhirResponse statuses(Call call, String self, List<byte[]> statuses) {
        List<JsonObject> entries = new ArrayList<>();
        for (byte[] status : statuses) {
            JsonValue parameters = JsonValue.parse(status);
            String id = parameters.text("id").orElseGet(() -> UUID.randomUUID().toString());
            entries.add(entry("urn:uuid:" + id, parameters));
        }
        return REPLIES.json(200, call.contentType(), searchset(self, entries));
    }

    private FhirResponse events(Call call) {
        call.require(ResourceType.SUBSCRIPTION, "r");
        Query query =
                parameters(call).only(Set.of("eventsSinceNumber", "eventsUntilNumber", "content"), call.preferences());
        long from = number(query, "eventsSinceNumber").orElse(1L);
        long to = number(query, "eventsUntilNumber").orElse(Long.MAX_VALUE);
        byte[] bundle = subscriptions
                .events(call.caller(), call.variable(0), from, to)
                .orElseThrow(SubscriptionRoutes::unknown);
        return REPLIES.json(200, call.contentType(), bundle);
    }

    /** Returns the parameters of address and body alike. */
    private static Query parameters(Call call) {
        if (!call.request().method().equals("POST")) {
            return call.query();
        }
        List<Parameter> parameters = new ArrayList<>();
        for (ParametersResource.Entry entry :
                ParametersResource.read(Bodies.read(call.request())).entries()) {
            String value = entry.value()
                    .text()
                    .or(() -> entry.value().number().map(number -> Long.toString(number)))
                    .orElseThrow(() -> Refusal.of(Reason.VALUE, "A text or a number is expected.")
                            .at(Query.echoable(entry.name())));
            parameters.add(new Parameter(entry.name(), value));
        }
        return call.query().and(new Query(parameters));
    }

    private static Optional<Long> number(Query query, String name) {
        return query.single(name).map(text -> {
            if (!text.matches("\\d{1,18}")) {
                throw Refusal.of(Reason.VALUE, "The number of an event is expected.")
                        .at(name);
            }
            return Long.valueOf(text);
        });
    }

    private static Set<String> ids(Query query, String name) {
        Set<String> ids = new HashSet<>();
        query.all(name).forEach(text -> ids.addAll(List.of(text.split(",", -1))));
        return ids;
    }

    private static Set<SubscriptionStatus> statuses(Query query) {
        Set<SubscriptionStatus> statuses = EnumSet.noneOf(SubscriptionStatus.class);
        for (String code : ids(query, "status")) {
            String bare = code.substring(code.indexOf('|') + 1);
            statuses.add(SubscriptionStatus.of(bare)
                    .orElseThrow(() -> Refusal.of(Reason.VALUE, "One of requested, active, error and off is expected.")
                            .at("status")));
        }
        return statuses;
    }

    private <T> T answered(Supplier<T> request) {
        try {
            return request.get();
        } catch (SubscriptionRefusal refusal) {
            Refusal told = switch (refusal.reason()) {
                case INVALID -> Refusal.of(Reason.INVALID, refusal.text());
                case NOT_SERVED -> Refusal.of(Reason.UNPROCESSABLE, refusal.text());
                case LIST -> Refusal.ofSubscription(context.forbiddenStatus(), refusal.text());
                case VERSION -> Refusal.of(Reason.PRECONDITION, refusal.text());
                case TOO_MANY -> Refusal.of(Reason.THROTTLED, refusal.text());
            };
            throw refusal.expression().map(told::at).orElse(told);
        }
    }

    /** A change may send a handshake to a stranger's address: nobody has that done without end. */
    private void requireRoom(Call call) {
        String client = call.caller().clientId();
        context.changes().wait(client).ifPresent(wait -> {
            throw Refusal.of(
                            Reason.THROTTLED,
                            "This client has changed as many Subscriptions as it may for now; wait before the next.")
                    .retryAfter(wait);
        });
        context.changes().count(client);
    }

    private FhirResponse written(Call call, int status, StoredResource resource) {
        if (call.preferences().returnsMinimal()) {
            return FhirResponse.of(status, new Versions(resource.version(), resource.lastUpdated()).headers());
        }
        if (call.preferences().returnsOutcome()) {
            FhirResponse outcome = REPLIES.outcome(
                    status,
                    call.contentType(),
                    OperationOutcome.information(
                            "The Subscription is kept; see its status for whether notifications are sent."));
            return versioned(outcome, resource);
        }
        return json(call, status, resource);
    }

    private static FhirResponse json(Call call, int status, StoredResource resource) {
        return versioned(REPLIES.json(status, call.contentType(), resource.json()), resource);
    }

    private static FhirResponse versioned(FhirResponse response, StoredResource resource) {
        FhirResponse versioned = response;
        HttpHeaders headers = new Versions(resource.version(), resource.lastUpdated()).headers();
        for (String name : headers.map().keySet()) {
            versioned = versioned.with(name, headers.first(name).orElseThrow());
        }
        return versioned;
    }

    private void record(Call call, String route, String effect, String id) {
        context.auditTrail()
                .record(AuditEvent.granted(
                                context.clock().instant(),
                                AuditEvent.Kind.CHANGE,
                                call.caller().clientId(),
                                route)
                        .withDetail(String.format(Locale.ROOT, "%s, Subscription %s", effect, id)));
    }

    private static Refusal unknown() {
        return ResourceRead.unknown(ResourceType.SUBSCRIPTION);
    }

    private static JsonObject entry(String fullUrl, JsonValue resource) {
        return JsonValue.object()
                .put("fullUrl", fullUrl)
                .put("resource", resource)
                .put("search", JsonValue.object().put("mode", "match").build())
                .build();
    }

    private static byte[] searchset(String self, List<JsonObject> entries) {
        JsonObject link =
                JsonValue.object().put("relation", "self").put("url", self).build();
        return JsonValue.object()
                .put("resourceType", "Bundle")
                .put("type", "searchset")
                .put("total", entries.size())
                .put("link", JsonValue.array(link))
                .putItems("entry", entries)
                .build()
                .toBytes();
    }

    private static String self(String address, Query query) {
        String text = query.text();
        return text.isEmpty() ? address : address + "?" + text;
    }
}
