package dev.atr.core.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.GroupReader;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributionListRulesTest {
    private static final String CONTRACTS = "https://payer.example/contract";
    private static final LocalDate TODAY = LocalDate.of(2026, 6, 15);
    private static final AttributionListRules RULES =
            new AttributionListRules(new ListRuleOptions(CONTRACTS, TODAY, ZoneOffset.UTC));

    private static final String GROUP = """
            {"resourceType":"Group","id":"g1",
             "extension":[
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-contractValidityPeriod",
               "valuePeriod":{"start":"2026-01-01","end":"2026-12-31"}},
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributionListStatus",
               "valueCode":"open"}],
             "identifier":[
              {"system":"https://payer.example/contract","value":"C-1"},
              {"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NPI"}]},
               "system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"},
              {"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"TAX"}]},
               "system":"urn:oid:2.16.840.1.113883.4.4","value":"123456789"}],
             "active":true,"type":"person","actual":true,"name":"Sample",
             "managingEntity":{"reference":"Organization/payer"},
             "characteristic":[{"code":{"coding":[{"system":
               "http://hl7.org/fhir/us/davinci-atr/CodeSystem/davinci-group-characteristic-codes",
               "code":"attributed-to"}]},"valueReference":{"reference":"Organization/o"},"exclude":false}]}
            """;

    private static final String ROW = """
            {"extension":[
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-changeType","valueCode":"new"},
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-coverageReference",
               "valueReference":{"reference":"Coverage/c"}},
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributedProvider",
               "valueReference":{"reference":"Practitioner/d"}}],
             "entity":{"reference":"Patient/p"},
             "period":{"start":"2026-01-01","end":"2026-12-31"},"inactive":false}
            """;

    @Test
    @Requirement("ATR-GEN-014")
    void findsNothingOnASoundList() {
        List<RuleViolation> found = check(GROUP, ROW, ROW.replace("Patient/p", "Patient/q"));

        assertThat(found).isEmpty();
    }

    @ParameterizedTest(name = "{2} {3}: {0} -> {1}")
    @MethodSource
    @Requirement({
        "ATR-MDL-003",
        "ATR-MDL-008",
        "ATR-MDL-012",
        "ATR-MDL-028",
        "ATR-MDL-032",
        "ATR-MDL-033",
        "ATR-MDL-034",
        "ATR-MDL-035",
        "ATR-MDL-037",
        "ATR-MDL-045"
    })
    void namesEachBrokenRuleOfTheList(String from, String to, String severity, String rule, String place) {
        assertThat(GROUP).contains(from);

        List<RuleViolation> found = check(GROUP.replace(from, to), ROW);

        assertThat(found).map(v -> summary(v)).contains(severity + " " + rule + " " + place);
    }

    static Stream<Arguments> namesEachBrokenRuleOfTheList() {
        String status = "Group.extension(attributionListStatus)";
        String contract = "Group.extension(contractValidityPeriod)";
        return Stream.of(
                arguments("ext-attributionListStatus", "other", "error", "ATR-MDL-028", status),
                arguments("\"open\"", "\"Open\"", "error", "ATR-MDL-045", status),
                arguments("https://payer.example/contract", "urn:other", "error", "ATR-MDL-003", "Group.identifier"),
                arguments("\"value\":\"C-1\"", "\"use\":\"usual\"", "error", "ATR-MDL-003", "Group.identifier"),
                arguments(
                        "{\"system\":\"https://payer.example/contract\",\"value\":\"C-1\"}",
                        "{\"system\":\"https://payer.example/contract\",\"value\":\"C-1\"},"
                                + "{\"system\":\"https://payer.example/contract\",\"value\":\"C-2\"}",
                        "error",
                        "ATR-MDL-001",
                        "Group.identifier"),
                arguments(
                        "\"value\":\"1234567893\"",
                        "\"use\":\"usual\"",
                        "error",
                        "ATR-MDL-032",
                        "Group.identifier[1].value"),
                arguments(
                        "\"value\":\"123456789\"",
                        "\"value\":\" \"",
                        "error",
                        "ATR-MDL-033",
                        "Group.identifier[2].value"),
                arguments("1234567893", "1234567890", "error", "C-78", "Group.identifier[1].value"),
                arguments("\"code\":\"TAX\"", "\"code\":\"NPI\"", "warning", "C-41", "Group.identifier[2].type"),
                arguments("\"person\"", "\"animal\"", "error", "ATR-MDL-034", "Group.type"),
                arguments("\"actual\":true", "\"actual\":false", "error", "ATR-MDL-034", "Group.actual"),
                arguments("managingEntity", "managing", "error", "ATR-MDL-035", "Group.managingEntity"),
                arguments("Organization/payer", "Practitioner/payer", "error", "ATR-MDL-035", "Group.managingEntity"),
                arguments("ext-contractValidityPeriod", "other", "error", "ATR-MDL-008", contract),
                arguments("\"start\":\"2026-01-01\",", "", "error", "ATR-MDL-008", contract + ".start"),
                arguments(",\"end\":\"2026-12-31\"", "", "warning", "ATR-MDL-008", contract + ".end"),
                arguments("\"end\":\"2026-12-31\"", "\"end\":\"2025-12-31\"", "error", "ATR-MDL-008", contract),
                arguments("\"end\":\"2026-12-31\"", "\"end\":\"2026-06-14\"", "warning", "ATR-MDL-008", contract),
                arguments("valueReference", "unvalued", "error", "ATR-MDL-037", "Group.characteristic[0].value[x]"),
                arguments(
                        "\"attributed-to\"", "\"liked-by\"", "warning", "ATR-MDL-048", "Group.characteristic[0].code"));
    }

    @ParameterizedTest(name = "{2} {3}: {0} -> {1}")
    @MethodSource
    @Requirement({
        "ATR-MDL-010",
        "ATR-MDL-014",
        "ATR-MDL-017",
        "ATR-MDL-018",
        "ATR-MDL-025",
        "ATR-MDL-038",
        "ATR-MDL-040",
        "ATR-MDL-041",
        "ATR-MDL-042",
        "ATR-MDL-046",
        "ATR-MDL-047"
    })
    void namesEachBrokenRuleOfARow(String from, String to, String severity, String rule, String place) {
        assertThat(ROW).contains(from);

        List<RuleViolation> found = check(GROUP, ROW.replace("Patient/p", "Patient/a"), ROW.replace(from, to));

        assertThat(found).map(v -> summary(v)).containsExactly(severity + " " + rule + " Group.member[1]." + place);
    }

    static Stream<Arguments> namesEachBrokenRuleOfARow() {
        String period = "\"period\":{\"start\":\"2026-01-01\",\"end\":\"2026-12-31\"},";
        return Stream.of(
                arguments("Patient/p", "Group/p", "error", "ATR-MDL-038", "entity"),
                arguments("ext-coverageReference", "x", "error", "ATR-MDL-010", "extension(coverageReference)"),
                arguments("Coverage/c", "Contract/c", "error", "ATR-MDL-041", "extension(coverageReference)"),
                arguments("Practitioner/d", "Location/d", "error", "ATR-MDL-042", "extension(attributedProvider)"),
                arguments(period, "", "error", "ATR-MDL-014", "period.start"),
                arguments("\"start\":\"2026-01-01\",", "", "error", "ATR-MDL-014", "period.start"),
                arguments("\"start\":\"2026-01-01\"", "\"start\":\"2027-01-01\"", "error", "ATR-MDL-014", "period"),
                arguments("2026-12-31", "2026-06-14", "error", "ATR-MDL-017", "inactive"),
                arguments("\"2026-01-01\"", "\"2025-12-31\"", "warning", "C-38", "period"),
                arguments("\"inactive\":false", "\"inactive\":true", "error", "ATR-MDL-018", "extension(changeType)"),
                arguments("\"new\"", "\"dropped\"", "error", "ATR-MDL-017", "inactive"),
                arguments("\"new\"", "\"cancelled\"", "error", "ATR-MDL-047", "inactive"),
                arguments("\"new\"", "\"add\"", "error", "ATR-MDL-046", "extension(changeType)"),
                arguments("\"new\"", "\"fresh\"", "error", "ATR-MDL-046", "extension(changeType)"),
                arguments("ext-changeType", "x", "warning", "ATR-MDL-040", "extension(changeType)"),
                arguments(
                        "\"extension\":[",
                        "\"extension\":[{\"url\":\"" + Canonicals.EXT_CHANGE_TYPE + "\",\"valueCode\":\"new\"},",
                        "error",
                        "ATR-MDL-040",
                        "extension(changeType)"));
    }

    @Test
    @Requirement("ATR-MDL-002")
    void findsADoubledRowNextToItsTwin() {
        List<RuleViolation> found = check(GROUP, ROW, ROW);

        assertThat(found).map(v -> summary(v)).containsExactly("error C-37 Group.member[1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"location", "careteam", "organization", "practitioner", "attributed-to"})
    @Requirement("ATR-MDL-048")
    void theGuidesCharacteristicsAreSound(String code) {
        assertThat(check(GROUP.replace("\"attributed-to\"", "\"" + code + "\""), ROW))
                .isEmpty();
    }

    @Test
    @Requirement("ATR-MDL-048")
    void characteristicsOfOtherSystemsAreSound() {
        // A purpose of use, as CDex names them.
        String code = "\"http://terminology.hl7.org/CodeSystem/v3-ActReason\",\"code\":\"CAREMGT\"";

        List<RuleViolation> found = check(
                GROUP.replaceFirst("\"http://[^\"]*characteristic-codes\",\\s*\"code\":\"attributed-to\"", code), ROW);

        assertThat(found).isEmpty();
    }

    @Test
    void aMemberWithTwoProvidersIsSound() {
        List<RuleViolation> found = check(GROUP, ROW, ROW.replace("Practitioner/d", "PractitionerRole/d"));

        assertThat(found).isEmpty();
    }

    @Test
    @Requirement("ATR-MDL-024")
    void anEmptyListIsSoundUnlessFinal() {
        assertThat(check(GROUP)).isEmpty();
        assertThat(check(GROUP.replace("\"open\"", "\"final\"")))
                .map(v -> summary(v))
                .containsExactly("warning ATR-MDL-024 Group.member");
    }

    @Test
    void aFinalListShouldHaveActiveMembersOnly() {
        String dropped = ROW.replace("\"new\"", "\"dropped\"").replace("\"inactive\":false", "\"inactive\":true");

        List<RuleViolation> found = check(GROUP.replace("\"open\"", "\"final\""), dropped);

        assertThat(found).map(v -> summary(v)).containsExactly("warning C-30 Group.member[0].inactive");
    }

    @Test
    void withoutAConfiguredSystemAnyOtherIdentifierIsTheContract() {
        AttributionListRules rules = new AttributionListRules(new ListRuleOptions(null, TODAY, ZoneOffset.UTC));
        List<RuleViolation> found = new ArrayList<>();

        rules.checkList(list(GROUP), found::add);
        rules.checkList(list(GROUP.replace(CONTRACTS, Canonicals.TIN)), found::add);

        assertThat(found).filteredOn(v -> v.isError()).map(v -> v.rule()).containsExactly("ATR-MDL-003");
    }

    @Test
    @Requirement({"ATR-MDL-010", "ATR-MDL-054"})
    void comparesARowWithItsCoverage() {
        AttributionList list = list(GROUP);
        Member row = GroupJson.readMember(ROW.getBytes(StandardCharsets.UTF_8), FhirVersion.R4);
        MemberCoverage fitting = CoverageRulesTest.coverage("Patient/p", "Organization/payer");
        MemberCoverage foreign = CoverageRulesTest.coverage("Patient/q", "Organization/other");
        List<RuleViolation> none = new ArrayList<>();
        List<RuleViolation> both = new ArrayList<>();

        RULES.checkCoverageOf(list, row, 0, fitting, none::add);
        RULES.checkCoverageOf(list, row, 0, foreign, both::add);

        assertThat(none).isEmpty();
        assertThat(both)
                .map(v -> summary(v))
                .containsExactly(
                        "error ATR-MDL-010 Group.member[0].extension(coverageReference)",
                        "warning C-91 Group.member[0].extension(coverageReference)");
    }

    @Test
    void quotesNothingThatItFound() {
        String canary = "CANARY";

        List<RuleViolation> found = check(
                GROUP.replace("1234567893", canary).replace("\"open\"", "\"" + canary + "\""),
                ROW.replace("\"new\"", "\"" + canary + "\"").replace("Patient/p", "Group/" + canary));

        assertThat(found).hasSizeGreaterThanOrEqualTo(4);
        assertThat(found.toString()).doesNotContain(canary);
    }

    private static AttributionList list(String group) {
        return GroupJson.readHeader(group.getBytes(StandardCharsets.UTF_8), FhirVersion.R4);
    }

    private static List<RuleViolation> check(String group, String... rows) {
        List<RuleViolation> found = new ArrayList<>();
        String members = "{\"resourceType\":\"Group\",\"id\":\"g1\",\"member\":[" + String.join(",", rows) + "]}";
        try (MemberCursor cursor =
                new GroupReader(new ByteArrayInputStream(members.getBytes(StandardCharsets.UTF_8)), FhirVersion.R4)) {
            RULES.check(list(group), cursor, found::add);
        }
        return found;
    }

    private static String summary(@Nullable RuleViolation violation) {
        return violation == null ? "" : violation.severity().code() + " " + violation.rule() + " " + violation.place();
    }
}
