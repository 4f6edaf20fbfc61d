package dev.atr.core.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FhirDateTimeTest {
    @ParameterizedTest
    @CsvSource({
        "2024, 2024-01-01, 2024-12-31",
        "2024-02, 2024-02-01, 2024-02-29",
        "2026-03-01, 2026-03-01, 2026-03-01",
        "2026-03-01T23:30:00Z, 2026-03-01, 2026-03-01",
    })
    void touchesDays(String text, LocalDate first, LocalDate last) {
        FhirDateTime value = new FhirDateTime(text);

        assertThat(value.firstDay(ZoneOffset.UTC)).isEqualTo(first);
        assertThat(value.lastDay(ZoneOffset.UTC)).isEqualTo(last);
    }

    @Test
    void anInstantFallsOnTheDayOfTheZone() {
        FhirDateTime value = new FhirDateTime("2026-03-01T23:30:00-05:00");

        assertThat(value.firstDay(ZoneId.of("America/New_York"))).isEqualTo("2026-03-01");
        assertThat(value.lastDay(ZoneOffset.UTC)).isEqualTo("2026-03-02");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "26",
                "0000",
                "2026-13",
                "2026-00",
                "2026-02-30",
                "2025-02-29",
                "2026-1-1",
                "2026-01-01T10:00",
                "2026-01-01T10:00:00",
                "2026-01-01T25:00:00Z",
                "2026-01-01 10:00:00Z",
                "+2026-01-01",
                "2026-01-01T10:00:00.1234567890Z",
                "\u0662\u0660\u0662\u0666",
            })
    void refusesWhatIsNoDateTime(String text) {
        assertThatThrownBy(() -> new FhirDateTime(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a FHIR dateTime");
    }

    @Test
    void aLongNearMatchIsRefusedAtOnce() {
        assertThatThrownBy(() -> new FhirDateTime("2026-01-01T10:00:00." + "1".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsNoContent() {
        assertThat(new FhirDateTime("1971-04-09").toString()).doesNotContain("1971");
    }
}
