package dev.atr.http.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decodes gzip, all members of it. The JDK's own stream takes the end of a member for the end of everything when the
 * next one has not arrived yet; this one asks the source, and reads to its very end or fails.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class GzipInput extends InputStream {
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;
    private static final int DEFLATE = 8;
    private static final long FREE_OF_RATIO = 1 << 20;

    private final InputStream source;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 content = new CRC32();
    private final CRC32 header = new CRC32();
    private final byte[] buffer = new byte[64 << 10];
    private int position;
    private int limit;
    private long bytesIn;
    private long bytesOut;
    private boolean inMember;
    private boolean ended;
    private boolean closed;

    GzipInput(InputStream source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember) {
                beginMember();
            } else if (inflater.finished()) {
                endMember();
            } else {
                int inflated = inflate(target, offset, length);
                if (inflated > 0) {
                    return inflated;
                }
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        inflater.end();
        source.close();
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        if (inflater.needsInput()) {
            if (position == limit && !fill()) {
                throw new EOFException("the gzip body was cut short");
            }
            inflater.setInput(buffer, position, limit - position);
            position = limit;
        }
        int inflated;
        try {
            inflated = inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new ZipException("the gzip body is damaged");
        }
        if (inflater.needsDictionary()) {
            throw new ZipException("the gzip body is damaged");
        }
        content.update(target, offset, inflated);
        bytesOut += inflated;
        if (bytesOut > FREE_OF_RATIO && bytesOut / ContentCoding.MAX_RATIO > bytesIn) {
            throw new ZipException("the gzip body grows more than " + ContentCoding.MAX_RATIO + " times");
        }
        return inflated;
    }

    private void beginMember() throws IOException {
        header.reset();
        if (headerByte() != 0x1f || headerByte() != 0x8b || headerByte() != DEFLATE) {
            throw new ZipException("the body is not gzip");
        }
        int flags = headerByte();
        if ((flags & RESERVED) != 0) {
            throw new ZipException("the gzip body is of an unknown kind");
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(headerByte() | headerByte() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            int computed = (int) header.getValue() & 0xffff;
            if ((headerByte() | headerByte() << 8) != computed) {
                throw new ZipException("the gzip body is damaged");
            }
        }
        inflater.reset();
        content.reset();
        inMember = true;
    }

    private void endMember() throws IOException {
        // What the inflater did not take lies behind the member.
        position = limit - inflater.getRemaining();
        if (littleEndian() != content.getValue() || littleEndian() != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw new ZipException("the gzip body is damaged");
        }
        inMember = false;
        ended = position == limit && !fill();
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            headerByte();
        }
    }

    private void skipText() throws IOException {
        int next = headerByte();
        while (next != 0) {
            next = headerByte();
        }
    }

    private int headerByte() throws IOException {
        int next = nextByte();
        header.update(next);
        return next;
    }

    private long littleEndian() throws IOException {
        return nextByte() | nextByte() << 8 | nextByte() << 16 | (long) nextByte() << 24;
    }

    private int nextByte() throws IOException {
        if (position == limit && !fill()) {
            throw new EOFException("the gzip body was cut short");
        }
        return buffer[position++] & 0xff;
    }

    /** Reads on, waiting until at least one byte has come; false at the end of the source. */
    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(source.read(buffer), 0);
        bytesIn += limit;
        return limit > 0;
    }
}
