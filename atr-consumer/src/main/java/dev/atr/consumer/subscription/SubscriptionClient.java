package dev.atr.consumer.subscription;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.internal.FhirPeer;
import dev.atr.consumer.internal.Pages;
import dev.atr.consumer.peer.SubscriptionOptions;
import dev.atr.core.Backport;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks one Producer to notify an endpoint of changes of lists, one Subscription a list, in FHIR R4.
 *
 * <p>All methods throw {@link TransportException} when no answer came, {@link AuthorizationException} when the token is
 * not accepted, its scopes are too small, or the list is not ours (the guide's Producers answer 401 to that; the token is
 * renewed once and no more), {@link RejectedException} when the Producer refuses for another reason, and
 * {@link ProtocolException} when the answer is none that the specifications allow.
 *
 * <p>Thread-safe.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/subscription.html">ATR 2.1.0, Consumer Requirements</a>
 */
public final class SubscriptionClient {
    private static final HttpHeaders HEADERS = HttpHeaders.of("Accept", "application/fhir+json");
    private static final HttpHeaders SENDING =
            HEADERS.with("Content-Type", "application/fhir+json").with("Prefer", "return=representation");

    /** What a Producer that can't do one operation of FHIR answers to it. */
    private static final Set<Integer> NOT_OFFERED = Set.of(400, 404, 405, 410, 501);

    private static final Set<Integer> GONE = Set.of(404, 410);
    private static final int TRIES = 3;

    private final FhirPeer peer;
    private final SubscriptionOptions options;

    /**
     * Creates a client; asks nothing yet.
     *
     * @param producer with credentials that may write Subscriptions: {@code system/Subscription.cruds}
     */
    public SubscriptionClient(ProducerConnection producer) {
        this.peer = new FhirPeer(producer);
        this.options = producer.profile().subscriptions();
    }

    /**
     * Returns whether the Producer's metadata names the topic of list changes. When it does not, Subscriptions may be
     * served all the same: metadata need not tell.
     *
     * @see <a href="http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html">Subscriptions R5 Backport 1.1.0,
     *     "Subscription Topics in R4"</a>
     */
    public boolean isAdvertised() throws InterruptedException {
        return peer.capabilities().advertisesTopic(Backport.LIST_CHANGE);
    }

    /**
     * Creates a Subscription. Events are sent when the endpoint has answered the handshake, which the Producer may send
     * before this returns.
     *
     * <p>A Producer that refuses the status it is sent, {@code active} by default, is asked once more with the other one.
     */
    public ListSubscription create(SubscriptionRequest request) throws InterruptedException {
        return withEitherStatus(status -> create(request, status));
    }

    private ListSubscription withEitherStatus(Asking asking) throws InterruptedException {
        SubscriptionStatus first = options.initialStatus();
        try {
            return asking.with(first);
        } catch (RejectedException e) {
            if (e.status() != 400 && e.status() != 422) {
                throw e;
            }
            SubscriptionStatus other =
                    first == SubscriptionStatus.ACTIVE ? SubscriptionStatus.REQUESTED : SubscriptionStatus.ACTIVE;
            try {
                return asking.with(other);
            } catch (RejectedException again) {
                // It was not the status, then; the first refusal is of what we meant to send.
                e.addSuppressed(again);
                throw e;
            }
        }
    }

    private ListSubscription create(SubscriptionRequest request, SubscriptionStatus status)
            throws InterruptedException {
        byte[] body = body(request, status, null).toBytes();
        String what = "creation of a Subscription";
        try (HttpReply reply =
                peer.send(HttpCall.post(peer.at(ResourceType.SUBSCRIPTION.code()), SENDING, body), true)) {
            if (reply.status() != 201 && reply.status() != 200) {
                throw peer.failure(what, reply);
            }
            byte[] answer = reply.bytes();
            JsonValue json = answer.length == 0 ? JsonObject.EMPTY : JsonValue.parse(answer);
            if (ListSubscription.isOne(json)) {
                return ListSubscription.read(json);
            }
            String id = reply.headers()
                    .first("Location")
                    .flatMap(ResourceKey::ofReference)
                    .filter(key -> key.type().equals(ResourceType.SUBSCRIPTION))
                    .map(ResourceKey::id)
                    .orElseThrow(() -> new ProtocolException(what + ": neither a Subscription nor a Location"));
            return find(id).orElseThrow(() -> new ProtocolException(what + ": it can't be read"));
        }
    }

    /**
     * Reads a Subscription.
     *
     * @return empty when there is none, or it is not ours
     */
    public Optional<ListSubscription> find(String id) throws InterruptedException {
        try (HttpReply reply = peer.send(HttpCall.get(at(id), HEADERS), true)) {
            if (GONE.contains(reply.status())) {
                return Optional.empty();
            }
            if (reply.status() != 200) {
                throw peer.failure("read of a Subscription", reply);
            }
            return Optional.of(ListSubscription.read(JsonValue.parse(reply.bytes())));
        }
    }

    /** Finds all our Subscriptions to changes of lists, whatever their status. */
    public List<ListSubscription> findAll() throws InterruptedException {
        return search("");
    }

    /** Finds our Subscriptions whose notifications go to an endpoint. */
    public List<ListSubscription> findByEndpoint(URI endpoint) throws InterruptedException {
        // A server that ignores the parameter answers with all.
        return search("?" + QueryParameters.of("url", endpoint.toString()).encode()).stream()
                .filter(found -> found.endpoint().equals(endpoint.toString()))
                .toList();
    }

    private List<ListSubscription> search(String query) throws InterruptedException {
        List<ListSubscription> found = new ArrayList<>();
        new Pages(peer, "search for Subscriptions", status -> false)
                .forEach(peer.at(ResourceType.SUBSCRIPTION.code() + query), entry -> {
                    JsonValue resource = entry.find("resource").orElse(JsonObject.EMPTY);
                    if (ListSubscription.isOne(resource)
                            && resource.text("criteria").orElse("").equals(Backport.LIST_CHANGE)) {
                        found.add(ListSubscription.read(resource));
                    }
                    return true;
                });
        return List.copyOf(found);
    }

    /**
     * Makes a Subscription do what a request says, and be active: renews one that ends, resumes one that is in error
     * where it stopped, begins one that was off anew, moves one to another endpoint. The Producer may send a handshake first.
     * As at {@linkplain #create creation}, one that refuses the status it is sent is asked once more with the other one.
     *
     * @throws RejectedException with {@code 404} when there is none, or it is not ours
     */
    public ListSubscription update(String id, SubscriptionRequest request) throws InterruptedException {
        return withEitherStatus(status -> put(id, current -> body(request, status, id)));
    }

    /**
     * Turns a Subscription off. It stays, and can be resumed by {@link #update}.
     *
     * @throws RejectedException with {@code 404} when there is none, or it is not ours
     */
    public ListSubscription turnOff(String id) throws InterruptedException {
        return put(id, current -> current.resource().with("status", JsonValue.of(SubscriptionStatus.OFF.code())));
    }

    /** Removes a Subscription. One that is not there any more is no failure. */
    public void delete(String id) throws InterruptedException {
        try (HttpReply reply = peer.send(HttpCall.delete(at(id), HEADERS), true)) {
            int status = reply.status();
            if (status != 200 && status != 202 && status != 204 && !GONE.contains(status)) {
                throw peer.failure("deletion of a Subscription", reply);
            }
        }
    }

    /**
     * Asks how a Subscription is ({@code $status}): its status, how many events there were, what is wrong.
     *
     * @return empty when there is none, it is not ours, or the Producer does not offer this
     */
    public Optional<Notification> status(String id) throws InterruptedException {
        try (HttpReply reply = peer.send(HttpCall.get(peer.at(path(id) + "/$status"), HEADERS), true)) {
            if (NOT_OFFERED.contains(reply.status())) {
                return Optional.empty();
            }
            if (reply.status() != 200) {
                throw peer.failure("$status", reply);
            }
            JsonValue answer = JsonValue.parse(reply.bytes());
            // The operation returns a Bundle; some servers return what is in it.
            if (answer.text("resourceType").orElse("").equals("Parameters")) {
                return Optional.of(Notification.status(answer));
            }
            for (JsonValue entry : answer.items("entry")) {
                Optional<JsonValue> resource = entry.find("resource");
                if (resource.isPresent()
                        && resource.get().text("resourceType").orElse("").equals("Parameters")) {
                    return Optional.of(Notification.status(resource.get()));
                }
            }
            throw new ProtocolException("$status: expected the status of a Subscription");
        }
    }

    /**
     * Asks for past events ({@code $events}), which a Producer need not offer, nor keep for long.
     *
     * @param first the first number; positive
     * @param last the last number
     * @return the events that the Producer still has; empty when it does not offer this, or has no such Subscription
     */
    public Optional<Notification> events(String id, long first, long last) throws InterruptedException {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("first: positive, and not above last");
        }
        QueryParameters range =
                QueryParameters.of("eventsSinceNumber", Long.toString(first), "eventsUntilNumber", Long.toString(last));
        try (HttpReply reply =
                peer.send(HttpCall.get(peer.at(path(id) + "/$events?" + range.encode()), HEADERS), true)) {
            if (NOT_OFFERED.contains(reply.status())) {
                return Optional.empty();
            }
            if (reply.status() != 200) {
                throw peer.failure("$events", reply);
            }
            return Optional.of(Notification.read(reply.bytes()));
        }
    }

    private ListSubscription put(String id, Change change) throws InterruptedException {
        String what = "change of a Subscription";
        for (int left = TRIES - 1; ; left--) {
            ListSubscription current =
                    find(id).orElseThrow(() -> new RejectedException(what + ": there is none", 404, List.of(), null));
            HttpHeaders headers =
                    current.version() == null ? SENDING : SENDING.with("If-Match", "W/\"" + current.version() + "\"");
            byte[] body = change.of(current).toBytes();
            HttpCall call = new HttpCall("PUT", at(id), headers, body, 0, HttpCall.Limits.DOCUMENT);
            try (HttpReply reply = peer.send(call, true)) {
                if (reply.status() == 200 || reply.status() == 201 || reply.status() == 204) {
                    byte[] answer = reply.bytes();
                    JsonValue json = answer.length == 0 ? JsonObject.EMPTY : JsonValue.parse(answer);
                    return ListSubscription.isOne(json)
                            ? ListSubscription.read(json)
                            : find(id).orElseThrow(() -> new ProtocolException(what + ": it can't be read"));
                }
                // The Producer itself changes it too: its status, when a handshake is answered.
                if ((reply.status() != 409 && reply.status() != 412) || left == 0) {
                    throw peer.failure(what, reply);
                }
            }
        }
    }

    private JsonObject body(SubscriptionRequest request, SubscriptionStatus status, @Nullable String id) {
        String key = request.list().value();
        String filter = switch (options.filter()) {
            case REFERENCE -> request.list().key().reference();
            case SEARCH -> "Group?_id=" + key;
        };
        JsonValue.ObjectBuilder channel = JsonValue.object();
        if (request.heartbeat() != null) {
            channel.put(
                    "extension",
                    JsonValue.array(JsonValue.object()
                            .put("url", Backport.HEARTBEAT)
                            .put("valueUnsignedInt", request.heartbeat().toSeconds())
                            .build()));
        }
        channel.put("type", "rest-hook")
                .put("endpoint", request.endpoint().toString())
                .put("payload", "application/fhir+json")
                .put("_payload", extended(Backport.CONTENT, "valueCode", "id-only"))
                .put("header", JsonValue.array(JsonValue.of(request.secret().header())));
        return JsonValue.object()
                .put("resourceType", ResourceType.SUBSCRIPTION.code())
                .putIfPresent("id", id)
                .put(
                        "meta",
                        JsonValue.object()
                                .put("profile", JsonValue.array(JsonValue.of(Backport.ATR_PROFILE)))
                                .build())
                .put("status", status.code())
                .putIfPresent(
                        "end", request.end() == null ? null : request.end().toString())
                .put("reason", "Changes of a member attribution list")
                .put("criteria", Backport.LIST_CHANGE)
                .put("_criteria", extended(Backport.FILTER, "valueString", filter))
                .put("channel", channel.build())
                .build();
    }

    private static JsonObject extended(String url, String type, String value) {
        return JsonValue.object()
                .put(
                        "extension",
                        JsonValue.array(JsonValue.object()
                                .put("url", url)
                                .put(type, value)
                                .build()))
                .build();
    }

    private URI at(String id) {
        return peer.at(path(id));
    }

    private static String path(String id) {
        if (!ResourceKey.isId(id)) {
            throw new IllegalArgumentException("id: expected that of a Subscription");
        }
        return new ResourceKey(ResourceType.SUBSCRIPTION, id).reference();
    }

    private interface Asking {
        ListSubscription with(SubscriptionStatus status) throws InterruptedException;
    }

    private interface Change {
        JsonObject of(ListSubscription current);
    }
}
