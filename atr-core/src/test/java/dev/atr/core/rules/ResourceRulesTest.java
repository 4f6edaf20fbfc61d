package dev.atr.core.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.atr.core.fhir.ResourceType;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceRulesTest {
    private static final String MC = """
            {"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MC"}]},
             "system":"s","value":"v"}""";

    private static final String PATIENT = """
            {"resourceType":"Patient","id":"p","identifier":[{"system":"urn:s","value":"1"}],
             "name":[{"family":"F","given":["G"]}],"gender":"female"}""";

    private static final String RELATED_PERSON = """
            {"resourceType":"RelatedPerson","id":"r","active":true,"patient":{"reference":"Patient/p"},
             "name":[{"family":"F"}]}""";

    private static final String PRACTITIONER = """
            {"resourceType":"Practitioner","id":"d",
             "identifier":[{"system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"}],
             "name":[{"family":"F"}]}""";

    private static final String ROLE = """
            {"resourceType":"PractitionerRole","id":"r","practitioner":{"reference":"Practitioner/d"},
             "organization":{"reference":"Organization/o"},"location":[{"reference":"Location/l"}],
             "telecom":[{"system":"phone","value":"1"}]}""";

    private static final String ORGANIZATION = """
            {"resourceType":"Organization","id":"o","active":true,"name":"O"}""";

    private static final String LOCATION = """
            {"resourceType":"Location","id":"l","name":"L"}""";

    @ParameterizedTest
    @MethodSource
    void findsNothingOnSoundResources(ResourceType type, String json) {
        assertThat(check(type, json)).isEmpty();
    }

    static Stream<Arguments> findsNothingOnSoundResources() {
        return Stream.of(
                arguments(ResourceType.PATIENT, PATIENT),
                arguments(
                        ResourceType.PATIENT,
                        PATIENT.replace(
                                "\"family\":\"F\",\"given\":[\"G\"]",
                                "\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\","
                                        + "\"valueCode\":\"unknown\"}]")),
                arguments(ResourceType.RELATED_PERSON, RELATED_PERSON),
                arguments(ResourceType.PRACTITIONER, PRACTITIONER),
                arguments(ResourceType.PRACTITIONER_ROLE, ROLE),
                arguments(ResourceType.ORGANIZATION, ORGANIZATION),
                arguments(ResourceType.LOCATION, LOCATION));
    }

    @ParameterizedTest(name = "{0} {4}: {2} -> {3}")
    @MethodSource
    @Requirement({
        "ATR-MDL-058",
        "ATR-MDL-059",
        "ATR-MDL-061",
        "ATR-MDL-063",
        "ATR-MDL-064",
        "ATR-MDL-065",
        "ATR-MDL-066",
        "ATR-MDL-067",
        "ATR-MDL-068"
    })
    void namesEachBrokenRule(ResourceType type, String json, String from, String to, String expected) {
        assertThat(json).contains(from);

        assertThat(check(type, json.replace(from, to))).containsExactly(expected);
    }

    static Stream<Arguments> namesEachBrokenRule() {
        String identifiers = "[{\"system\":\"urn:s\",\"value\":\"1\"}]";
        return Stream.of(
                patient("\"identifier\":" + identifiers + ",", "", "error ATR-MDL-058 Patient.identifier"),
                patient("\"system\":\"urn:s\",", "", "error ATR-MDL-063 Patient.identifier[0]"),
                patient("\"value\":\"1\"", "\"value\":\"\"", "error ATR-MDL-063 Patient.identifier[0]"),
                patient(identifiers, "[" + MC + "," + MC + "]", "error ATR-MDL-059 Patient.identifier"),
                patient(
                        identifiers,
                        "[" + MC.replace("\"MC\"}", "\"MC\"},{\"code\":\"x\"}") + "]",
                        "error ATR-MDL-059 Patient.identifier[0].type"),
                patient("urn:s", "http://hl7.org/fhir/sid/us-ssn", "warning C-73 Patient.identifier[0]"),
                patient("\"name\"", "\"alias\"", "error ATR-MDL-061 Patient.name"),
                patient("\"family\":\"F\",\"given\":[\"G\"]", "\"use\":\"usual\"", "error ATR-MDL-063 Patient.name[0]"),
                patient("\"female\"", "\"Female\"", "error ATR-MDL-063 Patient.gender"),
                arguments(
                        ResourceType.RELATED_PERSON,
                        RELATED_PERSON,
                        "Patient/p",
                        "Group/p",
                        "error ATR-MDL-068 RelatedPerson.patient"),
                arguments(
                        ResourceType.RELATED_PERSON,
                        RELATED_PERSON,
                        "\"active\":true,",
                        "",
                        "warning C-70 RelatedPerson.active"),
                arguments(
                        ResourceType.RELATED_PERSON,
                        RELATED_PERSON,
                        "\"name\"",
                        "\"alias\"",
                        "warning C-71 RelatedPerson"),
                arguments(
                        ResourceType.PRACTITIONER,
                        PRACTITIONER,
                        "1234567893",
                        "1234567890",
                        "error C-78 Practitioner.identifier[0].value"),
                arguments(
                        ResourceType.PRACTITIONER,
                        PRACTITIONER,
                        "\"identifier\"",
                        "\"other\"",
                        "error ATR-MDL-064 Practitioner.identifier"),
                arguments(
                        ResourceType.PRACTITIONER,
                        PRACTITIONER,
                        "\"family\":\"F\"",
                        "\"given\":[\"F\"]",
                        "error ATR-MDL-064 Practitioner.name[0].family"),
                arguments(
                        ResourceType.PRACTITIONER,
                        PRACTITIONER,
                        "\"name\"",
                        "\"alias\"",
                        "error ATR-MDL-064 Practitioner.name"),
                role("Practitioner/d", "Patient/d", "error ATR-MDL-065 PractitionerRole.practitioner"),
                role("\"organization\"", "\"org\"", "error ATR-MDL-065 PractitionerRole.organization"),
                role(
                        "[{\"reference\":\"Location/l\"}]",
                        "[{\"reference\":\"Location/l\"},{\"reference\":\"Location/m\"}]",
                        "error ATR-MDL-065 PractitionerRole.location"),
                role("\"telecom\"", "\"phone\"", "warning C-71 PractitionerRole.telecom"),
                arguments(
                        ResourceType.ORGANIZATION,
                        ORGANIZATION,
                        "\"active\":true,",
                        "",
                        "error ATR-MDL-066 Organization.active"),
                arguments(
                        ResourceType.ORGANIZATION,
                        ORGANIZATION,
                        "\"O\"",
                        "\" \"",
                        "error ATR-MDL-066 Organization.name"),
                arguments(ResourceType.LOCATION, LOCATION, "\"name\"", "\"alias\"", "error ATR-MDL-067 Location.name"));
    }

    private static Arguments patient(String from, String to, String expected) {
        return arguments(ResourceType.PATIENT, PATIENT, from, to, expected);
    }

    private static Arguments role(String from, String to, String expected) {
        return arguments(ResourceType.PRACTITIONER_ROLE, ROLE, from, to, expected);
    }

    @Test
    void hasNoRulesForOtherTypes() {
        assertThatIllegalArgumentException().isThrownBy(() -> check(new ResourceType("Subscription"), "{}"));
    }

    private static List<String> check(ResourceType type, String json) {
        List<String> found = new ArrayList<>();
        ResourceRules.check(
                type,
                json.getBytes(StandardCharsets.UTF_8),
                v -> found.add(v.severity().code() + " " + v.rule() + " " + v.place()));
        return found;
    }
}
