package dev.atr.requirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import org.junit.jupiter.api.Test;

class RequirementListTest {
    @Test
    void carriesEveryRequirementWithItsWords() throws Exception {
        RequirementList list = RequirementList.carried();

        assertThat(list.rows()).hasSizeGreaterThan(400).allSatisfy(row -> {
            assertThat(row.id()).matches("[A-Z0-9]+(-[A-Z]+)?-\\d{3}");
            assertThat(row.role()).isIn("producer", "consumer", "both");
            assertThat(row.level()).isIn("SHALL", "SHALL NOT", "SHOULD", "MAY", "INFO");
            assertThat(row.text()).isNotBlank();
        });
        assertThat(list.has("ATR-EXP-011")).isTrue();
    }

    @Test
    void refusesANumberGivenTwice() {
        StringReader twice = new StringReader("id,role,level,area,requirement\nX-1,both,MAY,a,b\nX-1,both,MAY,a,c\n");

        assertThatThrownBy(() -> RequirementList.read(twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("requirements.csv numbers two requirements X-1.");
    }

    @Test
    void readsQuotesCommasAndLineBreaks() throws Exception {
        String csv = "id,role,level,area,requirement\r\nX-1,both,MAY,a,\"He said \"\"no\"\",\nthen left\"\r\n\r\n";

        RequirementList list = RequirementList.read(new StringReader(csv));

        assertThat(list.rows())
                .containsExactly(new RequirementList.Row("X-1", "both", "MAY", "a", "He said \"no\",\nthen left"));
    }
}
