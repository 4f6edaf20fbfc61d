package dev.atr.consumer.export;

import java.io.IOException;
import java.io.InputStream;

/**
 * The lines of a stream, each as a stream of its own: for lines too long to be held. Reading ends at the line feed; the
 * next line begins when {@link #nextLine} says so. Blank lines are skipped.
 */
final class LineSlices extends InputStream {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream source;
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int limit;
    private boolean atStart = true;

    LineSlices(InputStream source) {
        this.source = source;
    }

    /**
     * Goes to the start of the next line that is not blank; what is left of the present one must be blank.
     *
     * @return false at the end of the source
     */
    boolean nextLine() throws IOException {
        if (atStart) {
            atStart = false;
            skipByteOrderMark();
        }
        while (position < limit || fill()) {
            byte b = buffer[position];
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return true;
            }
            position++;
        }
        return false;
    }

    private void skipByteOrderMark() throws IOException {
        int mark = 0;
        while (mark < BYTE_ORDER_MARK.length
                && (position < limit || fill())
                && buffer[position] == BYTE_ORDER_MARK[mark]) {
            position++;
            mark++;
        }
        if (mark > 0 && mark < BYTE_ORDER_MARK.length) {
            throw new IOException("the file begins with a broken byte order mark");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == limit && !fill()) {
            return -1;
        }
        int end = Math.min(limit, position + length);
        int lineFeed = position;
        while (lineFeed < end && buffer[lineFeed] != '\n') {
            lineFeed++;
        }
        int count = lineFeed - position;
        if (count == 0) {
            return -1;
        }
        System.arraycopy(buffer, position, target, offset, count);
        position = lineFeed;
        return count;
    }

    private boolean fill() throws IOException {
        int count = source.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }

    /** Does nothing: the source lives as long as there are lines. */
    @Override
    public void close() {}
}
