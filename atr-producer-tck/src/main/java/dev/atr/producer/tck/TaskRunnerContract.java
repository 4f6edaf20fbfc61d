package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.producer.spi.TaskRunner;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TaskRunner} keeps. Extend this class and hand it a runner without tasks that handles two tasks at
 * once. What happens to the tasks of a process that was killed is beyond one test class, and shown by killing one.
 */
public abstract class TaskRunnerContract {
    private static final Duration AGAIN = Duration.ofMillis(1);
    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private TaskRunner runner;

    /** For subclasses. */
    protected TaskRunnerContract() {}

    /**
     * Returns a runner without tasks that was not started yet and that handles two tasks at once. Called once for each
     * test, which closes it.
     *
     * @throws Exception when it can't be made; the test fails
     */
    protected abstract TaskRunner newRunner() throws Exception;

    /**
     * Returns how long a test waits for a task before it fails: 90 seconds, since a runner may rest for 60 seconds after a
     * failure. At least a second.
     */
    protected Duration patience() {
        return Duration.ofSeconds(90);
    }

    /** Makes the runner of a test. */
    @BeforeEach
    protected final void makeRunner() throws Exception {
        runner = newRunner();
    }

    /** Ends the runner of a test. */
    @AfterEach
    protected final void closeRunner() {
        runner.close();
    }

    /** Every task is handed over. */
    @Test
    protected final void handsOverEachTask() throws InterruptedException {
        runner.start(this::handleOnce);

        for (int n = 0; n < 20; n++) {
            runner.submit("t" + n);
        }

        assertThat(handled(20)).hasSize(20);
    }

    /** Tasks that come from many threads are all handed over. */
    @Test
    protected final void takesTasksFromManyThreads() throws InterruptedException {
        runner.start(this::handleOnce);
        ExecutorService threads = Executors.newFixedThreadPool(4);

        for (int n = 0; n < 20; n++) {
            String task = "t" + n;
            threads.execute(() -> runner.submit(task));
        }
        threads.shutdown();

        assertThat(handled(20)).hasSize(20);
        assertThat(threads.awaitTermination(patience().toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    /** A task that comes again while it is being handled is not handed over beside that. */
    @Test
    protected final void takesATaskThatIsThereForTheSame() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        runner.start(task -> {
            if (task.equals("a")) {
                most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                handled.add(task);
                await(gate);
                atOnce.decrementAndGet();
                return Optional.empty();
            }
            return handleOnce(task);
        });
        runner.submit("a");
        assertThat(next()).isEqualTo("a");

        runner.submit("a");
        runner.submit("b");

        assertThat(next()).isEqualTo("b");
        gate.countDown();
        assertThat(most).hasValue(1);
    }

    /** A task that was done with can be submitted again. */
    @Test
    protected final void takesATaskThatIsDoneAnew() throws InterruptedException {
        runner.start(this::handleOnce);
        runner.submit("a");
        assertThat(next()).isEqualTo("a");

        // Until the runner has taken note of the end, the task is the same as the one before.
        String again = null;
        for (int tries = 0; again == null && tries < patience().toSeconds(); tries++) {
            runner.submit("a");
            again = handled.poll(1, TimeUnit.SECONDS);
        }

        assertThat(again).isEqualTo("a");
    }

    /** A task whose handler threw is handed over again. */
    @Test
    protected final void repeatsATaskWhoseHandlerThrew() throws InterruptedException {
        AtomicInteger times = new AtomicInteger();
        runner.start(task -> {
            if (times.incrementAndGet() == 1) {
                throw new IllegalStateException("the handler died");
            }
            return handleOnce(task);
        });

        runner.submit("a");

        assertThat(next()).isEqualTo("a");
        assertThat(times).hasValue(2);
    }

    /** A task whose handler asked for it is handed over again. */
    @Test
    protected final void repeatsATaskThatIsNotDone() throws InterruptedException {
        AtomicInteger times = new AtomicInteger();
        runner.start(task -> {
            handled.add(task);
            return times.incrementAndGet() < 3 ? Optional.of(AGAIN) : Optional.empty();
        });

        runner.submit("a");

        assertThat(next()).isEqualTo("a");
        assertThat(next()).isEqualTo("a");
        assertThat(next()).isEqualTo("a");
    }

    /** A task that rests keeps no other waiting. */
    @Test
    protected final void handsOthersOverWhileOneRests() throws InterruptedException {
        runner.start(task -> {
            handled.add(task);
            return task.startsWith("resting") ? Optional.of(Duration.ofDays(1)) : Optional.empty();
        });
        runner.submit("resting1");
        runner.submit("resting2");
        assertThat(handled(2)).hasSize(2);

        runner.submit("a");

        assertThat(next()).isEqualTo("a");
    }

    /** No more than two tasks are handled at once. */
    @Test
    protected final void handlesNoMoreThanItMay() throws InterruptedException {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(1);
        runner.start(task -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            if (atOnce.get() > 2) {
                three.countDown();
            }
            awaitBriefly(three);
            atOnce.decrementAndGet();
            return handleOnce(task);
        });

        for (int n = 0; n < 6; n++) {
            runner.submit("t" + n);
        }

        assertThat(handled(6)).hasSize(6);
        assertThat(most.get()).isBetween(1, 2);
    }

    /** A task that was cancelled before its turn is not handed over; unknown ones are no error. */
    @Test
    protected final void forgetsACancelledTask() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        runner.start(task -> {
            seen.add(task);
            handled.add(task);
            await(gate);
            return Optional.empty();
        });
        runner.submit("busy1");
        runner.submit("busy2");
        assertThat(handled(2)).hasSize(2);
        runner.submit("a");

        runner.cancel("a");
        runner.cancel("unknown");

        runner.submit("b");
        gate.countDown();
        assertThat(next()).isEqualTo("b");
        assertThat(seen).containsExactlyInAnyOrder("busy1", "busy2", "b");
    }

    /** Cancelling a task that is being handled is no error and leaves the handler at work. */
    @Test
    protected final void letsACancelledHandlerFinish() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        runner.start(task -> {
            began.countDown();
            await(gate);
            return handleOnce(task);
        });
        runner.submit("a");
        await(began);

        assertThatCode(() -> runner.cancel("a")).doesNotThrowAnyException();

        gate.countDown();
        assertThat(next()).isEqualTo("a");
    }

    /** Where a handler is given up, another task is handled in its place, and what it returns counts for nothing. */
    @Test
    protected final void handsOthersOverInPlaceOfOneGivenUp() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        runner.start(task -> {
            handled.add(task);
            if (task.startsWith("hanging")) {
                hang(gate);
            }
            return Optional.empty();
        });
        try {
            runner.submit("hanging1");
            runner.submit("hanging2");
            assertThat(handled(2)).hasSize(2);
            runner.submit("a");

            runner.cancel("hanging1");
            runner.giveUp("hanging1");
            runner.giveUp("unknown");

            assertThat(next()).isEqualTo("a");
        } finally {
            gate.countDown();
        }
    }

    /** Closing does not wait for a handler that was given up. */
    @Test
    protected final void closingDoesNotWaitForOneGivenUp() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        runner.start(task -> {
            began.countDown();
            hang(gate);
            return Optional.empty();
        });
        try {
            runner.submit("a");
            await(began);

            runner.giveUp("a");
            Thread closer = new Thread(runner::close);
            closer.start();
            closer.join(Math.min(patience().toMillis(), TaskRunner.CLOSE_PATIENCE.toMillis() / 2));

            assertThat(closer.getState()).isEqualTo(Thread.State.TERMINATED);
        } finally {
            gate.countDown();
        }
    }

    /** Closing waits for handlers that are at work. */
    @Test
    protected final void closingWaitsForHandlers() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        runner.start(task -> {
            began.countDown();
            await(gate);
            ended.incrementAndGet();
            return Optional.empty();
        });
        runner.submit("a");
        await(began);

        Thread closer = new Thread(runner::close);
        closer.start();
        while (closer.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        assertThat(closer.getState()).isNotEqualTo(Thread.State.TERMINATED);

        gate.countDown();
        closer.join();
        assertThat(ended).hasValue(1);
    }

    /** A closed runner takes nothing and hands nothing over; closing twice is no error. */
    @Test
    protected final void aClosedRunnerIsClosed() {
        runner.start(this::handleOnce);

        runner.close();

        assertThatCode(runner::close).doesNotThrowAnyException();
        assertThatCode(() -> runner.cancel("a")).doesNotThrowAnyException();
        assertThatThrownBy(() -> runner.submit("a")).isInstanceOf(RejectedExecutionException.class);
        assertThat(handled).isEmpty();
    }

    /** A runner has one owner. */
    @Test
    protected final void startsOnce() {
        runner.start(this::handleOnce);

        assertThatThrownBy(() -> runner.start(this::handleOnce)).isInstanceOf(IllegalStateException.class);
    }

    private Optional<Duration> handleOnce(String task) {
        handled.add(task);
        return Optional.empty();
    }

    private String next() throws InterruptedException {
        return Optional.ofNullable(handled.poll(patience().toSeconds(), TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no task was handed over"));
    }

    private Set<String> handled(int count) throws InterruptedException {
        Set<String> tasks = new HashSet<>();
        for (int n = 0; n < count; n++) {
            tasks.add(next());
        }
        return tasks;
    }

    /** Gives something that must not happen a moment to happen. */
    private static void awaitBriefly(CountDownLatch latch) {
        try {
            boolean unused = latch.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Waits for longer than any test does. */
    private static void hang(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(patience().toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
