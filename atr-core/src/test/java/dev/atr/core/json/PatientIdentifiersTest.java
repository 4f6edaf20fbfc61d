package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.PatientIdentifiers.Kind;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatientIdentifiersTest {
    private static final String TYPED =
            "{\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"%s\"}]},"
                    + "\"system\":\"urn:x\",\"value\":\"7\"}";

    @ParameterizedTest
    @ValueSource(strings = {"SB", "SS"})
    @Requirement("ATR-MDL-060")
    void bothCodesAreSocialSecurity(String code) {
        assertThat(read(TYPED.formatted(code)).of(Kind.SOCIAL_SECURITY))
                .singleElement()
                .satisfies(number -> assertThat(number.value()).isEqualTo("7"));
    }

    @Test
    @Requirement("ATR-MDL-060")
    void theSystemOfTheNumbersIsSocialSecurityToo() {
        String untyped = "{\"system\":\"http://hl7.org/fhir/sid/us-ssn\",\"value\":\"7\"}";

        assertThat(read(untyped).of(Kind.SOCIAL_SECURITY)).hasSize(1);
        assertThat(read(untyped).of(Kind.MEMBER)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"MC, MEDICARE", "MA, MEDICAID", "MR, MEDICAL_RECORD", "MB, MEMBER"})
    void theOtherCodesAreToldApart(String code, Kind kind) {
        PatientIdentifiers numbers = read(TYPED.formatted(code));

        for (Kind each : Kind.values()) {
            assertThat(numbers.of(each)).hasSize(each == kind ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aNumberOfAnotherKindIsNone(Kind kind) {
        assertThat(read(TYPED.formatted("DL")).of(kind)).isEmpty();
    }

    @Test
    void theNumbersAreNotInItsText() {
        assertThat(read(TYPED.formatted("MB"))).hasToString("PatientIdentifiers[1]");
    }

    private static PatientIdentifiers read(String identifier) {
        String json = "{\"resourceType\":\"Patient\",\"id\":\"p\",\"identifier\":[" + identifier + "]}";
        return PatientIdentifiers.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
