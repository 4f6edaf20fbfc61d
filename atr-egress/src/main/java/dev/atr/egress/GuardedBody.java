package dev.atr.egress;

import dev.atr.http.client.HttpCall;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The body of one answer, within the limits of its call. For one thread. */
final class GuardedBody extends InputStream {
    private final InputStream source;
    private final Exchange exchange;
    private final HttpCall.Limits limits;
    private long passed;
    private boolean ended;

    GuardedBody(InputStream source, Exchange exchange, HttpCall.Limits limits) {
        this.source = source;
        this.exchange = exchange;
        this.limits = limits;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0 || ended) {
            return length == 0 ? 0 : -1;
        }
        int read = waitFor(target, offset, length);
        if (read < 0) {
            ended = true;
            exchange.end();
            return -1;
        }
        passed += read;
        if (passed > limits.maxBytes()) {
            exchange.cut("the body is larger than " + limits.maxBytes() + " bytes");
            throw exchange.failure("", null);
        }
        return read;
    }

    private int waitFor(byte[] target, int offset, int length) throws IOException {
        Exchange.Alarm alarm = exchange.cutAfter(
                limits.idleTimeout(),
                "no byte of the body for " + limits.idleTimeout().toMillis() + " ms");
        try {
            return source.read(target, offset, length);
        } catch (IOException e) {
            throw exchange.failure("the connection broke before the end of the body", e);
        } finally {
            alarm.close();
        }
    }

    /** Ends the answer. What was not read is not waited for: its connection is closed. */
    @Override
    public void close() throws IOException {
        if (!ended) {
            exchange.cut("the body is closed");
        }
        exchange.end();
        source.close();
    }
}
