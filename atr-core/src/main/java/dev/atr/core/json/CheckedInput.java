package dev.atr.core.json;

import java.io.IOException;
import java.io.InputStream;

/** Reads in pieces of 64 KB and checks each with {@link TextCheck} before the parser sees it. */
final class CheckedInput extends InputStream {
    private final InputStream in;
    private final TextCheck check = new TextCheck();
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;

    CheckedInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(buffer, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean fill() throws IOException {
        if (at < end) {
            return true;
        }
        at = 0;
        end = 0;
        int count = in.read(buffer, 0, buffer.length);
        if (count < 0) {
            check.end();
            return false;
        }
        check.feed(buffer, 0, count);
        end = count;
        return count > 0 || fill();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
