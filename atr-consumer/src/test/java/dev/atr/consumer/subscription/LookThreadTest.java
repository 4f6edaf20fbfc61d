package dev.atr.consumer.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LookThreadTest {
    @Test
    void aLookThatFailsIsMadeAgain() throws Exception {
        CountDownLatch looks = new CountDownLatch(3);
        try (LookThread thread = new LookThread("test", Duration.ofMillis(1))) {
            thread.look(
                    () -> {
                        looks.countDown();
                        throw new IllegalStateException("each time");
                    },
                    Duration.ZERO);

            assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whoeverIsInterruptedWhileItEndsLeavesNoThread() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        LookThread thread = new LookThread("test", Duration.ofHours(1));
        thread.look(
                () -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        ended.countDown();
                    }
                },
                Duration.ZERO);
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        Thread.currentThread().interrupt();
        thread.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
