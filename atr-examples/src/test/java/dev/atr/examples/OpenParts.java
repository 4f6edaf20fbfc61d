package dev.atr.examples;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** What a test has opened, closed in the opposite order. Thread-safe. */
public final class OpenParts implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();

    /** Closes this, whatever it is, with the others. */
    public <T extends AutoCloseable> T add(T part) {
        open.push(part);
        return part;
    }

    @Override
    public void close() {
        for (AutoCloseable part = open.poll(); part != null; part = open.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                throw new AssertionError("closing failed", e);
            }
        }
    }
}
