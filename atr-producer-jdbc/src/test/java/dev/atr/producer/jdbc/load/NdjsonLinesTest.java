package dev.atr.producer.jdbc.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NdjsonLinesTest {
    @ParameterizedTest
    @ValueSource(ints = {5, 1_000, 1_000_000})
    void aLineComesAsBytesOrAsItsPlace(int keep) throws IOException {
        String large = "x".repeat(200_000);
        String content = "\ufeffone\r\n\n  \n" + large + "\nthree ü\nlast";
        ByteSource source = ByteSource.ofBytes(content.getBytes(StandardCharsets.UTF_8));
        List<String> read = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();

        try (NdjsonLines lines = new NdjsonLines(source, keep)) {
            for (NdjsonLines.Line line = lines.next(); line != null; line = lines.next()) {
                numbers.add(line.number());
                String text;
                try (InputStream in = line.slice().open()) {
                    text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
                read.add(text);
                byte[] bytes = line.bytes();
                assertThat(bytes == null).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length > keep);
                if (bytes != null) {
                    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(text);
                }
            }
        }

        assertThat(read).containsExactly("one\r", large, "three ü", "last");
        assertThat(numbers).containsExactly(1L, 4L, 5L, 6L);
    }
}
