package dev.atr.consumer.subscription;

import dev.atr.core.Backport;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Subscription as the Producer holds it. Immutable.
 *
 * @param id its id
 * @param version its version; absent when the Producer tells none
 * @param status its status
 * @param endpoint where notifications go, as the Producer writes it
 * @param end when it ends by itself; absent for never
 * @param error why it is in error, for people; absent when it is not
 * @param resource the whole resource; it may hold the secret
 */
public record ListSubscription(
        String id,
        @Nullable String version,
        SubscriptionStatus status,
        String endpoint,
        @Nullable Instant end,
        @Nullable String error,
        JsonObject resource) {
    /** The forms that Producers take and keep (C-57). */
    private static final Pattern FILTER =
            Pattern.compile("(?:.*/)?(?:Group/|Group\\?_id=|_id=|Group\\._id=)([A-Za-z0-9.-]{1,64})");

    static boolean isOne(JsonValue resource) {
        return resource.text("resourceType").orElse("").equals(ResourceType.SUBSCRIPTION.code());
    }

    /**
     * Reads a Subscription.
     *
     * @throws ProtocolException when it is something else
     */
    static ListSubscription read(JsonValue json) {
        if (!isOne(json) || !(json instanceof JsonObject resource)) {
            throw new ProtocolException("expected a Subscription");
        }
        return new ListSubscription(
                resource.text("id")
                        .filter(ResourceKey::isId)
                        .orElseThrow(() -> new ProtocolException("Subscription.id: expected an id")),
                resource.find("meta").flatMap(meta -> meta.text("versionId")).orElse(null),
                resource.text("status")
                        .flatMap(SubscriptionStatus::of)
                        .orElseThrow(() -> new ProtocolException("Subscription.status: expected one of R4")),
                resource.find("channel")
                        .flatMap(channel -> channel.text("endpoint"))
                        .orElse(""),
                resource.text("end").flatMap(ListSubscription::instant).orElse(null),
                resource.text("error").orElse(null),
                resource);
    }

    /** Returns the heartbeat in seconds that the Producer has agreed to; empty when it sends none. */
    public Optional<Long> heartbeatSeconds() {
        return resource.find("channel").stream()
                .flatMap(channel -> channel.items("extension").stream())
                .filter(extension -> extension.text("url").orElse("").equals(Backport.HEARTBEAT))
                .findFirst()
                .flatMap(extension -> extension.find("valueUnsignedInt"))
                .flatMap(JsonValue::number);
    }

    /** Returns the list whose changes it is about; empty when its filter is written in a way that is not known here. */
    public Optional<ListId> list() {
        return resource.find("_criteria").stream()
                .flatMap(criteria -> criteria.items("extension").stream())
                .filter(extension -> extension.text("url").orElse("").equals(Backport.FILTER))
                .flatMap(extension -> extension.text("valueString").stream())
                .map(FILTER::matcher)
                .filter(Matcher::matches)
                .map(filter -> new ListId(filter.group(1)))
                .findFirst();
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Returns id and status alone. */
    @Override
    public String toString() {
        return "ListSubscription[" + id + ", " + status.code() + "]";
    }
}
