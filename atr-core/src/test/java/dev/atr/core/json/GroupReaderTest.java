package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupReaderTest {
    @Test
    @Requirement({"ATR-MDL-028", "ATR-MDL-029", "ATR-MDL-030", "ATR-MDL-039", "ATR-GEN-006"})
    void readsTheWorkedExample() {
        Samples.Read read = Samples.read(Samples.GROUP, FhirVersion.R4);

        assertThat(read.list()).isEqualTo(Samples.LIST);
        assertThat(read.rows()).containsExactly(Samples.FIRST, Samples.SECOND);
        assertThat(read.warnings()).isZero();
    }

    @Test
    @Requirement({"STU3-001", "STU3-003", "STU3-004", "STU3-009"})
    void readsTheSameListInStu3() {
        String stu3 = Samples.write(Samples.LIST, List.of(Samples.FIRST, Samples.SECOND), FhirVersion.STU3);

        Samples.Read read = Samples.read(stu3, FhirVersion.STU3);

        assertThat(read.list()).isEqualTo(Samples.LIST);
        assertThat(read.rows()).containsExactly(Samples.FIRST, Samples.SECOND);
    }

    @Test
    void fieldsMayFollowTheRows() {
        String members = Samples.GROUP.substring(Samples.GROUP.indexOf("\"member\""), Samples.GROUP.length() - 1);
        String header = Samples.GROUP.substring(1, Samples.GROUP.indexOf(",\"member\""));

        Samples.Read read = Samples.read("{" + members + "," + header + "}", FhirVersion.R4);

        assertThat(read.list()).isEqualTo(Samples.LIST);
        assertThat(read.rows()).hasSize(2);
    }

    @Test
    void theListIsKnownOnlyAfterTheLastRow() {
        try (GroupReader reader =
                new GroupReader(new ByteArrayInputStream(Samples.bytes(Samples.GROUP)), FhirVersion.R4)) {
            reader.next();

            assertThatThrownBy(reader::list).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theEndStaysTheEnd() {
        try (GroupReader reader = new GroupReader(group(""), FhirVersion.R4)) {
            assertThat(reader.next()).isNull();
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    @Requirement({"ATR-MDL-039", "ATR-GEN-007"})
    void aRowWithoutStateIsActive() {
        Member row = row("\"entity\":{\"reference\":\"Patient/1\"}");

        assertThat(row.inactive()).isFalse();
        assertThat(row.changeType()).isNull();
        assertThat(row.period()).isNull();
    }

    @Test
    @Requirement("ATR-MDL-046")
    void unknownChangeCodesStayAsTheyAre() {
        Member row = row("\"entity\":{\"reference\":\"Patient/1\"},\"extension\":["
                + extension(Canonicals.EXT_CHANGE_TYPE, "\"valueCode\":\"add\"") + "]");

        assertThat(row.changeType()).isEqualTo(new ChangeType("add"));
    }

    @Test
    @Requirement("ATR-MDL-008")
    void theWrongNameOfTheContractPeriodIsUnderstood() {
        AttributionList list = header("\"extension\":["
                + extension(Canonicals.EXT_CONTRACT_PERIOD_ALIAS, "\"valuePeriod\":{\"start\":\"2026\"}") + "]");

        assertThat(list.contractPeriod()).isEqualTo(Period.of("2026", null));
        assertThat(list.other()).isEqualTo(OtherElements.NONE);
    }

    @Test
    void theRightNameOfTheContractPeriodGoesFirst() {
        AttributionList list = header("\"extension\":["
                + extension(Canonicals.EXT_CONTRACT_PERIOD_ALIAS, "\"valuePeriod\":{\"start\":\"2025\"}") + ","
                + extension(Canonicals.EXT_CONTRACT_PERIOD, "\"valuePeriod\":{\"start\":\"2026\"}") + "]");

        assertThat(list.contractPeriod()).isEqualTo(Period.of("2026", null));
        assertThat(list.other().properties()).hasSize(1);
    }

    @Test
    @Requirement({"ATR-MDL-010", "ATR-MDL-043"})
    void theCoverageMayStandInTheGeneralExtension() {
        Member row = row("\"entity\":{\"reference\":\"Patient/1\"},\"extension\":["
                + extension(Canonicals.EXT_ANY_RESOURCE, "\"valueReference\":{\"reference\":\"Location/2\"}") + ","
                + extension(Canonicals.EXT_ANY_RESOURCE, "\"valueReference\":{\"reference\":\"Coverage/3\"}") + "]");

        assertThat(row.coverage()).isEqualTo(Reference.to(ResourceType.COVERAGE, "3"));
        assertThat(Samples.text(GroupJson.member(row, FhirVersion.R4)))
                .contains(Canonicals.EXT_ANY_RESOURCE, "Location/2", Canonicals.EXT_COVERAGE_REFERENCE);
    }

    @Test
    @Requirement({"ATR-MDL-015", "ATR-MDL-042"})
    void aRepeatedProviderMakesSeveralRows() {
        String row = "{\"entity\":{\"reference\":\"Patient/1\"},\"extension\":["
                + extension(Canonicals.EXT_ATTRIBUTED_PROVIDER, "\"valueReference\":{\"reference\":\"Practitioner/1\"}")
                + ","
                + extension(Canonicals.EXT_ATTRIBUTED_PROVIDER, "\"valueReference\":{\"reference\":\"Practitioner/2\"}")
                + "]}";

        Samples.Read read =
                Samples.read("{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[" + row + "]}", FhirVersion.R4);

        assertThat(read.rows())
                .extracting(Member::provider)
                .containsExactly(
                        Reference.to(ResourceType.PRACTITIONER, "1"), Reference.to(ResourceType.PRACTITIONER, "2"));
        assertThat(read.warnings()).isOne();
        assertThat(Samples.text(
                        GroupJson.member(GroupJson.readMember(Samples.bytes(row), FhirVersion.R4), FhirVersion.R4)))
                .contains("Practitioner/1", "Practitioner/2");
    }

    @Test
    @Requirement({"ATR-MDL-026", "ATR-GEN-015"})
    void whatIsNotModelledSurvives() {
        String group = "{\"resourceType\":\"Group\",\"id\":\"a\","
                + "\"meta\":{\"source\":\"urn:x\",\"tag\":[{\"code\":\"t\"}],\"profile\":[\"urn:p\"]},"
                + "\"text\":{\"status\":\"generated\",\"div\":\"<div>é</div>\"},"
                + "\"extension\":[{\"url\":\"urn:e\",\"valueDecimal\":1.50},{\"url\":\""
                + Canonicals.EXT_LIST_STATUS + "\",\"valueCode\":\"open\",\"id\":\"x\"}],"
                + "\"modifierExtension\":[{\"url\":\"urn:m\",\"valueBoolean\":true}],"
                + "\"active\":true,\"_active\":{\"id\":\"f\"},\"type\":\"animal\",\"actual\":false,"
                + "\"code\":{\"text\":\"c\"},\"_name\":{\"id\":\"n\"},\"quantity\":0,"
                + "\"managingEntity\":{\"identifier\":{\"value\":\"1\",\"_value\":{\"id\":\"v\"}}},"
                + "\"characteristic\":[{\"code\":{\"text\":\"k\"},\"valueBoolean\":true,\"exclude\":false}],"
                + "\"member\":[{\"id\":\"m\",\"extension\":[{\"url\":\"urn:r\",\"valueReference\":{\"display\":\"d\"}},"
                + "{\"url\":\"" + Canonicals.EXT_CHANGE_TYPE + "\",\"valueCode\":\"new\",\"id\":\"y\"}],"
                + "\"modifierExtension\":[{\"url\":\"urn:m\",\"valueCode\":\"z\"}],"
                + "\"entity\":{\"reference\":\"Patient/1\",\"_reference\":{\"id\":\"r\"}},"
                + "\"period\":{\"start\":\"2026\",\"_end\":{\"id\":\"e\"}},\"inactive\":true,"
                + "\"_inactive\":{\"id\":\"i\"}}]}";

        Samples.Read read = Samples.read(group, FhirVersion.R4);
        String written = Samples.write(read.list(), read.rows(), FhirVersion.R4);

        JsonValue expected = JsonValue.parse(
                Samples.bytes(group.replace("[\"urn:p\"]", "[\"" + Canonicals.ATR_GROUP + "\",\"urn:p\"]")));
        assertThat(JsonValue.parse(Samples.bytes(written))).isEqualTo(expected);
        assertThat(read.list().other().properties())
                .extracting(OtherElements.Property::name)
                .contains("modifierExtension", "type", "actual", "meta");
        assertThat(read.rows().get(0).other().properties())
                .extracting(OtherElements.Property::name)
                .contains("modifierExtension");
    }

    @Test
    void unknownStatusesAreKept() {
        AttributionList list =
                header("\"extension\":[" + extension(Canonicals.EXT_LIST_STATUS, "\"valueCode\":\"Draft\"") + "]");

        assertThat(list.status()).isEqualTo(new ListStatus("Draft"));
    }

    @ParameterizedTest
    @EnumSource(FhirVersion.class)
    @Requirement("ATR-MDL-044")
    void readsTwoHundredThousandRowsAsTheyCome(FhirVersion version) {
        int count = 200_000;

        long rows = 0;
        try (GroupReader reader = new GroupReader(generated(count), version)) {
            while (Samples.FIRST.equals(reader.next())) {
                rows++;
            }
            assertThat(reader.list().id().value()).isEqualTo("large");
        }

        assertThat(rows).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"resourceType\":\"Patient\",\"id\":\"a\"}",
                "{\"resourceType\":\"Group\"}",
                "{\"resourceType\":\"Group\",\"id\":\"../x\"}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"quantity\":-1}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"quantity\":2147483648}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"quantity\":1.5}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"active\":\"Canary\"}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"name\":[\"Canary\"]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"identifier\":{\"value\":\"Canary\"}}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"identifier\":[\"Canary\"]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"meta\":{\"lastUpdated\":\"Canary\"}}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"characteristic\":[{}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":{}}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[null]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"entity\":\"Canary\"}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"entity\":{\"reference\":17}}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"inactive\":\"Canary\"}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"period\":{\"start\":\"Canary\"}}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"period\":{\"end\":\"2026-02-30\"}}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"extension\":{}}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"extension\":[\"Canary\"]}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"entity\":{},\"entity\":{}}]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[],\"member\":[]}",
                "{\"resourceType\":\"Group\",\"id\":\"a\"}{}",
                "{\"resourceType\":\"Group\",\"id\":\"a\"",
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"Canary\":}",
                "",
            })
    void refusesWhatIsNoListWithoutQuotingIt(String json) {
        assertThatThrownBy(() -> Samples.read(json, FhirVersion.R4))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageNotContaining("Canary");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"},{\"url\":\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-coverageReference\" | \"}",
                "\"}}],\"entity\" | \"}},],\"entity\"",
                "\"}}],\"entity\" | \"}}],,\"entity\"",
                "\"Practitioner/prac-17\" | \"Practitioner/prac\t17\"",
                "\"Practitioner/prac-17\" | 17",
                "\"start\":\"2026-01-01\" | \"start\":\"2026-01-32\"",
                "\"start\":\"2026-01-01\",\"end\" | \"start\":\"2026-01-01\",\"start\"",
                "\"inactive\":false} | \"inactive\":false,}",
                "\"inactive\":false} | \"inactive\":\"false\"}",
                "\"inactive\":false} | \"inactive\":false",
                "\"period\" | \"entity\"",
            })
    void aRowThatIsAlmostUsualIsRefusedAsAnyOther(String part, String broken) {
        String row = Samples.text(GroupJson.member(Samples.FIRST, FhirVersion.R4));
        int at = row.indexOf(part);
        String almost = row.substring(0, at) + broken + row.substring(at + part.length());

        assertThat(at).isPositive();
        assertThatThrownBy(() -> Samples.read(
                        "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[" + row + "," + almost + "]}",
                        FhirVersion.R4))
                .isInstanceOf(InvalidContentException.class);
    }

    @Test
    void aUsualRowMayBeWrittenWithBlanks() {
        String row = Samples.text(GroupJson.member(Samples.FIRST, FhirVersion.R4));
        String spread = row.replace(",", " ,\n").replace("{", "{ ");

        Samples.Read read = Samples.read(
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[" + spread + "\n, " + row + "]}", FhirVersion.R4);

        assertThat(read.rows()).containsExactly(Samples.FIRST, Samples.FIRST);
    }

    @Test
    void namesTheRowAtFault() {
        String json = "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":["
                + "{\"entity\":{\"reference\":\"Patient/1\"}},{\"period\":{\"start\":\"Canary\"}}]}";

        assertThatThrownBy(() -> Samples.read(json, FhirVersion.R4))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("member[1].period.start")
                .hasMessageContaining("byte ")
                .hasMessageContaining("expected a dateTime");
    }

    @Test
    void aRowOfEndlessExtensionsIsStopped() {
        InputStream endless = endless(
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"extension\":[{}", ",{\"url\":\"urn:x\"}");

        try (GroupReader reader = new GroupReader(endless, FhirVersion.R4)) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("too much content");
        }
    }

    @Test
    void aRowOfEndlessProvidersIsStopped() {
        String provider =
                extension(Canonicals.EXT_ATTRIBUTED_PROVIDER, "\"valueReference\":{\"reference\":\"Practitioner/1\"}");
        InputStream endless = endless(
                "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"extension\":[" + provider, "," + provider);

        try (GroupReader reader = new GroupReader(endless, FhirVersion.R4)) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("too much content");
        }
    }

    @Test
    void aHeaderWithoutEndIsStopped() {
        InputStream endless = endless("{\"resourceType\":\"Group\",\"id\":\"a\",\"identifier\":[{}", ",{}");

        try (GroupReader reader = new GroupReader(endless, FhirVersion.R4)) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("too much content");
        }
    }

    @Test
    void failuresOfTheStreamPassThrough() throws IOException {
        InputStream closed = InputStream.nullInputStream();
        closed.close();
        InputStream broken = new SequenceInputStream(group(",\"member\":["), closed);

        try (GroupReader reader = new GroupReader(broken, FhirVersion.R4)) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage("Stream closed");
        }
    }

    @Test
    void aHeaderIsReadWithoutItsRows() {
        AttributionList list = GroupJson.readHeader(Samples.bytes(Samples.GROUP), FhirVersion.R4);

        assertThat(list).isEqualTo(Samples.LIST);
    }

    @Test
    void skippedRowsAreCheckedAllTheSame() {
        String json = "{\"resourceType\":\"Group\",\"id\":\"a\",\"member\":[{\"a\":1e999999}]}";

        assertThatThrownBy(() -> GroupJson.readHeader(Samples.bytes(json), FhirVersion.R4))
                .isInstanceOf(InvalidContentException.class);
    }

    private static String extension(String url, String value) {
        return "{\"url\":\"" + url + "\"," + value + "}";
    }

    private static Member row(String properties) {
        return GroupJson.readMember(Samples.bytes("{" + properties + "}"), FhirVersion.R4);
    }

    private static AttributionList header(String properties) {
        return GroupJson.readHeader(
                Samples.bytes("{\"resourceType\":\"Group\",\"id\":\"a\"," + properties + "}"), FhirVersion.R4);
    }

    private static InputStream group(String more) {
        String end = more.isEmpty() ? "}" : "";
        return new ByteArrayInputStream(Samples.bytes("{\"resourceType\":\"Group\",\"id\":\"a\"" + more + end));
    }

    private static InputStream generated(int count) {
        String row = Samples.text(GroupJson.member(Samples.FIRST, FhirVersion.R4));
        return new RepeatingInput(
                "{\"resourceType\":\"Group\",\"member\":[" + row, "," + row, count - 1L, "],\"id\":\"large\"}");
    }

    private static InputStream endless(String start, String repeated) {
        return new RepeatingInput(start, repeated, Long.MAX_VALUE, "");
    }
}
