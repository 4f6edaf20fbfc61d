package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.http.ContractRun;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.tck.TaskRunnerContract;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices: each runner here breaks one rule, and the test of that rule must fail. */
class ContractOfBrokenTaskRunnersTest {
    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(LosesEveryTenthTask.class, "handsOverEachTask"),
                Arguments.of(LosesEveryTenthTask.class, "takesTasksFromManyThreads"),
                Arguments.of(HandsOverTwiceAtOnce.class, "takesATaskThatIsThereForTheSame"),
                Arguments.of(TakesATaskOnceForGood.class, "takesATaskThatIsDoneAnew"),
                Arguments.of(LosesAFailedTask.class, "repeatsATaskWhoseHandlerThrew"),
                Arguments.of(ForgetsToRepeat.class, "repeatsATaskThatIsNotDone"),
                Arguments.of(RestsInItsWorker.class, "handsOthersOverWhileOneRests"),
                Arguments.of(HandlesThreeAtOnce.class, "handlesNoMoreThanItMay"),
                Arguments.of(CancelsNothing.class, "forgetsACancelledTask"),
                Arguments.of(InterruptsTheCancelled.class, "letsACancelledHandlerFinish"),
                Arguments.of(GivesNothingUp.class, "handsOthersOverInPlaceOfOneGivenUp"),
                Arguments.of(GivesNothingUp.class, "closingDoesNotWaitForOneGivenUp"),
                Arguments.of(ClosesWithoutWaiting.class, "closingWaitsForHandlers"),
                Arguments.of(TakesTasksWhenClosed.class, "aClosedRunnerIsClosed"),
                Arguments.of(StartsTwice.class, "startsOnce"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    /** A contract over a runner with one defect. */
    abstract static class Broken extends TaskRunnerContract {
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final Function<ExecutorService, TaskRunner> defect;

        Broken(Function<ExecutorService, TaskRunner> defect) {
            this.defect = defect;
        }

        @Override
        protected TaskRunner newRunner() {
            return defect.apply(threads);
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(1);
        }

        @AfterEach
        void endThreads() {
            threads.shutdownNow();
        }
    }

    /** Passes every call on. */
    private static class Passing implements TaskRunner {
        final TaskRunner sound;

        Passing(ExecutorService threads) {
            this.sound = new InProcessTaskRunner(threads, 2);
        }

        @Override
        public void start(Handler handler) {
            sound.start(handler);
        }

        @Override
        public void submit(String task) {
            sound.submit(task);
        }

        @Override
        public void cancel(String task) {
            sound.cancel(task);
        }

        @Override
        public void giveUp(String task) {
            sound.giveUp(task);
        }

        @Override
        public void close() {
            sound.close();
        }
    }

    static class LosesEveryTenthTask extends Broken {
        LosesEveryTenthTask() {
            super(threads -> new Passing(threads) {
                @Override
                public void submit(String task) {
                    if (!task.endsWith("9")) {
                        super.submit(task);
                    }
                }
            });
        }
    }

    static class HandsOverTwiceAtOnce extends Broken {
        HandsOverTwiceAtOnce() {
            super(threads -> new Passing(threads) {
                private final Map<String, Boolean> taken = new ConcurrentHashMap<>();
                private @Nullable Handler handler;

                @Override
                public void start(Handler newHandler) {
                    handler = newHandler;
                    super.start(newHandler);
                }

                @Override
                public void submit(String task) {
                    Handler again = handler;
                    if (taken.putIfAbsent(task, true) != null && again != null) {
                        Thread second = new Thread(() -> again.handle(task));
                        second.start();
                        while (second.getState() == Thread.State.RUNNABLE) {
                            Thread.onSpinWait();
                        }
                    }
                    super.submit(task);
                }
            });
        }
    }

    static class TakesATaskOnceForGood extends Broken {
        TakesATaskOnceForGood() {
            super(threads -> new Passing(threads) {
                private final Map<String, Boolean> taken = new ConcurrentHashMap<>();

                @Override
                public void submit(String task) {
                    if (taken.putIfAbsent(task, true) == null) {
                        super.submit(task);
                    }
                }
            });
        }
    }

    static class LosesAFailedTask extends Broken {
        LosesAFailedTask() {
            super(threads -> new Passing(threads) {
                @Override
                public void start(Handler handler) {
                    super.start(task -> {
                        try {
                            return handler.handle(task);
                        } catch (RuntimeException e) {
                            return Optional.empty();
                        }
                    });
                }
            });
        }

        /** Longer than the sound runner rests. */
        @Override
        protected Duration patience() {
            return InProcessTaskRunner.PAUSE_AFTER_FAILURE.plusSeconds(1);
        }
    }

    static class ForgetsToRepeat extends Broken {
        ForgetsToRepeat() {
            super(threads -> new Passing(threads) {
                @Override
                public void start(Handler handler) {
                    super.start(task -> {
                        handler.handle(task);
                        return Optional.empty();
                    });
                }
            });
        }
    }

    static class RestsInItsWorker extends Broken {
        RestsInItsWorker() {
            super(threads -> new Passing(threads) {
                private final CountDownLatch closed = new CountDownLatch(1);

                @Override
                public void start(Handler handler) {
                    super.start(task -> {
                        Optional<Duration> rest = handler.handle(task);
                        if (rest.isPresent()) {
                            awaitEnd(closed);
                        }
                        return rest;
                    });
                }

                @Override
                public void close() {
                    closed.countDown();
                    super.close();
                }
            });
        }

        private static void awaitEnd(CountDownLatch closed) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static class HandlesThreeAtOnce extends Broken {
        HandlesThreeAtOnce() {
            super(threads -> new InProcessTaskRunner(threads, 3));
        }
    }

    static class CancelsNothing extends Broken {
        CancelsNothing() {
            super(threads -> new Passing(threads) {
                @Override
                public void cancel(String task) {}
            });
        }
    }

    static class InterruptsTheCancelled extends Broken {
        InterruptsTheCancelled() {
            super(threads -> new Passing(threads) {
                private final Map<String, Thread> handling = new ConcurrentHashMap<>();

                @Override
                public void start(Handler handler) {
                    super.start(task -> {
                        handling.put(task, Thread.currentThread());
                        return handler.handle(task);
                    });
                }

                @Override
                public void cancel(String task) {
                    super.cancel(task);
                    handling.computeIfPresent(task, (id, thread) -> {
                        thread.interrupt();
                        return null;
                    });
                }
            });
        }
    }

    static class GivesNothingUp extends Broken {
        GivesNothingUp() {
            super(threads -> new Passing(threads) {
                @Override
                public void giveUp(String task) {}
            });
        }
    }

    static class ClosesWithoutWaiting extends Broken {
        ClosesWithoutWaiting() {
            super(threads -> new Passing(threads) {
                @Override
                public void close() {
                    threads.shutdownNow();
                }
            });
        }
    }

    static class TakesTasksWhenClosed extends Broken {
        TakesTasksWhenClosed() {
            super(threads -> new Passing(threads) {
                @Override
                public void submit(String task) {
                    try {
                        super.submit(task);
                    } catch (RejectedExecutionException e) {
                        // As if it were there.
                        return;
                    }
                }
            });
        }
    }

    static class StartsTwice extends Broken {
        StartsTwice() {
            super(threads -> new Passing(threads) {
                private boolean started;

                @Override
                public void start(Handler handler) {
                    if (!started) {
                        started = true;
                        super.start(handler);
                    }
                }
            });
        }
    }
}
