package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
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
        "ListsByNight, docs/spring-boot.md",
        "ConsumerInTwentyLines, docs/getting-started-provider.md",
        "ConsumerInSync, docs/getting-started-provider.md",
        "ExportWithClaims, docs/spi.md"
    })
    void showsTheExampleWordForWord(String example, String page) throws IOException {
        String text = Files.readString(Path.of("..").resolve(page));
        String source = Files.readString(Path.of("src/main/java/dev/atr/examples", example + ".java"));

        String shown = source.substring(source.indexOf("// README:\n") + 11, source.lastIndexOf("// :README"));

        assertThat(text)
                .contains("<!-- atr-examples: " + example + " -->\n```java\n"
                        + shown.stripTrailing().stripIndent() + "\n```\n");
    }

    /** Its pom, and that these files are enough, is what {@code .ci/stranger} looks at. */
    @Test
    void pageForPayersShowsItsFilesWordForWord() throws IOException {
        String page = Files.readString(Path.of("../docs/getting-started-payer.md"));

        Map<String, String> files = new TreeMap<>();
        Matcher block = Pattern.compile("<!-- file: (\\S+) -->\n```\\w+\n(.*?)```\n", Pattern.DOTALL)
                .matcher(page);
        while (block.find()) {
            files.put(block.group(1), block.group(2));
        }

        assertThat(files).hasSize(9).containsKey("pom.xml");
        files.remove("pom.xml");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path source = Path.of(file.getKey().replace("com/example/payer", "dev/atr/examples/payer"));
            assertThat(file.getValue())
                    .as("%s", file.getKey())
                    .isEqualTo(Files.readString(source).replace("package dev.atr.examples.", "package com.example."));
        }
        assertThat(page.split("```java", -1)).hasSize(7);
    }

    @Test
    void pageForProvidersShowsCompiledCodeAlone() throws IOException {
        String page = Files.readString(Path.of("../docs/getting-started-provider.md"));

        assertThat(page.split("```java", -1)).hasSameSizeAs(page.split("<!-- atr-examples: \\w+ -->\n```java", -1));
    }
}
