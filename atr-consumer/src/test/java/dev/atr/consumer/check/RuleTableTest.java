package dev.atr.consumer.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RuleTableTest {
    @Test
    void rulesAreTheRequirementsOfTheseNumbers() throws IOException {
        String requirements;
        try (InputStream csv = Objects.requireNonNull(Requirement.class.getResourceAsStream("requirements.csv"))) {
            requirements = new String(csv.readAllBytes(), StandardCharsets.UTF_8).replace("\"\"", "\"");
        }

        assertThat(RuleTable.read()).hasSizeGreaterThan(200).allSatisfy(entry -> {
            Rule rule = entry.rule();
            assertThat(requirements)
                    .containsPattern("(?m)^" + rule.id() + ",(producer|both)," + rule.level() + ",")
                    .contains(rule.text());
        });
    }

    @Test
    void standInOrderAndOnce() {
        assertThat(RuleTable.read())
                .extracting(entry -> entry.rule().id())
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
