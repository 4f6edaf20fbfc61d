package dev.atr.http;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets calls that should be one step each meet between their halves, for stores that are broken on purpose: three of them,
 * as the limits of contracts are two.
 */
public final class Halfway {
    private final CyclicBarrier three = new CyclicBarrier(3);

    /** Waits for two more calls; for a second at most, as there may be no more. */
    public void meet() {
        try {
            three.await(1, TimeUnit.SECONDS);
        } catch (TimeoutException | BrokenBarrierException e) {
            // There are no more calls to meet.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
