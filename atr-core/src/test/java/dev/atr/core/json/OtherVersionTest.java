package dev.atr.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherVersionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    STU3 | class             | R4   | [{"type":{"coding":[{"code":"plan"}]},"value":"P1"}]
                    STU3 | costToBeneficiary | R4   | []
                    STU3 | subrogation       | R4   | true
                    R4   | grouping          | STU3 | {"plan":"P1"}
                    R4   | sequence          | STU3 | "9"
                    """)
    @Requirement({"ATR-GEN-009", "STU3-005"})
    void aCoverageOfTheOtherVersionIsRefused(FhirVersion readAs, String element, String sent, String value) {
        byte[] json = "{\"resourceType\":\"Coverage\",\"id\":\"c\",\"status\":\"active\",\"%s\":%s}"
                .formatted(element, value)
                .getBytes(UTF_8);

        assertThatThrownBy(() -> CoverageJson.read(json, readAs))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("Coverage." + element + ": a resource of FHIR " + sent + ", but " + readAs);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    STU3 | "managingEntity":{"reference":"Organization/o"}
                    R4   | "extension":[{"url":"http://hl7.org/fhir/4.0/StructureDefinition/extension-Group.managingEntity",\
                    "valueReference":{"reference":"Organization/o"}}]
                    """)
    @Requirement({"ATR-GEN-009", "STU3-003"})
    void aListOfTheOtherVersionIsRefused(FhirVersion readAs, String payer) {
        byte[] json = ("{\"resourceType\":\"Group\",\"id\":\"g\",\"type\":\"person\",\"actual\":true," + payer
                        + ",\"member\":[{\"entity\":{\"reference\":\"Patient/p\"}}]}")
                .getBytes(UTF_8);

        assertThatThrownBy(() -> GroupJson.readHeader(json, readAs))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("managingEntity")
                .hasMessageContaining("or say that the peer speaks");
        assertThatThrownBy(() -> {
                    try (GroupReader reader = new GroupReader(new ByteArrayInputStream(json), readAs)) {
                        while (reader.next() != null) {
                            // rows may come before the header does
                        }
                        reader.list();
                    }
                })
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("managingEntity");
    }

    @Test
    void whatBothVersionsHaveIsNoSign() {
        byte[] json = "{\"resourceType\":\"Coverage\",\"id\":\"c\",\"status\":\"active\",\"order\":1}".getBytes(UTF_8);

        assertThatCode(() -> {
                    CoverageJson.read(json, FhirVersion.R4);
                    CoverageJson.read(json, FhirVersion.STU3);
                })
                .doesNotThrowAnyException();
    }
}
