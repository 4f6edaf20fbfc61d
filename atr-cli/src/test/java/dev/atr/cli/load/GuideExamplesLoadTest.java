package dev.atr.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.jdbc.load.LoadProblem;
import dev.atr.producer.jdbc.load.LoadReport;
import dev.atr.producer.jdbc.load.ResourceLoader;
import dev.atr.requirements.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The guide's own examples, most of which are sound and some of which are not. */
class GuideExamplesLoadTest {
    private static final Path EXAMPLES = Path.of("../../shared/ig/davinci-atr/examples");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);

    private static Map<String, List<LoadProblem>> refused = Map.of();
    private static Map<String, List<LoadProblem>> loaded = Map.of();

    @BeforeAll
    static void loadTheFolder() {
        Assumptions.assumeTrue(Files.isDirectory(EXAMPLES), "the published guides are not beside the project");
        try (Ledger ledger = Ledger.open(LedgerOptions.inMemory().clock(CLOCK).zone(ZoneOffset.UTC))) {
            LoadReport report = ResourceLoader.builder(ledger)
                    .xml(new FhirXml())
                    .keepGoing(true)
                    .clock(CLOCK)
                    .zone(ZoneOffset.UTC)
                    .build()
                    .load(List.of(EXAMPLES));
            loaded = report.loaded().stream()
                    .collect(Collectors.toMap(file -> name(file.file()), file -> file.warnings()));
            refused = report.refused().stream()
                    .collect(Collectors.toMap(file -> name(file.file()), file -> file.problems()));
        }
    }

    @Test
    @Requirement("ATR-GEN-003")
    void acceptsTheSoundOnes() {
        assertThat(loaded.keySet())
                .containsExactlyInAnyOrder(
                        "patient-1.json",
                        "patient-2.json",
                        "patient-3.json",
                        "coverage-1.json",
                        "coverage-2.json",
                        "coverage-3.json",
                        "practitioner-1.json",
                        "practitionerrole-1.json",
                        "organization-1.json",
                        "organization-2.json",
                        "location-1.json");
    }

    @Test
    @Requirement({"ATR-MDL-003", "ATR-MDL-014", "ATR-MDL-017", "ATR-MDL-046"})
    void refusesTheExampleGroupForEachOfItsReasons() {
        List<LoadProblem> problems = of(refused, "group-fullexample.xml");

        String group = "Group/fullexample: Group.";
        assertThat(places(problems, Severity.ERROR))
                .containsExactlyInAnyOrder(
                        "ATR-MDL-003 " + group + "identifier",
                        "C-78 " + group + "identifier[0].value",
                        "ATR-MDL-046 " + group + "member[0].extension(changeType)",
                        "ATR-MDL-046 " + group + "member[1].extension(changeType)",
                        "ATR-MDL-046 " + group + "member[2].extension(changeType)",
                        "ATR-MDL-017 " + group + "member[0].inactive",
                        "ATR-MDL-017 " + group + "member[1].inactive",
                        "ATR-MDL-017 " + group + "member[2].inactive");
        assertThat(places(problems, Severity.WARNING))
                .containsExactlyInAnyOrder(
                        "ATR-MDL-008 " + group + "extension(contractValidityPeriod)",
                        "C-38 " + group + "member[0].period",
                        "C-38 " + group + "member[1].period",
                        "C-38 " + group + "member[2].period",
                        "C-91 " + group + "member[0].extension(coverageReference)",
                        "C-91 " + group + "member[2].extension(coverageReference)");
    }

    @Test
    void refusesTheRelatedPersonsThatLostCharacters() {
        assertThat(places(of(refused, "relatedperson-1.json"), Severity.ERROR))
                .containsExactly("C-78 RelatedPerson/1", "C-78 RelatedPerson/1: RelatedPerson.identifier[0].value");
        assertThat(places(of(refused, "relatedperson-2.json"), Severity.ERROR)).containsExactly("C-78 RelatedPerson/2");
    }

    @Test
    void refusesTheSubscription() {
        assertThat(of(refused, "atr-list-change-subscription-example.json"))
                .singleElement()
                .extracting(problem -> problem.text())
                .asString()
                .startsWith("a list rests on no Subscription");
    }

    @Test
    void refusesThePatientListWhichIsNoAttributionList() {
        assertThat(places(of(refused, "davinci-patient-list-example.xml"), Severity.ERROR))
                .contains(
                        "ATR-MDL-028 Group/davincipatientlistexample: Group.extension(attributionListStatus)",
                        "ATR-MDL-010 Group/davincipatientlistexample: Group.member[1].extension(coverageReference)");
    }

    private static List<LoadProblem> of(Map<String, List<LoadProblem>> files, String file) {
        assertThat(files).containsKey(file);
        return files.getOrDefault(file, List.of());
    }

    private static List<String> places(List<LoadProblem> problems, Severity severity) {
        Function<LoadProblem, String> summary = problem -> problem.rule() + " " + problem.place();
        return problems.stream()
                .filter(problem -> problem.severity() == severity)
                .map(summary)
                .toList();
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
