package dev.atr.core.json;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** OperationOutcome as JSON. */
public final class OutcomeJson {
    /** Codes that STU3 lacks, and what stands for them there. */
    private static final Map<String, String> STU3_CODES =
            Map.of("multiple-matches", "duplicate", "deleted", "not-found");

    private OutcomeJson() {}

    /** Writes an outcome on a single line. */
    public static byte[] write(OperationOutcome outcome, FhirVersion version) {
        return JsonValue.object()
                .put("resourceType", "OperationOutcome")
                .put(
                        "issue",
                        JsonValue.array(outcome.issues().stream()
                                .map(issue -> issue(issue, version))
                                .toList()))
                .build()
                .toBytes();
    }

    private static JsonValue issue(OperationOutcome.Issue issue, FhirVersion version) {
        String code = issue.code().code();
        JsonValue.ObjectBuilder json = JsonValue.object()
                .put("severity", issue.severity().code())
                .put("code", version == FhirVersion.STU3 ? STU3_CODES.getOrDefault(code, code) : code);
        if (issue.text() != null) {
            json.put("details", JsonValue.object().put("text", issue.text()).build());
        }
        if (issue.expression() != null) {
            json.put("expression", JsonValue.array(JsonValue.of(issue.expression())));
        }
        return json.build();
    }

    /**
     * Reads an outcome as far as it can be understood: a missing or unknown severity is an error, the text is taken from
     * {@code details}, else from {@code diagnostics}.
     *
     * @return the outcome; empty when this is no OperationOutcome with at least one issue
     */
    public static Optional<OperationOutcome> read(byte[] json) {
        JsonValue value;
        try {
            value = JsonValue.parse(json);
        } catch (InvalidContentException e) {
            return Optional.empty();
        }
        List<OperationOutcome.Issue> issues =
                value.items("issue").stream().map(OutcomeJson::issue).toList();
        boolean isOutcome = value.text("resourceType").equals(Optional.of("OperationOutcome"));
        return isOutcome && !issues.isEmpty() ? Optional.of(new OperationOutcome(issues)) : Optional.empty();
    }

    private static OperationOutcome.Issue issue(JsonValue json) {
        String text = json.all("details.text").stream()
                .flatMap(v -> v.text().stream())
                .findFirst()
                .or(() -> json.all("details.coding.display").stream()
                        .flatMap(v -> v.text().stream())
                        .findFirst())
                .or(() -> json.text("diagnostics"))
                .orElse(null);
        String expression = json.items("expression").stream()
                .flatMap(v -> v.text().stream())
                .findFirst()
                .orElse(null);
        return new OperationOutcome.Issue(
                severity(json.text("severity").orElse("")),
                new OperationOutcome.IssueCode(json.text("code").orElse("unknown")),
                text,
                expression);
    }

    private static OperationOutcome.Severity severity(String code) {
        for (OperationOutcome.Severity severity : OperationOutcome.Severity.values()) {
            if (severity.code().equals(code)) {
                return severity;
            }
        }
        return OperationOutcome.Severity.ERROR;
    }
}
