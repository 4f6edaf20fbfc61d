package dev.atr.core.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.requirements.Requirement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributionValuesTest {
    private static final AttributionList LIST = AttributionList.of(
            new ListId("l"),
            ListStatus.OPEN,
            List.of(Identifier.of(Canonicals.NPI, "1234567893"), Identifier.of(Canonicals.NPI, "1357902463")),
            Reference.to(ResourceType.ORGANIZATION, "o"),
            Period.of("2026", "2026"));

    @ParameterizedTest
    @ValueSource(strings = {"new", "dropped", "changed", "nochange", "cancelled"})
    @Requirement("ATR-MDL-046")
    void theGuidesChangeCodesAreKnown(String code) {
        assertThat(ChangeType.of(code).isKnown()).isTrue();
        assertThat(ChangeType.of(code).code()).isEqualTo(code);
        assertThat(ChangeType.of(code).normalized()).isEqualTo(ChangeType.of(code));
    }

    @ParameterizedTest
    @CsvSource({
        "add, new",
        "added, new",
        "drop, dropped",
        "removed, dropped",
        "deleted, dropped",
        "change, changed",
        "updated, changed",
        "update, changed",
        "no-change, nochange",
        "unchanged, nochange",
        "canceled, cancelled",
        "New, New",
        "other, other",
    })
    @Requirement("ATR-MDL-046")
    void wordsOfPeersAreUnderstood(String word, String meant) {
        assertThat(ChangeType.of(word).isKnown()).isFalse();
        assertThat(ChangeType.of(word).normalized().code()).isEqualTo(meant);
    }

    @Test
    @Requirement("ATR-MDL-045")
    void theGuidesStatusesAreKnownAndOneIsReadOnly() {
        assertThat(List.of(ListStatus.DRAFT, ListStatus.OPEN, ListStatus.FINAL))
                .allMatch(ListStatus::isKnown)
                .extracting(ListStatus::code)
                .containsExactly("draft", "open", "final");
        assertThat(ListStatus.DRAFT.isModifiable()).isTrue();
        assertThat(ListStatus.OPEN.isModifiable()).isTrue();
        assertThat(ListStatus.FINAL.isModifiable()).isFalse();
        assertThat(new ListStatus("Draft").isKnown()).isFalse();
        assertThat(new ListStatus("Draft").isModifiable()).isFalse();
    }

    @Test
    void rowsAreOrderedByPatientProviderCoverageAndStart() {
        MemberKey none = key("p1", null, null, null);
        MemberKey later = key("p1", null, null, "2026");
        MemberKey coverage = key("p1", null, "c1", null);
        MemberKey provider = key("p1", "o1", null, null);
        MemberKey patient = key("p10", null, null, null);

        assertThat(List.of(patient, provider, coverage, later, none).stream().sorted())
                .containsExactly(none, later, coverage, provider, patient);
    }

    @Test
    void aKeyIgnoresBaseAndVersionOfAReference() {
        Member absolute = row(
                new Reference("https://a.example/r4/Patient/p1/_history/2", null, null, null, OtherElements.NONE),
                null,
                null,
                null);

        assertThat(absolute.key()).isEqualTo(key("p1", null, null, null));
    }

    @Test
    void aListFindsItsFirstIdentifierOfASystem() {
        assertThat(LIST.identifier(Canonicals.NPI).map(Identifier::value)).contains("1234567893");
        assertThat(LIST.identifier(Canonicals.TIN)).isEmpty();
    }

    @Test
    void copiesOfAListChangeOneThing() {
        AttributionList changed = LIST.withName("n")
                .withQuantity(3)
                .withVersion("2", Instant.EPOCH)
                .withIntendedRecipient(Identifier.of(Canonicals.TIN, "1"));

        assertThat(changed.name()).isEqualTo("n");
        assertThat(changed.quantity()).isEqualTo(3);
        assertThat(changed.version()).isEqualTo("2");
        assertThat(changed.lastUpdated()).isEqualTo(Instant.EPOCH);
        assertThat(changed.intendedRecipient()).isEqualTo(Identifier.of(Canonicals.TIN, "1"));
        assertThat(changed)
                .usingRecursiveComparison()
                .ignoringFields("name", "quantity", "version", "lastUpdated", "intendedRecipient")
                .isEqualTo(LIST);
    }

    @Test
    void listIdsHaveTheShapeOfFhir() {
        assertThatThrownBy(() -> new ListId("a/b")).isInstanceOf(IllegalArgumentException.class);
        assertThat(new ListId("l").key().reference()).isEqualTo("Group/l");
    }

    @ParameterizedTest
    @ValueSource(strings = {Canonicals.IDENTIFIER_TYPE, Canonicals.IDENTIFIER_TYPE_STU3})
    @Requirement({"ATR-MDL-013", "STU3-009"})
    void theMemberIdentifierIsFoundByItsTypeInBothForms(String system) {
        Identifier other = Identifier.of("urn:x", "0");
        Identifier member = Identifier.of(CodeableConcept.of(system, "MB"), "urn:m", "1");

        assertThat(coverage(List.of(other, member)).memberIdentifier()).contains(member);
        assertThat(coverage(List.of(other)).memberIdentifier()).isEmpty();
    }

    @Test
    void nothingShowsMemberData() {
        Member member = row(Reference.to(ResourceType.PATIENT, "Canary"), null, null, Period.of("1971-04-09", null));

        assertThat(member.toString() + member.key() + coverage(List.of(Identifier.of("urn:x", "Canary"))) + LIST)
                .doesNotContain("Canary", "1971", "1234567893");
    }

    private static MemberKey key(
            String patient, @Nullable String provider, @Nullable String coverage, @Nullable String start) {
        return row(
                        Reference.to(ResourceType.PATIENT, patient),
                        coverage == null ? null : Reference.to(ResourceType.COVERAGE, coverage),
                        provider == null ? null : Reference.to(ResourceType.ORGANIZATION, provider),
                        start == null ? null : Period.of(start, null))
                .key();
    }

    private static Member row(
            Reference patient, @Nullable Reference coverage, @Nullable Reference provider, @Nullable Period period) {
        return new Member(patient, coverage, provider, period, false, ChangeType.NEW, OtherElements.NONE);
    }

    private static MemberCoverage coverage(List<Identifier> identifiers) {
        return new MemberCoverage(
                null,
                identifiers,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                OtherElements.NONE);
    }
}
