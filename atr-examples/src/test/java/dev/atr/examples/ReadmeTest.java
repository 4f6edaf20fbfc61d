package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code that the README shows is the code that is compiled and run. */
class ReadmeTest {
    @ParameterizedTest
    @ValueSource(strings = {"ConsumerInTwentyLines", "ProducerInTenLines"})
    void showsTheExampleWordForWord(String example) throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String source = Files.readString(Path.of("src/main/java/dev/atr/examples", example + ".java"));

        String shown = source.substring(source.indexOf("// README:\n") + 11, source.lastIndexOf("        // :README"));

        assertThat(readme)
                .contains("<!-- atr-examples: " + example + " -->\n```java\n"
                        + shown.stripTrailing().stripIndent() + "\n```\n");
    }
}
