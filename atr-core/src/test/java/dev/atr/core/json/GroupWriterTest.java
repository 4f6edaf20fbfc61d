package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupWriterTest {
    private static final Member MINIMAL =
            new Member(Reference.to(ResourceType.PATIENT, "p1"), null, null, null, true, null, OtherElements.NONE);

    @Test
    @Requirement({
        "ATR-EXP-014",
        "ATR-MDL-003",
        "ATR-MDL-008",
        "ATR-MDL-010",
        "ATR-MDL-012",
        "ATR-MDL-014",
        "ATR-MDL-027",
        "ATR-MDL-028",
        "ATR-MDL-030",
        "ATR-MDL-032",
        "ATR-MDL-033",
        "ATR-MDL-034",
        "ATR-MDL-036",
        "ATR-MDL-040",
        "ATR-MDL-041",
        "ATR-MDL-042",
        "ATR-MDL-049"
    })
    void writesTheWorkedExampleByteForByte() {
        String line = Samples.write(Samples.LIST, List.of(Samples.FIRST, Samples.SECOND), FhirVersion.R4);

        assertThat(line).isEqualTo(Samples.GROUP);
    }

    @Test
    @Requirement({"STU3-001", "STU3-003", "STU3-004", "STU3-009"})
    void writesTheSameListInStu3() {
        String line = Samples.write(Samples.LIST, List.of(Samples.FIRST, Samples.SECOND), FhirVersion.STU3);

        String expected = Samples.GROUP
                .replace(",\"profile\":[\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-group\"]", "")
                .replace(",\"managingEntity\":{\"reference\":\"Organization/nlhp\",\"display\":\"Northern Lakes\"}", "")
                .replace(
                        "],\"identifier\":[",
                        ",{\"url\":\"http://hl7.org/fhir/4.0/StructureDefinition/extension-Group.managingEntity\","
                                + "\"valueReference\":{\"reference\":\"Organization/nlhp\","
                                + "\"display\":\"Northern Lakes\"}}],\"identifier\":[")
                .replace("http://terminology.hl7.org/CodeSystem/v2-0203", "http://hl7.org/fhir/v2/0203");
        assertThat(line).isEqualTo(expected);
    }

    @Test
    @Requirement("ATR-MDL-024")
    void aListWithoutRowsHasNoMemberArray() {
        String line = Samples.write(Samples.LIST, List.of(), FhirVersion.R4);

        assertThat(line).doesNotContain("member").endsWith("\"display\":\"Northern Lakes\"}}");
        assertThat(line).isEqualTo(line.strip());
    }

    @Test
    @Requirement({"ATR-MDL-017", "ATR-MDL-018"})
    void aDroppedRowSaysSoTwice() {
        Member dropped = Samples.FIRST.withState(true, ChangeType.DROPPED);

        String row = Samples.text(GroupJson.member(dropped, FhirVersion.R4));

        assertThat(row).contains("\"valueCode\":\"dropped\"").endsWith("\"inactive\":true}");
    }

    @Test
    @Requirement("ATR-GEN-004")
    void absentPartsAreLeftOut() {
        String row = Samples.text(GroupJson.member(MINIMAL, FhirVersion.R4));

        assertThat(row).isEqualTo("{\"entity\":{\"reference\":\"Patient/p1\"},\"inactive\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026", "2026-02", "2026-02-03", "2026-02-03T08:09:10.123456789+05:30"})
    void periodsKeepTheirText(String start) {
        Member openEnded = with(Samples.FIRST, Period.of(start, null));
        Member openStart = with(Samples.FIRST, Period.of(null, start));

        assertThat(Samples.text(GroupJson.member(openEnded, FhirVersion.R4)))
                .contains("\"period\":{\"start\":\"" + start + "\"},");
        assertThat(Samples.text(GroupJson.member(openStart, FhirVersion.R4)))
                .contains("\"period\":{\"end\":\"" + start + "\"},");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "é", "\uD83D\uDE00", "a\nb", "~", "\u007f"})
    void oddCharactersAreWrittenAsTheyMust(String odd) {
        Reference patient = new Reference("Patient/" + odd, null, null, null, OtherElements.NONE);
        Member row = new Member(patient, patient, patient, Samples.YEAR, false, ChangeType.of(odd), OtherElements.NONE);

        byte[] json = GroupJson.member(row, FhirVersion.R4);

        assertThat(GroupJson.readMember(json, FhirVersion.R4)).isEqualTo(row);
        assertThat(Samples.text(json))
                .isEqualTo(GroupRow.json(row, FhirVersion.R4).toJson());
    }

    @Test
    void refusesARowThatNoReaderMayAccept() {
        Reference patient = new Reference("Patient/\0", null, null, null, OtherElements.NONE);
        Member row = new Member(patient, null, null, null, false, null, OtherElements.NONE);

        assertThatThrownBy(() -> GroupJson.member(row, FhirVersion.R4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void referencesMaySayMore() {
        Reference patient = new Reference(
                "Patient/1",
                "Patient",
                Identifier.of("urn:member", "M1"),
                "M. Aalto",
                new OtherElements(List.of(new OtherElements.Property("id", "\"x\""))));
        Member row = new Member(patient, patient, patient, Samples.YEAR, false, ChangeType.NEW, OtherElements.NONE);

        byte[] json = GroupJson.member(row, FhirVersion.R4);

        assertThat(Samples.text(json))
                .contains("\"entity\":{\"reference\":\"Patient/1\",\"type\":\"Patient\",\"identifier\":"
                        + "{\"system\":\"urn:member\",\"value\":\"M1\"},\"display\":\"M. Aalto\",\"id\":\"x\"}");
    }

    @Test
    void rowsLongerThanTheBufferAreWhole() {
        Reference patient = new Reference("Patient/" + "x".repeat(100_000), null, null, null, OtherElements.NONE);
        Member row = new Member(patient, null, null, null, false, null, OtherElements.NONE);

        String line = Samples.write(Samples.LIST, List.of(row, Samples.FIRST, row), FhirVersion.R4);

        assertThat(Samples.read(line, FhirVersion.R4).rows()).containsExactly(row, Samples.FIRST, row);
    }

    @Test
    void bytesGoOutInPiecesWhileRowsCome() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GroupWriter writer = new GroupWriter(out, FhirVersion.R4);
        writer.begin(Samples.LIST);

        for (int i = 0; i < 1000; i++) {
            writer.member(Samples.FIRST);
        }

        assertThat(out.size()).isGreaterThan(1000 * 400);
        writer.end();
        assertThat(Samples.read(out.toString(StandardCharsets.UTF_8), FhirVersion.R4)
                        .rows())
                .hasSize(1000);
    }

    @Test
    void callsOutOfOrderAreRefused() throws IOException {
        GroupWriter writer = new GroupWriter(new ByteArrayOutputStream(), FhirVersion.R4);

        assertThatThrownBy(() -> writer.member(Samples.FIRST)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::end).isInstanceOf(IllegalStateException.class);
        writer.begin(Samples.LIST);
        assertThatThrownBy(() -> writer.begin(Samples.LIST)).isInstanceOf(IllegalStateException.class);
        writer.end();
        assertThatThrownBy(writer::end).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Requirement({"ATR-DISC-009", "FHIR-030"})
    void aHeaderAloneIsTaggedAsSubsetAndKeepsItsExtensions() {
        String header = Samples.text(GroupJson.header(Samples.LIST, FhirVersion.R4, true));

        assertThat(header)
                .startsWith("{\"resourceType\":\"Group\",\"id\":\"cvmg-2026\",\"meta\":{\"versionId\":\"4\","
                        + "\"lastUpdated\":\"2026-03-01T12:00:00Z\",\"tag\":[{\"system\":"
                        + "\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\",\"code\":\"SUBSETTED\"}]}")
                .contains("ext-contractValidityPeriod", "ext-attributionListStatus", "intended-recipient")
                .doesNotContain("profile", "member");
    }

    @Test
    @Requirement("STU3-017")
    void theTagOfASubsetHasTheSystemOfItsVersion() {
        String header = Samples.text(GroupJson.header(Samples.LIST, FhirVersion.STU3, true));

        assertThat(header).contains("{\"system\":\"http://hl7.org/fhir/v3/ObservationValue\",\"code\":\"SUBSETTED\"}");
    }

    @Test
    void aSubsetIsTaggedOnce() {
        AttributionList read =
                GroupJson.readHeader(GroupJson.header(Samples.LIST, FhirVersion.R4, true), FhirVersion.R4);

        String again = Samples.text(GroupJson.header(read, FhirVersion.R4, true));

        assertThat(again.split("SUBSETTED", -1)).hasSize(2);
    }

    @Test
    void anEmptyListInStu3HasNoEmptyMeta() {
        AttributionList bare = new AttributionList(
                new ListId("a"),
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                OtherElements.NONE);

        assertThat(Samples.write(bare, List.of(), FhirVersion.STU3))
                .isEqualTo("{\"resourceType\":\"Group\",\"id\":\"a\",\"type\":\"person\",\"actual\":true}");
    }

    private static Member with(Member row, Period period) {
        return new Member(
                row.patient(), row.coverage(), row.provider(), period, row.inactive(), row.changeType(), row.other());
    }
}
