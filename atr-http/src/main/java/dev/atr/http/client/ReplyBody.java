package dev.atr.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer: the JDK's client pushes buffers in, one reader pulls bytes out, and about {@link #AHEAD}
 * bytes wait in between. The reader's limits are enforced here, since the client's own timeout ends with the
 * headers.
 */
final class ReplyBody extends InputStream implements HttpResponse.BodySubscriber<InputStream> {
    /** In place of a deadline when there is none. */
    static final long NO_DEADLINE = Long.MAX_VALUE;

    /** Bytes that may wait for the reader before the peer is held back, give or take one delivery. */
    private static final int AHEAD = 512 << 10;

    private final HttpCall.Limits limits;
    private final RateFloor floor;
    private final long deadline;
    private final Consumer<ReplyBody> whenDone;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Down to the reader's own, all are guarded by the lock.
    private @Nullable Future<?> answer;
    private final List<ByteBuffer> arrived = new ArrayList<>();
    private long arrivedBytes;
    private Flow.@Nullable Subscription subscription;
    private boolean heldBack;
    private boolean complete;
    private @Nullable IOException failure;

    // The reader's own.
    private final Queue<ByteBuffer> ready = new ArrayDeque<>();
    private ByteBuffer current = ByteBuffer.allocate(0);
    private long delivered;
    private long waited;
    private long deliveredInWindow;

    /**
     * The slowest pace that is still taken for life: a peer that sends one byte now and then never trips the idle timer.
     * Only time spent waiting for the peer counts, not the reader's own.
     */
    record RateFloor(long bytes, Duration window) {
        /** 1 kB a second, over five minutes. */
        static final RateFloor STANDARD = new RateFloor(300 << 10, Duration.ofMinutes(5));
    }

    /**
     * Creates the body before its request is sent.
     *
     * @param deadline the {@link System#nanoTime} at which the whole answer must be there; {@link #NO_DEADLINE}
     *     for none
     * @param whenDone told once or more when no more bytes will come
     */
    ReplyBody(HttpCall.Limits limits, RateFloor floor, long deadline, Consumer<ReplyBody> whenDone) {
        this.limits = limits;
        this.floor = floor;
        this.deadline = deadline;
        this.whenDone = whenDone;
    }

    /** Ties the body to its request, so that aborting the one cancels the other. */
    void awaits(Future<?> sent) {
        lock.lock();
        try {
            answer = sent;
            if (failure == null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        sent.cancel(true);
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        lock.lock();
        try {
            if (failure != null) {
                given.cancel();
                return;
            }
            subscription = given;
        } finally {
            lock.unlock();
        }
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        Flow.Subscription source;
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            for (ByteBuffer buffer : buffers) {
                arrived.add(buffer);
                arrivedBytes += buffer.remaining();
            }
            changed.signal();
            heldBack = arrivedBytes >= AHEAD;
            source = heldBack ? null : subscription;
        } finally {
            lock.unlock();
        }
        if (source != null) {
            source.request(1);
        }
    }

    @Override
    public void onError(Throwable cause) {
        end(new IOException("the connection broke before the end of the body", cause));
    }

    @Override
    public void onComplete() {
        end(null);
    }

    private void end(@Nullable IOException cause) {
        lock.lock();
        try {
            if (!complete) {
                complete = true;
                failure = failure == null ? cause : failure;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        whenDone.accept(this);
    }

    /** Cancels the request, or cuts a body that has not come to its end; every later read fails. */
    void abort(IOException cause) {
        Flow.Subscription cut;
        Future<?> sent;
        lock.lock();
        try {
            cut = complete ? null : subscription;
            sent = complete ? null : answer;
            failure = failure == null ? cause : failure;
            arrived.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (sent != null) {
            sent.cancel(true);
        }
        if (cut != null) {
            cut.cancel();
        }
        whenDone.accept(this);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Waits for the first byte, then hands over as many as are there. */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        int copied = 0;
        while (copied < length && hasBytes(copied == 0)) {
            int part = Math.min(length - copied, current.remaining());
            current.get(target, offset + copied, part);
            copied += part;
        }
        if (copied == 0) {
            return -1;
        }
        delivered += copied;
        deliveredInWindow += copied;
        if (delivered > limits.maxBytes()) {
            throw failed(new IOException("the body is larger than " + limits.maxBytes() + " bytes"));
        }
        return copied;
    }

    @Override
    public int available() {
        return current.remaining();
    }

    /** Ends the answer; what was not read is lost, and with it the connection. */
    @Override
    public void close() {
        ready.clear();
        current = ByteBuffer.allocate(0);
        abort(new IOException("the body is closed"));
    }

    /** Makes {@link #current} the next buffer that holds bytes, waiting for one only when told to. */
    private boolean hasBytes(boolean wait) throws IOException {
        while (!current.hasRemaining()) {
            ByteBuffer next = ready.poll();
            if (next != null) {
                current = next;
            } else if (!wait || !fetchOrAbort()) {
                return false;
            }
        }
        return true;
    }

    private boolean fetchOrAbort() throws IOException {
        try {
            return fetch();
        } catch (HttpTimeoutException | InterruptedIOException e) {
            throw failed(e);
        }
    }

    /** Takes over all that has arrived, waiting for something to arrive; false at the end of the body. */
    private boolean fetch() throws IOException {
        Flow.Subscription source;
        lock.lock();
        try {
            await();
            if (arrived.isEmpty()) {
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                return false;
            }
            ready.addAll(arrived);
            arrived.clear();
            arrivedBytes = 0;
            source = heldBack ? subscription : null;
            heldBack = false;
        } finally {
            lock.unlock();
        }
        if (source != null) {
            source.request(1);
        }
        return true;
    }

    private void await() throws IOException {
        long start = System.nanoTime();
        long idleEnd = start + nanos(limits.idleTimeout());
        long now = start;
        while (!complete && failure == null) {
            if (deadline != NO_DEADLINE && now - deadline >= 0) {
                throw new HttpTimeoutException(
                        "the answer took longer than " + limits.totalTimeout().toMillis() + " ms");
            }
            if (!arrived.isEmpty()) {
                break;
            }
            if (now - idleEnd >= 0) {
                throw new HttpTimeoutException(
                        "no byte of the body for " + limits.idleTimeout().toMillis() + " ms");
            }
            try {
                changed.awaitNanos(deadline == NO_DEADLINE ? idleEnd - now : Math.min(idleEnd - now, deadline - now));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the body");
            }
            now = System.nanoTime();
        }
        waited += now - start;
        if (waited > nanos(floor.window())) {
            if (deliveredInWindow < floor.bytes() && !complete) {
                throw new HttpTimeoutException("fewer than " + floor.bytes() + " bytes of the body in "
                        + floor.window().toMillis() + " ms");
            }
            waited = 0;
            deliveredInWindow = 0;
        }
    }

    private IOException failed(IOException cause) {
        abort(cause);
        return cause;
    }

    /** Returns the length in nanoseconds, at most some thirty years: safe to add to a clock. */
    static long nanos(Duration duration) {
        return Math.min(duration.toSeconds(), 1L << 30) * 1_000_000_000 + duration.toNanosPart();
    }
}
