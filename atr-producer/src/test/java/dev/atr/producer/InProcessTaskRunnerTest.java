package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.tck.TaskRunnerContract;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InProcessTaskRunnerTest extends TaskRunnerContract {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Override
    protected TaskRunner newRunner() {
        return new InProcessTaskRunner(threads, 2);
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void refusesMoreTasksThanItMayHold() {
        try (TaskRunner runner = new InProcessTaskRunner(task -> {}, 1)) {
            runner.start(task -> Optional.of(Duration.ofDays(1)));
            for (int n = 0; n < InProcessTaskRunner.MAX_TASKS; n++) {
                runner.submit("t" + n);
            }

            assertThatThrownBy(() -> runner.submit("one more")).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void aTaskThatTheExecutorRefusesIsNotThere() {
        try (TaskRunner runner = new InProcessTaskRunner(
                task -> {
                    throw new RejectedExecutionException();
                },
                1)) {
            runner.start(task -> Optional.empty());

            assertThatThrownBy(() -> runner.submit("a")).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> runner.submit("a")).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void needsAWorker() {
        assertThatThrownBy(() -> new InProcessTaskRunner(threads, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
