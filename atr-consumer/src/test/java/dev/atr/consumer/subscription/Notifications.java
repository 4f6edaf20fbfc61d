package dev.atr.consumer.subscription;

import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a Producer sends, written as the Backport guide writes it. */
final class Notifications {
    private static final String BASE = "https://payer.example/r4";

    private Notifications() {}

    static String handshake(String subscription, long count) {
        return bundle(subscription, "requested", "handshake", count);
    }

    static String heartbeat(String subscription, long count) {
        return bundle(subscription, "active", "heartbeat", count);
    }

    /** Returns a notification of events, the last of which is the latest. */
    static String events(String subscription, long... numbers) {
        return bundle(subscription, "active", "event-notification", numbers[numbers.length - 1], numbers);
    }

    static String bundle(String subscription, @Nullable String status, String type, long count, long... numbers) {
        return JsonValue.object()
                .put("resourceType", "Bundle")
                .put("type", "history")
                .put(
                        "entry",
                        JsonValue.array(JsonValue.object()
                                .put("fullUrl", "urn:uuid:0c0f6b1e-7a55-4a0e-9d0c-0a1d2f3b4c01")
                                .put("resource", status(subscription, status, type, count, numbers))
                                .build()))
                .build()
                .toJson();
    }

    static JsonObject status(String subscription, @Nullable String status, String type, long count, long... numbers) {
        List<JsonObject> parameters = new ArrayList<>();
        parameters.add(parameter("subscription", "valueReference", reference(subscription)));
        if (status != null) {
            parameters.add(parameter("status", "valueCode", JsonValue.of(status)));
        }
        parameters.add(parameter("type", "valueCode", JsonValue.of(type)));
        parameters.add(parameter("events-since-subscription-start", "valueString", JsonValue.of(Long.toString(count))));
        LongStream.of(numbers).forEach(number -> parameters.add(event(number, BASE + "/Group/list-1")));
        return JsonValue.object()
                .put("resourceType", "Parameters")
                .put("parameter", JsonValue.array(parameters))
                .build();
    }

    static JsonObject event(long number, String focus) {
        return JsonValue.object()
                .put("name", "notification-event")
                .put(
                        "part",
                        JsonValue.array(
                                parameter("event-number", "valueString", JsonValue.of(Long.toString(number))),
                                parameter("timestamp", "valueInstant", JsonValue.of("2026-03-02T09:59:58Z")),
                                parameter("focus", "valueReference", reference(focus))))
                .build();
    }

    private static JsonObject reference(String target) {
        return JsonValue.object().put("reference", target).build();
    }

    static JsonObject parameter(String name, String type, JsonValue value) {
        return JsonValue.object().put("name", name).put(type, value).build();
    }
}
