package dev.atr.core.json;

import dev.atr.core.error.InvalidContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes below {@link JsonTokens}: a window of 64 KB on a stream, or a whole document in memory, and the texts in it.
 * A text is decoded as strictly as FHIR asks: UTF-8 without overlong forms, no lone surrogate, no control character
 * other than tab and line breaks. One of plain ASCII stays bytes until somebody asks for it. For one thread.
 */
abstract class JsonInput implements AutoCloseable {
    /** Longest text, in characters. */
    static final int MAX_TEXT = 1 << 20;

    private static final String ENDS_EARLY = "the JSON ends early";
    private static final String CONTROL = "a text holds a control character";
    private static final String HALF = "a text holds half a character (a lone surrogate)";

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long BLANKS = ONES * ' ';

    private final @Nullable InputStream in;
    private final byte[] window;
    private int at;
    private int end;

    /** Offset in the document at which the window begins. */
    private long windowAt;

    private int line = 1;
    private long lineAt;

    /** The bytes of the last text when they stand for themselves. */
    private boolean plain;

    private int textFrom;
    private int textTo;

    /** The last text when it had to be decoded. */
    private final StringBuilder decoded = new StringBuilder(0);

    JsonInput(byte[] document) {
        this.in = null;
        this.window = document;
        this.end = document.length;
    }

    JsonInput(InputStream in) {
        this.in = in;
        this.window = new byte[1 << 16];
    }

    /** Returns a failure of this rule at the current token. */
    abstract InvalidContentException refused(String rule);

    /** Returns the next byte and stays before it; -1 at the end. */
    final int peek() {
        return at < end || fill() ? window[at] & 0xff : -1;
    }

    /** Goes over blanks; returns the next byte and stays before it; -1 at the end. */
    final int peekPastBlanks() {
        while (true) {
            int c = peek();
            if (c > ' ') {
                return c;
            }
            if (c == '\n') {
                line++;
                lineAt = position() + 1;
            } else if (c != ' ' && c != '\t' && c != '\r') {
                return c;
            }
            at++;
        }
    }

    /** Goes over the byte that was peeked. */
    final void take() {
        at++;
    }

    /** Takes the next byte, which must be there. */
    final int read() {
        int c = peek();
        if (c < 0) {
            throw refused(ENDS_EARLY);
        }
        at++;
        return c;
    }

    private boolean fill() {
        if (in == null) {
            return false;
        }
        windowAt += end;
        at = 0;
        end = 0;
        end = Math.max(readMore(), 0);
        return end > 0;
    }

    /** Reads into the free end of the window; returns how many bytes came, or -1 at the end of the stream. */
    private int readMore() {
        if (in == null) {
            return -1;
        }
        try {
            int count = in.read(window, end, window.length - end);
            while (count == 0) {
                count = in.read(window, end, window.length - end);
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a text whose opening quote is next. */
    final void readText() {
        at++;
        textFrom = at;
        at = endOfPlain(at);
        if (at < end && window[at] == '"') {
            textTo = at;
            plain = true;
            at++;
            checkLength(textTo - textFrom);
        } else {
            decodeText();
        }
    }

    private void decodeText() {
        plain = false;
        decoded.setLength(0);
        keepPlain(textFrom);
        while (true) {
            int c = peek();
            if (c == '"') {
                at++;
                return;
            }
            if (c == '\\') {
                at++;
                escape();
            } else if (c >= 0x80) {
                at++;
                character(c);
            } else if (c >= ' ') {
                int from = at;
                at = endOfPlain(at);
                keepPlain(from);
            } else {
                throw refused(c < 0 ? ENDS_EARLY : CONTROL);
            }
            checkLength(decoded.length());
        }
    }

    private void keepPlain(int from) {
        decoded.append(new String(window, from, at - from, StandardCharsets.ISO_8859_1));
    }

    private void checkLength(int characters) {
        if (characters > MAX_TEXT) {
            throw refused("a text is longer than " + MAX_TEXT + " characters");
        }
    }

    /** Returns where bytes that stand for themselves end: at a quote, a backslash, a control, beyond ASCII, or the end. */
    private int endOfPlain(int from) {
        int i = from;
        while (i <= end - Long.BYTES) {
            long eight = (long) LONGS.get(window, i);
            long quote = eight ^ QUOTES;
            long backslash = eight ^ BACKSLASHES;
            long special = (eight
                            | ((quote - ONES) & ~quote)
                            | ((backslash - ONES) & ~backslash)
                            | ((eight - BLANKS) & ~eight))
                    & HIGH_BITS;
            if (special != 0) {
                return i + Long.numberOfTrailingZeros(special) / Byte.SIZE;
            }
            i += Long.BYTES;
        }
        while (i < end && window[i] >= ' ' && window[i] != '"' && window[i] != '\\') {
            i++;
        }
        return i;
    }

    private void escape() {
        int c = read();
        switch (c) {
            case '"', '\\', '/' -> decoded.append((char) c);
            case 'n' -> decoded.append('\n');
            case 'r' -> decoded.append('\r');
            case 't' -> decoded.append('\t');
            case 'u' -> escapedUnit();
            case 'b', 'f' -> throw refused(CONTROL);
            default -> throw refused("not valid JSON");
        }
    }

    private void escapedUnit() {
        char unit = hex();
        if (unit < ' ' && unit != '\n' && unit != '\r' && unit != '\t') {
            throw refused(CONTROL);
        }
        decoded.append(unit);
        if (Character.isSurrogate(unit)) {
            if (!Character.isHighSurrogate(unit) || read() != '\\' || read() != 'u') {
                throw refused(HALF);
            }
            char low = hex();
            if (!Character.isLowSurrogate(low)) {
                throw refused(HALF);
            }
            decoded.append(low);
        }
    }

    private char hex() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(read(), 16);
            if (digit < 0) {
                throw refused("not valid JSON");
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    /** Reads the rest of a character beyond ASCII; the bounds are those of Unicode's table of well-formed UTF-8. */
    private void character(int lead) {
        int codePoint;
        if (lead >= 0xc2 && lead <= 0xdf) {
            codePoint = continuation(lead & 0x1f, 0x80, 0xbf);
        } else if (lead >= 0xe0 && lead <= 0xef) {
            codePoint = continuation(lead & 0x0f, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf);
            codePoint = continuation(codePoint, 0x80, 0xbf);
        } else if (lead >= 0xf0 && lead <= 0xf4) {
            codePoint = continuation(lead & 0x07, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf);
            codePoint = continuation(codePoint, 0x80, 0xbf);
            codePoint = continuation(codePoint, 0x80, 0xbf);
        } else {
            throw refused("not valid UTF-8");
        }
        decoded.appendCodePoint(codePoint);
    }

    private int continuation(int soFar, int lowest, int highest) {
        int c = peek();
        if (c < lowest || c > highest) {
            throw refused("not valid UTF-8");
        }
        at++;
        return soFar << 6 | (c & 0x3f);
    }

    /**
     * Brings at least so many bytes into the window, or all that are left.
     *
     * @return the place of the next byte, for {@link #reset}
     */
    final int lookAhead(int bytes) {
        if (in != null && end - at < bytes) {
            System.arraycopy(window, at, window, 0, end - at);
            windowAt += at;
            end -= at;
            at = 0;
            int count = 0;
            while (end < bytes && count >= 0) {
                count = readMore();
                end += Math.max(count, 0);
            }
        }
        return at;
    }

    /** Goes back to a place that {@link #lookAhead} returned; nothing but the two methods below may have run since. */
    final void reset(int place) {
        at = place;
    }

    /** Goes over these bytes when they are next; returns whether they were. */
    final boolean skipIf(byte[] bytes) {
        boolean next = end - at >= bytes.length && Arrays.equals(window, at, at + bytes.length, bytes, 0, bytes.length);
        if (next) {
            at += bytes.length;
        }
        return next;
    }

    /** Takes the plain text up to a quote, and stays before the quote; {@code null} when the text is not plain. */
    final @Nullable String plainText() {
        int to = endOfPlain(at);
        if (to == end || window[to] != '"') {
            return null;
        }
        String text = new String(window, at, to - at, StandardCharsets.ISO_8859_1);
        at = to;
        return text;
    }

    /** Starts a text that is put together by {@link #keep}. */
    final void startKept() {
        plain = false;
        decoded.setLength(0);
    }

    /** Takes the byte that was peeked into the text. */
    final void keep() {
        decoded.append((char) window[at]);
        at++;
    }

    /** Returns the last text; only until the next byte is peeked. */
    final String string() {
        return plain
                ? new String(window, textFrom, textTo - textFrom, StandardCharsets.ISO_8859_1)
                : decoded.toString();
    }

    /** Returns the number of the last text among the known names; negative when it is none of them. */
    final int knownName() {
        return plain ? KnownNames.find(window, textFrom, textTo) : KnownNames.find(decoded.toString());
    }

    /** Returns whether the last text is this ASCII text; only until the next byte is peeked. */
    final boolean stringIs(byte[] ascii) {
        return plain && Arrays.equals(window, textFrom, textTo, ascii, 0, ascii.length);
    }

    /** Returns the length of the last text. */
    final int stringLength() {
        return plain ? textTo - textFrom : decoded.length();
    }

    /** Returns the offset of the next byte in the document. */
    final long position() {
        return windowAt + at;
    }

    final int line() {
        return line;
    }

    /** Returns the offset at which the current line begins. */
    final long linePosition() {
        return lineAt;
    }

    @Override
    public void close() {
        if (in != null) {
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
