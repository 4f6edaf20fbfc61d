package dev.atr.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FhirXmlTest {
    private static final FhirXml XML = new FhirXml();

    private static final String ORGANIZATION = """
            <Organization xmlns="http://hl7.org/fhir">
              <id value="o1"/>
              <meta><versionId value="3"/></meta>
              <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">Näme</div></text>
              <extension url="urn:own"><valueString value="kept"/></extension>
              <active value="true"/>
              <name value="Näme"/>
              <partOf><reference value="Organization/o2/_history/4"/></partOf>
            </Organization>""";

    @Test
    void turnsXmlIntoJson() {
        JsonValue json = read(ORGANIZATION, FhirVersion.R4);

        assertThat(json.text("resourceType")).contains("Organization");
        assertThat(json.text("id")).contains("o1");
        assertThat(json.text("name")).contains("Näme");
        assertThat(json.all("meta.versionId")).containsExactly(JsonValue.of("3"));
        assertThat(json.all("extension.valueString")).containsExactly(JsonValue.of("kept"));
        assertThat(json.all("partOf.reference")).containsExactly(JsonValue.of("Organization/o2/_history/4"));
    }

    @Test
    void readsAByteOrderMark() {
        assertThat(read("\ufeff" + ORGANIZATION, FhirVersion.R4).text("id")).contains("o1");
    }

    @Test
    void readsStu3AsStu3() {
        String coverage = """
                <Coverage xmlns="http://hl7.org/fhir"><id value="c"/>
                <grouping><plan value="PPO"/></grouping></Coverage>""";

        assertThat(read(coverage, FhirVersion.STU3).all("grouping.plan")).containsExactly(JsonValue.of("PPO"));
        assertThatExceptionOfType(InvalidContentException.class).isThrownBy(() -> read(coverage, FhirVersion.R4));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refuses(String reason, byte[] xml) {
        assertThatExceptionOfType(InvalidContentException.class)
                .isThrownBy(() -> XML.toJson(xml, FhirVersion.R4))
                .withMessageContaining(reason)
                .withMessageNotContaining("CANARY");
    }

    static Stream<Arguments> refuses() {
        String name = "<name value=\"Näme\"/>";
        return Stream.of(
                refused("DOCTYPE", "<!DOCTYPE Organization>" + ORGANIZATION),
                refused(
                        "DOCTYPE",
                        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
                                + ORGANIZATION.replace(">Näme<", ">&e;<")),
                refused("not well-formed XML", ORGANIZATION.replace(">Näme<", ">&CANARY;<")),
                refused("not well-formed XML", "CANARY"),
                refused("not well-formed XML", ORGANIZATION.replace("</Organization>", "")),
                refused("namespace", ORGANIZATION.replace("http://hl7.org/fhir", "urn:other")),
                refused("no element of this name: CANARI", ORGANIZATION.replace(name, "<CANARI value=\"x\"/>")),
                refused("may stand once: name", ORGANIZATION.replace(name, name + name)),
                refused("not FHIR 4.0.1 XML", ORGANIZATION.replace("\"true\"", "\"CANARY\"")),
                refused("logical id", ORGANIZATION.replace("\"o1\"", "\"../CANARY\"")),
                refused(
                        "within each other",
                        ORGANIZATION.replace(">Näme<", ">" + "<b>".repeat(200) + "</b>".repeat(200) + "<")),
                refused(
                        "number of such size",
                        "<Location xmlns=\"http://hl7.org/fhir\"><position><longitude value=\"1e999999\"/>"
                                + "</position></Location>"),
                refused(
                        "contained resources",
                        ORGANIZATION.replace(
                                name,
                                "<contained><Organization><id value=\"x\"/></Organization></contained>".repeat(200))),
                Arguments.of("not well-formed XML", ORGANIZATION.getBytes(StandardCharsets.ISO_8859_1)),
                Arguments.of("UTF-8", ORGANIZATION.getBytes(StandardCharsets.UTF_16)),
                Arguments.of(
                        "UTF-8",
                        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + ORGANIZATION)
                                .getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static Arguments refused(String reason, String xml) {
        return Arguments.of(reason, xml.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonValue read(String xml, FhirVersion version) {
        return JsonValue.parse(XML.toJson(xml.getBytes(StandardCharsets.UTF_8), version));
    }
}
