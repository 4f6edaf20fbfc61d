package dev.atr.core.json;

import java.io.InputStream;

/** A start, a piece many times over, and an end: large content that is never in memory. */
final class RepeatingInput extends InputStream {
    private final byte[] piece;
    private final byte[] end;
    private long times;
    private byte[] current;
    private int at;

    RepeatingInput(String start, String piece, long times, String end) {
        this.current = Samples.bytes(start);
        this.piece = Samples.bytes(piece);
        this.times = times;
        this.end = Samples.bytes(end);
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("read in pieces");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        while (at == current.length) {
            if (times < 0) { // the end was the last
                return -1;
            }
            current = times > 0 ? piece : end;
            times--;
            at = 0;
        }
        int count = Math.min(length, current.length - at);
        System.arraycopy(current, at, target, offset, count);
        at += count;
        return count;
    }
}
