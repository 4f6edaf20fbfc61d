package dev.atr.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestThreadsTest {
    private final ExecutorService threads = RequestThreads.of(3, 2);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void stop() {
        goOn.countDown();
        threads.shutdownNow();
    }

    @Test
    void usesAThreadAgain() throws Exception {
        ExecutorService many = RequestThreads.of(1_000, 0);
        Set<Thread> used = ConcurrentHashMap.newKeySet();

        for (int i = 0; i < 500; i++) {
            many.submit(() -> used.add(Thread.currentThread())).get();
        }

        assertThat(used).hasSizeLessThan(500);
        many.shutdownNow();
    }

    @Test
    void makesEveryThreadBeforeAnythingWaits() throws Exception {
        CountDownLatch all = new CountDownLatch(3);

        for (int i = 0; i < 3; i++) {
            threads.execute(() -> await(all));
        }

        all.await();
    }

    @Test
    void keepsWhatFindsNoThread() throws Exception {
        fill();
        Future<String> waiting = threads.submit(() -> "done");

        goOn.countDown();

        assertThat(waiting.get()).isEqualTo("done");
    }

    @Test
    void refusesWhatFindsNoPlaceToWait() {
        fill();
        threads.execute(() -> {});
        threads.execute(() -> {});

        assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void refusesEverythingOnceItIsShutDown() {
        threads.shutdownNow();

        assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private void fill() {
        for (int i = 0; i < 3; i++) {
            threads.execute(() -> {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    private static void await(CountDownLatch all) {
        all.countDown();
        try {
            all.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
