package dev.atr.consumer.subscription;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.SubscriptionStatus;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One list of a {@link ListWatch}. Two things go on side by side: its Subscription is kept alive, and the list is looked
 * at when there is a reason. Time is counted in looks of a second each, as in {@link Inbox}.
 */
final class WatchedList implements NotificationListener {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedList.class);

    /** Looks until a Producer that would not let us subscribe is asked again: an hour. */
    private static final int REFUSED_LOOKS = 3600;

    private static final int LONGEST_PAUSE = 300;

    private final ListId list;
    private final ListAction action;
    private final ListClient lists;
    private final SubscriptionClient subscriptions;
    private final @Nullable NotificationReceiver receiver;
    private final URI fhirBase;
    private final Clock clock;
    private final Duration heartbeat;
    private final @Nullable Duration life;
    private final int pollLooks;
    private final int debounceLooks;
    private final int renewLooks;

    private volatile Runnable call = () -> {};
    private volatile boolean ended;
    // Whether there is a reason to look at the list; there is one at the start.
    private volatile boolean stirred = true;

    // What follows is the watch's thread's alone.
    private @Nullable AttributionList known;
    private boolean isGone;
    private @Nullable Boolean notified;
    private int sinceLook;
    private final Pause look = new Pause();
    private boolean isSubscribed;
    private int sinceSubscribed;
    private @Nullable Instant ends;
    private final Pause subscribe = new Pause();

    WatchedList(ListId list, ListWatch.Builder settings) {
        ProducerConnection producer = settings.producer;
        this.list = list;
        this.action = settings.action;
        this.lists = new ListClient(producer);
        this.subscriptions = new SubscriptionClient(producer);
        this.receiver = settings.receiver;
        this.fhirBase = producer.fhirBase();
        this.clock = producer.clock();
        this.heartbeat = settings.heartbeat;
        this.life = settings.life;
        this.pollLooks = (int) settings.poll.toSeconds();
        this.debounceLooks = (int) ListWatch.DEBOUNCE.toSeconds();
        this.renewLooks = life == null ? Integer.MAX_VALUE : Math.toIntExact(life.toSeconds() / 2 + 1);
        this.sinceLook = debounceLooks;
    }

    ListId list() {
        return list;
    }

    /** Says whom to call when there is work. */
    void onCall(Runnable value) {
        call = value;
    }

    @Override
    public void changed(ListChange change) {
        stir();
        call.run();
    }

    @Override
    public void missed(MissedChanges missed) {
        stir();
        call.run();
    }

    /** Gives a reason to look at the list. */
    void stir() {
        stirred = true;
    }

    /** Does nothing more from here on. */
    void end() {
        ended = true;
    }

    /** Lets a look's time pass. */
    void pass() {
        sinceLook = Math.min(Integer.MAX_VALUE - 1, sinceLook) + 1;
        sinceSubscribed = Math.min(Integer.MAX_VALUE - 1, sinceSubscribed) + 1;
        look.pass();
        subscribe.pass();
    }

    /** Does what there is to do now. */
    void work() {
        if (ended) {
            return;
        }
        keepSubscribed();
        boolean isNotified = isNotified();
        tellHow(isNotified);
        if (isRepeated() || (!isNotified && sinceLook >= pollLooks)) {
            stirred = true;
        }
        if (stirred && sinceLook >= debounceLooks && look.isOver()) {
            lookAtList();
        }
    }

    private void tellHow(boolean isNotified) {
        if (notified != null && notified == isNotified) {
            return;
        }
        notified = isNotified;
        try {
            action.watched(list, isNotified);
        } catch (Throwable e) {
            LOG.warn(
                    "the action on {} failed with {}",
                    list.key().reference(),
                    e.getClass().getName());
        }
    }

    private boolean isNotified() {
        Inbox inbox = inbox();
        return inbox != null && isSubscribed && inbox.isHeard() && inbox.quiet() <= 2 * heartbeat.toSeconds();
    }

    /** Returns whether an event came whose number was used before. A Producer that counts in memory does that. */
    private boolean isRepeated() {
        Inbox inbox = inbox();
        return inbox != null && inbox.takeRepetition();
    }

    private @Nullable Inbox inbox() {
        return receiver == null
                ? null
                : receiver.expected(fhirBase, list)
                        .map(expected -> receiver.inbox(expected.key()))
                        .orElse(null);
    }

    private void lookAtList() {
        // Before the look: what is heard during it is a reason for another one.
        stirred = false;
        sinceLook = 0;
        try {
            AttributionList before = known;
            Optional<AttributionList> now = before == null ? lists.find(list) : lists.refresh(before);
            if (now.isEmpty()) {
                known = null;
                if (!isGone) {
                    action.gone(list);
                    isGone = true;
                }
            } else if (isGone || before == null || isNewer(before, now.get())) {
                action.changed(now.get());
                known = now.get();
                isGone = false;
            }
            look.none();
        } catch (Throwable e) {
            stirred = true;
            postpone(look, "a look at", e);
        }
    }

    private static boolean isNewer(AttributionList before, AttributionList now) {
        if (now.version() == null || before.version() == null) {
            return !Objects.equals(now.lastUpdated(), before.lastUpdated()) || now.lastUpdated() == null;
        }
        return !now.version().equals(before.version());
    }

    private void keepSubscribed() {
        NotificationReceiver to = receiver;
        if (to == null || !subscribe.isOver()) {
            return;
        }
        try {
            if (lists.fhirVersion() != FhirVersion.R4) {
                // There, Subscriptions have no topics (C-89).
                subscribe.until(REFUSED_LOOKS);
                return;
            }
            if (!isSubscribed || sinceSubscribed >= renewLooks || !lasts(ends)) {
                subscribe(to);
            } else {
                Inbox inbox = inbox();
                if (inbox == null) {
                    isSubscribed = false;
                } else if (isSilent(inbox) || isDead(inbox.status())) {
                    ask(to, inbox);
                }
            }
            subscribe.none();
        } catch (AuthorizationException e) {
            refused(e);
        } catch (RejectedException e) {
            if (e.isRetryable()) {
                postpone(subscribe, "a Subscription to", e);
            } else {
                refused(e);
            }
        } catch (Throwable e) {
            postpone(subscribe, "a Subscription to", e);
        }
    }

    /** Returns whether two heartbeats did not come, or nothing at all did. */
    private boolean isSilent(Inbox inbox) {
        return inbox.quiet() > 2 * heartbeat.toSeconds();
    }

    private static boolean isDead(@Nullable SubscriptionStatus status) {
        return status != null && !status.isLive();
    }

    private void subscribe(NotificationReceiver to) throws InterruptedException {
        ExpectedSubscription expected = to.expect(fhirBase, list, this);
        Optional<ListSubscription> held = held(to, expected);
        if (held.isEmpty() && expected.id() != null) {
            // Another Subscription has another endpoint: what is still on its way from the old one must not count.
            to.forget(fhirBase, list);
            expected = to.expect(fhirBase, list, this);
            stirred = true;
        }
        URI endpoint = to.endpoint(expected);
        Inbox inbox = to.inbox(expected.key());
        // Before anything is asked for: the handshake may be here before the answer is.
        inbox.await();
        Instant end = life == null ? null : clock.instant().plus(life);
        SubscriptionRequest request = new SubscriptionRequest(list, endpoint, expected.secret(), heartbeat, end);
        ListSubscription now;
        if (held.isEmpty()) {
            now = subscriptions.create(request);
        } else if (isAsWanted(held.get(), endpoint)) {
            now = held.get();
            end = now.end();
        } else {
            if (held.get().status() == SubscriptionStatus.OFF) {
                // Switched on again, it counts from the beginning (C-62), and not every Producer sends a handshake.
                inbox.beginAnew();
                stirred = true;
            }
            now = subscriptions.update(held.get().id(), request);
        }
        inbox.identify(now.id());
        isSubscribed = true;
        sinceSubscribed = 0;
        ends = end;
    }

    /** Returns what the Producer holds for us, whoever of our processes asked for it. */
    private Optional<ListSubscription> held(NotificationReceiver to, ExpectedSubscription expected)
            throws InterruptedException {
        if (expected.id() != null) {
            return subscriptions.find(expected.id());
        }
        try {
            // A process may have ended between its request and the answer.
            return subscriptions.findByEndpoint(to.endpoint(expected)).stream().findFirst();
        } catch (RejectedException e) {
            if (e.isRetryable()) {
                throw e;
            }
            // A Producer that takes Subscriptions and does not search them.
            return Optional.empty();
        }
    }

    private boolean isAsWanted(ListSubscription held, URI endpoint) {
        return held.status().isLive()
                && held.endpoint().equals(endpoint.toString())
                && held.heartbeatSeconds().equals(Optional.of(heartbeat.toSeconds()))
                && lasts(held.end());
    }

    /** Returns whether a Subscription with this end need not be renewed yet. A look may take as long as an action does. */
    private boolean lasts(@Nullable Instant end) {
        return life == null
                ? end == null
                : end != null && end.isAfter(clock.instant().plus(life.dividedBy(2)));
    }

    /** Asks a Producer that has fallen silent what is the matter, and does what is needed. */
    private void ask(NotificationReceiver to, Inbox inbox) throws InterruptedException {
        inbox.await();
        String id = inbox.state().id();
        Optional<Notification> told = id == null ? Optional.empty() : subscriptions.status(id);
        SubscriptionStatus status = told.map(Notification::status).orElse(null);
        LOG.info(
                "the Subscription to {} was silent or in error; its status by the Producer: {}",
                list.key().reference(),
                status == null ? "not told" : status.code());
        // Whatever it says: what did not come may have happened.
        stirred = true;
        if (status == null || !status.isLive()) {
            isSubscribed = false;
            subscribe(to);
        }
    }

    private void refused(AtrException refusal) {
        isSubscribed = false;
        subscribe.until(REFUSED_LOOKS);
        LOG.warn(
                "no Subscription to {}, the list is looked at now and then: {}",
                list.key().reference(),
                refusal.getMessage());
    }

    private void postpone(Pause pause, String what, Throwable failure) {
        if (failure instanceof InterruptedException && ended) {
            Thread.currentThread().interrupt();
            return;
        }
        // Who is interrupted without having been ended was so by the action, which may do that to itself.
        int seconds = pause.longer(
                failure instanceof AtrException passing
                        ? passing.retryAfter()
                                .map(wait -> (int) wait.toSeconds())
                                .orElse(0)
                        : 0);
        // A message of this library holds no member's data; that of others is not known.
        LOG.warn(
                "{} {} failed, and is tried again in {} s: {}",
                what,
                list.key().reference(),
                seconds,
                failure instanceof AtrException
                        ? failure.getMessage()
                        : failure.getClass().getName());
    }

    void unsubscribe() throws InterruptedException {
        ended = true;
        NotificationReceiver to = receiver;
        if (to == null) {
            return;
        }
        Optional<ExpectedSubscription> expected = to.expected(fhirBase, list);
        if (expected.isEmpty()) {
            return;
        }
        String id = expected.get().id();
        List<ListSubscription> held = id == null
                ? subscriptions.findByEndpoint(to.endpoint(expected.get()))
                : subscriptions.find(id).stream().toList();
        for (ListSubscription subscription : held) {
            ListSubscription unused = subscriptions.turnOff(subscription.id());
        }
        // Not before: who it is that sends is known until the Producer was told.
        to.forget(fhirBase, list);
    }

    /** A wait between tries that grows with each failure. */
    private static final class Pause {
        private int failures;
        private int looks;

        void pass() {
            looks = Math.max(0, looks - 1);
        }

        boolean isOver() {
            return looks == 0;
        }

        void none() {
            failures = 0;
            looks = 0;
        }

        void until(int value) {
            looks = value;
        }

        int longer(int atLeast) {
            looks = Math.max(atLeast, Math.min(LONGEST_PAUSE, 1 << Math.min(failures, 9)));
            failures++;
            return looks;
        }
    }
}
