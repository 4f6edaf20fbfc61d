package dev.atr.subscriptions;

import dev.atr.core.Backport;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.spi.subscription.ListChange;
import dev.atr.producer.spi.subscription.StoredSubscription;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the Bundles that are sent and the statuses that are read.
 *
 * @see <a href="http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html">Subscriptions R5 Backport 1.1.0,
 *     Notifications</a>
 */
final class Notifications {
    private final String base;

    Notifications(String base) {
        this.base = base;
    }

    /** Why a notification is sent or a status returned. */
    enum Type {
        HANDSHAKE("handshake"),
        HEARTBEAT("heartbeat"),
        EVENT("event-notification"),
        QUERY_STATUS("query-status"),
        QUERY_EVENT("query-event");

        private final String code;

        Type(String code) {
            this.code = code;
        }
    }

    /**
     * One event.
     *
     * @param number its number
     * @param change the version that it is about; absent when that is not kept any more
     */
    record Event(int number, @Nullable ListChange change) {}

    /**
     * Returns a notification, or the answer to {@code $events}. What is sent again has the same ids again, so that a
     * receiver knows it.
     *
     * @param count how many events there were since the Subscription began, these included
     */
    byte[] bundle(
            StoredSubscription subscription,
            SubscriptionContent content,
            Type type,
            int count,
            List<Event> events,
            Instant now) {
        UUID id = type == Type.EVENT ? same(subscription, events) : UUID.randomUUID();
        JsonObject entry = JsonValue.object()
                .put("fullUrl", "urn:uuid:" + id)
                .put("resource", status(id, subscription, content, type, count, events))
                .put(
                        "request",
                        JsonValue.object()
                                .put("method", "GET")
                                .put("url", url(subscription) + "/$status")
                                .build())
                .put("response", JsonValue.object().put("status", "200").build())
                .build();
        return JsonValue.object()
                .put("resourceType", "Bundle")
                .put("id", id.toString())
                .put("meta", profile(Backport.NOTIFICATION))
                .put("type", "history")
                .put("timestamp", now.toString())
                .put("entry", JsonValue.array(entry))
                .build()
                .toBytes();
    }

    /** Returns the answer to {@code $status}, for one Subscription. */
    byte[] status(StoredSubscription subscription, SubscriptionContent content, int count) {
        return status(UUID.randomUUID(), subscription, content, Type.QUERY_STATUS, count, List.of())
                .toBytes();
    }

    private JsonObject status(
            UUID id,
            StoredSubscription subscription,
            SubscriptionContent content,
            Type type,
            int count,
            List<Event> events) {
        List<JsonObject> parameters = new ArrayList<>();
        parameters.add(parameter("subscription", "valueReference", reference(url(subscription))));
        if (content.idOnly()) {
            parameters.add(parameter("topic", "valueCanonical", JsonValue.of(Backport.LIST_CHANGE)));
        }
        parameters.add(parameter(
                "status", "valueCode", JsonValue.of(subscription.status().code())));
        parameters.add(parameter("type", "valueCode", JsonValue.of(type.code)));
        parameters.add(
                parameter("events-since-subscription-start", "valueString", JsonValue.of(Integer.toString(count))));
        for (Event event : events) {
            parameters.add(JsonValue.object()
                    .put("name", "notification-event")
                    .put("part", JsonValue.array(parts(event, subscription, content)))
                    .build());
        }
        String error = subscription.error();
        if (error != null) {
            JsonObject concept = JsonValue.object().put("text", error).build();
            parameters.add(parameter("error", "valueCodeableConcept", concept));
        }
        return JsonValue.object()
                .put("resourceType", "Parameters")
                .put("id", id.toString())
                .put("meta", profile(Backport.STATUS))
                .put("parameter", JsonValue.array(parameters))
                .build();
    }

    private List<JsonObject> parts(Event event, StoredSubscription subscription, SubscriptionContent content) {
        List<JsonObject> parts = new ArrayList<>();
        parts.add(parameter("event-number", "valueString", JsonValue.of(Integer.toString(event.number()))));
        ListChange change = event.change();
        if (change != null) {
            parts.add(parameter(
                    "timestamp", "valueInstant", JsonValue.of(change.at().toString())));
        }
        if (content.idOnly()) {
            String group = base + "/" + subscription.list().key().reference();
            parts.add(parameter("focus", "valueReference", reference(group)));
        }
        return parts;
    }

    private String url(StoredSubscription subscription) {
        return base + "/Subscription/" + subscription.id();
    }

    private static UUID same(StoredSubscription subscription, List<Event> events) {
        int first = events.get(0).number();
        int last = events.get(events.size() - 1).number();
        String name = subscription.id() + " " + subscription.start() + " " + first + " " + last;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.US_ASCII));
    }

    private static JsonObject parameter(String name, String type, JsonValue value) {
        return JsonValue.object().put("name", name).put(type, value).build();
    }

    private static JsonObject reference(String target) {
        return JsonValue.object().put("reference", target).build();
    }

    private static JsonObject profile(String url) {
        return JsonValue.object()
                .put("profile", JsonValue.array(JsonValue.of(url)))
                .build();
    }
}
