package dev.atr.core.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the table of rules in docs/lists.md is true: by the numbers that the rules themselves name. */
class RuleTableTest {
    private static final Path PAGE = Path.of("../docs/lists.md");
    private static final Path RULES = Path.of("src/main/java/dev/atr/core/rules");

    @ParameterizedTest
    @ValueSource(strings = {"AttributionListRules", "CoverageRules", "ResourceRules"})
    void eachClassChecksWhatTheTableSays(String rules) throws IOException {
        List<String> told = tableRows().stream()
                .filter(row -> row.startsWith("| `" + rules + "` |"))
                .flatMap(row -> numbers(row, "\\b(\\d{3})\\b").stream())
                .toList();

        String source = Files.readString(RULES.resolve(rules + ".java"));
        assertThat(told).isEqualTo(numbers(source, "\"ATR-MDL-(\\d{3})\""));
    }

    @Test
    void theTableHasEachRequirementOfTheDataModelOnce() throws IOException {
        List<String> told = tableRows().stream()
                .flatMap(row -> numbers(row, "\\b(\\d{3})\\b").stream())
                .sorted()
                .toList();

        try (InputStream in =
                Objects.requireNonNull(getClass().getResourceAsStream("/dev/atr/requirements/requirements.csv"))) {
            String requirements = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(told).isEqualTo(numbers(requirements, "(?m)^ATR-MDL-(\\d{3}),"));
        }
    }

    private static List<String> tableRows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.equals("## Which rule checks what"))
                .filter(line -> line.startsWith("| "))
                .toList();
    }

    private static List<String> numbers(String text, String pattern) {
        List<String> numbers = new ArrayList<>();
        for (Matcher found = Pattern.compile(pattern).matcher(text); found.find(); ) {
            numbers.add(found.group(1));
        }
        return numbers.stream().distinct().sorted().toList();
    }
}
