package dev.atr.subscriptions;

import dev.atr.core.attribution.ListId;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.spi.subscription.ListChange;
import dev.atr.producer.spi.subscription.ListChanges;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for what there is to do, on one thread, and hands it to the task runner: follows the changes of lists by their
 * position, notes them beside the Subscriptions, and submits those that are due. What is lost here (a node that dies
 * between two steps) is found again, since a Subscription stays due until it is told.
 */
final class Dispatch implements AutoCloseable {
    private static final int PAGE = 1000;

    /** Most Subscriptions that are submitted at one look. */
    private static final int SUBMITTED = 200;

    /** After this long, what was submitted is submitted again: it may have come when a runner was about to end it. */
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private final SubscriptionStore store;
    private final ListChanges changes;
    private final TaskRunner runner;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<String, Long> submitted = new ConcurrentHashMap<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private long position;
    private boolean caughtUp;
    private boolean failing;

    Dispatch(SubscriptionStore store, ListChanges changes, TaskRunner runner, Clock clock) {
        this.store = store;
        this.changes = changes;
        this.runner = runner;
        this.clock = clock;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "atr-subscriptions");
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    void start(TaskRunner.Handler handler, Duration every) {
        runner.start(task -> {
            try {
                return handler.handle(task);
            } finally {
                submitted.remove(task);
            }
        });
        Future<?> unused = thread.scheduleWithFixedDelay(this::look, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks now, and not only when it is time; once for all who ask until it begins. */
    void lookSoon() {
        if (!asked.compareAndSet(false, true)) {
            return;
        }
        try {
            thread.execute(() -> {
                asked.set(false);
                look();
            });
        } catch (RejectedExecutionException e) {
            // It is closed; the next one looks.
            return;
        }
    }

    private void look() {
        try {
            follow();
            submit();
            failing = false;
        } catch (RejectedExecutionException e) {
            LOG.debug("No more notifications are taken");
        } catch (RuntimeException | Error e) {
            // Whatever it was, the next look must come: one that ends with a throw is the last.
            if (!failing) {
                LOG.warn(
                        "Changes can't be looked for until this ends: {}",
                        e.getClass().getName());
            }
            failing = true;
        }
    }

    private void follow() {
        if (!caughtUp) {
            // What changed while nobody looked: the newest version of each list says all.
            position = changes.position();
            for (ListId list : store.lists()) {
                changes.newest(list).ifPresent(change -> store.changed(list, change.version()));
            }
            caughtUp = true;
        }
        List<ListChange> page;
        do {
            page = changes.since(position, PAGE);
            Map<ListId, Integer> newest = new HashMap<>();
            page.forEach(change -> newest.merge(change.list(), change.version(), Math::max));
            newest.forEach(store::changed);
            if (!page.isEmpty()) {
                position = page.get(page.size() - 1).position();
            }
        } while (page.size() >= PAGE);
    }

    private void submit() {
        long now = System.nanoTime();
        submitted.values().removeIf(at -> now - at > AGAIN.toNanos());
        for (String id : store.due(clock.instant(), SUBMITTED + submitted.size())) {
            if (submitted.putIfAbsent(id, now) == null) {
                handIn(id);
            }
        }
    }

    private void handIn(String id) {
        boolean taken = false;
        try {
            runner.submit(id);
            taken = true;
        } finally {
            if (!taken) {
                submitted.remove(id);
            }
        }
    }

    /** Stops looking, and then closes the runner, which waits for what is being sent. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(TaskRunner.CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        runner.close();
    }
}
