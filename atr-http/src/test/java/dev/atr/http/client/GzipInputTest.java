package dev.atr.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.ProtocolException;
import dev.atr.http.HttpHeaders;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipInputTest {
    private static final byte[] FIRST =
            "{\"resourceType\":\"Patient\"}\n".repeat(500).getBytes(StandardCharsets.UTF_8);
    private static final byte[] SECOND =
            "{\"resourceType\":\"Coverage\"}\n".repeat(300).getBytes(StandardCharsets.UTF_8);

    @Test
    @Requirement("BULK-FILE-010")
    void decodesOneMember() throws IOException {
        assertThat(decode(gzip(FIRST))).isEqualTo(FIRST);
    }

    @Test
    void decodesAnEmptyMember() throws IOException {
        assertThat(decode(gzip(new byte[0]))).isEmpty();
    }

    @Test
    void decodesMembersThatFollowLate() throws IOException {
        // A sequence gives the second part only when it is asked for after the end of the first.
        InputStream source =
                new SequenceInputStream(new ByteArrayInputStream(gzip(FIRST)), new ByteArrayInputStream(gzip(SECOND)));

        assertThat(new GzipInput(source).readAllBytes()).isEqualTo(concat(FIRST, SECOND));
    }

    @Test
    void decodesWhateverThePiecesInWhichItComes() throws IOException {
        byte[] encoded = concat(gzip(FIRST), gzip(new byte[0]), gzip(SECOND));
        Random random = new Random(1);

        for (int round = 0; round < 50; round++) {
            InputStream source = new ByteArrayInputStream(encoded) {
                @Override
                public synchronized int read(byte[] target, int offset, int length) {
                    return super.read(target, offset, Math.min(length, 1 + random.nextInt(40)));
                }

                @Override
                public synchronized int available() {
                    return 0;
                }
            };
            assertThat(new GzipInput(source).readAllBytes()).isEqualTo(concat(FIRST, SECOND));
        }
    }

    @Test
    void failsAtEveryCutButTheOneBetweenMembers() throws IOException {
        byte[] first = gzip(FIRST);
        byte[] encoded = concat(first, gzip(SECOND));

        for (int length = 0; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            if (length == first.length) {
                // Only the length of the whole body, which HTTP knows, can tell this one.
                assertThat(decode(cut)).isEqualTo(FIRST);
            } else {
                assertThatThrownBy(() -> decode(cut)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void neverGivesOtherBytesForADamagedBody() throws IOException {
        byte[] encoded = concat(gzip(FIRST), gzip(SECOND));
        byte[] whole = concat(FIRST, SECOND);

        for (int at = 0; at < encoded.length; at++) {
            byte[] damaged = encoded.clone();
            damaged[at] ^= 0x10;
            byte[] decoded;
            try {
                decoded = decode(damaged);
            } catch (IOException e) {
                continue;
            }
            // Time stamp and system may change without harm.
            assertThat(decoded).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "\0\0\0\0", "\u001f"})
    void refusesAnythingBehindTheLastMember(String tail) throws IOException {
        byte[] encoded = concat(gzip(FIRST), tail.getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> decode(encoded)).isInstanceOf(IOException.class);
    }

    @Test
    void skipsOptionalHeaderFields() throws IOException {
        byte[] plain = gzip(FIRST);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3});
        header.write(new byte[] {3, 0, 1, 2, 3});
        header.write("name\0comment\0".getBytes(StandardCharsets.US_ASCII));
        CRC32 crc = new CRC32();
        crc.update(header.toByteArray());
        header.write((int) crc.getValue() & 0xff);
        header.write((int) crc.getValue() >> 8 & 0xff);

        byte[] encoded = concat(header.toByteArray(), Arrays.copyOfRange(plain, 10, plain.length));

        assertThat(decode(encoded)).isEqualTo(FIRST);
    }

    @Test
    void refusesABomb() throws IOException {
        byte[] encoded = gzip(new byte[16 << 20]);

        assertThatThrownBy(() -> decode(encoded))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 200 times");
    }

    @Test
    void takesASmallBodyThatGrowsALot() throws IOException {
        byte[] zeros = new byte[900_000];

        assertThat(decode(gzip(zeros))).isEqualTo(zeros);
    }

    @Test
    void refusesMoreDecodedBytesThanAllowed() throws IOException {
        HttpReply reply = reply("gzip", gzip(FIRST));

        assertThatThrownBy(() -> ContentCoding.decode(reply, FIRST.length - 1).readAllBytes())
                .isInstanceOf(IOException.class);
        assertThat(ContentCoding.decode(reply("gzip", gzip(FIRST)), FIRST.length)
                        .readAllBytes())
                .isEqualTo(FIRST);
    }

    @Test
    @Requirement("BULK-FILE-010")
    void passesABodyWithoutCodingOn() throws IOException {
        assertThat(ContentCoding.decode(reply("Identity", FIRST), 1 << 20).readAllBytes())
                .isEqualTo(FIRST);
        HttpReply plain = new HttpReply(
                200, HttpHeaders.none(), URI.create("https://a.example"), new ByteArrayInputStream(FIRST));
        assertThat(ContentCoding.decode(plain, 1 << 20).readAllBytes()).isEqualTo(FIRST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip, gzip", "deflate"})
    void refusesOtherCodings(String coding) {
        assertThatThrownBy(() -> ContentCoding.decode(reply(coding, FIRST), 1 << 20))
                .isInstanceOf(ProtocolException.class);
    }

    private static byte[] decode(byte[] encoded) throws IOException {
        try (InputStream in = new GzipInput(new ByteArrayInputStream(encoded))) {
            return in.readAllBytes();
        }
    }

    private static HttpReply reply(String coding, byte[] body) {
        return new HttpReply(
                200,
                HttpHeaders.of("Content-Encoding", coding),
                URI.create("https://a.example"),
                new ByteArrayInputStream(body));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
