package dev.atr.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something once on each day of a time zone: on the day it starts, and soon after each midnight. */
final class DailyTick implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DailyTick.class);

    /** Waits are cut into these: a machine that sleeps for a night wakes up to a new day. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private final Runnable work;
    private final Clock clock;
    private final ZoneId zone;
    private final ScheduledExecutorService thread;
    private final ScheduledFuture<?> looks;
    private @Nullable LocalDate done;

    /** Begins; the first day's work is done at once, in the calling thread. */
    DailyTick(Runnable work, Clock clock, ZoneId zone) {
        this.work = work;
        this.clock = clock;
        this.zone = zone;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "atr-calendar");
            made.setDaemon(true);
            return made;
        });
        look();
        this.looks = thread.scheduleWithFixedDelay(
                this::look, LONGEST_WAIT.toSeconds(), LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Does the work of the day unless it is done; what fails is tried again at the next look. */
    synchronized void look() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        if (today.equals(done)) {
            return;
        }
        try {
            work.run();
            done = today;
        } catch (RuntimeException e) {
            LOG.warn(
                    "the work of the day failed and is tried again: {}",
                    e.getClass().getSimpleName());
        }
    }

    @Override
    public void close() {
        looks.cancel(true);
        thread.shutdownNow();
    }
}
