package dev.atr.core.bulk;

import dev.atr.core.error.InvalidContentException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits NDJSON into lines. Lines end with LF and nothing else; a CR before it, blank lines, a byte order mark at the
 * very beginning and a missing last LF are tolerated. The content of a line is not looked at. For one thread; the stream
 * is the caller's to close.
 */
public final class NdjsonReader {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final int maxLineBytes;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private long lineNumber;

    /**
     * Creates a reader; reads nothing yet.
     *
     * @param in NDJSON in UTF-8; needs no buffer of its own
     * @param maxLineBytes longest line accepted, in bytes; positive
     */
    public NdjsonReader(InputStream in, int maxLineBytes) {
        if (maxLineBytes < 1) {
            throw new IllegalArgumentException("maxLineBytes must be positive");
        }
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Returns the next line that is not blank, without its end.
     *
     * @return the bytes, the caller's to keep; {@code null} at the end of the stream
     * @throws InvalidContentException when a line is too long
     * @throws IOException when the stream fails
     */
    public byte @Nullable [] next() throws IOException {
        while (true) {
            byte[] line = line();
            if (line == null) {
                return null;
            }
            lineNumber++;
            byte[] content = trim(line);
            if (content.length > 0) {
                return content;
            }
        }
    }

    /** Returns the number of the line that {@link #next} returned last, counted from 1, blank lines included. */
    public long lineNumber() {
        return lineNumber;
    }

    private byte @Nullable [] line() throws IOException {
        if (!fill()) {
            return null;
        }
        ByteArrayOutputStream parts = null;
        do {
            int lineFeed = LineBreaks.lineFeed(buffer, at, end);
            int length = lineFeed - at;
            if (length + (parts == null ? 0 : parts.size()) > maxLineBytes) {
                throw new InvalidContentException(
                        "line " + (lineNumber + 1) + ": longer than " + maxLineBytes + " bytes");
            }
            boolean whole = lineFeed < end;
            if (whole && parts == null) {
                byte[] line = Arrays.copyOfRange(buffer, at, lineFeed);
                at = lineFeed + 1;
                return line;
            }
            parts = parts == null ? new ByteArrayOutputStream(2 * length + 16) : parts;
            parts.write(buffer, at, length);
            at = whole ? lineFeed + 1 : end;
            if (whole) {
                break;
            }
        } while (fill());
        return parts.toByteArray();
    }

    private boolean fill() throws IOException {
        while (at == end) {
            int count = in.read(buffer, 0, buffer.length);
            if (count < 0) {
                return false;
            }
            at = 0;
            end = count;
        }
        return true;
    }

    private byte[] trim(byte[] line) {
        int from = 0;
        int to = line.length;
        int mark = BYTE_ORDER_MARK.length;
        if (lineNumber == 1 && line.length >= mark && Arrays.equals(line, 0, mark, BYTE_ORDER_MARK, 0, mark)) {
            from = mark;
        }
        while (to > from && isBlank(line[to - 1])) {
            to--;
        }
        while (from < to && isBlank(line[from])) {
            from++;
        }
        return from == 0 && to == line.length ? line : Arrays.copyOfRange(line, from, to);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }
}
