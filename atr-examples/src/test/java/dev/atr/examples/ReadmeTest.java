package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code that the README and the pages beside it show is the code that is compiled and run. */
class ReadmeTest {
    @ParameterizedTest
    @CsvSource({
        "ConsumerInTwentyLines, README.md",
        "ProducerInTenLines, README.md",
        "ProducerInProduction, docs/production.md",
        "ConsumerOnWatch, docs/subscriptions.md",
        "ProducerInJetty, docs/production.md",
        "ServiceInSpringBoot, docs/spring-boot.md",
        "ListsByNight, docs/spring-boot.md"
    })
    void showsTheExampleWordForWord(String example, String page) throws IOException {
        String text = Files.readString(Path.of("..").resolve(page));
        String source = Files.readString(Path.of("src/main/java/dev/atr/examples", example + ".java"));

        String shown = source.substring(source.indexOf("// README:\n") + 11, source.lastIndexOf("// :README"));

        assertThat(text)
                .contains("<!-- atr-examples: " + example + " -->\n```java\n"
                        + shown.stripTrailing().stripIndent() + "\n```\n");
    }
}
