package dev.atr.producer.jdbc.roster;

import dev.atr.core.error.InvalidContentException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of separated values: RFC 4180, with LF or CR LF at the end of a record. Works on bytes, in which
 * separators look alike in every character set that is taken, so that what is no text is found at its line. For one
 * thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class CsvReader implements AutoCloseable {
    /** Longest record, in bytes. */
    static final int MAX_RECORD = 64 * 1024;

    private static final int BUFFER = 1 << 16;
    private static final int END = -1;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private final char separator;
    private final Charset charset;
    private final CharsetDecoder decoder;
    private final ByteArrayOutputStream field = new ByteArrayOutputStream();
    private int at;
    private int filled;
    private int length;
    private long line = 1;
    private long recordLine = 1;

    CsvReader(InputStream in, char separator, Charset charset) {
        this.in = in;
        this.separator = separator;
        this.charset = charset;
        this.decoder = charset.newDecoder();
    }

    /** Returns the line at which the last record began, counted from 1. */
    long line() {
        return recordLine;
    }

    /**
     * Reads a record that is not empty.
     *
     * @return its fields; {@code null} at the end
     * @throws InvalidContentException when this is no CSV of the character set, or a record is too long
     */
    @Nullable
    List<String> next() {
        while (true) {
            recordLine = line;
            length = 0;
            int first = peek();
            if (first == END) {
                return null;
            }
            List<String> record = record();
            if (record.size() > 1 || !record.get(0).isBlank()) {
                return record;
            }
        }
    }

    private List<String> record() {
        List<String> fields = new ArrayList<>();
        int end;
        do {
            field.reset();
            end = peek() == '"' ? quoted() : plain();
            fields.add(text(fields.size() + 1));
        } while (end == separator);
        return fields;
    }

    /** Reads to the separator or the end of the record, and returns which it was. */
    private int plain() {
        for (int b = read(); ; b = read()) {
            if (isEnd(b)) {
                return b;
            }
            if (b == '"') {
                throw wrong("a quote inside a field; put the field in quotes and write the quote twice");
            }
            field.write(b);
        }
    }

    private int quoted() {
        read();
        while (true) {
            int b = read();
            if (b == END) {
                throw wrong("the file ends inside quotes that begin here");
            }
            if (b != '"') {
                field.write(b);
            } else if (peek() == '"') {
                field.write(read());
            } else {
                int next = read();
                if (!isEnd(next)) {
                    throw wrong("text behind a closing quote; write a quote inside a field twice");
                }
                return next;
            }
        }
    }

    private boolean isEnd(int b) {
        return b == separator || b == '\n' || b == END;
    }

    private String text(int number) {
        try {
            return decoder.decode(ByteBuffer.wrap(field.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw wrong("field " + number + " is not " + charset.name()
                    + "; say which character set the file has, UTF-8 or windows-1252");
        }
    }

    private int read() {
        int b = peek();
        if (b == END) {
            return END;
        }
        at++;
        length++;
        if (length > MAX_RECORD) {
            throw wrong("a row of more than " + MAX_RECORD + " bytes; a quote may be missing");
        }
        if (b == '\r' && peek() == '\n') {
            at++;
            b = '\n';
        }
        if (b == '\n') {
            line++;
        }
        return b;
    }

    private int peek() {
        try {
            while (at == filled) {
                at = 0;
                filled = Math.max(0, in.read(buffer));
                if (filled == 0) {
                    return END;
                }
            }
        } catch (EOFException e) {
            throw wrong("the gzip file ends too early; fetch it again");
        } catch (ZipException e) {
            throw wrong("not a sound gzip file; fetch it again");
        } catch (IOException e) {
            throw new UncheckedIOException("the roster can't be read", e);
        }
        return buffer[at] & 0xff;
    }

    private InvalidContentException wrong(String text) {
        return new InvalidContentException("line " + recordLine + ": " + text);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the roster can't be closed", e);
        }
    }
}
