package dev.atr.spring.boot.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page on Spring Boot tells of the properties that there are, and so do editors, by their metadata. */
class SpringBootPageTest {
    private static final Path PAGE = Path.of("../docs/spring-boot.md");
    private static final Pattern ROW = Pattern.compile("^\\| `([a-z0-9.-]+)` \\|", Pattern.MULTILINE);
    private static final Pattern SET = Pattern.compile("^(atr\\.[a-z0-9.-]+)=", Pattern.MULTILINE);
    private static final String PAYERS = "atr.consumer.payers";

    @Test
    void tablesHaveEveryPropertyAndNoOther() throws IOException {
        Set<String> expected = metadata().stream()
                .filter(name -> name.startsWith("atr.") && !name.equals(PAYERS))
                .collect(Collectors.toCollection(TreeSet::new));
        expected.addAll(settingsOfAPayer());

        assertThat(matches(ROW)).isEqualTo(expected);
    }

    @Test
    void pageTellsHowToSwitchHealthOff() throws IOException {
        assertThat(metadata().stream().filter(name -> name.startsWith("management.")))
                .hasSize(2)
                .allSatisfy(name -> assertThat(Files.readString(PAGE)).contains("`" + name + "=false`"));
    }

    @Test
    void examplesSetPropertiesThatThereAre() throws IOException {
        Set<String> set = matches(SET);

        Set<String> known = metadata();
        settingsOfAPayer().forEach(setting -> known.add(PAYERS + ".cedar." + setting));
        assertThat(set).hasSizeGreaterThan(5).isSubsetOf(known);
    }

    private static Set<String> matches(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(PAGE))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> metadata() throws IOException {
        try (InputStream json = Objects.requireNonNull(
                SpringBootPageTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            return JsonValue.parseObject(json.readAllBytes()).items("properties").stream()
                    .flatMap(property -> property.find("name").flatMap(JsonValue::text).stream())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** What is below a map has no metadata. */
    private static Set<String> settingsOfAPayer() {
        return Arrays.stream(ConsumerProperties.Payer.class.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> Pattern.compile("[A-Z]")
                        .matcher(name)
                        .replaceAll(capital -> "-" + capital.group().toLowerCase(Locale.ROOT)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
