package dev.atr.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs, so that it ends in the opposite order of starting; also when it is to end while it still starts. */
final class RunningParts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningParts.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private volatile boolean closed;

    /**
     * Adds a part that has started, and returns it.
     *
     * @throws IllegalStateException when all was closed meanwhile; the part is then closed too
     */
    synchronized <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        if (closed) {
            close();
        }
        requireOpen();
        return part;
    }

    /** Ends a long piece of work when there is nobody left to do it for. */
    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                // One part that ends badly must not keep the others from ending.
                LOG.warn("a part did not end cleanly: {}", e.getClass().getSimpleName());
            }
        }
    }
}
