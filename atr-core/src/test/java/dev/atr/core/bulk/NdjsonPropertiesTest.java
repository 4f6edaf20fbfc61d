package dev.atr.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class NdjsonPropertiesTest {
    @Property(seed = "20260402")
    void linesAreTheSameHoweverTheBytesArrive(
            @ForAll @Size(max = 20) List<@NotEmpty @CharRange(from = '!', to = '\u07ff') String> lines,
            @ForAll @IntRange(min = 1, max = 9) int size)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NdjsonWriter writer = new NdjsonWriter(out);
        for (String line : lines) {
            writer.line(line.getBytes(StandardCharsets.UTF_8));
        }

        NdjsonReader reader = new NdjsonReader(inPieces(out.toByteArray(), size), 1000);

        List<String> read = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            read.add(new String(line, StandardCharsets.UTF_8));
        }
        assertThat(read).isEqualTo(lines);
        assertThat(writer.count()).isEqualTo(lines.size());
    }

    private static InputStream inPieces(byte[] content, int size) {
        return new ByteArrayInputStream(content) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(size, length));
            }
        };
    }
}
