package dev.atr.producer.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends attributions once on each day of a time zone: soon after it starts, and soon after each midnight. */
final class DailyTick implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DailyTick.class);

    /** Between two looks at the clock, by real time: a machine that sleeps for a night wakes up to a new day. */
    private static final Duration PAUSE = Duration.ofMinutes(15);

    /** How long {@link #close} waits for the list at hand. */
    private static final Duration LAST_LIST = Duration.ofSeconds(10);

    private final Work work;
    private final Clock clock;
    private final ZoneId zone;
    private final ScheduledExecutorService thread;
    private @Nullable LocalDate done;
    private volatile boolean closed;

    DailyTick(Work work, Clock clock, ZoneId zone) {
        this.work = work;
        this.clock = clock;
        this.zone = zone;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "atr-ledger-calendar");
            made.setDaemon(true);
            return made;
        });
    }

    /** Begins. The day of the first look is that of the start, however late the thread comes to it. */
    static DailyTick start(AttributionEnds ends, Clock clock, ZoneId zone) {
        DailyTick tick = new DailyTick(ends::write, clock, zone);
        LocalDate today = tick.today();
        tick.thread.execute(() -> tick.look(today));
        ScheduledFuture<?> unused = tick.thread.scheduleWithFixedDelay(
                () -> tick.look(tick.today()), PAUSE.toSeconds(), PAUSE.toSeconds(), TimeUnit.SECONDS);
        return tick;
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    /** Does the work of a day unless it is done; what fails is tried again at the next look. */
    void look(LocalDate day) {
        if (closed || day.equals(done)) {
            return;
        }
        try {
            work.run(day, () -> !closed);
            done = day;
        } catch (RuntimeException | Error e) {
            if (!closed) {
                LOG.warn(
                        "attributions that end by the calendar wait for the next look: {}",
                        e.getClass().getSimpleName());
            }
        }
    }

    /** Ends the thread, without an interrupt, which would close the files of an embedded database. */
    @Override
    public void close() {
        closed = true;
        thread.shutdown();
        try {
            boolean unused = thread.awaitTermination(LAST_LIST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is done once a day. */
    interface Work {
        /**
         * Does it.
         *
         * @param goesOn asked now and then whether to go on
         */
        void run(LocalDate day, BooleanSupplier goesOn);
    }
}
