package dev.atr.consumer.subscription;

import dev.atr.consumer.ProducerConnection;
import dev.atr.core.attribution.ListId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Says when lists of one Producer have a new version.
 *
 * <p>With a {@link NotificationReceiver} it subscribes to each list, and hears of a new version within seconds. What can
 * go wrong with that, it notices and mends: missing events, by their numbers; a Producer that has fallen silent, by two
 * heartbeats that did not come, and then it asks for the status; a Subscription in error, turned off, ended or gone, which
 * it resumes, renews or makes again. Where a Producer has no Subscriptions, does not let us subscribe, or can't reach us,
 * and without a receiver, it looks at each list now and then, which costs a small request.
 *
 * <p>Thread-safe; one thread of its own, from {@link Builder#start} to {@link #close}. Subscriptions stay when it is closed,
 * so that the next one goes on with them; {@link #unsubscribe} turns one off.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/subscription.html">ATR 2.1.0, Consumer Requirements</a>
 * @see <a href="http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/errors.html">Subscriptions R5 Backport 1.1.0,
 *     "Detecting Errors as a Subscriber"</a>
 */
public final class ListWatch implements AutoCloseable {
    /** How long a Producer may be silent before it sends a heartbeat, unless set otherwise: 15 min. */
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofMinutes(15);

    /** How often a list is looked at without being told to, unless set otherwise: every 15 min. */
    public static final Duration DEFAULT_POLL = Duration.ofMinutes(15);

    /** Shortest time between two looks at one list: 5 s. */
    public static final Duration DEBOUNCE = Duration.ofSeconds(5);

    /** Longest time that can be set: 366 days. */
    public static final Duration LONGEST = Duration.ofDays(366);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final List<WatchedList> lists;
    private final LookThread thread;

    private ListWatch(Builder settings) {
        this.lists = settings.lists.stream()
                .map(list -> new WatchedList(list, settings))
                .toList();
        this.thread = new LookThread("atr-list-watch", settings.look);
        lists.forEach(list -> list.onCall(this::call));
        thread.look(this::look, Duration.ZERO);
    }

    /**
     * Begins to say what is to be watched.
     *
     * @param producer with credentials that may read lists, and write Subscriptions when there is a receiver
     * @param action is done for each list at the start, and for each new version
     */
    public static Builder builder(ProducerConnection producer, ListAction action) {
        return new Builder(producer, action);
    }

    /** Settings of a watch. For one thread. */
    public static final class Builder {
        final ProducerConnection producer;
        final ListAction action;
        final Set<ListId> lists = new LinkedHashSet<>();

        @Nullable
        NotificationReceiver receiver;

        Duration heartbeat = DEFAULT_HEARTBEAT;
        Duration poll = DEFAULT_POLL;

        @Nullable
        Duration life;

        Duration look = LOOK;

        private Builder(ProducerConnection producer, ListAction action) {
            this.producer = Objects.requireNonNull(producer, "producer");
            this.action = Objects.requireNonNull(action, "action");
        }

        /** Watches one more list. */
        public Builder list(ListId list) {
            lists.add(list);
            return this;
        }

        /**
         * Subscribes, with notifications to a receiver that the host has mounted. It stays the caller's to close, after
         * the watch.
         */
        public Builder receiver(NotificationReceiver value) {
            receiver = Objects.requireNonNull(value, "receiver");
            return this;
        }

        /**
         * Sets how long the Producer may be silent before it sends a heartbeat. Twice as long without a word, and the
         * Producer is asked what is the matter.
         *
         * @param period a minute to a year; many Producers take no less
         * @throws IllegalArgumentException when it is less or more
         */
        public Builder heartbeat(Duration period) {
            heartbeat = toAYear("heartbeat", Duration.ofMinutes(1), period);
            return this;
        }

        /**
         * Sets how often a list is looked at while no notifications are known to come.
         *
         * @param period a minute to a year
         * @throws IllegalArgumentException when it is less or more
         */
        public Builder pollEvery(Duration period) {
            poll = toAYear("period", Duration.ofMinutes(1), period);
            return this;
        }

        /**
         * Has Subscriptions end by themselves a while after the process does; they are renewed after half of that, by looks
         * or by the clock of the {@link ProducerConnection}, whichever comes first.
         *
         * @param value how long they live: an hour to a year
         * @throws IllegalArgumentException when it is less or more
         */
        public Builder subscriptionLife(Duration value) {
            life = toAYear("life", Duration.ofHours(1), value);
            return this;
        }

        private static Duration toAYear(String name, Duration least, Duration value) {
            if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(name + ": " + least.toMinutes() + " minutes or more, and not above "
                        + LONGEST.toDays() + " days");
            }
            return value;
        }

        /** Lets a second be as long as this. */
        Builder look(Duration value) {
            look = value;
            return this;
        }

        /**
         * Starts the watch; asks nothing in this thread.
         *
         * @throws IllegalArgumentException when there is nothing to watch
         */
        public ListWatch start() {
            if (lists.isEmpty()) {
                throw new IllegalArgumentException("lists: at least one");
            }
            return new ListWatch(this);
        }
    }

    /** Looks at all lists now, whether or not anything was heard. */
    public void lookNow() {
        lists.forEach(WatchedList::stir);
        call();
    }

    /**
     * Ends to watch a list: turns its Subscription off, and takes no more notifications of it. An action may call this.
     *
     * @throws dev.atr.core.error.AtrException when the Producer could not be told: the list is not watched all the same,
     *     and another call tells the Producer once more
     */
    public void unsubscribe(ListId list) throws InterruptedException {
        Optional<WatchedList> watched =
                lists.stream().filter(one -> one.list().equals(list)).findFirst();
        if (watched.isEmpty()) {
            return;
        }
        if (thread.isCaller()) {
            watched.get().unsubscribe();
            return;
        }
        try {
            // Not beside what the thread does for the same list.
            thread.submit(() -> {
                        watched.get().unsubscribe();
                        return list;
                    })
                    .get();
        } catch (RejectedExecutionException | CancellationException e) {
            // Closed before or meanwhile.
            watched.get().unsubscribe();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private void call() {
        thread.soon(() -> lists.forEach(WatchedList::work));
    }

    private void look() {
        for (WatchedList list : lists) {
            list.pass();
            list.work();
        }
    }

    /**
     * Ends the thread, after what it is doing now, which is interrupted after ten seconds and waited for for ten more.
     * Subscriptions stay. An action may call this.
     */
    @Override
    public void close() {
        lists.forEach(WatchedList::end);
        thread.close();
    }
}
