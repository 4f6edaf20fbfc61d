package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import dev.atr.requirements.Requirement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionMappingTest {
    private static final String R4_EXTENSION = "http://hl7.org/fhir/4.0/StructureDefinition/extension-";

    @ParameterizedTest
    @CsvSource({
        "http://terminology.hl7.org/CodeSystem/v2-0203, http://hl7.org/fhir/v2/0203",
        "http://terminology.hl7.org/CodeSystem/v2-0131, http://hl7.org/fhir/v2/0131",
        "http://terminology.hl7.org/CodeSystem/v3-RoleCode, http://hl7.org/fhir/v3/RoleCode",
        "http://terminology.hl7.org/CodeSystem/organization-type, http://hl7.org/fhir/organization-type",
        "http://terminology.hl7.org/CodeSystem/location-physical-type, http://hl7.org/fhir/location-physical-type",
        "http://terminology.hl7.org/CodeSystem/contactentity-type, http://hl7.org/fhir/contactentity-type",
        "http://terminology.hl7.org/CodeSystem/subscriber-relationship, http://hl7.org/fhir/policyholder-relationship",
        "http://hl7.org/fhir/sid/us-npi, http://hl7.org/fhir/sid/us-npi",
    })
    @Requirement({"STU3-008", "STU3-009"})
    void codeSystemsAreTranslated(String r4System, String stu3System) {
        String template =
                "{\"resourceType\":\"Organization\",\"type\":[{\"coding\":[{\"system\":\"%s\",\"code\":\"x\"}]}]}";

        assertBothWays(template.formatted(r4System), template.formatted(stu3System));
    }

    @Test
    @Requirement("STU3-009")
    void theSystemOfAnIdentifierIsNoCodeSystem() {
        String json = "{\"resourceType\":\"Patient\",\"identifier\":"
                + "[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"value\":\"1\"}]}";

        assertBothWays(json, json);
    }

    @Test
    @Requirement("STU3-008")
    void injuredKeepsItsSystem() {
        String json = coverage("\"relationship\":{\"coding\":[{\"system\":"
                + "\"http://terminology.hl7.org/CodeSystem/subscriber-relationship\",\"code\":\"injured\"}]}");

        assertBothWays(json, json);
    }

    @Test
    void theSocialSecurityCodeComesBack() {
        String r4 = "{\"resourceType\":\"Patient\",\"identifier\":[{\"type\":{\"coding\":[{\"system\":"
                + "\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"SB\"}]}}]}";

        String stu3 = toStu3(r4);

        assertThat(stu3).contains("\"code\":\"SS\"").contains("http://hl7.org/fhir/v2/0203");
        assertThat(toR4(stu3)).isEqualTo(r4);
    }

    @Test
    @Requirement("STU3-005")
    void classesBecomeFields() {
        assertBothWays(
                coverage("\"class\":[" + entry("group", "g", "G") + "," + entry("subgroup", "sg", null) + ","
                        + entry("plan", "p", "P") + "," + entry("subplan", "sp", null) + "," + entry("class", "c", null)
                        + "," + entry("subclass", "sc", "SC") + "," + entry("sequence", "9", null) + "]"),
                coverage("\"grouping\":{\"group\":\"g\",\"groupDisplay\":\"G\",\"subGroup\":\"sg\",\"plan\":\"p\","
                        + "\"planDisplay\":\"P\",\"subPlan\":\"sp\",\"class\":\"c\",\"subClass\":\"sc\","
                        + "\"subClassDisplay\":\"SC\"},\"sequence\":\"9\""));
    }

    @Test
    @Requirement("STU3-006")
    void classesWithoutFieldAreKept() {
        String r4 = coverage("\"class\":[" + entry("plan", "p", null) + "," + entry("plan", "p", null) + ","
                + entry("plan", "q", "Q") + "," + entry("rxbin", "r", null) + ","
                + "{\"type\":{\"text\":\"own\"},\"value\":\"o\",\"_name\":{\"id\":\"n\"}}]");

        String stu3 = toStu3(r4);

        assertThat(stu3).contains("\"grouping\":{\"plan\":\"p\"}").contains(R4_EXTENSION + "Coverage.class");
        assertThat(toR4(stu3)).isEqualTo(r4);
    }

    @Test
    @Requirement({"STU3-005", "STU3-006"})
    void aClassThatSaysMoreStandsInItsFieldAllTheSame() {
        String r4 = coverage("\"class\":[{\"type\":{\"coding\":[{\"system\":"
                + "\"http://terminology.hl7.org/CodeSystem/coverage-class\",\"code\":\"plan\",\"display\":\"Plan\"}]},"
                + "\"value\":\"p\"},"
                + entry("sequence", "9", "Nine") + "]");

        String stu3 = toStu3(r4);

        assertThat(stu3).contains("\"grouping\":{\"plan\":\"p\"}", "\"sequence\":\"9\"");
        assertThat(toR4(stu3)).isEqualTo(r4);
    }

    @Test
    void whatR4CoverageHasAloneIsKept() {
        String r4 = coverage("\"costToBeneficiary\":[{\"type\":{\"text\":\"copay\"},\"valueMoney\":{\"value\":1.50},"
                + "\"exception\":[{\"type\":{\"text\":\"e\"}}]},{\"valueQuantity\":{\"value\":2}}],"
                + "\"subrogation\":true");

        String stu3 = toStu3(r4);

        assertThat(stu3).doesNotContain("\"costToBeneficiary\":").doesNotContain("\"subrogation\":");
        assertThat(toR4(stu3)).isEqualTo(r4);
    }

    @Test
    void whatStu3GroupingHasAloneIsKept() {
        String stu3 = coverage("\"grouping\":{\"id\":\"g\",\"plan\":\"p\",\"groupDisplay\":\"no group\","
                + "\"_plan\":{\"id\":\"x\"}}");

        assertThat(JsonValue.parse(Samples.bytes(toStu3(toR4(stu3))))).isEqualTo(JsonValue.parse(Samples.bytes(stu3)));
    }

    @Test
    @Requirement("STU3-010")
    void relationshipsAreKept() {
        String r4 = "{\"resourceType\":\"RelatedPerson\",\"relationship\":[{\"text\":\"a\"},{\"coding\":[{\"system\":"
                + "\"http://terminology.hl7.org/CodeSystem/v3-RoleCode\",\"code\":\"MTH\"}]},{\"text\":\"c\"}],"
                + "\"communication\":[{\"id\":\"i\",\"language\":{\"text\":\"fi\"},\"preferred\":true,"
                + "\"_preferred\":{\"id\":\"p\"},\"extension\":[{\"url\":\"urn:x\",\"valueCode\":\"y\"}]}]}";

        String stu3 = toStu3(r4);

        assertThat(stu3)
                .contains("\"relationship\":{\"text\":\"a\"}", R4_EXTENSION + "RelatedPerson.relationship")
                .contains("http://hl7.org/fhir/v3/RoleCode", "{\"url\":\"preferred\",\"valueBoolean\":true}")
                .doesNotContain("\"communication\":");
        assertThat(JsonValue.parse(Samples.bytes(toR4(stu3)))).isEqualTo(JsonValue.parse(Samples.bytes(r4)));
    }

    @Test
    @Requirement("STU3-015")
    void locationTypesAndHoursAreKept() {
        String r4 = "{\"resourceType\":\"Location\",\"name\":\"n\",\"type\":[{\"text\":\"a\"},{\"text\":\"b\"}],"
                + "\"hoursOfOperation\":[{\"daysOfWeek\":[\"mon\",\"tue\"],\"allDay\":false,"
                + "\"openingTime\":\"08:00:00\"}],\"availabilityExceptions\":\"holidays\"}";

        String stu3 = toStu3(r4);

        assertThat(stu3)
                .contains("\"type\":{\"text\":\"a\"}", "{\"url\":\"openingTime\",\"valueTime\":\"08:00:00\"}")
                .doesNotContain("\"hoursOfOperation\":", "\"availabilityExceptions\":");
        assertThat(JsonValue.parse(Samples.bytes(toR4(stu3)))).isEqualTo(JsonValue.parse(Samples.bytes(r4)));
    }

    @Test
    @Requirement("STU3-014")
    void aGeneralPractitionerInARoleIsKeptInItsPlace() {
        String r4 = "{\"resourceType\":\"Patient\",\"generalPractitioner\":[{\"reference\":\"Practitioner/1\"},"
                + "{\"reference\":\"PractitionerRole/2\",\"display\":\"Dr. Two\"},{\"reference\":\"Organization/3\"}]}";

        String stu3 = toStu3(r4);

        assertThat(stu3)
                .contains("[{\"reference\":\"Practitioner/1\"},{\"extension\":[{\"url\":\"" + R4_EXTENSION
                        + "Patient.generalPractitioner\"")
                .contains("\"display\":\"Dr. Two\"}");
        assertThat(toR4(stu3)).isEqualTo(r4);
    }

    @Test
    @Requirement("STU3-016")
    void anAnimalIsNoMember() {
        assertThatThrownBy(() -> toR4("{\"resourceType\":\"Patient\",\"animal\":{\"species\":{}}}"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("Patient.animal");
    }

    @Test
    @Requirement({"STU3-011", "STU3-012"})
    void aTraitThatIsAReferenceIsSaidInWordsToo() {
        String r4 = "{\"resourceType\":\"Group\",\"characteristic\":[{\"code\":{\"text\":\"attributed-to\"},"
                + "\"exclude\":true,\"valueReference\":{\"reference\":\"Practitioner/1\",\"identifier\":"
                + "{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1234567893\"}}},"
                + "{\"code\":{\"text\":\"location\"},\"valueReference\":{\"display\":\"Here\"}}]}";

        String stu3 = toStu3(r4);

        assertThat(stu3)
                .contains("\"exclude\":true")
                .contains("\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/us-npi\","
                        + "\"code\":\"1234567893\"}]}")
                .contains("\"valueCodeableConcept\":{\"text\":\"Here\"}");
        assertThat(JsonValue.parse(Samples.bytes(toR4(stu3)))).isEqualTo(JsonValue.parse(Samples.bytes(r4)));
    }

    @Test
    void theGuidesProfilesAreNotClaimed() {
        String r4 = "{\"resourceType\":\"Patient\",\"meta\":{\"versionId\":\"2\",\"source\":\"urn:s\",\"profile\":"
                + "[\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-patient\",\"urn:own\"]},\"active\":true}";

        String stu3 = toStu3(r4);

        assertThat(stu3).contains("\"profile\":[\"urn:own\"]").doesNotContain("davinci-atr", "\"source\"");
        assertThat(toR4(stu3))
                .isEqualTo("{\"resourceType\":\"Patient\",\"meta\":{\"versionId\":\"2\",\"profile\":[\"urn:own\"],"
                        + "\"source\":\"urn:s\"},\"active\":true}");
    }

    @Test
    void aMetaThatHeldOnlyOurProfileGoes() {
        String r4 = "{\"resourceType\":\"Patient\",\"meta\":{\"profile\":"
                + "[\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-patient\"]}}";

        assertThat(toStu3(r4)).isEqualTo("{\"resourceType\":\"Patient\"}");
    }

    @Test
    void theTypeOfAReferenceGoesWhenTheLiteralSaysIt() {
        String r4 = "{\"resourceType\":\"Patient\",\"managingOrganization\":{\"reference\":\"Organization/1\","
                + "\"type\":\"Organization\"},\"generalPractitioner\":[{\"type\":\"Practitioner\",\"display\":\"d\"}]}";

        String stu3 = toStu3(r4);

        assertThat(stu3)
                .contains("\"managingOrganization\":{\"reference\":\"Organization/1\"}")
                .contains(R4_EXTENSION + "Reference.type\",\"valueUri\":\"Practitioner\"");
        assertThat(toR4(stu3)).contains("{\"display\":\"d\",\"type\":\"Practitioner\"}");
    }

    @Test
    void anOldIdentifierStaysOld() {
        String r4 = "{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"1\",\"use\":\"old\"},"
                + "{\"value\":\"2\",\"use\":\"official\"}]}";

        String stu3 = toStu3(r4);

        assertThat(stu3).doesNotContain("\"use\":\"old\"").contains("\"use\":\"official\"");
        assertThat(toR4(stu3)).isEqualTo(r4);
    }

    @Test
    void extensionValuesThatStu3LacksBecomeUris() {
        String r4 =
                "{\"resourceType\":\"Patient\",\"extension\":[{\"url\":\"urn:x\",\"valueUrl\":\"https://a.example\"}]}";

        assertThat(toStu3(r4)).contains("\"valueUri\":\"https://a.example\"").doesNotContain("valueUrl");
    }

    @Test
    void containedResourcesAreMappedToo() {
        String r4 = "{\"resourceType\":\"Patient\",\"contained\":[{\"resourceType\":\"Location\",\"id\":\"l\",\"type\":"
                + "[{\"text\":\"a\"},{\"text\":\"b\"}]}]}";

        String stu3 = toStu3(r4);

        assertThat(stu3).contains("\"type\":{\"text\":\"a\"}");
        assertThat(toR4(stu3)).isEqualTo(r4);
    }

    private static String entry(String kind, String value, @Nullable String name) {
        return "{\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/coverage-class\",\"code\":\""
                + kind + "\"}]},\"value\":\"" + value + "\"" + (name == null ? "" : ",\"name\":\"" + name + "\"") + "}";
    }

    private static String coverage(String properties) {
        return "{\"resourceType\":\"Coverage\",\"status\":\"active\"," + properties + "}";
    }

    private static void assertBothWays(String r4, String stu3) {
        assertThat(toStu3(r4)).isEqualTo(stu3);
        assertThat(toR4(stu3)).isEqualTo(r4);
    }

    private static String toStu3(String r4) {
        return Samples.text(VersionMapping.toStu3(Samples.bytes(r4)));
    }

    private static String toR4(String stu3) {
        return Samples.text(VersionMapping.toR4(Samples.bytes(stu3)));
    }
}
