package dev.atr.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NdjsonTest {
    @Test
    @Requirement({"BULK-FILE-002", "BULK-FILE-010"})
    void blankLinesCarriageReturnsAndAByteOrderMarkAreTolerated() throws IOException {
        assertThat(lines("\uFEFF{\"a\":1}\r\n\n \t\r\n{\"b\":2}\n\n{\"c\":3}", 100))
                .containsExactly("{\"a\":1}", "{\"b\":2}", "{\"c\":3}");
    }

    @Test
    @Requirement("BULK-FILE-002")
    void onlyALineFeedEndsALine() throws IOException {
        assertThat(lines("{\"a\":\"\u2028\u0085\"\r}\n{}", 100)).containsExactly("{\"a\":\"\u2028\u0085\"\r}", "{}");
    }

    @Test
    void anEmptyStreamHasNoLines() throws IOException {
        assertThat(lines("", 10)).isEmpty();
        assertThat(lines("\n\n", 10)).isEmpty();
        assertThat(lines("\uFEFF", 10)).isEmpty();
    }

    @Test
    void aByteOrderMarkLaterIsContent() throws IOException {
        assertThat(lines("{}\n\uFEFF{}", 10)).containsExactly("{}", "\uFEFF{}");
    }

    @Test
    void linesAreNumberedWithTheBlankOnes() throws IOException {
        NdjsonReader reader = new NdjsonReader(stream("\n{}\n\n{}\n"), 10);

        assertThat(reader.next()).isNotNull();
        assertThat(reader.lineNumber()).isEqualTo(2);
        assertThat(reader.next()).isNotNull();
        assertThat(reader.lineNumber()).isEqualTo(4);
        assertThat(reader.next()).isNull();
    }

    @Test
    void aLineMayBeAsLongAsAllowedAndNoLonger() throws IOException {
        String line = "x".repeat(200_000);

        assertThat(lines(line + "\n" + line, 200_000)).containsExactly(line, line);
        assertThatThrownBy(() -> lines("{}\n" + line, 199_999))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("xx");
    }

    @Test
    void anEndlessLineIsStopped() {
        NdjsonReader reader = new NdjsonReader(new Endless(), 1 << 20);

        assertThatThrownBy(reader::next).isInstanceOf(InvalidContentException.class);
    }

    @Test
    @Requirement("BULK-FILE-002")
    void aLineBreakInsideALineIsRefused() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NdjsonWriter writer = new NdjsonWriter(out);

        assertThatThrownBy(() -> writer.line(new byte[] {'{', '\n', '}'})).isInstanceOf(IllegalArgumentException.class);
        assertThat(out.size()).isZero();
        assertThat(writer.count()).isZero();
    }

    private static List<String> lines(String content, int maxLineBytes) throws IOException {
        return read(new NdjsonReader(stream(content), maxLineBytes));
    }

    private static List<String> read(NdjsonReader reader) throws IOException {
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
        return lines;
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Endless extends InputStream {
        @Override
        public int read() {
            return 'x';
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            Arrays.fill(target, offset, offset + length, (byte) 'x');
            return length;
        }
    }
}
