package dev.atr.producer.spi.subscription;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.producer.spi.Caller;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Subscription and how far its endpoint has been told: a cursor on the versions of its list. Event number {@code n} is
 * version {@code start + n} of the list; nothing else is kept of events. A plain value: whoever changes it puts the next
 * one in its place.
 *
 * @param id the resource id: lower-case letters and digits
 * @param owner the client that made it, as it was then
 * @param list the list
 * @param status the status
 * @param error why the status is {@link SubscriptionStatus#ERROR} or {@link SubscriptionStatus#OFF}, in words for the
 *     owner; absent otherwise
 * @param version the version of the resource; positive
 * @param lastUpdated when the resource took that version
 * @param content the R4 resource as the owner sent it, JSON in UTF-8, without id, meta and status; secrets are sealed
 * @param start the version of the list at which events begin; 0 as long as that is not decided
 * @param told how many events the endpoint has taken
 * @param failures how often in a row sending has failed
 * @param failingSince when the first of these was
 * @param dueAt when to do something though the list stands still: a handshake, a heartbeat, another try, an end; absent
 *     when there is nothing
 * @param revision how often this value was replaced
 */
public record StoredSubscription(
        String id,
        Caller owner,
        ListId list,
        SubscriptionStatus status,
        @Nullable String error,
        int version,
        Instant lastUpdated,
        byte[] content,
        int start,
        int told,
        int failures,
        @Nullable Instant failingSince,
        @Nullable Instant dueAt,
        long revision) {
    /** Checks the numbers; the content is not copied and must not be changed. */
    public StoredSubscription {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(list, "list");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(lastUpdated, "lastUpdated");
        Objects.requireNonNull(content, "content");
        if (id.isEmpty() || id.length() > 64 || version < 1 || start < 0 || told < 0 || failures < 0 || revision < 0) {
            throw new IllegalArgumentException("an id of 1 to 64 characters, a version from 1, no negative numbers");
        }
    }

    /** Returns the version of the list that the endpoint was told of last. */
    public int toldVersion() {
        return start + told;
    }

    /** Returns whether there is something to do at a time, where the newest version of the list is known. */
    public boolean isDue(Instant now, int newest) {
        boolean timeHasCome = dueAt != null && !dueAt.isAfter(now);
        boolean behind = status == SubscriptionStatus.ACTIVE && failures == 0 && newest > toldVersion();
        return status.isLive() && (timeHasCome || behind);
    }

    /** Returns id, status and numbers only: the rest is the owner's. */
    @Override
    public String toString() {
        return "StoredSubscription[" + id + ", " + status.code() + ", told " + told + "]";
    }
}
