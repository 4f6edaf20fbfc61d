package dev.atr.consumer.export;

/**
 * How many files are fetched at once: as many as there are threads, until the Producer says that it is busy. Then half as
 * many, and one more with each file that comes home. Thread-safe.
 */
final class Turns {
    private final int most;
    private int allowed;
    private int taken;

    Turns(int most) {
        this.most = most;
        this.allowed = most;
    }

    /** Waits for a turn, and takes it. */
    synchronized void take() throws InterruptedException {
        while (taken >= allowed) {
            wait();
        }
        taken++;
    }

    synchronized void giveBack() {
        taken--;
        notifyAll();
    }

    /** From here on half as many; those that are under way go on. */
    synchronized void halve() {
        allowed = Math.max(1, allowed / 2);
    }

    /** From here on one more. */
    synchronized void oneMore() {
        allowed = Math.min(most, allowed + 1);
        notifyAll();
    }
}
