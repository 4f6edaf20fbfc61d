package dev.atr.core.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpiTest {
    @ParameterizedTest
    @ValueSource(strings = {"1234567893", "1357902463", "1487203592", "9941339100"})
    void acceptsNumbersWhoseCheckDigitFits(String number) {
        assertThat(Npi.parse(number)).map(npi -> npi.value()).contains(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9941339108", "1234567890", "123456789", "12345678930", "123456789x", "", "١٢٣٤٥٦٧٨٩٣"})
    void refusesEverythingElse(String text) {
        assertThat(Npi.parse(text)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new Npi(text));
    }

    @Test
    void completesNineDigits() {
        assertThat(Npi.ofFirstNine(123_456_789).value()).isEqualTo("1234567893");
        assertThat(Npi.ofFirstNine(7).value()).hasSize(10).startsWith("000000007");
    }

    @Test
    void doesNotShowTheNumber() {
        assertThat(new Npi("1234567893").toString()).doesNotContain("1234567893");
    }
}
