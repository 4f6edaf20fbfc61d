package dev.atr.core.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCoverage.CoverageClass;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Coding;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CoverageRulesTest {
    private static final CodeableConcept MB = CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "MB");

    static MemberCoverage coverage(String beneficiary, String payor) {
        Parts parts = new Parts();
        parts.beneficiary = beneficiary;
        parts.payors = List.of(payor);
        return parts.build();
    }

    @Test
    void findsNothingOnASoundCoverage() {
        assertThat(check(parts -> parts)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    @Requirement({
        "ATR-MDL-009",
        "ATR-MDL-013",
        "ATR-MDL-050",
        "ATR-MDL-051",
        "ATR-MDL-052",
        "ATR-MDL-053",
        "ATR-MDL-054",
        "ATR-MDL-055",
        "ATR-MDL-056"
    })
    void namesEachBrokenRule(String expected, UnaryOperator<Parts> change) {
        assertThat(check(change)).containsExactly(expected);
    }

    static Stream<Arguments> namesEachBrokenRule() {
        return Stream.of(
                row("error ATR-MDL-013 Coverage.identifier", p -> p.identifiers = List.of()),
                row("error ATR-MDL-013 Coverage.identifier", p -> p.identifiers = List.of(Identifier.of("s", "v"))),
                row(
                        "error ATR-MDL-050 Coverage.identifier[0]",
                        p -> p.identifiers = List.of(new Identifier(null, MB, null, "v", null, OtherElements.NONE))),
                row(
                        "error ATR-MDL-050 Coverage.identifier",
                        p -> p.identifiers = List.of(Identifier.of(MB, "s", "v"), Identifier.of(MB, "s", "w"))),
                row(
                        "error ATR-MDL-050 Coverage.identifier[0].type",
                        p -> p.identifiers = List.of(Identifier.of(
                                new CodeableConcept(
                                        List.of(MB.codings().get(0), Coding.of("urn:other", "x")),
                                        null,
                                        OtherElements.NONE),
                                "s",
                                "v"))),
                row("error ATR-MDL-051 Coverage.status", p -> p.status = "cancelled"),
                row("error ATR-MDL-051 Coverage.status", p -> p.status = null),
                row("error ATR-MDL-052 Coverage.subscriberId", p -> p.subscriberId = ""),
                row("error ATR-MDL-052 Coverage.period", p -> p.period = null),
                row("error ATR-MDL-052 Coverage.period", p -> p.period = Period.of((String) null, null)),
                row("error ATR-MDL-052 Coverage.period", p -> p.period = Period.of("2026", "2025")),
                row("error ATR-MDL-053 Coverage.beneficiary", p -> p.beneficiary = "RelatedPerson/1"),
                row("error ATR-MDL-054 Coverage.payor", p -> p.payors = List.of()),
                row("error ATR-MDL-054 Coverage.payor", p -> p.payors = List.of("Organization/1", "Organization/2")),
                row("error ATR-MDL-054 Coverage.payor[0]", p -> p.payors = List.of("Practitioner/1")),
                row("error ATR-MDL-055 Coverage.subscriber", p -> p.subscriber = "Organization/1"),
                row("warning ATR-MDL-009 Coverage.class", p -> p.plans = List.of()),
                row("error ATR-MDL-056 Coverage.class", p -> p.plans = List.of("a", "b")),
                row("error ATR-MDL-056 Coverage.class[0].value", p -> p.plans = List.of(" ")),
                row("warning C-71 Coverage.relationship", p -> p.relationship = null));
    }

    private static Arguments row(String expected, java.util.function.Consumer<Parts> change) {
        UnaryOperator<Parts> changed = parts -> {
            change.accept(parts);
            return parts;
        };
        return arguments(expected, changed);
    }

    private static List<String> check(UnaryOperator<Parts> change) {
        List<String> found = new ArrayList<>();
        CoverageRules.check(
                change.apply(new Parts()).build(),
                v -> found.add(v.severity().code() + " " + v.rule() + " " + v.place()));
        return found;
    }

    /** The parts of a sound coverage, each of which a test may break. */
    static final class Parts {
        List<Identifier> identifiers = List.of(Identifier.of(MB, "https://payer.example/member", "W1"));

        @Nullable
        String status = "active";

        String subscriber = "Patient/p";
        String subscriberId = "W1";
        String beneficiary = "Patient/p";

        @Nullable
        CodeableConcept relationship = CodeableConcept.of(Canonicals.SUBSCRIBER_RELATIONSHIP, "self");

        @Nullable
        Period period = Period.of("2026-01-01", null);

        List<String> payors = List.of("Organization/payer");
        List<String> plans = List.of("PPO");

        MemberCoverage build() {
            return new MemberCoverage(
                    "c",
                    identifiers,
                    status,
                    null,
                    reference(subscriber),
                    subscriberId,
                    reference(beneficiary),
                    null,
                    relationship,
                    period,
                    payors.stream().map(Parts::reference).toList(),
                    plans.stream()
                            .map(plan -> new CoverageClass(
                                    CodeableConcept.of(Canonicals.COVERAGE_CLASS, "plan"),
                                    plan,
                                    null,
                                    OtherElements.NONE))
                            .toList(),
                    null,
                    OtherElements.NONE);
        }

        private static Reference reference(String target) {
            return new Reference(target, null, null, null, OtherElements.NONE);
        }
    }
}
