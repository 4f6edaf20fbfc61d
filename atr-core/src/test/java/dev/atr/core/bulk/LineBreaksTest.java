package dev.atr.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Eight bytes at a time find what one at a time finds. */
class LineBreaksTest {
    private static final int LENGTH = 25;

    @Test
    void everyByteAtEveryPlaceIsTakenForWhatItIs() {
        for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
            for (int place = 0; place < LENGTH; place++) {
                byte[] bytes = "x".repeat(LENGTH).getBytes(StandardCharsets.US_ASCII);
                bytes[place] = (byte) value;

                assertThat(LineBreaks.in(bytes)).isEqualTo(value == '\n' || value == '\r');
                assertThat(LineBreaks.lineFeed(bytes, 0, LENGTH)).isEqualTo(value == '\n' ? place : LENGTH);
            }
        }
    }

    @Property(seed = "20260402")
    void theFirstLineFeedIsFound(
            @ForAll @From("bytes") byte[] bytes, @ForAll @From("ends") int a, @ForAll @From("ends") int b) {
        int from = Math.min(Math.min(a, b), bytes.length);
        int to = Math.min(Math.max(a, b), bytes.length);

        int expected = from;
        while (expected < to && bytes[expected] != '\n') {
            expected++;
        }

        assertThat(LineBreaks.lineFeed(bytes, from, to)).isEqualTo(expected);
        assertThat(LineBreaks.in(bytes))
                .isEqualTo(new String(bytes, StandardCharsets.ISO_8859_1).matches("(?s).*[\\n\\r].*"));
    }

    @Provide
    Arbitrary<byte[]> bytes() {
        return Arbitraries.of(
                        (byte) '\n',
                        (byte) '\r',
                        (byte) 11,
                        (byte) 9,
                        (byte) 'a',
                        (byte) -118,
                        (byte) -1,
                        (byte) 0,
                        (byte) 127)
                .array(byte[].class)
                .ofMaxSize(60);
    }

    @Provide
    Arbitrary<Integer> ends() {
        return Arbitraries.integers().between(0, 60);
    }
}
