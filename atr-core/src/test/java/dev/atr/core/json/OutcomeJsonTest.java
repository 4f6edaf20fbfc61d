package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.requirements.Requirement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeJsonTest {
    private static final OperationOutcome OUTCOME = new OperationOutcome(List.of(
            new Issue(Severity.ERROR, IssueCode.NOT_SUPPORTED, "The type is not known.", "_type"),
            new Issue(Severity.WARNING, IssueCode.VALUE, null, null)));

    @Test
    void writesTextAndExpression() {
        assertThat(Samples.text(OutcomeJson.write(OUTCOME, FhirVersion.R4)))
                .isEqualTo("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\","
                        + "\"code\":\"not-supported\",\"details\":{\"text\":\"The type is not known.\"},"
                        + "\"expression\":[\"_type\"]},{\"severity\":\"warning\",\"code\":\"value\"}]}");
    }

    @ParameterizedTest
    @EnumSource(FhirVersion.class)
    void readsWhatItWrote(FhirVersion version) {
        assertThat(OutcomeJson.read(OutcomeJson.write(OUTCOME, version))).contains(OUTCOME);
    }

    @ParameterizedTest
    @CsvSource({"multiple-matches, duplicate", "deleted, not-found", "throttled, throttled"})
    @Requirement("STU3-023")
    void codesThatStu3LacksAreReplaced(String r4, String stu3) {
        OperationOutcome outcome = OperationOutcome.error(new IssueCode(r4), "x");

        assertThat(Samples.text(OutcomeJson.write(outcome, FhirVersion.STU3))).contains("\"code\":\"" + stu3 + "\"");
        assertThat(Samples.text(OutcomeJson.write(outcome, FhirVersion.R4))).contains("\"code\":\"" + r4 + "\"");
    }

    @Test
    void understandsWhatPeersLeaveOut() {
        String json = "{\"resourceType\":\"OperationOutcome\",\"text\":{},\"issue\":[{\"diagnostics\":\"d\"},"
                + "{\"severity\":\"bad\",\"code\":\"x\",\"details\":{\"coding\":[{\"display\":\"c\"}]}},"
                + "{\"severity\":\"information\",\"code\":7,\"expression\":\"e\"}]}";

        assertThat(OutcomeJson.read(Samples.bytes(json)))
                .contains(new OperationOutcome(List.of(
                        new Issue(Severity.ERROR, new IssueCode("unknown"), "d", null),
                        new Issue(Severity.ERROR, new IssueCode("x"), "c", null),
                        new Issue(Severity.INFORMATION, new IssueCode("unknown"), null, null))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html/>",
                "[]",
                "{\"resourceType\":\"OperationOutcome\",\"issue\":[]}",
                "{\"resourceType\":\"Patient\",\"issue\":[{}]}",
            })
    void anythingElseIsNoOutcome(String body) {
        assertThat(OutcomeJson.read(Samples.bytes(body))).isEmpty();
    }

    @Test
    void showsNoText() {
        assertThat(OUTCOME.toString()).contains("not-supported").doesNotContain("The type");
    }
}
