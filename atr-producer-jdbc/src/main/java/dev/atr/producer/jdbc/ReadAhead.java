package dev.atr.producer.jdbc;

import dev.atr.core.error.TransportException;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is read a page at a time: while one page is worked on, the next one is read on a thread of the database's. The
 * first page is read by whoever asks for it, so that a short list costs no thread. For one thread.
 *
 * @param <T> what a page is made of
 */
abstract class ReadAhead<T> {
    private final Database database;
    private Iterator<T> page = Collections.emptyIterator();
    private @Nullable FutureTask<Stream<T>> ahead;
    private boolean closed;

    ReadAhead(Database database) {
        this.database = database;
    }

    /**
     * Reads the next page, on any thread, but never two at once; it may be empty before the end. What the stream still has
     * to do it does for whoever asks, while the page behind it is read.
     */
    abstract Stream<T> readPage();

    /** Returns whether the page read last was the last one. */
    abstract boolean isAtEnd();

    /**
     * Returns what comes next.
     *
     * @return {@code null} at the end
     */
    public @Nullable T next() {
        while (!page.hasNext()) {
            if (closed || (ahead == null && isAtEnd())) {
                return null;
            }
            page = (ahead == null ? readPage() : await(ahead)).iterator();
            ahead = isAtEnd() ? null : database.ahead(this::readPage);
        }
        return page.next();
    }

    /** Ends it; a page that is being read is read to its end, and dropped. */
    public void close() {
        closed = true;
        page = Collections.emptyIterator();
        if (ahead != null) {
            // Without an interrupt, which would close the files of an embedded database
            ahead.cancel(false);
            ahead = null;
        }
    }

    /** Returns what was read ahead; reads it now where that has not begun. */
    static <T> T await(FutureTask<T> future) {
        try {
            future.run();
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new TransportException("stopped while a page was read", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
