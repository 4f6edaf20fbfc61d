package dev.atr.core.json;

import dev.atr.core.error.InvalidContentException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks what the JSON parser lets pass: UTF-8 with overlong forms or surrogates, and escapes that make a lone
 * surrogate or a control character that FHIR forbids. It needs no grammar, because a backslash outside a text is refused
 * by the parser anyway, and takes the bytes in pieces as they arrive.
 */
final class TextCheck {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long BACKSLASHES = LOW_BITS * '\\';

    private enum State {
        PLAIN,
        CONTINUATION,
        ESCAPE,
        HEX,
        LOW_BACKSLASH,
        LOW_U
    }

    private State state = State.PLAIN;

    /** Continuation bytes, or hex digits, still to come. */
    private int missing;

    /** What the next continuation byte may be. */
    private int from;

    private int to;

    /** The code unit of the escape so far. */
    private int unit;

    private boolean afterHigh;
    private long passed;

    /** Checks a whole document. */
    static void check(byte[] json) {
        TextCheck check = new TextCheck();
        check.feed(json, 0, json.length);
        check.end();
    }

    /** Checks the next piece. */
    void feed(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end) {
            if (state == State.PLAIN) {
                i = skipPlain(bytes, i, end);
                if (i == end) {
                    break;
                }
            }
            step(bytes[i] & 0xff, passed + i - start);
            i++;
        }
        passed += end - start;
    }

    /** Checks that the document does not end inside a character. */
    void end() {
        if (state != State.PLAIN) {
            throw refused("the text ends inside a character", passed);
        }
    }

    /** Skips characters of one byte that are no backslash, eight at a time. */
    private static int skipPlain(byte[] bytes, int start, int end) {
        int i = start;
        while (i <= end - Long.BYTES) {
            long eight = (long) LONGS.get(bytes, i);
            long other = eight ^ BACKSLASHES;
            if (((eight | ((other - LOW_BITS) & ~other)) & HIGH_BITS) != 0) {
                break;
            }
            i += Long.BYTES;
        }
        while (i < end && bytes[i] >= 0 && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    private void step(int b, long at) {
        switch (state) {
            case PLAIN -> lead(b, at);
            case CONTINUATION -> continuation(b, at);
            case ESCAPE -> escape(b, at);
            case HEX -> hex(b, at);
            case LOW_BACKSLASH -> expectLow(b == '\\', State.LOW_U, at);
            case LOW_U -> {
                expectLow(b == 'u', State.HEX, at);
                missing = 4;
                unit = 0;
            }
        }
    }

    private void lead(int b, long at) {
        if (b == '\\') {
            state = State.ESCAPE;
            return;
        }
        if (b >= 0xc2 && b <= 0xdf) {
            expect(1, 0x80, 0xbf);
        } else if (b == 0xe0) {
            expect(2, 0xa0, 0xbf);
        } else if (b == 0xed) {
            expect(2, 0x80, 0x9f);
        } else if (b > 0xe0 && b <= 0xef) {
            expect(2, 0x80, 0xbf);
        } else if (b == 0xf0) {
            expect(3, 0x90, 0xbf);
        } else if (b > 0xf0 && b < 0xf4) {
            expect(3, 0x80, 0xbf);
        } else if (b == 0xf4) {
            expect(3, 0x80, 0x8f);
        } else {
            throw refused("not valid UTF-8", at);
        }
    }

    private void expect(int count, int lowest, int highest) {
        state = State.CONTINUATION;
        missing = count;
        from = lowest;
        to = highest;
    }

    private void continuation(int b, long at) {
        if (b < from || b > to) {
            throw refused("not valid UTF-8", at);
        }
        from = 0x80;
        to = 0xbf;
        missing--;
        if (missing == 0) {
            state = State.PLAIN;
        }
    }

    private void escape(int b, long at) {
        if (b == 'u') {
            state = State.HEX;
            missing = 4;
            unit = 0;
        } else if (b == 'b' || b == 'f') {
            throw refused("a text holds a control character", at);
        } else {
            state = State.PLAIN;
        }
    }

    private void hex(int b, long at) {
        int digit = Character.digit(b, 16);
        if (digit < 0) {
            throw refused("not valid JSON", at);
        }
        unit = unit << 4 | digit;
        missing--;
        if (missing > 0) {
            return;
        }
        boolean low = unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
        boolean high = unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
        if (low != afterHigh) {
            throw refused("a text holds half a character (a lone surrogate)", at);
        }
        if (unit < ' ' && unit != '\n' && unit != '\r' && unit != '\t') {
            throw refused("a text holds a control character", at);
        }
        afterHigh = high;
        state = high ? State.LOW_BACKSLASH : State.PLAIN;
    }

    private void expectLow(boolean met, State next, long at) {
        if (!met) {
            throw refused("a text holds half a character (a lone surrogate)", at);
        }
        state = next;
    }

    private static InvalidContentException refused(String rule, long at) {
        return new InvalidContentException(rule + " (byte " + at + ")");
    }
}
