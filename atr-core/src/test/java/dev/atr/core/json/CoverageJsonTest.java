package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCoverage.CoverageClass;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.requirements.Requirement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoverageJsonTest {
    private static final MemberCoverage COVERAGE = new MemberCoverage(
            "cov-1002",
            List.of(Identifier.of(
                    CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "MB"),
                    "https://payer.example.com/ids/member",
                    "M100002")),
            "active",
            Reference.to(ResourceType.RELATED_PERSON, "rp-2001"),
            Reference.to(ResourceType.RELATED_PERSON, "rp-2001"),
            "S100002",
            Reference.to(ResourceType.PATIENT, "pat-1002"),
            "01",
            CodeableConcept.of(Canonicals.SUBSCRIBER_RELATIONSHIP, "child"),
            Samples.YEAR,
            List.of(Reference.to(ResourceType.ORGANIZATION, "nlhp")),
            List.of(entry("plan", "PPO-GOLD-26", "Gold PPO 2026")),
            CodeableConcept.of(Canonicals.INSURANCE_PRODUCT_SYSTEM, "commppo"),
            new OtherElements(
                    List.of(new OtherElements.Property("meta", "{\"lastUpdated\":\"2026-02-20T08:00:00Z\"}"))));

    private static final String R4 = """
            {"resourceType":"Coverage","id":"cov-1002","meta":{"lastUpdated":"2026-02-20T08:00:00Z"},
            "extension":[{"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-insuranceProductType","valueCodeableConcept":
            {"coding":[{"system":"http://hl7.org/fhir/us/davinci-pdex-plan-net/CodeSystem/InsuranceProductTypeCS","code":"commppo"}]}}],
            "identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MB"}]},
            "system":"https://payer.example.com/ids/member","value":"M100002"}],"status":"active",
            "policyHolder":{"reference":"RelatedPerson/rp-2001"},"subscriber":{"reference":"RelatedPerson/rp-2001"},
            "subscriberId":"S100002","beneficiary":{"reference":"Patient/pat-1002"},"dependent":"01",
            "relationship":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/subscriber-relationship","code":"child"}]},
            "period":{"start":"2026-01-01","end":"2026-12-31"},"payor":[{"reference":"Organization/nlhp"}],
            "class":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/coverage-class","code":"plan"}]},
            "value":"PPO-GOLD-26","name":"Gold PPO 2026"}]}
            """.replace("\n", "");

    private static final String STU3 = R4.replace("terminology.hl7.org/CodeSystem/v2-0203", "hl7.org/fhir/v2/0203")
            .replace("terminology.hl7.org/CodeSystem/subscriber-relationship", "hl7.org/fhir/policyholder-relationship")
            .replaceAll("\"class\":.*", "\"grouping\":{\"plan\":\"PPO-GOLD-26\",\"planDisplay\":\"Gold PPO 2026\"}}");

    @Test
    @Requirement({"ATR-MDL-009", "ATR-MDL-013", "ATR-MDL-057"})
    void writesTheWorkedExample() {
        assertThat(Samples.text(CoverageJson.write(COVERAGE, FhirVersion.R4))).isEqualTo(R4);
    }

    @Test
    @Requirement({"ATR-MDL-009", "ATR-MDL-013", "ATR-MDL-057", "ATR-GEN-006"})
    void readsTheWorkedExample() {
        MemberCoverage read = CoverageJson.read(Samples.bytes(R4), FhirVersion.R4);

        assertThat(read).isEqualTo(COVERAGE);
        assertThat(read.planIdentifier()).contains("PPO-GOLD-26");
        assertThat(read.memberIdentifier().map(Identifier::value)).contains("M100002");
    }

    @Test
    @Requirement({"STU3-005", "STU3-007", "STU3-008", "STU3-009"})
    void writesTheWorkedExampleInStu3() {
        assertThat(Samples.text(CoverageJson.write(COVERAGE, FhirVersion.STU3))).isEqualTo(STU3);
    }

    @Test
    @Requirement({"STU3-005", "STU3-008", "STU3-009"})
    void readsTheWorkedExampleInStu3() {
        assertThat(CoverageJson.read(Samples.bytes(STU3), FhirVersion.STU3)).isEqualTo(COVERAGE);
    }

    @Test
    @Requirement({"ATR-GEN-004", "ATR-GEN-007", "ATR-GEN-011"})
    void almostNothingIsEnoughToBeRead() {
        MemberCoverage read = CoverageJson.read(Samples.bytes("{\"resourceType\":\"Coverage\"}"), FhirVersion.R4);

        assertThat(read.payors()).isEmpty();
        assertThat(Samples.text(CoverageJson.write(read, FhirVersion.R4))).isEqualTo("{\"resourceType\":\"Coverage\"}");
    }

    @Test
    @Requirement({"STU3-007", "STU3-016"})
    void anStu3CoverageWithoutStatusIsActive() {
        MemberCoverage read = CoverageJson.read(
                Samples.bytes("{\"resourceType\":\"Coverage\",\"sequence\":\"9\"}"), FhirVersion.STU3);

        assertThat(read.status()).isEqualTo("active");
        assertThat(read.classes()).containsExactly(entry("sequence", "9", null));
    }

    @Test
    void whatIsNotModelledSurvives() {
        String json = "{\"resourceType\":\"Coverage\",\"id\":\"c\",\"language\":\"en\",\"_status\":{\"id\":\"s\"},"
                + "\"extension\":[{\"url\":\"urn:x\",\"valueDecimal\":1.0},{\"url\":\""
                + Canonicals.EXT_INSURANCE_PRODUCT + "\",\"valueCodeableConcept\":{\"text\":\"a\"}},{\"url\":\""
                + Canonicals.EXT_INSURANCE_PRODUCT + "\",\"valueCodeableConcept\":{\"text\":\"b\"}}],"
                + "\"type\":{\"text\":\"t\"},\"class\":[{\"value\":\"v\"},{\"type\":{\"text\":\"t\"},\"value\":\"w\","
                + "\"_name\":{\"id\":\"n\"}}],\"order\":1,\"contract\":[{\"reference\":\"Contract/1\"}]}";

        byte[] written = CoverageJson.write(CoverageJson.read(Samples.bytes(json), FhirVersion.R4), FhirVersion.R4);

        assertThat(sorted(JsonValue.parse(written))).isEqualTo(sorted(JsonValue.parse(Samples.bytes(json))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resourceType\":\"Patient\"}",
                "{}",
                "{\"resourceType\":\"Coverage\",\"payor\":{\"display\":\"Canary\"}}",
                "{\"resourceType\":\"Coverage\",\"subscriberId\":17}",
                "{\"resourceType\":\"Coverage\",\"period\":{\"start\":\"Canary\"}}",
                "{\"resourceType\":\"Coverage\",\"class\":[\"Canary\"]}",
            })
    void refusesWhatIsNoCoverageWithoutQuotingIt(String json) {
        assertThatThrownBy(() -> CoverageJson.read(Samples.bytes(json), FhirVersion.R4))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("Coverage")
                .hasMessageNotContaining("Canary");
    }

    @Test
    void showsNoContent() {
        assertThat(COVERAGE.toString()).doesNotContain("S100002", "M100002", "pat-1002");
    }

    private static CoverageClass entry(String kind, String value, @Nullable String name) {
        return new CoverageClass(CodeableConcept.of(Canonicals.COVERAGE_CLASS, kind), value, name, OtherElements.NONE);
    }

    /** Classes and extensions come back in another order: ours first. */
    private static JsonValue sorted(JsonValue json) {
        JsonValue.JsonObject object = (JsonValue.JsonObject) json;
        for (String name : List.of("class", "extension")) {
            object = object.with(
                    name,
                    JsonValue.array(object.items(name).stream()
                            .sorted((a, b) -> a.toJson().compareTo(b.toJson()))
                            .toList()));
        }
        return object;
    }
}
