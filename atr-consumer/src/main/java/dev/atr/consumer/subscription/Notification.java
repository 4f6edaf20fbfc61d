package dev.atr.consumer.subscription;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a Producer says about a Subscription: in a notification, or in answer to {@code $status} or {@code $events}.
 * What later versions of the guide may add to it is passed over. Immutable.
 *
 * @param type why it was said
 * @param subscription the reference to the Subscription, as it was written
 * @param status the status of the Subscription; absent when it was not told
 * @param eventCount how many events there were since the Subscription began, those told here included; absent when it
 *     was not told
 * @param events the events, as they were written
 * @param error why the Subscription is in error, for people; absent when it is not
 * @see <a href="http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-status-r4.html">Subscriptions
 *     R5 Backport 1.1.0, R4 subscription status</a>
 */
public record Notification(
        Type type,
        String subscription,
        @Nullable SubscriptionStatus status,
        @Nullable Long eventCount,
        List<Event> events,
        @Nullable String error) {
    /** Largest notification: 1 MB, or some thousand events. */
    public static final int MAX_BYTES = 1 << 20;

    // Of many tiny values, a document takes many times its length in memory.
    private static final long MAX_COST = 8L << 20;
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,19}");

    /** Copies the events. */
    public Notification {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(subscription, "subscription");
        events = List.copyOf(events);
    }

    /** Why something was said. */
    public enum Type {
        /** To see whether the endpoint answers, before anything else is sent. */
        HANDSHAKE("handshake"),
        /** Since nothing else was sent for a while. */
        HEARTBEAT("heartbeat"),
        /** Something happened. */
        EVENT_NOTIFICATION("event-notification"),
        /** In answer to {@code $status}. */
        QUERY_STATUS("query-status"),
        /** In answer to {@code $events}. */
        QUERY_EVENT("query-event");

        private final String code;

        Type(String code) {
            this.code = code;
        }

        /** Returns the wire text. */
        public String code() {
            return code;
        }

        static Optional<Type> of(String code) {
            return Arrays.stream(values())
                    .filter(type -> type.code.equals(code))
                    .findFirst();
        }
    }

    /**
     * One event.
     *
     * @param number its number, positive
     * @param timestamp when it happened; absent when it was not told
     * @param focus the reference to what changed, as it was written; absent when it was not told
     */
    public record Event(
            long number,
            @Nullable Instant timestamp,
            @Nullable String focus) {}

    /**
     * Reads a notification: a Bundle of type {@code history}, whose first entry is the status of a Subscription.
     *
     * @throws InvalidContentException when it is something else; names the place, never the content
     */
    public static Notification read(byte[] json) {
        JsonObject bundle = JsonValue.parseObject(json, MAX_COST);
        if (!bundle.text("resourceType").orElse("").equals("Bundle")) {
            throw new InvalidContentException("expected a Bundle");
        }
        if (!bundle.text("type").orElse("").equals("history")) {
            throw new InvalidContentException("Bundle.type: expected history");
        }
        JsonValue first = bundle.items("entry").stream()
                .findFirst()
                .flatMap(entry -> entry.find("resource"))
                .orElseThrow(() -> new InvalidContentException("Bundle.entry: expected the status of a Subscription"));
        return status(first);
    }

    /**
     * Reads the status of a Subscription.
     *
     * @param parameters a Parameters resource
     * @throws InvalidContentException when it is something else
     */
    static Notification status(JsonValue parameters) {
        if (!parameters.text("resourceType").orElse("").equals("Parameters")) {
            throw new InvalidContentException("Bundle.entry[0].resource: expected Parameters");
        }
        Type type = value(parameters.items("parameter"), "type")
                .flatMap(JsonValue::text)
                .flatMap(Type::of)
                .orElseThrow(() -> new InvalidContentException("Parameters.parameter: expected a type that is known"));
        String subscription = value(parameters.items("parameter"), "subscription")
                .flatMap(value -> value.text("reference"))
                .orElseThrow(() -> new InvalidContentException("Parameters.parameter: expected a subscription"));
        Long count = value(parameters.items("parameter"), "events-since-subscription-start")
                .map(value -> number(value, "events-since-subscription-start"))
                .orElse(null);
        List<Event> events = new ArrayList<>();
        for (JsonValue parameter : parameters.items("parameter")) {
            if (parameter.text("name").orElse("").equals("notification-event")) {
                events.add(event(parameter.items("part")));
            }
        }
        if (events.isEmpty() && type == Type.EVENT_NOTIFICATION) {
            // A Producer that tells that something happened, and how often, and no more.
            if (count == null || count == 0) {
                throw new InvalidContentException("Parameters.parameter: expected a notification-event");
            }
            events.add(new Event(count, null, null));
        }
        return new Notification(
                type,
                subscription,
                value(parameters.items("parameter"), "status")
                        .flatMap(JsonValue::text)
                        .flatMap(SubscriptionStatus::of)
                        .orElse(null),
                count,
                events,
                value(parameters.items("parameter"), "error")
                        .map(Notification::text)
                        .orElse(null));
    }

    private static Event event(List<JsonValue> parts) {
        long number = value(parts, "event-number")
                .map(value -> number(value, "event-number"))
                .filter(positive -> positive > 0)
                .orElseThrow(() -> new InvalidContentException("notification-event: expected an event-number"));
        Instant timestamp = value(parts, "timestamp")
                .flatMap(JsonValue::text)
                .map(Notification::instant)
                .orElse(null);
        String focus =
                value(parts, "focus").flatMap(value -> value.text("reference")).orElse(null);
        return new Event(number, timestamp, focus);
    }

    /** Returns the value of a parameter, whatever its type: Producers write numbers as texts and as numbers. */
    private static Optional<JsonValue> value(List<JsonValue> parameters, String name) {
        return parameters.stream()
                .filter(parameter -> parameter.text("name").orElse("").equals(name))
                .filter(JsonObject.class::isInstance)
                .flatMap(parameter -> ((JsonObject) parameter)
                        .properties().entrySet().stream()
                                .filter(property -> property.getKey().startsWith("value"))
                                .map(property -> property.getValue()))
                .findFirst();
    }

    private static long number(JsonValue value, String name) {
        return value.number()
                .or(() -> value.text().flatMap(Notification::whole))
                .filter(number -> number >= 0)
                .orElseThrow(() -> new InvalidContentException(name + ": expected a number"));
    }

    private static Optional<Long> whole(String text) {
        try {
            return WHOLE.matcher(text).matches() ? Optional.of(Long.valueOf(text)) : Optional.empty();
        } catch (NumberFormatException e) {
            // Of 19 digits, and above the largest number of 64 bits.
            return Optional.empty();
        }
    }

    private static @Nullable Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            // When it happened is of interest, but nothing rests on it.
            return null;
        }
    }

    private static @Nullable String text(JsonValue concept) {
        return concept.text("text")
                .or(() -> concept.all("coding.display").stream().findFirst().flatMap(JsonValue::text))
                .or(() -> concept.all("coding.code").stream().findFirst().flatMap(JsonValue::text))
                .orElse(null);
    }
}
