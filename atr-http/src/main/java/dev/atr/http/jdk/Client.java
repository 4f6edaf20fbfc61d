package dev.atr.http.jdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * The client of one exchange, of which only so much patience is due: its streams close the connection when it keeps the
 * server waiting for too long. For one thread at a time.
 */
final class Client {
    /** As much as is written at a time: a client that takes less in the time allowed counts as one that has stopped. */
    private static final int PIECE = 64 << 10;

    private static final long NANOS_A_BYTE =
            Duration.ofSeconds(1).toNanos() / FhirHttpServerBuilder.MIN_BODY_BYTES_A_SECOND;

    private final Deadlines deadlines;
    private final long writeNanos;
    // What is left of the time in which the body must have come in; only time spent waiting counts.
    private long bodyNanos;
    private boolean bodyEnded;

    /** @param hasBody whether the request has a body that is yet to be read */
    Client(Deadlines deadlines, Duration requestTimeout, Duration writeTimeout, boolean hasBody) {
        this.deadlines = deadlines;
        this.bodyNanos = requestTimeout.toNanos();
        this.writeNanos = writeTimeout.toNanos();
        this.bodyEnded = !hasBody;
    }

    /** What may block until the client has taken some bytes, or until the rest of the request's body has come in. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    void send(Step step) throws IOException {
        within(writeNanos, step);
    }

    /**
     * Takes a step in which the JDK's server sends what is left of the answer, then reads what is left of the request,
     * to use the connection again.
     */
    void finish(Step step) throws IOException {
        within(bodyEnded ? writeNanos : Math.min(writeNanos, bodyNanos), step);
    }

    private void within(long nanos, Step step) throws IOException {
        Deadlines.Wait wait = deadlines.begin(nanos);
        boolean late;
        try {
            step.run();
        } finally {
            late = wait.end();
        }
        if (late) {
            throw new IOException("the client took too long");
        }
    }

    /** Returns how long the next read may wait. */
    Duration patience() {
        return Duration.ofNanos(bodyNanos);
    }

    /** Returns the body; closing it does nothing. */
    InputStream reading(InputStream body) {
        return new InputStream() {
            private final byte[] one = new byte[1];
            private int got;

            @Override
            public int read() throws IOException {
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                long start = System.nanoTime();
                within(bodyNanos, () -> got = body.read(bytes, offset, length));
                bodyNanos += Math.max(got, 0) * NANOS_A_BYTE - (System.nanoTime() - start);
                bodyEnded |= got < 0;
                return got;
            }

            @Override
            public int available() throws IOException {
                return body.available();
            }
        };
    }

    /** Returns the body of the answer; closing it is left to its owner. */
    OutputStream writing(OutputStream body) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                send(() -> body.write(b));
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int done = 0; done < length; done += PIECE) {
                    int from = offset + done;
                    int piece = Math.min(PIECE, length - done);
                    send(() -> body.write(bytes, from, piece));
                }
            }

            @Override
            public void flush() throws IOException {
                send(body::flush);
            }
        };
    }
}
