package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.atr.core.error.InvalidContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class JsonValuePropertiesTest {
    @Property(seed = "20260402")
    void whatIsWrittenIsReadBackEqual(@ForAll @From("trees") JsonValue value) {
        JsonValue read = JsonValue.parse(value.toBytes());

        assertThat(read).isEqualTo(value);
        assertThat(read.toJson()).isEqualTo(value.toJson()).doesNotContain("\n");
    }

    @Property(tries = 1000)
    void utf8IsCheckedAsTheDecoderOfThePlatformDoes(
            @ForAll @IntRange(min = 1, max = 20) int length, @ForAll long seed) {
        byte[] bytes = randomText(length, seed);

        assertThat(passes(bytes)).isEqualTo(decodes(bytes));
    }

    @Property(seed = "20260402")
    void piecesOfAnySizeGiveTheSameTree(
            @ForAll @From("trees") JsonValue value, @ForAll @IntRange(min = 1, max = 7) int size) throws IOException {
        byte[] json = JsonValue.array(value).toBytes();

        try (JsonTokens tokens = JsonTokens.of(inPieces(json, size))) {
            tokens.next();
            assertThat(tokens.value()).isEqualTo(JsonValue.array(value));
            tokens.end();
        }
    }

    @Property(tries = 1000)
    void oneChangedByteIsReadTheSameOrRefused(
            @ForAll @From("trees") JsonValue value, @ForAll @IntRange(max = 10_000) int where, @ForAll byte change) {
        byte[] json = JsonValue.array(value).toBytes();
        json[where % json.length] = change;

        try {
            JsonValue read = JsonValue.parse(json);
            assertThat(JsonValue.parse(read.toBytes())).isEqualTo(read);
            assertThat(isJson(json)).isTrue();
        } catch (InvalidContentException e) {
            assertThat(e).hasMessageMatching("[^{}\"]*");
        }
    }

    @Provide
    static Arbitrary<JsonValue> trees() {
        Arbitrary<String> texts = Arbitraries.strings()
                .withChars("aZ09 \"\\/\n\t\u00e9\u2028\uffff")
                .withChars('\u0400', '\u0500')
                .ofMaxLength(12)
                .map(s -> s.length() > 6 ? s + "\uD83D\uDE00" : s);
        Arbitrary<JsonValue> leaves = Arbitraries.oneOf(
                texts.map(JsonValue::of),
                Arbitraries.longs().map(JsonValue::of),
                Arbitraries.of(true, false).map(JsonValue::of),
                Arbitraries.of("0", "-0", "1.50", "-12e-3", "1E+64").map(JsonValue.JsonNumber::new),
                Arbitraries.just(new JsonValue.JsonNull()));
        return Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(3).map(JsonValue::array),
                        Arbitraries.maps(texts, inner).ofMaxSize(3).map(JsonValue.JsonObject::new)),
                0,
                4);
    }

    private static byte[] randomText(int length, long seed) {
        Random random = new Random(seed);
        int[] interesting = {0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5};
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) interesting[random.nextInt(interesting.length)];
        }
        return bytes;
    }

    private static boolean passes(byte[] bytes) {
        try {
            byte[] text = new byte[bytes.length + 2];
            System.arraycopy(bytes, 0, text, 1, bytes.length);
            text[0] = '"';
            text[text.length - 1] = '"';
            JsonValue.parse(text);
            return true;
        } catch (InvalidContentException e) {
            return false;
        }
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isJson(byte[] json) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                parser.getText();
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static InputStream inPieces(byte[] json, int size) {
        return new ByteArrayInputStream(json) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(size, length));
            }
        };
    }
}
