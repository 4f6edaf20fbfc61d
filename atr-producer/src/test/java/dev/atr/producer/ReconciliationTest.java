package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.core.Canonicals;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Decision;
import dev.atr.producer.spi.reconcile.ProposedAddition;
import dev.atr.producer.spi.reconcile.ProposedRemoval;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reconciliation operations as a Consumer meets them. */
class ReconciliationTest {
    private static final String MEMBER =
            entry("memberId", "Identifier", "{\"system\":\"https://payer.example/members\",\"value\":\"M-nobody\"}");
    private static final String NPI = entry(
            "providerNpi", "Identifier", "{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1000000012\"}");
    private static final String PATIENT = reference("patientReference", "Patient/nobody");
    private static final String PROVIDER = reference("providerReference", "PractitionerRole/role-1");
    private static final String COVERAGE = reference("coverageReference", "Coverage/c-10");
    private static final String PERIOD =
            entry("attributionPeriod", "Period", "{\"start\":\"2026-04-01\",\"end\":\"2026-09-30\"}");

    private ProducerFixture fixture;

    @TempDir
    Path files;

    @BeforeEach
    void start() {
        fixture = ProducerFixture.of(files);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    // Adding

    @Test
    @Requirement({"ATR-REC-001", "ATR-REC-002", "ATR-REC-003", "ATR-REC-040"})
    void answersAnAdditionWithTheVersionThatItMade() {
        Answer answer = post("list-open", "$member-add", MEMBER, NPI, PERIOD);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo("W/\"2\"");
        assertThat(answer.header("Location")).isEqualTo(ProducerFixture.BASE + "/Group/list-open/_history/2");
        assertThat(answer.issue()).isEqualTo("informational");
        assertThat(answer.text()).doesNotContain("M-nobody");
        assertThat(fixture.get("/Group/list-open").text()).contains("2026-09-30");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list-draft", "list-open"})
    @Requirement("ATR-REC-007")
    void draftsAndOpenListsTakeMembers(String list) {
        Answer answer = post(list, "$member-add", MEMBER, NPI);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(version(list)).isEqualTo("2");
    }

    @Test
    @Requirement({"ATR-REC-004", "ATR-REC-005"})
    void addsByReferences() {
        assertThat(post("list-open", "$member-add", PATIENT, PROVIDER, PERIOD).status())
                .isEqualTo(200);

        assertThat(fixture.get("/Group/list-open").text()).contains("\"Patient/nobody\"");
    }

    @Test
    @Requirement("ATR-REC-013")
    void theSameRequestTwiceIsOneVersion() {
        post("list-open", "$member-add", MEMBER, NPI);

        Answer again = post("list-open", "$member-add", MEMBER, NPI);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.header("ETag")).isEqualTo("W/\"2\"");
        assertThat(again.text()).contains("already");
    }

    @Test
    @Requirement("ATR-REC-005")
    void referencesMayStandInTheAddressAndBeAbsolute() {
        Answer answer = send(
                "/Group/list-open/$member-add?patientReference=" + ProducerFixture.BASE
                        + "/Patient/nobody&providerReference=PractitionerRole/role-1",
                "");

        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "return=minimal, 204, ''",
        "return=representation, 200, Group",
        "return=OperationOutcome, 200, OperationOutcome"
    })
    @Requirement("ATR-REC-040")
    void theAnswerIsWhatTheClientPrefers(String prefer, int status, String type) {
        Answer answer = send("/Group/list-open/$member-add", parameters(MEMBER, NPI), "Prefer", prefer);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("ETag")).isEqualTo("W/\"2\"");
        assertThat(
                        answer.body().length == 0
                                ? ""
                                : answer.json().text("resourceType").orElseThrow())
                .isEqualTo(type);
    }

    // What can't be read

    @Test
    @Requirement({"ATR-REC-006", "ATR-REC-043"})
    void incompleteAndMixedCombinationsAreRefusedAndSayWhatToChange() {
        List<List<String>> add = List.of(
                List.of(),
                List.of(MEMBER),
                List.of(NPI),
                List.of(PATIENT),
                List.of(PROVIDER),
                List.of(PERIOD),
                List.of(MEMBER, PERIOD),
                List.of(MEMBER, PROVIDER),
                List.of(PATIENT, NPI),
                List.of(MEMBER, NPI, PATIENT),
                List.of(MEMBER, NPI, PATIENT, PROVIDER));
        for (List<String> entries : add) {
            refused(400, "give memberId with providerNpi", post("list-open", "$member-add", entries));
        }
        List<List<String>> remove = List.of(
                List.of(),
                List.of(NPI),
                List.of(PROVIDER),
                List.of(COVERAGE),
                List.of(PATIENT, COVERAGE),
                List.of(MEMBER, PROVIDER),
                List.of(MEMBER, COVERAGE),
                List.of(MEMBER, NPI, COVERAGE),
                List.of(MEMBER, PATIENT),
                List.of(PATIENT, NPI));
        for (List<String> entries : remove) {
            refused(400, "give memberId, or memberId with", post("list-open", "$member-remove", entries));
        }
        refused(400, "give memberId or patientReference", post("list-open", "$attribution-status"));
        refused(400, "give memberId or patientReference", post("list-open", "$attribution-status", MEMBER, PATIENT));
        assertThat(version("list-open")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"memberId\",\"valueReference\":{\"reference\":\"Patient/1\"}}",
                "{\"name\":\"memberId\",\"valueIdentifier\":\"M-1\"}",
                "{\"name\":\"memberId\",\"valueIdentifier\":{\"value\":\"\"}}",
                "{\"name\":\"memberId\",\"valueIdentifier\":{\"system\":\"urn:x\"}}",
                "{\"name\":\"memberId\",\"valueIdentifier\":{\"type\":{\"coding\":[{\"code\":\"MR\"}]},\"value\":\"1\"}}",
                "{\"name\":\"memberId\",\"valueIdentifier\":{\"value\":\"1\"},\"part\":[]}",
                "{\"name\":\"memberId\"}",
                "{\"name\":\"surprise\",\"valueString\":\"1\"}",
                "{\"name\":\"attributionPeriod\",\"valueString\":\"2026\"}",
                "{\"name\":\"attributionPeriod\",\"valuePeriod\":{\"end\":\"2026-01-01\"}}",
                "{\"name\":\"attributionPeriod\",\"valuePeriod\":{\"start\":\"2026-02-01\",\"end\":\"2026-01-01\"}}",
                "{\"name\":\"attributionPeriod\",\"valuePeriod\":{\"start\":\"yesterday\"}}",
                "{\"name\":\"coverageReference\",\"valueReference\":{\"reference\":\"Coverage/c-10\"}}"
            })
    @Requirement("ATR-REC-001")
    void whatIsNotOfItsTypeIsRefused(String entry) {
        String rest = entry.contains("memberId") ? NPI : MEMBER + "," + NPI;

        Answer answer = send("/Group/list-open/$member-add", parameters(entry, rest));

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().text("resourceType")).contains("OperationOutcome");
        assertThat(version("list-open")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient/nobody/_history/1",
                "https://other.example/Patient/nobody",
                "urn:uuid:0c1b7b5e-4f0e-4d2b-9d43-4f3d6c0e1f11",
                "Practitioner/dr-1",
                "Patient/../nobody",
                "#nobody",
                ""
            })
    @Requirement("ATR-REC-001")
    void aReferenceThatIsNotToAPatientOfThisProducerIsRefused(String text) {
        Answer answer = post("list-open", "$member-add", reference("patientReference", text), PROVIDER);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).doesNotContain("nobody");
    }

    @Test
    @Requirement("ATR-REC-001")
    void aParameterThatComesTwiceIsRefused() {
        refused(400, "once only", post("list-open", "$member-add", MEMBER, MEMBER, NPI));
        refused(
                400,
                "once only",
                send("/Group/list-open/$member-add?patientReference=Patient/nobody", parameters(PATIENT, PROVIDER)));
    }

    @Test
    @Requirement("FHIR-033")
    void numbersDoNotStandInTheAddressAndNothingIsChangedByGet() {
        refused(400, "Only references", send("/Group/list-open/$member-add?memberId=M-nobody&providerNpi=1", ""));
        assertThat(fixture.get("/Group/list-open/$member-add?patientReference=Patient/nobody")
                        .status())
                .isEqualTo(405);
    }

    @Test
    @Requirement("ATR-REC-001")
    void aBodyThatIsNoParametersResourceIsRefused() {
        for (String body :
                List.of("{}", "[]", "{\"resourceType\":\"Patient\"}", "{\"resourceType\":\"Parameters\"", "x")) {
            assertThat(send("/Group/list-open/$member-add", body).status()).isEqualTo(400);
        }
        assertThat(fixture.send(
                                "POST",
                                "/Group/list-open/$member-add",
                                parameters(MEMBER, NPI),
                                ProducerFixture.and(writer(), "Content-Type", "application/xml"))
                        .status())
                .isEqualTo(415);
    }

    // What can't be done

    @Test
    @Requirement({"ATR-REC-008", "ATR-REC-024"})
    void aFinalListStaysAsItIs() {
        for (Answer answer :
                List.of(post("list-final", "$member-add", MEMBER, NPI), post("list-final", "$member-remove", MEMBER))) {
            refused(422, "final", answer);
            assertThat(answer.issue()).isEqualTo("business-rule");
        }
        assertThat(version("list-final")).isEqualTo("1");
    }

    @Test
    @Requirement({"ATR-REC-011", "ATR-REC-028"})
    void whoIsNotThereIsNotFound() {
        String stranger = entry("memberId", "Identifier", "{\"value\":\"M-stranger\"}");
        for (Answer answer : List.of(
                post("list-open", "$member-add", stranger, NPI),
                post(
                        "list-open",
                        "$member-add",
                        MEMBER,
                        entry("providerNpi", "Identifier", "{\"value\":\"1999999984\"}")),
                post("list-open", "$member-remove", stranger),
                post("list-open", "$member-remove", MEMBER))) {
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.issue()).isEqualTo("not-found");
        }
    }

    @Test
    @Requirement({"FHIR-019", "ATR-REC-043"})
    void aRefusalNamesTheParameterAtFault() {
        String stranger = entry("memberId", "Identifier", "{\"value\":\"M-stranger\"}");
        String nowhere = reference("patientReference", "Patient/stranger");
        String nobody = entry("providerNpi", "Identifier", "{\"value\":\"1999999984\"}");

        assertThat(expression(post("list-open", "$member-add", stranger, NPI))).isEqualTo("memberId");
        assertThat(expression(post("list-open", "$member-add", nowhere, PROVIDER)))
                .isEqualTo("patientReference");
        assertThat(expression(post("list-open", "$member-add", MEMBER, nobody))).isEqualTo("providerNpi");
        assertThat(expression(
                        post("list-open", "$member-add", PATIENT, reference("providerReference", "Practitioner/none"))))
                .isEqualTo("providerReference");
        assertThat(expression(post("list-open", "$member-add", reference("patientReference", "Patient/zoe"), PROVIDER)))
                .isEqualTo("attributionPeriod");
        assertThat(expression(post("list-open", "$member-remove", MEMBER))).isEqualTo("memberId");
        assertThat(expression(post("list-open", "$attribution-status", PATIENT)))
                .isEqualTo("patientReference");
    }

    @Test
    @Requirement("ATR-REC-014")
    void severalCoveragesAreAmbiguous() {
        Answer answer = post("list-open", "$member-add", reference("patientReference", "Patient/zoe"), PROVIDER);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.issue()).isEqualTo("multiple-matches");
    }

    @Test
    @Requirement({"ATR-REC-009", "ATR-REC-010", "ATR-REC-026", "ATR-REC-027"})
    void whatThePayerDeclinesIsAnsweredWithItsReason() {
        fixture.close();
        fixture = ProducerFixture.of(
                files,
                builder -> builder.attributionPolicy(deciding(
                        new Decision.Declined("Not added: not this year."),
                        new Decision.Declined("Not removed: not this year."))));

        Answer added = post("list-open", "$member-add", MEMBER, NPI);
        Answer removed = post("list-open", "$member-remove", reference("patientReference", "Patient/10"));

        refused(422, "Not added: not this year.", added);
        refused(422, "Not removed: not this year.", removed);
        assertThat(added.issue()).isEqualTo("business-rule");
    }

    @Test
    @Requirement({"ATR-SEC-012", "ATR-REC-038", "ATR-REC-041"})
    void foreignAndUnknownListsAreAnsweredAlike() {
        for (String operation :
                List.of("$member-add", "$member-remove", "$attribution-status", "$confirm-attribution-list")) {
            Answer foreign = post("list-foreign", operation, MEMBER);
            Answer unknown = post("no-such-list", operation, MEMBER);

            assertThat(foreign.status()).isEqualTo(404);
            assertThat(foreign.text()).isEqualTo(unknown.text());
        }
    }

    @Test
    @Requirement("FHIR-013")
    void aStaleVersionIsRefused() {
        Answer stale = send("/Group/list-open/$member-add", parameters(MEMBER, NPI), "If-Match", "W/\"7\"");
        Answer current = send("/Group/list-open/$member-add", parameters(MEMBER, NPI), "If-Match", "W/\"1\"");
        Answer any = send("/Group/list-open/$member-add", parameters(MEMBER, NPI), "If-Match", "*");
        Answer broken = send("/Group/list-open/$member-add", parameters(MEMBER, NPI), "If-Match", "7");

        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.issue()).isEqualTo("conflict");
        assertThat(current.status()).isEqualTo(200);
        assertThat(any.status()).isEqualTo(200);
        assertThat(broken.status()).isEqualTo(400);
    }

    @Test
    @Requirement({"ATR-REC-041", "ATR-SEC-006"})
    void whoMayReadMayNotChange() {
        for (String operation : List.of("$member-add", "$member-remove", "$confirm-attribution-list")) {
            Answer answer = fixture.send("POST", "/Group/list-open/" + operation, "", fixture.as("sample-consumer"));

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.issue()).isEqualTo("forbidden");
        }
    }

    @Test
    @Requirement("ATR-SEC-012")
    void whoTriesNumbersIsAskedToWait() {
        String stranger = entry("memberId", "Identifier", "{\"value\":\"M-stranger\"}");
        for (int i = 0; i < 100; i++) {
            assertThat(post("list-open", "$attribution-status", stranger).status())
                    .isEqualTo(404);
        }

        Answer stopped = post("list-open", "$attribution-status", reference("patientReference", "Patient/10"));
        fixture.clock.turn(Duration.ofMinutes(1));
        Answer later = post("list-open", "$attribution-status", reference("patientReference", "Patient/10"));

        assertThat(stopped.status()).isEqualTo(429);
        assertThat(stopped.header("Retry-After")).isEqualTo("60");
        assertThat(later.status()).isEqualTo(200);
    }

    /** If one of them were not counted, there would be room for another one at the end. */
    @Test
    @Requirement({"ATR-SEC-012", "ATR-REC-038"})
    void whoeverTriesIsAskedToWaitWhateverItTries() {
        String stranger = number("M-stranger");
        String anybody = reference("patientReference", "Patient/stranger");
        String longAgo = entry("attributionPeriod", "Period", "{\"start\":\"2020-01-01\",\"end\":\"2020-12-31\"}");
        String noDoctor = reference("providerReference", "Practitioner/stranger");
        String noNpi = npi("1999999984");
        List<Guess> guesses = List.of(
                new Guess("$member-add", "not-found", stranger, NPI),
                new Guess("$member-add", "not-found", stranger, NPI, PERIOD),
                new Guess("$member-add", "not-found", anybody, PROVIDER),
                new Guess("$member-add", "not-found", anybody, PROVIDER, PERIOD),
                new Guess("$member-add?patientReference=Patient/stranger", "not-found", PROVIDER),
                new Guess("$member-add", "not-found", MEMBER, noNpi),
                new Guess("$member-add", "not-found", PATIENT, noDoctor),
                new Guess("$member-add", "not-found", MEMBER, NPI, longAgo),
                new Guess("$member-add", "multiple-matches", number("M-zoe"), NPI),
                new Guess("$member-add", "multiple-matches", MEMBER, npi("1000000046")),
                new Guess("$member-add", "multiple-matches", number("M-twin"), NPI),
                new Guess("$member-remove", "not-found", stranger),
                new Guess("$member-remove", "not-found", stranger, NPI),
                new Guess("$member-remove", "not-found", number("M-10"), noNpi),
                new Guess("$member-remove", "not-found", anybody),
                new Guess("$member-remove", "not-found", anybody, PROVIDER),
                new Guess("$member-remove", "not-found", anybody, PROVIDER, COVERAGE),
                new Guess("$member-remove", "multiple-matches", number("M-twin")),
                new Guess("$attribution-status", "not-found", stranger),
                new Guess("$attribution-status", "not-found", anybody),
                new Guess("$attribution-status", "multiple-matches", number("M-twin")));
        withTwins();

        triedInVain(100 - guesses.size());
        for (Guess guess : guesses) {
            Answer answer = guess.tried(this);
            assertThat(answer.issue()).as(guess + answer.text()).isEqualTo(guess.code);
        }

        for (Guess guess : guesses) {
            assertThat(guess.tried(this).status()).as(guess.toString()).isEqualTo(429);
        }
    }

    static Stream<Arguments> declined() {
        Decision.Declined no = new Decision.Declined("Not this year.");
        return Stream.of(
                Arguments.of("$member-add", deciding(no, no), List.of(MEMBER, NPI)),
                Arguments.of("$member-add", deciding(new Decision.Hidden(), no), List.of(MEMBER, NPI)),
                Arguments.of("$member-remove", deciding(no, no), List.of(number("M-10"))));
    }

    @ParameterizedTest(name = "{index}: {0}")
    @MethodSource("declined")
    @Requirement({"ATR-SEC-012", "ATR-REC-010"})
    void whoeverIsDeclinedOverAndOverIsAskedToWait(String operation, AttributionPolicy policy, List<String> entries) {
        fixture.close();
        fixture = ProducerFixture.of(files, builder -> builder.attributionPolicy(policy));
        triedInVain(99);

        assertThat(post("list-open", operation, entries).status()).isEqualTo(422);
        assertThat(post("list-open", operation, entries).status()).isEqualTo(429);
    }

    @Test
    @Requirement({"ATR-SEC-012", "ATR-REC-008"})
    void whatTellsOfNobodyIsNotCounted() {
        triedInVain(99);

        assertThat(post("list-final", "$member-add", MEMBER, NPI).status()).isEqualTo(422);
        assertThat(send("/Group/list-open/$member-add", parameters(MEMBER, NPI), "If-Match", "W/\"7\"")
                        .status())
                .isEqualTo(412);
        assertThat(post("list-open", "$member-add", MEMBER, NPI).status()).isEqualTo(200);
    }

    // Removing

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "member; 6",
                "member and provider; 7",
                "patient; 6",
                "patient and provider; 7",
                "patient, provider and coverage; 7"
            })
    @Requirement({"ATR-REC-015", "ATR-REC-016", "ATR-REC-017", "ATR-REC-018", "ATR-REC-019", "ATR-REC-020"})
    void theFiveFormsRemoveWhatTheyName(String form, int left) {
        String member = entry("memberId", "Identifier", "{\"value\":\"M-10\"}");
        String npi = entry("providerNpi", "Identifier", "{\"value\":\"1000000020\"}");
        String patient = reference("patientReference", "Patient/10");
        List<String> entries = switch (form) {
            case "member" -> List.of(member);
            case "member and provider" -> List.of(member, npi);
            case "patient" -> List.of(patient);
            case "patient and provider" -> List.of(patient, PROVIDER);
            default -> List.of(patient, PROVIDER, COVERAGE);
        };

        Answer answer = post("list-open", "$member-remove", entries);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo("W/\"2\"");
        assertThat(fixture.get("/Group/list-open").json().items("member")).hasSize(left);
    }

    @Test
    @Requirement({"ATR-REC-022", "ATR-MDL-017", "ATR-MDL-018"})
    void onADraftTheRowStaysAsInactive() {
        Answer answer = post("list-draft", "$member-remove", entry("memberId", "Identifier", "{\"value\":\"M-B.1\"}"));

        assertThat(answer.text()).contains("One row was marked inactive.");
    }

    // Confirming

    @Test
    @Requirement({"ATR-REC-030", "ATR-REC-031", "ATR-REC-033"})
    void confirmingMakesADraftFinal() {
        Answer answer = send("/Group/list-draft/$confirm-attribution-list", "");
        Answer again = post("list-draft", "$confirm-attribution-list");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location")).endsWith("/Group/list-draft/_history/2");
        assertThat(fixture.get("/Group/list-draft?_summary=true").text()).contains("\"final\"");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("ETag")).isEqualTo("W/\"2\"");
    }

    @Test
    @Requirement("ATR-MDL-024")
    void confirmingAnEmptyDraftWarns() {
        Answer answer = post("List-empty", "$confirm-attribution-list");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().all("issue.severity").get(0).text()).contains("warning");
    }

    @Test
    @Requirement("ATR-REC-030")
    void aConfirmationTakesNoParameters() {
        refused(400, "no parameters", post("list-draft", "$confirm-attribution-list", MEMBER));
    }

    @Test
    @Requirement("ATR-REC-031")
    void theStatusOfAConfirmationCanBeSet() {
        fixture.close();
        fixture = ProducerFixture.of(files, builder -> builder.confirmStatus(202));

        assertThat(post("list-draft", "$confirm-attribution-list").status()).isEqualTo(202);
    }

    // Looking

    @Test
    @Requirement({"ATR-REC-036", "ATR-REC-037", "FHIR-034"})
    void theStatusIsACollectionOfTheRowsAndWhatBelongsToThem() {
        Answer answer =
                post("list-open", "$attribution-status", entry("memberId", "Identifier", "{\"value\":\"M-A\"}"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().text("type")).contains("collection");
        assertThat(texts(answer, "entry.resource.resourceType"))
                .containsExactly("Group", "Patient", "Coverage", "RelatedPerson", "Organization");
        assertThat(texts(answer, "entry.resource.meta.tag.code")).containsExactly("SUBSETTED");
        assertThat(texts(answer, "entry.resource.member.entity.reference")).containsExactly("Patient/A");
        assertThat(texts(answer, "entry.fullUrl")).contains(ProducerFixture.BASE + "/Patient/A");
    }

    @Test
    @Requirement("ATR-REC-037")
    void theStatusHasWhatTheScopesReach() {
        Answer answer = fixture.send(
                "POST",
                "/Group/list-open/$attribution-status?patientReference=Patient/A",
                "",
                fixture.as("sample-consumer", "system/Group.r system/Coverage.r"));

        assertThat(texts(answer, "entry.resource.resourceType")).containsExactly("Group", "Coverage");
    }

    @Test
    @Requirement({"ATR-REC-038", "ATR-SEC-012"})
    void whoIsNotOnTheListIsAnsweredLikeWhoIsNotThere() {
        Answer known = post("list-open", "$attribution-status", PATIENT);
        Answer foreign = post("list-open", "$attribution-status", reference("patientReference", "Patient/foreign"));
        Answer unknown = post("list-open", "$attribution-status", reference("patientReference", "Patient/stranger"));

        assertThat(known.status()).isEqualTo(404);
        assertThat(known.issue()).isEqualTo("not-found");
        assertThat(foreign.text()).isEqualTo(known.text());
        assertThat(unknown.text()).isEqualTo(known.text());
    }

    // Around it

    @Test
    @Requirement("ATR-CAP-001")
    void theOperationsAreListedWhereTheyAreServed() {
        assertThat(fixture.get("/metadata").text())
                .contains("member-add", "member-remove", "attribution-status", "confirm-attribution-list");
        fixture.close();
        fixture = ProducerFixture.over(new BrokenBackend(fixture.sample), files);
        assertThat(fixture.get("/metadata").text()).doesNotContain("member-add");
        assertThat(post("list-open", "$member-add", MEMBER, NPI).status()).isEqualTo(404);
    }

    @Test
    void aProducerThatCouldTakeChangesNeedsAChoice() {
        try (DirectoryExportFiles exports = DirectoryExportFiles.open(files.resolve("other"))) {
            AtrProducer.Builder builder = AtrProducer.builder(new InMemoryBackend(SampleLists.standard()))
                    .baseUrl(URI.create(ProducerFixture.BASE))
                    .accessTokens(token -> Optional.empty())
                    .exportFiles(exports);

            assertThatThrownBy(builder::build)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("attributionPolicy");
            try (AtrProducer readOnly = builder.readOnly().build()) {
                assertThat(readOnly.administration()).isPresent();
                assertThat(readOnly.routes())
                        .noneMatch(route -> route.template().contains("$member"))
                        .noneMatch(route -> route.template().equals("/Group")
                                && route.methods().contains("POST"))
                        .noneMatch(route -> route.methods().contains("DELETE")
                                && !route.template().startsWith("/$export"));
            }
        }
    }

    @Test
    @Requirement("ATR-SEC-012")
    void theAuditTrailIsToldOfChangesAndOfPeopleWhoAreNotThere() {
        List<AuditEvent> events = new ArrayList<>();
        fixture.close();
        fixture = ProducerFixture.of(files, builder -> builder.auditTrail(events::add));

        post("list-open", "$member-add", MEMBER, NPI);
        post("list-open", "$attribution-status", reference("patientReference", "Patient/stranger"));

        assertThat(events)
                .extracting(AuditEvent::toString)
                .containsExactly(
                        "CHANGE granted, client sample-consumer, /Group/{id}/$member-add, ADDED, list list-open, version 2",
                        "LIST refused: member, client sample-consumer, /Group/{id}/$attribution-status");
    }

    private Answer post(String list, String operation, String... entries) {
        return send("/Group/" + list + "/" + operation, parameters(entries));
    }

    private Answer post(String list, String operation, List<String> entries) {
        return post(list, operation, entries.toArray(String[]::new));
    }

    private Answer send(String target, String body, String... headers) {
        String[] all = ProducerFixture.and(writer(), "Content-Type", "application/fhir+json");
        return fixture.send("POST", target, body, ProducerFixture.and(all, headers));
    }

    private String[] writer() {
        return fixture.as(ProducerFixture.CONSUMER, "system/*.read system/*.write");
    }

    private String version(String list) {
        return fixture.get("/Group/" + list + "?_summary=true")
                .json()
                .all("meta.versionId")
                .get(0)
                .text()
                .orElseThrow();
    }

    private static String expression(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isBetween(400, 422);
        return texts(answer, "issue.expression").get(0);
    }

    private static void refused(int status, String text, Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.text()).contains(text);
    }

    private static List<String> texts(Answer answer, String path) {
        return answer.json().all(path).stream()
                .map(JsonValue::text)
                .map(Optional::orElseThrow)
                .toList();
    }

    private static String parameters(String... entries) {
        return "{\"resourceType\":\"Parameters\",\"parameter\":[" + String.join(",", entries) + "]}";
    }

    /** Asks so often for somebody who is not there; a hundred times are let pass in a minute. */
    private void triedInVain(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(post("list-open", "$attribution-status", reference("patientReference", "Patient/stranger"))
                            .status())
                    .isEqualTo(404);
        }
    }

    /** A request that names somebody in vain, and what it is answered with. */
    private record Guess(String operation, String code, String... entries) {
        Answer tried(ReconciliationTest test) {
            return test.post("list-open", operation, entries);
        }
    }

    /** Adds a doctor with the number of another one, and a member with that of another one. */
    private void withTwins() {
        SampleLists lists = fixture.sample.lists();
        for (String patient : List.of("a", "9")) {
            lists = lists.withResource(
                    new ResourceKey(ResourceType.COVERAGE, "c-twin-" + patient),
                    "{\"resourceType\":\"Coverage\",\"id\":\"c-twin-" + patient
                            + "\",\"identifier\":[{\"type\":{\"coding\":[{\"system\":\"" + Canonicals.IDENTIFIER_TYPE
                            + "\",\"code\":\"MB\"}]},\"system\":\"https://payer.example/" + patient
                            + "\",\"value\":\"M-twin\"}],\"status\":\"active\",\"beneficiary\":{\"reference\":\"Patient/"
                            + patient + "\"},\"payor\":[{\"reference\":\"Organization/payer\"}]}");
        }
        fixture.sample.replace(lists.withResource(
                new ResourceKey(ResourceType.PRACTITIONER, "dr-twin"),
                "{\"resourceType\":\"Practitioner\",\"id\":\"dr-twin\",\"identifier\":[{\"system\":\"" + Canonicals.NPI
                        + "\",\"value\":\"1000000046\"}],\"name\":[{\"family\":\"Sample\"}]}"));
    }

    private static AttributionPolicy deciding(Decision.OnAddition onAddition, Decision.OnRemoval onRemoval) {
        return new AttributionPolicy() {
            @Override
            public Decision.OnAddition onAddition(ProposedAddition addition) {
                return onAddition;
            }

            @Override
            public Decision.OnRemoval onRemoval(ProposedRemoval removal) {
                return onRemoval;
            }
        };
    }

    private static String number(String member) {
        return entry("memberId", "Identifier", "{\"value\":\"" + member + "\"}");
    }

    private static String npi(String digits) {
        return entry("providerNpi", "Identifier", "{\"value\":\"" + digits + "\"}");
    }

    private static String reference(String name, String reference) {
        return entry(name, "Reference", "{\"reference\":\"" + reference + "\"}");
    }

    private static String entry(String name, String type, String value) {
        return "{\"name\":\"" + name + "\",\"value" + type + "\":" + value + "}";
    }
}
