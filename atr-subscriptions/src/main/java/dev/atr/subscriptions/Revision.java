package dev.atr.subscriptions;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.subscription.StoredSubscription;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is to stand in the place of a Subscription, part by part. For one thread. */
final class Revision {
    private final StoredSubscription before;
    private Caller owner;
    private ListId list;
    private SubscriptionStatus status;
    private @Nullable String error;
    private byte[] content;
    private boolean isNewVersion;
    private Instant lastUpdated;
    private int start;
    private int told;
    private int failures;
    private @Nullable Instant failingSince;
    private @Nullable Instant dueAt;

    private Revision(StoredSubscription before) {
        this.before = before;
        owner = before.owner();
        list = before.list();
        status = before.status();
        error = before.error();
        content = before.content();
        lastUpdated = before.lastUpdated();
        start = before.start();
        told = before.told();
        failures = before.failures();
        failingSince = before.failingSince();
        dueAt = before.dueAt();
    }

    static Revision of(StoredSubscription before) {
        return new Revision(before);
    }

    /** Takes what an owner sent, which is a new version of the resource. */
    Revision content(Caller newOwner, ListId newList, byte[] newContent, Instant now) {
        owner = newOwner;
        list = newList;
        content = newContent;
        return version(now);
    }

    /** Takes a status, which is a new version of the resource when it is another one. */
    Revision status(SubscriptionStatus next, @Nullable String why, Instant now) {
        if (next != status) {
            version(now);
        }
        status = next;
        error = why;
        return this;
    }

    private Revision version(Instant now) {
        isNewVersion = true;
        lastUpdated = now;
        return this;
    }

    /** Begins events after a version of the list; 0 leaves that for later. */
    Revision startAfter(int version) {
        start = version;
        told = 0;
        return this;
    }

    /** Notes that the endpoint took what it was sent. */
    Revision taken(int events) {
        told += events;
        failures = 0;
        failingSince = null;
        return this;
    }

    /** Notes that the endpoint failed once more. */
    Revision failed(Instant now) {
        failures++;
        if (failingSince == null) {
            failingSince = now;
        }
        return this;
    }

    Revision due(@Nullable Instant at) {
        dueAt = at;
        return this;
    }

    StoredSubscription next() {
        return new StoredSubscription(
                before.id(),
                owner,
                list,
                status,
                error,
                before.version() + (isNewVersion ? 1 : 0),
                lastUpdated,
                content,
                start,
                told,
                failures,
                failingSince,
                dueAt,
                before.revision() + 1);
    }
}
