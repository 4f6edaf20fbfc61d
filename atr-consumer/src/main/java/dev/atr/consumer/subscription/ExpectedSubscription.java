package dev.atr.consumer.subscription;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Subscription whose notifications a receiver takes, and how far they have come. Immutable.
 *
 * @param key the last part of the endpoint's path; random, so that it can't be guessed
 * @param fhirBase the Producer, without a slash at the end
 * @param list the list
 * @param secret what notifications carry
 * @param id the id of the Subscription at the Producer; absent until it is known
 * @param handled the number of the last event that the listener has heard of, or was told to have missed
 * @param waiting the events that have come and were not told yet, in ascending order of their numbers
 */
public record ExpectedSubscription(
        String key,
        URI fhirBase,
        ListId list,
        NotificationSecret secret,
        @Nullable String id,
        long handled,
        List<Waiting> waiting) {
    private static final long FORMAT = 1;

    /** Copies the events. */
    public ExpectedSubscription {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(fhirBase, "fhirBase");
        Objects.requireNonNull(list, "list");
        Objects.requireNonNull(secret, "secret");
        waiting = List.copyOf(waiting);
    }

    /**
     * An event that was not told yet.
     *
     * @param number its number
     * @param timestamp when it happened; absent when the Producer did not say
     */
    public record Waiting(long number, @Nullable Instant timestamp) {}

    static ExpectedSubscription begun(URI fhirBase, ListId list) {
        return new ExpectedSubscription(
                NotificationSecret.randomText(16), fhirBase, list, NotificationSecret.random(), null, 0, List.of());
    }

    ExpectedSubscription withId(@Nullable String value) {
        return new ExpectedSubscription(key, fhirBase, list, secret, value, handled, waiting);
    }

    ExpectedSubscription withEvents(long nowHandled, List<Waiting> nowWaiting) {
        return new ExpectedSubscription(key, fhirBase, list, secret, id, nowHandled, nowWaiting);
    }

    /** Returns the highest number that is known to have come, or to be missed. */
    long last() {
        return waiting.isEmpty() ? handled : waiting.get(waiting.size() - 1).number();
    }

    /** Returns this as JSON, which holds the secret; see {@link #read}. */
    public byte[] write() {
        return JsonValue.object()
                .put("format", FORMAT)
                .put("key", key)
                .put("fhirBase", fhirBase.toString())
                .put("list", list.value())
                .put("secret", secret.value())
                .putIfPresent("id", id)
                .put("handled", handled)
                .put(
                        "waiting",
                        JsonValue.array(waiting.stream()
                                .map(event -> JsonValue.object()
                                        .put("number", event.number())
                                        .putIfPresent(
                                                "timestamp",
                                                event.timestamp() == null
                                                        ? null
                                                        : event.timestamp().toString())
                                        .build())
                                .toList()))
                .build()
                .toBytes();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static ExpectedSubscription read(byte[] json) {
        try {
            JsonObject kept = JsonValue.parseObject(json);
            if (number(kept, "format") != FORMAT) {
                throw new IllegalArgumentException("format");
            }
            return new ExpectedSubscription(
                    text(kept, "key"),
                    URI.create(text(kept, "fhirBase")),
                    new ListId(text(kept, "list")),
                    NotificationSecret.of(text(kept, "secret")),
                    kept.text("id").filter(ResourceKey::isId).orElse(null),
                    number(kept, "handled"),
                    kept.items("waiting").stream()
                            .map(event -> new Waiting(
                                    number(event, "number"),
                                    event.text("timestamp").map(Instant::parse).orElse(null)))
                            .toList());
        } catch (RuntimeException e) {
            // The cause is left out: its message may hold what was read.
            throw new IllegalArgumentException("expected what this version wrote");
        }
    }

    private static String text(JsonValue json, String name) {
        return json.text(name).orElseThrow(() -> new IllegalArgumentException(name));
    }

    private static long number(JsonValue json, String name) {
        return json.find(name).flatMap(JsonValue::number).orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** Returns the list and how far it is: the key is a secret too. */
    @Override
    public String toString() {
        return "ExpectedSubscription[" + list.key().reference() + ", " + handled + "]";
    }
}
