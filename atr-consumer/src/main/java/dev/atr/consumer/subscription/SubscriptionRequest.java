package dev.atr.consumer.subscription;

import dev.atr.core.attribution.ListId;
import dev.atr.http.Origin;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a Subscription is to do: notify one endpoint of the changes of one list. Immutable.
 *
 * @param list the list
 * @param endpoint where notifications go: https, or http at a loopback address
 * @param secret what the Producer proves by that it is the sender
 * @param heartbeat how long the Producer may be silent before it sends a heartbeat, in whole seconds; absent for none
 * @param end when the Subscription ends by itself; absent for never
 */
public record SubscriptionRequest(
        ListId list,
        URI endpoint,
        NotificationSecret secret,
        @Nullable Duration heartbeat,
        @Nullable Instant end) {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException when the endpoint is neither https nor http at a loopback address, or the heartbeat
     *     is below a second
     */
    public SubscriptionRequest {
        Objects.requireNonNull(list, "list");
        Objects.requireNonNull(secret, "secret");
        if (!Origin.of(endpoint).isSecure()) {
            throw new IllegalArgumentException("endpoint: must be https, or http at a loopback address");
        }
        if (heartbeat != null && heartbeat.toSeconds() < 1) {
            throw new IllegalArgumentException("heartbeat: at least a second");
        }
    }

    /** Returns a request without heartbeats and without an end. */
    public static SubscriptionRequest of(ListId list, URI endpoint, NotificationSecret secret) {
        return new SubscriptionRequest(list, endpoint, secret, null, null);
    }

    /** Returns a copy with heartbeats. */
    public SubscriptionRequest withHeartbeat(Duration period) {
        return new SubscriptionRequest(list, endpoint, secret, period, end);
    }

    /** Returns a copy with an end. */
    public SubscriptionRequest withEnd(Instant instant) {
        return new SubscriptionRequest(list, endpoint, secret, heartbeat, instant);
    }

    /** Returns the list alone: the address of an endpoint may be a secret too. */
    @Override
    public String toString() {
        return "SubscriptionRequest[" + list.key().reference() + "]";
    }
}
