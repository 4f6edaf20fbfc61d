package dev.atr.consumer.subscription;

import dev.atr.consumer.subscription.ExpectedSubscription.Waiting;
import dev.atr.core.fhir.SubscriptionStatus;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has come of one Subscription. Puts events in order, drops what came before, waits for what is missing. Time is
 * counted in looks, not read from a clock: while the whole process stands still, nobody has waited for anything.
 *
 * <p>Thread-safe. The listener is called by one thread at a time, and without the lock, so that what comes meanwhile is
 * taken.
 */
final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    /** With so many events that wait to be told, no more are taken; the Producer keeps them, and sends them later. */
    static final int MAX_WAITING = 1000;

    private static final int LONGEST_PAUSE = 300;

    private final NotificationStore store;
    private final int gapLooks;
    private ExpectedSubscription state;
    private @Nullable NotificationListener listener;
    private @Nullable SubscriptionStatus status;
    private long announced;
    // How often the numbers have begun anew: what was told before that says nothing about those after it.
    private int beginnings;
    private @Nullable MissedChanges cutOff;
    private boolean closed;
    private boolean left;
    private boolean heard;
    private boolean repeated;
    private int quiet;
    private int gap;
    private int failures;
    private int pause;

    Inbox(ExpectedSubscription state, NotificationStore store, int gapLooks) {
        this.state = state;
        this.store = store;
        this.gapLooks = gapLooks;
    }

    synchronized ExpectedSubscription state() {
        return state;
    }

    synchronized void listen(NotificationListener told) {
        listener = Objects.requireNonNull(told, "listener");
    }

    /** Takes nothing more; what was taken is told. */
    synchronized void close() {
        closed = true;
    }

    /** Leaves the store as it is: nothing is taken, told or kept any more. */
    synchronized void leave() {
        closed = true;
        left = true;
    }

    /** Removes what is kept, and leaves it so. */
    synchronized void forget() {
        store.remove(state.key());
        leave();
    }

    /** Returns whether anything has come since it was {@linkplain #await awaited}. */
    synchronized boolean isHeard() {
        return heard;
    }

    /**
     * Returns whether an event has come since this was called last whose number had come before: the same event once
     * more, or another one of a Producer that counts from the beginning and has not said so.
     */
    synchronized boolean takeRepetition() {
        boolean was = repeated;
        repeated = false;
        return was;
    }

    /** Returns for how many looks nothing has come. */
    synchronized int quiet() {
        return quiet;
    }

    /** Returns the status by the last thing that came; absent when it was not told. */
    synchronized @Nullable SubscriptionStatus status() {
        return status;
    }

    /** Begins to wait for a first word, after the Producer was asked for something. */
    synchronized void await() {
        heard = false;
        status = null;
        quiet = 0;
    }

    /** Keeps the id that the Producer gave. */
    synchronized void identify(String id) {
        if (!id.equals(state.id())) {
            save(state.withId(id));
        }
    }

    /** Expects events from the first one on. */
    synchronized void beginAnew() {
        save(begunAnew(0));
    }

    /**
     * Takes a notification; what it brought is safe when this returns.
     *
     * @param id the id of its Subscription, which is known to be this one's
     * @return whether there was room, and somebody to tell
     */
    synchronized boolean take(Notification notification, String id) {
        if (closed) {
            return false;
        }
        long count = notification.eventCount() == null ? 0 : notification.eventCount();
        ExpectedSubscription next = state;
        if (next.id() == null) {
            next = next.withId(id).withEvents(before(notification, count), List.of());
            announced = 0;
        } else if (notification.eventCount() != null && count < next.last()) {
            // The Producer counts from the beginning again.
            if (notification.type() == Notification.Type.HANDSHAKE) {
                next = begunAnew(count);
            } else if (notification.type() == Notification.Type.HEARTBEAT) {
                // What it has counted since was taken for something older, or never came: it is missing.
                next = begunAnew(0);
            }
        }
        List<Waiting> waiting = merged(next, notification.events());
        boolean isNew = waiting.size() != next.waiting().size();
        if (isNew && next.waiting().size() >= MAX_WAITING) {
            // Not by what it brings: one that brings more than that would never be taken.
            return false;
        }
        if (isNew) {
            next = next.withEvents(next.handled(), waiting);
        }
        if (!next.equals(state)) {
            save(next);
        }
        repeated |= !isNew && notification.type() == Notification.Type.EVENT_NOTIFICATION;
        announced = Math.max(announced, count);
        status = notification.status();
        heard = true;
        quiet = 0;
        return true;
    }

    /** Returns the number before the first event that is ours to hear, by the first thing that came. */
    private static long before(Notification first, long count) {
        return first.events().stream()
                .mapToLong(event -> event.number() - 1)
                .min()
                .orElse(count);
    }

    private static List<Waiting> merged(ExpectedSubscription current, List<Notification.Event> events) {
        SortedMap<Long, Waiting> waiting = new TreeMap<>();
        current.waiting().forEach(event -> waiting.put(event.number(), event));
        for (Notification.Event event : events) {
            if (event.number() > current.handled()) {
                waiting.putIfAbsent(event.number(), new Waiting(event.number(), event.timestamp()));
            }
        }
        return List.copyOf(waiting.values());
    }

    /** Returns the state with other numbers; what has come and was not told is told as missed. */
    private ExpectedSubscription begunAnew(long handled) {
        if (!state.waiting().isEmpty()) {
            cutOff = missed(state.handled() + 1, state.last());
        }
        announced = 0;
        beginnings++;
        return state.withEvents(handled, List.of());
    }

    private MissedChanges missed(long first, long last) {
        return new MissedChanges(state.fhirBase(), state.list(), first, last);
    }

    private void save(ExpectedSubscription next) {
        keep(next);
        state = next;
    }

    private void keep(ExpectedSubscription next) {
        if (!left) {
            store.save(next);
        }
    }

    /** Lets a look's time pass. */
    synchronized void pass() {
        quiet++;
        pause = Math.max(0, pause - 1);
        gap = isGap() ? gap + 1 : 0;
    }

    private boolean isGap() {
        return state.waiting().isEmpty()
                ? announced > state.handled()
                : state.waiting().get(0).number() > state.handled() + 1;
    }

    /** Tells the listener all that there is to tell. */
    void tell() {
        NotificationListener told = listener();
        while (told != null) {
            Runnable done = tellNext(told);
            if (done == null) {
                return;
            }
            done.run();
            // It may have been forgotten by whom it was told.
            told = listener();
        }
    }

    private synchronized @Nullable NotificationListener listener() {
        return left || pause > 0 ? null : listener;
    }

    /** Tells one thing; returns what is then to be recorded, or nothing when there was nothing, or it was not taken. */
    private @Nullable Runnable tellNext(NotificationListener told) {
        int since = beginnings();
        MissedChanges missed = missed();
        ListChange change = missed == null ? change() : null;
        try {
            if (missed != null) {
                told.missed(missed);
                return () -> told(missed, since);
            }
            if (change != null) {
                told.changed(change);
                return () -> told(change.number(), since);
            }
            return null;
        } catch (Throwable e) {
            // Whatever an embedder's code throws, the other Subscriptions go on.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            postpone(e);
            return null;
        }
    }

    private synchronized int beginnings() {
        return beginnings;
    }

    private synchronized void postpone(Throwable failure) {
        pause = Math.min(LONGEST_PAUSE, 1 << Math.min(failures, 9));
        failures++;
        LOG.warn(
                "the listener to {} failed with {}; it is told again in {} s",
                state.list().key().reference(),
                failure.getClass().getName(),
                pause);
    }

    private synchronized @Nullable MissedChanges missed() {
        if (cutOff != null) {
            return cutOff;
        }
        if (!isGap() || gap < gapLooks) {
            return null;
        }
        long next = state.waiting().isEmpty()
                ? announced + 1
                : state.waiting().get(0).number();
        return missed(state.handled() + 1, next - 1);
    }

    private synchronized @Nullable ListChange change() {
        if (state.waiting().isEmpty() || isGap()) {
            return null;
        }
        Waiting first = state.waiting().get(0);
        return new ListChange(state.fhirBase(), state.list(), first.number(), first.timestamp());
    }

    private synchronized void told(MissedChanges missed, int since) {
        if (missed.equals(cutOff)) {
            cutOff = null;
            failures = 0;
        } else {
            LOG.warn(
                    "{} notifications of {} never came; the list was looked at instead",
                    missed.last() - missed.first() + 1,
                    missed.list().key().reference());
            told(missed.last(), since);
        }
    }

    private synchronized void told(long number, int since) {
        failures = 0;
        gap = 0;
        if (number <= state.handled() || since != beginnings) {
            return;
        }
        ExpectedSubscription next = state.withEvents(
                number,
                state.waiting().stream()
                        .filter(event -> event.number() > number)
                        .toList());
        state = next;
        try {
            keep(next);
        } catch (RuntimeException e) {
            // It was told; should this process end before the next thing is kept, it is told again.
            LOG.warn("what was told of {} can't be kept: {}", next.list().key().reference(), e.getMessage());
        }
    }
}
