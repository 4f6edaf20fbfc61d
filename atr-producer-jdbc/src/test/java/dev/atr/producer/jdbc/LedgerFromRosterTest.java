package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.header;
import static dev.atr.producer.jdbc.RosterFixture.rosters;
import static dev.atr.producer.jdbc.RosterFixture.row;
import static dev.atr.producer.jdbc.RosterFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.rules.ResourceRules;
import dev.atr.core.rules.RuleViolation;
import dev.atr.producer.jdbc.RosterReport.Outcome;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.StoredResource;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A payer without history or FHIR hands over its current list, again and again. */
class LedgerFromRosterTest {
    @OnEachDatabase
    @Requirement({"ATR-MDL-002", "ATR-MDL-010", "ATR-MDL-013", "ATR-MDL-015", "ATR-MDL-058"})
    void aFirstRosterMakesTheListAndAllThatItsRowsReferTo(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            RosterReport report = rosters(ledger).build().take(RosterFixture.of("1", "2"));

            assertThat(report.outcome()).isEqualTo(Outcome.IMPORTED);
            assertThat(report.changes()).isEqualTo(new RosterChanges(2, 0, 0, 0));
            assertThat(report.resources()).isEqualTo(5);
            assertThat(header(ledger).quantity()).isEqualTo(2);
            assertThat(codes(ledger)).containsExactly("1 new", "2 new");
            assertThat(brokenRules(ledger)).isEmpty();
            try (ListSnapshot snapshot = LedgerFixture.snapshot(ledger)) {
                assertThat(LedgerFixture.resources(snapshot, ResourceType.PATIENT))
                        .hasSize(2);
                assertThat(LedgerFixture.resources(snapshot, ResourceType.COVERAGE))
                        .hasSize(2);
                assertThat(LedgerFixture.resources(snapshot, ResourceType.PRACTITIONER))
                        .hasSize(1);
                assertThat(LedgerFixture.resources(snapshot, ResourceType.ORGANIZATION))
                        .hasSize(1);
            }
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-016", "ATR-MDL-042", "ATR-MDL-065", "ATR-MDL-066"})
    void providersAreOfAllThreeLevels(TestDatabase database) {
        Map<RosterColumn, String> role = with(
                with(row("1"), RosterColumn.ORGANIZATION_TIN, "12-3456789"), RosterColumn.ORGANIZATION_NAME, "Clinic");
        Map<RosterColumn, String> organization = with(role, RosterColumn.PROVIDER_LEVEL, "organization");
        try (Ledger ledger = database.open()) {
            rosters(ledger).build().take(RosterFixture.of(List.of(row("1"), role, organization)));

            assertThat(rows(ledger).stream()
                            .map(row ->
                                    Objects.requireNonNull(row.provider()).key().orElseThrow())
                            .map(key -> key.type().code()))
                    .containsExactlyInAnyOrder("Practitioner", "PractitionerRole", "Organization");
            assertThat(brokenRules(ledger)).isEmpty();
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-019", "ATR-MDL-020", "ATR-MDL-021"})
    void theNextRosterMakesOneVersionWithWhatDiffers(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            LedgerFromRoster rosters = rosters(ledger).maxChurn(100).build();
            rosters.take(RosterFixture.of("changes", "goes", "stays"));

            RosterReport report = rosters.take(RosterFixture.of(List.of(
                    with(row("changes"), RosterColumn.ATTRIBUTION_END, "2026-11-30"), row("comes"), row("stays"))));

            assertThat(report.changes()).isEqualTo(new RosterChanges(1, 1, 1, 1));
            assertThat(report.version()).isEqualTo("2");
            assertThat(codes(ledger)).containsExactly("changes changed", "comes new", "stays nochange");
        }
    }

    @OnEachDatabase
    void whatIsAsBeforeMakesNoVersion(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            LedgerFromRoster rosters = rosters(ledger).build();
            rosters.take(RosterFixture.of("1", "2"));

            RosterReport report = rosters.take(RosterFixture.of("2", "1"));

            assertThat(report.outcome()).isEqualTo(Outcome.UNCHANGED);
            assertThat(report.resources()).isZero();
            assertThat(header(ledger).version()).isEqualTo("1");
        }
    }

    @OnEachDatabase
    void aMemberWhoseDataChangedIsWrittenAnewWithoutAVersionOfTheList(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            LedgerFromRoster rosters = rosters(ledger).build();
            rosters.take(RosterFixture.of("1", "2"));

            RosterReport report = rosters.take(
                    RosterFixture.of(List.of(with(row("1"), RosterColumn.FAMILY_NAME, "Married"), row("2"))));

            assertThat(report.outcome()).isEqualTo(Outcome.IMPORTED);
            assertThat(report.resources()).isEqualTo(1);
            assertThat(report.version()).isEqualTo("1");
            assertThat(families(ledger)).containsExactlyInAnyOrder("Married", "Family-2");
        }
    }

    @OnEachDatabase
    void theSameDigestIsNotReadAgain(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            LedgerFromRoster rosters = rosters(ledger).maxChurn(100).build();
            rosters.take(RosterFixture.of("digest-a", RosterFixture.of("1")));

            RosterReport again = rosters.take(RosterFixture.of("digest-a", () -> {
                throw new AssertionError("was opened");
            }));

            assertThat(again.outcome()).isEqualTo(Outcome.ALREADY_IMPORTED);
            assertThat(again.version()).isEqualTo("1");
            assertThat(rosters.take(RosterFixture.of("digest-b", RosterFixture.of("2")))
                            .version())
                    .isEqualTo("2");
            assertThat(rosters.take(RosterFixture.of("digest-a", RosterFixture.of("1")))
                            .version())
                    .isEqualTo("3");
        }
    }

    @OnEachDatabase
    void aRosterThatDropsTooManyIsStopped(TestDatabase database) {
        String[] ten = IntStream.range(0, 10).mapToObj(Integer::toString).toArray(String[]::new);
        try (Ledger ledger = database.open()) {
            LedgerFromRoster rosters = rosters(ledger).build();
            rosters.take(RosterFixture.of(ten));

            RosterReport report = rosters.take(RosterFixture.of("0", "1", "2", "3", "4", "5"));

            assertThat(report.outcome()).isEqualTo(Outcome.TOO_MUCH_CHANGE);
            assertThat(Objects.requireNonNull(report.changes()).churn()).isEqualTo(40);
            assertThat(header(ledger).version()).isEqualTo("1");
            assertThat(codes(ledger)).hasSize(10);
            assertThat(rosters.take(RosterFixture.of()).outcome()).isEqualTo(Outcome.TOO_MUCH_CHANGE);
            assertThat(rosters(ledger)
                            .maxChurn(40)
                            .build()
                            .take(RosterFixture.of("0", "1", "2", "3", "4", "5"))
                            .version())
                    .isEqualTo("2");
        }
    }

    @OnEachDatabase
    void aPreviewSaysWhatWouldBeDoneAndDoesNothing(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            LedgerFromRoster rosters = rosters(ledger).maxChurn(50).build();

            assertThat(rosters.preview(RosterFixture.of("1", "2")).changes()).isEqualTo(new RosterChanges(2, 0, 0, 0));
            assertThat(ledger.backend().find(LedgerFixture.CALLER, LIST)).isEmpty();
            rosters.take(RosterFixture.of("1", "2"));
            RosterReport report = rosters.preview(RosterFixture.of("1", "2", "3"));

            assertThat(report.outcome()).isEqualTo(Outcome.PREVIEWED);
            assertThat(report.changes()).isEqualTo(new RosterChanges(1, 0, 0, 2));
            assertThat(header(ledger).version()).isEqualTo("1");
        }
    }

    @OnEachDatabase
    void anImportIsTakenBackWithTheDataOfItsMembers(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            LedgerFromRoster rosters = rosters(ledger).maxChurn(100).build();
            rosters.take(RosterFixture.of("digest-a", RosterFixture.of("goes", "stays")));
            rosters.take(RosterFixture.of(
                    "digest-b",
                    RosterFixture.of(List.of(row("comes"), with(row("stays"), RosterColumn.FAMILY_NAME, "Wrong")))));

            RosterReport undone = rosters.undo();

            assertThat(undone.outcome()).isEqualTo(Outcome.UNDONE);
            assertThat(undone.version()).isEqualTo("3");
            assertThat(codes(ledger)).containsExactly("goes new", "stays nochange");
            assertThat(families(ledger)).containsExactlyInAnyOrder("Family-goes", "Family-stays");
            assertThat(rosters.undo().problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.text()).contains("made the list"));
            assertThat(rosters.take(RosterFixture.of("digest-b", RosterFixture.of("comes", "stays")))
                            .version())
                    .isEqualTo("4");
        }
    }

    @OnEachDatabase
    void anImportIsNotTakenBackOverLaterChanges(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            LedgerFromRoster rosters = rosters(ledger).maxChurn(100).build();
            rosters.take(RosterFixture.of("1"));
            rosters.take(RosterFixture.of("1", "2"));
            Member later = LedgerFixture.row("later");
            ledger.write(tx -> tx.putMember(LIST, later));

            RosterReport report = rosters.undo();

            assertThat(report.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(report.problems().get(0).text()).contains("has changed since");
            assertThat(header(ledger).version()).isEqualTo("3");
        }
    }

    @OnEachDatabase
    void rowsReferToWhatTheLedgerHasUnderTheSameNumbers(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            putOthers(ledger, "own");

            RosterReport report = rosters(ledger).build().take(RosterFixture.of("1"));

            assertThat(report.resources()).isZero();
            assertThat(rows(ledger)).singleElement().satisfies(row -> {
                assertThat(row.patient()).isEqualTo(Reference.to(ResourceType.PATIENT, "own"));
                assertThat(row.coverage()).isEqualTo(Reference.to(ResourceType.COVERAGE, "own"));
                assertThat(row.provider()).isEqualTo(Reference.to(ResourceType.PRACTITIONER, "own"));
            });
            assertThat(families(ledger)).containsExactly("Kept");
        }
    }

    @OnEachDatabase
    @Requirement("ATR-REC-016")
    void aNumberOfSeveralPatientsIsRefused(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            putOthers(ledger, "one");
            putOthers(ledger, "two");

            RosterReport report = rosters(ledger).build().take(RosterFixture.of("1"));

            assertThat(report.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(report.problems().stream().map(RosterProblem::describe))
                    .anySatisfy(text ->
                            assertThat(text).contains("line 1, member_id").contains("several"));
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-002")
    void theSameEnrolmentTwiceIsRefusedByLine(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            RosterReport report = rosters(ledger)
                    .build()
                    .take(RosterFixture.of(List.of(
                            row("a"),
                            row("b"),
                            row("a"),
                            with(
                                    with(row("b"), RosterColumn.COVERAGE_START, "2026-02-01"),
                                    RosterColumn.ATTRIBUTION_START,
                                    "2026-02-01"))));

            assertThat(report.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(report.problems().stream().map(problem -> problem.rule() + " " + problem.line()))
                    .containsExactly("C-37 3", "ATR-MDL-002 4");
            assertThat(ledger.backend().find(LedgerFixture.CALLER, LIST)).isEmpty();
        }
    }

    @OnEachDatabase
    void aListThatIsNotThereNeedsToBeDescribed(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            RosterReport report = LedgerFromRoster.builder(ledger, LIST).build().take(RosterFixture.of("1"));

            assertThat(report.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(report.problems().get(0).text()).contains("there is no list list-1");
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-045")
    void aFinalListTakesNoRoster(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            ledger.write(tx -> tx.putList(LedgerFixture.list(ListStatus.FINAL)));

            RosterReport report = rosters(ledger).build().take(RosterFixture.of("1"));

            assertThat(report.problems().get(0).text()).contains("final; reopen it first");
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-017", "ATR-MDL-018"})
    void whoIsMissingStaysOnADraftListAsDropped(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            ledger.write(tx -> tx.putList(LedgerFixture.list(ListStatus.DRAFT)));
            LedgerFromRoster rosters = rosters(ledger).maxChurn(100).build();
            rosters.take(RosterFixture.of("goes", "stays"));

            RosterReport report = rosters.take(RosterFixture.of("stays"));

            assertThat(report.changes()).isEqualTo(new RosterChanges(0, 0, 1, 1));
            assertThat(codes(ledger)).containsExactly("goes dropped", "stays nochange");
            assertThat(rosters.take(RosterFixture.of("stays")).outcome()).isEqualTo(Outcome.UNCHANGED);
        }
    }

    @OnEachDatabase
    void aRosterThatBreaksOffLeavesTheListAsItWas(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            LedgerFromRoster rosters = rosters(ledger).maxChurn(100).build();
            rosters.take(RosterFixture.of("1"));

            assertThatThrownBy(() -> rosters.take(() -> breakingOff(RosterFixture.cursor(List.of(row("2"), row("3"))))))
                    .isInstanceOf(IllegalStateException.class);

            assertThat(header(ledger).version()).isEqualTo("1");
            assertThat(codes(ledger)).containsExactly("1 new");
            assertThat(rosters.take(RosterFixture.of("1")).outcome()).isEqualTo(Outcome.UNCHANGED);
        }
    }

    @OnEachDatabase
    void rowsOfAListThatCameAsFhirAreTakenOver(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            putOthers(ledger, "a");
            LedgerFixture.importRows(
                    ledger,
                    ListStatus.OPEN,
                    new Member(
                            Reference.to(ResourceType.PATIENT, "a"),
                            Reference.to(ResourceType.COVERAGE, "a"),
                            Reference.to(ResourceType.PRACTITIONER, "a"),
                            Period.of("2026-01-01", null),
                            false,
                            ChangeType.NEW,
                            OtherElements.NONE));

            RosterReport report = rosters(ledger).build().take(RosterFixture.of("1"));

            assertThat(report.outcome()).isEqualTo(Outcome.UNCHANGED);
            assertThat(report.changes()).isEqualTo(new RosterChanges(0, 0, 0, 1));
        }
    }

    private static RosterCursor breakingOff(RosterCursor rows) {
        return new RosterCursor() {
            @Override
            public RosterRow next() {
                RosterRow row = rows.next();
                if (row == null) {
                    throw new IllegalStateException("the source broke off");
                }
                return row;
            }

            @Override
            public void close() {
                rows.close();
            }
        };
    }

    /** Puts the resources of member 1 as some other system writes them. */
    private static void putOthers(Ledger ledger, String id) {
        String number = "\"identifier\":[{\"type\":{\"coding\":[{\"system\":"
                + "\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"MB\"}]},\"system\":\""
                + RosterFixture.MEMBERS + "\",\"value\":\"1\"}]";
        ledger.write(tx -> {
            put(tx, new ResourceKey(ResourceType.PATIENT, id), "," + number + ",\"name\":[{\"family\":\"Kept\"}]");
            put(
                    tx,
                    new ResourceKey(ResourceType.COVERAGE, id),
                    "," + number + ",\"status\":\"active\",\"beneficiary\":{\"reference\":\"Patient/" + id + "\"},"
                            + "\"class\":[{\"type\":{\"coding\":[{\"system\":"
                            + "\"http://terminology.hl7.org/CodeSystem/coverage-class\",\"code\":\"plan\"}]},"
                            + "\"value\":\"PPO\"}]");
            put(
                    tx,
                    new ResourceKey(ResourceType.PRACTITIONER, id),
                    ",\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"" + RosterFixture.NPI
                            + "\"}]");
        });
    }

    private static void put(LedgerTransaction tx, ResourceKey key, String properties) {
        tx.putResource(key, LedgerFixture.json(key, properties));
    }

    private static List<RuleViolation> brokenRules(Ledger ledger) {
        List<RuleViolation> found = new ArrayList<>();
        try (ListSnapshot snapshot = LedgerFixture.snapshot(ledger)) {
            for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
                if (!type.equals(ResourceType.GROUP)) {
                    for (StoredResource resource : LedgerFixture.resources(snapshot, type)) {
                        ResourceRules.check(type, resource.json(), found::add);
                    }
                }
            }
        }
        return found.stream().filter(RuleViolation::isError).toList();
    }

    private static List<Member> rows(Ledger ledger) {
        try (ListSnapshot snapshot = LedgerFixture.snapshot(ledger)) {
            return LedgerFixture.rows(snapshot);
        }
    }

    /** Returns each row as member id and change code, in the order of these. */
    private static List<String> codes(Ledger ledger) {
        Map<String, String> numbers = new HashMap<>();
        for (JsonValue patient : patients(ledger)) {
            numbers.put(
                    "Patient/" + patient.text("id").orElseThrow(),
                    patient.all("identifier.value").get(0).text().orElseThrow());
        }
        return rows(ledger).stream()
                .map(row -> numbers.get(row.key().patient()) + " " + code(row.changeType()))
                .sorted()
                .toList();
    }

    private static String code(@Nullable ChangeType change) {
        return change == null ? "?" : change.code();
    }

    private static Stream<String> families(Ledger ledger) {
        return patients(ledger).stream()
                .map(patient -> patient.all("name.family").get(0).text().orElseThrow());
    }

    private static List<JsonValue> patients(Ledger ledger) {
        try (ListSnapshot snapshot = LedgerFixture.snapshot(ledger)) {
            return LedgerFixture.resources(snapshot, ResourceType.PATIENT).stream()
                    .map(resource -> (JsonValue) JsonValue.parseObject(resource.json()))
                    .toList();
        }
    }
}
