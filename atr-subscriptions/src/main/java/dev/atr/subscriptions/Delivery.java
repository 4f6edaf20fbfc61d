package dev.atr.subscriptions;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.spi.VersionQuery;
import dev.atr.producer.spi.subscription.ListChange;
import dev.atr.producer.spi.subscription.ListChanges;
import dev.atr.producer.spi.subscription.StoredSubscription;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what a Subscription is owed, one thing after the other: a handshake, the next events, a heartbeat. What was sent is
 * written down after the endpoint took it and before the next is sent; so after a crash it is sent at most once more, and
 * nothing is left out. Where somebody else wrote meanwhile (the owner, or another node that took this one for dead), that
 * stands, and this one looks again.
 */
final class Delivery implements TaskRunner.Handler {
    /** Notifications until others have their turn. */
    private static final int TURN = 20;

    /** Endpoints that failed last time and are tried at once: those that hang must not keep the others waiting. */
    private static final int SUSPECTS = 8;

    private static final Duration SUSPECTS_WAIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final Context context;
    private final Semaphore suspects = new Semaphore(SUSPECTS);

    Delivery(Context context) {
        this.context = context;
    }

    /**
     * What deliveries rest on.
     *
     * @param store keeps the Subscriptions
     * @param changes tells versions
     * @param backend tells who may see which list
     * @param rights returns a client as it is registered now; empty when it is not any more
     * @param notifications makes the Bundles
     * @param endpoint sends them
     * @param retries when to try again
     * @param handshake whether an endpoint is asked before events are sent
     * @param clock tells the time
     */
    record Context(
            SubscriptionStore store,
            ListChanges changes,
            ProducerBackend backend,
            Function<Caller, Optional<Caller>> rights,
            Notifications notifications,
            Endpoint endpoint,
            Retries retries,
            boolean handshake,
            Clock clock) {

        /** Returns whether a client may hear of a list, which may be deleted. */
        boolean mayHear(Caller owner, ListId list) {
            return backend.find(owner, list).isPresent()
                    || backend.listHistory()
                            .flatMap(history -> history.versions(owner, list, VersionQuery.newest()))
                            .isPresent();
        }
    }

    @Override
    public Optional<Duration> handle(String task) {
        boolean isSuspect =
                context.store().find(task).map(found -> found.failures() > 0).orElse(false);
        if (isSuspect && !suspects.tryAcquire()) {
            return Optional.of(SUSPECTS_WAIT);
        }
        try {
            return turn(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending", e);
        } finally {
            if (isSuspect) {
                suspects.release();
            }
        }
    }

    private Optional<Duration> turn(String task) throws InterruptedException {
        for (int i = 0; i < TURN; i++) {
            Optional<StoredSubscription> subscription = context.store().find(task);
            if (subscription.isEmpty() || !advance(subscription.get())) {
                return Optional.empty();
            }
        }
        return Optional.of(Duration.ZERO);
    }

    /** Does the next thing; returns whether to look again at once. */
    private boolean advance(StoredSubscription subscription) throws InterruptedException {
        if (!subscription.status().isLive()) {
            return false;
        }
        Instant now = context.clock().instant();
        SubscriptionContent content = SubscriptionContent.of(subscription);
        Instant end = content.end();
        if (end != null && !end.isAfter(now)) {
            return end(subscription, SubscriptionStatus.OFF, "its end has come");
        }
        Optional<ListChange> newest = context.changes().newest(subscription.list());
        Optional<Caller> owner = context.rights().apply(subscription.owner());
        if (newest.isEmpty() || owner.isEmpty() || !context.mayHear(owner.get(), subscription.list())) {
            return end(subscription, SubscriptionStatus.ERROR, "the client may not hear of this list any more");
        }
        return subscription.status() == SubscriptionStatus.REQUESTED
                ? begin(subscription, content, newest.get())
                : inform(subscription, content, newest.get());
    }

    /** Asks the endpoint whether it is there; what changes after the question is an event. */
    private boolean begin(StoredSubscription subscription, SubscriptionContent content, ListChange newest)
            throws InterruptedException {
        StoredSubscription begun = subscription;
        if (subscription.start() == 0) {
            if (newest.deleted()) {
                return end(subscription, SubscriptionStatus.OFF, "the list was deleted");
            }
            begun = Revision.of(subscription).startAfter(newest.version()).next();
            if (!context.store().replace(begun)) {
                return true;
            }
        }
        if (context.handshake()) {
            int count = newest.version() - begun.start();
            Endpoint.Answer answer = send(begun, content, Notifications.Type.HANDSHAKE, count, List.of());
            if (answer.fate() != Endpoint.Fate.TAKEN) {
                return end(begun, SubscriptionStatus.ERROR, "the handshake failed: " + answer.reason());
            }
        }
        Instant now = context.clock().instant();
        context.store()
                .replace(Revision.of(begun)
                        .status(SubscriptionStatus.ACTIVE, null, now)
                        .taken(0)
                        .due(nextTime(content, now))
                        .next());
        return true;
    }

    /** Tells of the next events, or that there are none. */
    private boolean inform(StoredSubscription subscription, SubscriptionContent content, ListChange newest)
            throws InterruptedException {
        Instant now = context.clock().instant();
        Instant dueAt = subscription.dueAt();
        boolean timeHasCome = dueAt != null && !dueAt.isAfter(now);
        if (subscription.failures() > 0 && !timeHasCome) {
            return false;
        }
        int count = Math.max(0, newest.version() - subscription.start());
        int behind = Math.min(count - subscription.told(), content.maxCount());
        Notifications.Type type = behind > 0 ? Notifications.Type.EVENT : Notifications.Type.HEARTBEAT;
        if (behind <= 0 && !(timeHasCome && content.heartbeat() != null)) {
            if (timeHasCome) {
                // What it was due for is not wanted any more: a heartbeat that the owner took back.
                taken(subscription, content, 0, newest, now);
            }
            return false;
        }
        List<Notifications.Event> events = events(subscription, Math.max(0, behind));
        int counted = behind > 0 ? subscription.told() + behind : count;
        Endpoint.Answer answer = send(subscription, content, type, counted, events);
        Instant after = context.clock().instant();
        return switch (answer.fate()) {
            case GONE -> end(subscription, SubscriptionStatus.OFF, answer.reason());
            case REFUSED -> end(subscription, SubscriptionStatus.ERROR, answer.reason());
            case FAILED -> failed(subscription, content, answer, after);
            case TAKEN -> taken(subscription, content, events.size(), newest, after);
        };
    }

    private List<Notifications.Event> events(StoredSubscription subscription, int count) {
        if (count == 0) {
            return List.of();
        }
        return events(context.changes(), subscription, subscription.told() + 1, count);
    }

    /** Returns consecutive events; of one whose version is not kept any more, the number stays. */
    static List<Notifications.Event> events(
            ListChanges changes, StoredSubscription subscription, int first, int count) {
        int before = subscription.start() + first - 1;
        @Nullable ListChange[] kept = new ListChange[count];
        for (ListChange change : changes.versions(subscription.list(), before, count)) {
            int place = change.version() - before - 1;
            if (place < count) {
                kept[place] = change;
            }
        }
        List<Notifications.Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(new Notifications.Event(first + i, kept[i]));
        }
        return events;
    }

    /**
     * Writes down what was taken, also where the owner changed something meanwhile: or else it would be sent again. Returns
     * whether to look again: not when somebody else wrote down what it was told, who goes on in place of this one.
     */
    private boolean taken(
            StoredSubscription subscription, SubscriptionContent content, int events, ListChange newest, Instant now) {
        boolean lastOfAll = newest.deleted() && subscription.toldVersion() + events >= newest.version();
        Optional<StoredSubscription> current = Optional.of(subscription);
        while (current.isPresent()
                && current.get().start() == subscription.start()
                && current.get().told() == subscription.told()) {
            Revision revision = Revision.of(current.get()).taken(events);
            if (current.get().status() == SubscriptionStatus.ACTIVE) {
                revision.due(nextTime(content, now));
            }
            if (lastOfAll) {
                revision.status(SubscriptionStatus.OFF, "the list was deleted", now)
                        .due(null);
            }
            if (context.store().replace(revision.next())) {
                return true;
            }
            current = context.store().find(subscription.id());
        }
        return false;
    }

    private boolean failed(
            StoredSubscription subscription, SubscriptionContent content, Endpoint.Answer answer, Instant now) {
        Instant since = Optional.ofNullable(subscription.failingSince()).orElse(now);
        if (context.retries().isOver(Duration.between(since, now))) {
            return end(subscription, SubscriptionStatus.ERROR, answer.reason() + ", and so did it for too long");
        }
        Duration wait = context.retries().after(subscription.failures() + 1, ThreadLocalRandom.current());
        Duration asked = answer.asked();
        if (asked != null && asked.compareTo(wait) > 0) {
            wait = asked;
        }
        Instant next = earlier(now.plus(wait), content.end());
        context.store().replace(Revision.of(subscription).failed(now).due(next).next());
        return false;
    }

    /** Ends what is sent, until the owner asks for it again; returns whether to look again. */
    private boolean end(StoredSubscription subscription, SubscriptionStatus status, String why) {
        Instant now = context.clock().instant();
        boolean written = context.store()
                .replace(Revision.of(subscription)
                        .status(status, why, now)
                        .due(null)
                        .next());
        if (written) {
            LOG.info("Subscription {} is {} now: {}", subscription.id(), status.code(), why);
        }
        return !written;
    }

    private Endpoint.Answer send(
            StoredSubscription subscription,
            SubscriptionContent content,
            Notifications.Type type,
            int count,
            List<Notifications.Event> events)
            throws InterruptedException {
        byte[] bundle = context.notifications()
                .bundle(
                        subscription,
                        content,
                        type,
                        count,
                        events,
                        context.clock().instant());
        return context.endpoint().send(content, bundle);
    }

    /** Returns when something is to be done though the list stands still: a heartbeat, or the end. */
    static @Nullable Instant nextTime(SubscriptionContent content, Instant now) {
        Duration heartbeat = content.heartbeat();
        return heartbeat == null ? content.end() : earlier(now.plus(heartbeat), content.end());
    }

    private static Instant earlier(Instant one, @Nullable Instant other) {
        return other != null && other.isBefore(one) ? other : one;
    }
}
