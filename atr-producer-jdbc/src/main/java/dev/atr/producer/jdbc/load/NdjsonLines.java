package dev.atr.producer.jdbc.load;

import dev.atr.producer.jdbc.load.ByteSource.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an NDJSON file. Unlike {@link dev.atr.core.bulk.NdjsonReader} it lets a line be as long as it likes: that
 * of a list with millions of members fills gigabytes. Such a line comes as its place in the file instead of its bytes.
 * For one thread.
 */
final class NdjsonLines implements AutoCloseable {
    private static final int BYTE_ORDER_MARK = 3;

    private final ByteSource source;
    private final int keep;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private long offset;
    private long number;

    /**
     * Opens a file.
     *
     * @param keep longest line that comes as bytes
     */
    NdjsonLines(ByteSource source, int keep) throws IOException {
        this.source = source;
        this.keep = keep;
        this.in = source.open(0);
        end = in.readNBytes(buffer, 0, BYTE_ORDER_MARK);
        if (end == BYTE_ORDER_MARK
                && buffer[0] == (byte) 0xef
                && buffer[1] == (byte) 0xbb
                && buffer[2] == (byte) 0xbf) {
            at = end;
            offset = end;
        }
    }

    /**
     * A line that is not blank.
     *
     * @param number counted from 1, blank lines included
     * @param slice where it stands, without its line feed
     * @param bytes its bytes; absent when it is too long to be kept
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
    record Line(long number, Slice slice, byte @Nullable [] bytes) {
        /** Returns the content from where it is read fastest. */
        Slice content() {
            return bytes == null ? slice : Slice.all(ByteSource.ofBytes(bytes));
        }
    }

    /** Returns the next line that is not blank; absent at the end. */
    @Nullable
    Line next() throws IOException {
        while (fill()) {
            long from = offset;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
            boolean blank = true;
            boolean ended = false;
            while (!ended && fill()) {
                int stop = at;
                while (stop < end && buffer[stop] != '\n') {
                    blank &= isBlank(buffer[stop]);
                    stop++;
                }
                int length = stop - at;
                if (bytes.size() <= keep) {
                    bytes.write(buffer, at, Math.min(length, keep + 1 - bytes.size()));
                }
                ended = stop < end;
                offset += length + (ended ? 1 : 0);
                at = ended ? stop + 1 : stop;
            }
            number++;
            if (!blank) {
                long length = offset - from - (ended ? 1 : 0);
                return new Line(number, new Slice(source, from, length), length <= keep ? bytes.toByteArray() : null);
            }
        }
        return null;
    }

    private boolean fill() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer));
        }
        return at < end;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
