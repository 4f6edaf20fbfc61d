package dev.atr.core.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.Canonicals;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FhirValuesTest {
    @ParameterizedTest
    @CsvSource({
        "Patient/12, Patient, 12",
        "PractitionerRole/a-b.c, PractitionerRole, a-b.c",
        "https://payer.example/r4/Patient/12, Patient, 12",
        "https://payer.example/r4/Patient/12/_history/3, Patient, 12",
        "http://localhost:8080/Patient/x, Patient, x",
    })
    void literalReferencesNameAResource(String reference, String type, String id) {
        assertThat(ResourceKey.ofReference(reference)).contains(new ResourceKey(new ResourceType(type), id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "Patient",
                "/Patient",
                "Patient/",
                "#local",
                "urn:uuid:0f3c",
                "urn:oid:1.2/Patient/3",
                "patient/12",
                "Pati3nt/12",
                "Patient/a b",
                "Patient/12/13",
                "Patient/12?x=1",
                "file:///etc/Patient/1",
                "javascript:alert/Patient/1",
                "P/1",
            })
    void anythingElseNamesNone(String reference) {
        assertThat(ResourceKey.ofReference(reference)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "../x", "a_b", "\u00e4", "a\n"})
    void idsHaveTheShapeOfFhir(String id) {
        assertThat(ResourceKey.isId(id)).isFalse();
        assertThatThrownBy(() -> new ResourceKey(ResourceType.PATIENT, id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("../");
        assertThat(ResourceKey.isId("a".repeat(64))).isTrue();
        assertThat(ResourceKey.isId("a".repeat(65))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "patient", "Patient1", "Pa tient", "[x"})
    void typesAreLettersWithACapital(String code) {
        assertThatThrownBy(() -> new ResourceType(code)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keysAreOrderedByTypeAndId() {
        ResourceKey coverage = new ResourceKey(ResourceType.COVERAGE, "2");
        ResourceKey first = new ResourceKey(ResourceType.PATIENT, "1");
        ResourceKey second = new ResourceKey(ResourceType.PATIENT, "10");

        assertThat(List.of(second, coverage, first).stream().sorted()).containsExactly(coverage, first, second);
        assertThat(first.reference()).isEqualTo("Patient/1");
    }

    @Test
    void aPeriodHoldsItsLastDay() {
        Period period = Period.of(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 31));

        assertThat(period.endedBefore(LocalDate.of(2026, 1, 31), ZoneOffset.UTC))
                .isFalse();
        assertThat(period.endedBefore(LocalDate.of(2026, 2, 1), ZoneOffset.UTC)).isTrue();
        assertThat(Period.of("2026", null).endedBefore(LocalDate.MAX, ZoneOffset.UTC))
                .isFalse();
    }

    @Test
    void aConceptKnowsItsCodes() {
        CodeableConcept concept = CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "MB");

        assertThat(concept.has(Canonicals.IDENTIFIER_TYPE, "MB")).isTrue();
        assertThat(concept.has(Canonicals.IDENTIFIER_TYPE, "MC")).isFalse();
        assertThat(CodeableConcept.ofText("x").has(Canonicals.IDENTIFIER_TYPE, "MB"))
                .isFalse();
    }

    @Test
    void recordsCopyTheirLists() {
        List<Coding> codings = new ArrayList<>();
        CodeableConcept concept = new CodeableConcept(codings, null, OtherElements.NONE);

        codings.add(Coding.of("a", "b"));

        assertThat(concept.codings()).isEmpty();
    }

    @Test
    void onlyABareLiteralIsPlain() {
        assertThat(Reference.to(ResourceType.PATIENT, "1").isPlain()).isTrue();
        assertThat(new Reference("Patient/1", null, null, "x", OtherElements.NONE).isPlain())
                .isFalse();
        assertThat(new Reference(null, null, null, null, OtherElements.NONE).isPlain())
                .isFalse();
    }

    @Test
    void anOutcomeHasAnIssue() {
        assertThatThrownBy(() -> new OperationOutcome(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingShowsMemberData() {
        Reference reference = new Reference("Patient/Canary", null, null, "Canary", OtherElements.NONE);
        Identifier identifier = Identifier.of("urn:x", "Canary");
        OtherElements other = new OtherElements(List.of(new OtherElements.Property("name", "\"Canary\"")));

        assertThat(reference.toString() + identifier + other + other.properties() + reference.key())
                .doesNotContain("Canary")
                .contains("Patient", "urn:x", "name");
    }
}
