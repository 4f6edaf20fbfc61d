package dev.atr.http.client;

import java.io.IOException;
import java.io.InputStream;

/** Passes a stream on up to a number of bytes; one byte more is an error. */
final class BoundedInput extends InputStream {
    private final InputStream source;
    private final long maxBytes;
    private long passed;

    BoundedInput(InputStream source, long maxBytes) {
        this.source = source;
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        int next = source.read();
        count(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = source.read(target, offset, length);
        count(Math.max(read, 0));
        return read;
    }

    private void count(int more) throws IOException {
        passed += more;
        if (passed > maxBytes) {
            throw new IOException("the decoded body is larger than " + maxBytes + " bytes");
        }
    }

    @Override
    public int available() throws IOException {
        return source.available();
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
