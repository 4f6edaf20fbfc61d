package dev.atr.core.bulk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds line breaks in UTF-8, eight bytes at a time: every byte of an export is looked at for them, and one by one that
 * takes longer than to write it.
 */
public final class LineBreaks {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long SIGNS = ONES << 7;
    private static final long LINE_FEEDS = ONES * '\n';

    /** One more than a carriage return: below are the two line breaks, and what JSON hardly ever holds. */
    private static final long LIMITS = ONES * ('\r' + 1);

    private LineBreaks() {}

    /** Returns whether there is a line feed or a carriage return. */
    public static boolean in(byte[] bytes) {
        int i = 0;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            long eight = (long) EIGHT_BYTES.get(bytes, i);
            // The sign of a byte is set here if it is below the limit; borrows reach only bytes behind such a one
            if (((eight - LIMITS) & ~eight & SIGNS) != 0 && in(bytes, i, i + Long.BYTES)) {
                return true;
            }
        }
        return in(bytes, i, bytes.length);
    }

    private static boolean in(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns where the first line feed is.
     *
     * @param from where to begin
     * @param to where to end
     * @return its index, or {@code to} where there is none
     */
    public static int lineFeed(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long different = (long) EIGHT_BYTES.get(bytes, i) ^ LINE_FEEDS;
            long equal = (different - ONES) & ~different & SIGNS;
            if (equal != 0) {
                return i + Long.numberOfTrailingZeros(equal) / Byte.SIZE;
            }
        }
        while (i < to && bytes[i] != '\n') {
            i++;
        }
        return i;
    }
}
