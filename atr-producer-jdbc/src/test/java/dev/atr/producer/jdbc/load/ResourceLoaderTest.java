package dev.atr.producer.jdbc.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceLoaderTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);
    private static final Caller CALLER = new Caller("consumer-1", "system/*.read", null);
    private static final ListId LIST = new ListId("list-1");

    private static final String PAYER = """
            {"resourceType":"Organization","id":"payer","active":true,"name":"Payer"}""";

    private static final String DOCTOR = """
            {"resourceType":"Practitioner","id":"doctor",
             "identifier":[{"system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"}],
             "name":[{"family":"Doe"}]}""";

    private static final String PATIENT = """
            {"resourceType":"Patient","id":"p#","identifier":[{"system":"urn:m","value":"W#"}],
             "name":[{"family":"Doe"}],"gender":"female"}""";

    private static final String COVERAGE = """
            {"resourceType":"Coverage","id":"c#","identifier":[{"type":{"coding":[
              {"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MB"}]},"system":"urn:m","value":"W#"}],
             "status":"active","subscriberId":"W#","beneficiary":{"reference":"Patient/p#"},
             "relationship":{"coding":[{"code":"self"}]},"period":{"start":"2026-01-01"},
             "payor":[{"reference":"Organization/payer"}],
             "class":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/coverage-class",
              "code":"plan"}]},"value":"PPO"}]}""";

    private static final String ROW = """
            {"extension":[
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-changeType","valueCode":"new"},
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-coverageReference",
               "valueReference":{"reference":"Coverage/c#"}},
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributedProvider",
               "valueReference":{"reference":"Practitioner/doctor"}}],
             "entity":{"reference":"Patient/p#"},"period":{"start":"2026-01-01"},"inactive":false}""";

    private static final String GROUP = """
            {"resourceType":"Group","id":"list-1","member":[#],
             "extension":[
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-contractValidityPeriod",
               "valuePeriod":{"start":"2026-01-01","end":"2026-12-31"}},
              {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributionListStatus",
               "valueCode":"open"}],
             "identifier":[
              {"system":"https://payer.example/contract","value":"C-1"},
              {"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NPI"}]},
               "system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"}],
             "active":true,"type":"person","actual":true,"managingEntity":{"reference":"Organization/payer"}}""";

    @TempDir
    Path folder;

    private final Ledger ledger =
            Ledger.open(LedgerOptions.inMemory().zone(ZoneOffset.UTC).clock(CLOCK));

    @BeforeEach
    void entitle() {
        ledger.entitleToAll(CALLER.clientId());
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void loadsAFolderInWhicheverOrderTheFilesStand() throws IOException {
        write("a-group.json", group(1, 2));
        write("b-coverage.json", coverage(1));
        write("c-coverages.ndjson", line(coverage(2)) + "\r\n\n");
        write("d/patients.ndjson", line(patient(1)) + "\n" + line(patient(2)));
        write("e.json", DOCTOR);
        write("f.json", PAYER);
        write(".hidden", "nothing to see");
        write(".hidden.d/x.json", "nothing to see");

        LoadReport report = load();

        assertThat(problems(report)).isEmpty();
        assertThat(report.counts())
                .isEqualTo(Map.of(
                        ResourceType.GROUP,
                        1L,
                        ResourceType.COVERAGE,
                        2L,
                        ResourceType.PATIENT,
                        2L,
                        ResourceType.PRACTITIONER,
                        1L,
                        ResourceType.ORGANIZATION,
                        1L));
        assertThat(rows()).containsExactly("Patient/p1 new", "Patient/p2 new");
    }

    @Test
    void loadsABundleWithTheListInFrontOfWhatItRefersTo() throws IOException {
        write("bundle.json", bundle(group(1), coverage(1), patient(1), DOCTOR, PAYER));

        LoadReport report = load();

        assertThat(problems(report)).isEmpty();
        assertThat(rows()).containsExactly("Patient/p1 new");
    }

    @Test
    void loadsGzippedNdjson() throws IOException {
        String lines = Stream.of(group(1), PAYER, DOCTOR, patient(1), coverage(1))
                .map(ResourceLoaderTest::line)
                .reduce("\ufeff", (all, line) -> all + line + "\n");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("all.ndjson.gz")))) {
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }

        LoadReport report = load();

        assertThat(problems(report)).isEmpty();
        assertThat(rows()).containsExactly("Patient/p1 new");
    }

    @Test
    void loadsStu3() throws IOException {
        write(
                "bundle.json",
                bundle(
                        PAYER,
                        DOCTOR,
                        patient(1),
                        coverage(1).replaceAll("(?s),\\s*\"class\".*", """
                ,"grouping":{"plan":"PPO"}}"""),
                        group(1).replace(
                                        "\"managingEntity\":{\"reference\":\"Organization/payer\"}",
                                        "\"code\":{\"text\":\"x\"}")
                                .replace(
                                        "\"extension\":[\n  {\"url\":\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-c"
                                                + "ontract",
                                        "\"extension\":[{\"url\":\"http://hl7.org/fhir/4.0/StructureDefinition/"
                                                + "extension-Group.managingEntity\",\"valueReference\":{\"reference\":\"Organization/payer\"}},"
                                                + "{\"url\":\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-contract")));

        LoadReport report = loader().fhirVersion(FhirVersion.STU3).build().load(List.of(folder));

        assertThat(problems(report)).isEmpty();
        assertThat(stored("Coverage", "c1")).contains("\"class\"").doesNotContain("grouping");
    }

    @Test
    void aListLoadedAgainTakesOnItsNewState() throws IOException {
        write("bundle.json", bundle(PAYER, DOCTOR, patient(1), coverage(1), patient(2), coverage(2), group(1)));
        load();
        write("bundle.json", bundle(group(2)));

        LoadReport report = load();

        assertThat(problems(report)).isEmpty();
        assertThat(rows()).containsExactly("Patient/p2 new");
    }

    @Test
    void aFileIsLoadedWholeOrNotAtAll() throws IOException {
        write("patients.ndjson", line(patient(1)) + "\n" + line(patient(2).replace("female", "woman")));

        LoadReport report = load();

        assertThat(report.loaded()).isEmpty();
        assertThat(problems(report)).containsExactly("error ATR-MDL-063 at line 2: Patient/p2: Patient.gender");
        assertThat(holds(ResourceType.PATIENT, "p1")).isFalse();
    }

    @Test
    void namesEachRuleThatAFileBreaks() throws IOException {
        write("base.json", bundle(PAYER, DOCTOR, patient(1), coverage(1)));
        write(
                "group.json",
                group(1, 2)
                        .replace("\"new\"", "\"add\"")
                        .replace("1234567893", "1234567890")
                        .replace("C-1", ""));

        LoadReport report = load();

        String list = "Group/list-1: Group.";
        assertThat(problems(report))
                .containsExactlyInAnyOrder(
                        "error C-78 at " + list + "identifier[1].value",
                        "error ATR-MDL-003 at " + list + "identifier",
                        "error ATR-MDL-046 at " + list + "member[0].extension(changeType)",
                        "error ATR-MDL-046 at " + list + "member[1].extension(changeType)",
                        "error ATR-MDL-038 at " + list + "member[1].entity",
                        "error ATR-MDL-010 at " + list + "member[1].extension(coverageReference)");
        assertThat(report.refused()).hasSize(1);
        assertThat(ledger.backend().find(CALLER, LIST)).isEmpty();
    }

    @Test
    @Requirement("ATR-MDL-010")
    void comparesRowsWithTheirCoverages() throws IOException {
        write(
                "bundle.json",
                bundle(
                        PAYER,
                        PAYER.replace("\"payer\"", "\"other\""),
                        DOCTOR,
                        patient(1),
                        coverage(1)
                                .replace("Patient/p1", "Patient/p9")
                                .replace("Organization/payer", "Organization/other"),
                        group(1)));

        LoadReport report = load();

        String place = " at entry[5]: Group/list-1: Group.member[0].extension(coverageReference)";
        assertThat(problems(report)).containsExactly("error ATR-MDL-010" + place, "warning C-91" + place);
    }

    @Test
    void aDoubledRowIsRefusedWhereverItStands() throws IOException {
        write("bundle.json", bundle(PAYER, DOCTOR, patient(1), coverage(1), patient(2), coverage(2), group(1, 2, 1)));

        LoadReport report = load();

        assertThat(report.refused().get(0).problems().get(0).text()).contains("two rows");
        assertThat(holds(ResourceType.PATIENT, "p1")).isFalse();
    }

    @Test
    void aFileMayHoldSeveralListsAndFollowARefusedOne() throws IOException {
        String second = group(2).replace("list-1", "list-2");
        write("a.json", bundle(PAYER, DOCTOR, patient(1), coverage(1), patient(2), coverage(2), group(1, 1)));
        write("b.json", bundle(PAYER, DOCTOR, patient(1), coverage(1), patient(2), coverage(2), second, group(1)));

        LoadReport report = loader().keepGoing(true).build().load(List.of(folder));

        assertThat(report.refused()).extracting(file -> file.file()).containsExactly(folder.resolve("a.json"));
        assertThat(report.counts()).containsEntry(ResourceType.GROUP, 2L);
        assertThat(rows()).containsExactly("Patient/p1 new");
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource
    void saysWhyAFileCantBeRead(String name, byte[] content, String reason) throws IOException {
        Files.write(folder.resolve(name), content);

        LoadReport report = load();

        assertThat(report.refused()).hasSize(1);
        assertThat(report.refused().get(0).problems())
                .map(problem -> problem.describe())
                .singleElement()
                .asString()
                .contains(reason)
                .doesNotContain("CANARY");
    }

    static Stream<Arguments> saysWhyAFileCantBeRead() {
        String patient = patient(1);
        return Stream.of(
                unreadable("broken.json", patient.replace("\"name\":", "\"name\" CANARY"), "(line 2, "),
                unreadable("twice.json", patient.replace("\"gender\"", "\"name\""), "stands twice"),
                unreadable("cut.json", patient.substring(0, 90), "ends early"),
                unreadable("lines.ndjson", line(PAYER) + "\n" + "{\"CANARY\n", "line 2: "),
                unreadable(
                        "bundle.json",
                        bundle(PAYER).replace("\"entry\":[", "\"entry\":[{\"fullUrl\":\"urn:x\"},"),
                        "entry[0]: an entry without a resource"),
                unreadable("bundle.json", bundle(PAYER).replace("]}", "CANARY"), "not valid JSON (line 1, "),
                unreadable("bundle.json", bundle(DOCTOR.replace("\"doctor\"", "\"a b\"")), "entry[0]: a logical id"),
                Arguments.of(
                        "latin.json", PAYER.replace("Payer", "Päyer").getBytes(StandardCharsets.ISO_8859_1), "UTF-8"),
                unreadable("notes.txt", "CANARY", "neither JSON, NDJSON nor XML"),
                unreadable("empty.json", "", "neither JSON, NDJSON nor XML"),
                unreadable("empty.ndjson", "\n\n", "holds no resource"),
                unreadable("some.xml", "<Patient/>", "XML can't be read here"),
                unreadable("list.ndjson.gz", "CANARY", "not a sound gzip file"),
                unreadable("noid.json", PAYER.replace("\"id\":\"payer\",", ""), "has no id"),
                unreadable("array.json", "{\"CANARY\":[]}", "resourceType is missing"),
                unreadable(
                        "huge.json",
                        PAYER.replace("Payer", "P".repeat(1_000_000)),
                        "a resource of more than 1,000,000"),
                unreadable(
                        "subscription.json",
                        "{\"resourceType\":\"Subscription\",\"id\":\"s\"}",
                        "Subscription/s: a list rests on no Subscription"));
    }

    private static Arguments unreadable(String name, String content, String reason) {
        return Arguments.of(name, content.getBytes(StandardCharsets.UTF_8), reason);
    }

    @Test
    void aPathThatDoesNotExistIsRefused() {
        LoadReport report = loader().build().load(List.of(folder.resolve("nowhere")));

        assertThat(problems(report)).containsExactly("error");
        assertThat(report.refused().get(0).problems().get(0).text()).isEqualTo("there is no such file");
    }

    @Test
    void stopsAtTheFirstRefusedFile() throws IOException {
        write("a.json", PAYER.replace("\"active\":true,", ""));
        write("b.json", PAYER.replace("\"payer\"", "\"other\""));

        LoadReport report = load();

        assertThat(report.refused()).extracting(file -> file.file()).containsExactly(folder.resolve("a.json"));
        assertThat(report.loaded()).isEmpty();
    }

    @Test
    void goesOnWhenToldSo() throws IOException {
        write("a.json", PAYER.replace("\"active\":true,", ""));
        write("b.json", PAYER.replace("\"payer\"", "\"other\""));

        LoadReport report = loader().keepGoing(true).build().load(List.of(folder));

        assertThat(report.isComplete()).isFalse();
        assertThat(report.loaded()).extracting(file -> file.file()).containsExactly(folder.resolve("b.json"));
        assertThat(holds(ResourceType.ORGANIZATION, "other")).isTrue();
    }

    @Test
    void warnsOfReferencesThatLeadNowhere() throws IOException {
        write("a.json", coverage(1));
        write("b.json", PAYER);

        LoadReport report = load();

        assertThat(report.refused()).isEmpty();
        assertThat(problems(report)).containsExactly("warning at Coverage/c1: Coverage.beneficiary");
        assertThat(report.loaded().get(1).warnings().get(0).text())
                .contains("refers to a Patient")
                .doesNotContain("p1");
    }

    @Test
    void asksXmlReaderForXml() throws IOException {
        write("payer.xml", "\ufeff<Organization/>");

        LoadReport report = loader().xml((xml, version) -> PAYER.getBytes(StandardCharsets.UTF_8))
                .build()
                .load(List.of(folder));

        assertThat(problems(report)).isEmpty();
        assertThat(holds(ResourceType.ORGANIZATION, "payer")).isTrue();
    }

    @Test
    void keepsTheReportShort() throws IOException {
        StringBuilder patients = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            patients.append(line(patient(i).replace("female", "woman"))).append('\n');
        }
        write("patients.ndjson", patients.toString());

        List<LoadProblem> problems = load().refused().get(0).problems();

        assertThat(problems).hasSize(21);
        assertThat(problems.get(20).place()).isEqualTo("480 more places");
    }

    private ResourceLoader.Builder loader() {
        return ResourceLoader.builder(ledger)
                .contractSystem("https://payer.example/contract")
                .clock(CLOCK)
                .zone(ZoneOffset.UTC);
    }

    private LoadReport load() {
        return loader().build().load(List.of(folder));
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static String numbered(String template, int number) {
        return template.replace("#", String.valueOf(number));
    }

    private static String patient(int number) {
        return numbered(PATIENT, number);
    }

    private static String coverage(int number) {
        return numbered(COVERAGE, number);
    }

    private static String group(int... members) {
        List<String> rows = new ArrayList<>();
        for (int member : members) {
            rows.add(numbered(ROW, member));
        }
        return GROUP.replace("#", String.join(",", rows));
    }

    private static String bundle(String... resources) {
        return "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
                + String.join(
                        ",",
                        Stream.of(resources)
                                .map(resource -> "{\"resource\":" + resource + "}")
                                .toList())
                + "]}";
    }

    private static String line(String json) {
        return json.replace("\n", "");
    }

    private static List<String> problems(LoadReport report) {
        return Stream.concat(
                        report.refused().stream().flatMap(file -> file.problems().stream()),
                        report.loaded().stream().flatMap(file -> file.warnings().stream()))
                .map(problem -> problem + (problem.place().isEmpty() ? "" : " at " + problem.place()))
                .toList();
    }

    private boolean holds(ResourceType type, String id) {
        boolean[] holds = new boolean[1];
        ledger.write(tx -> holds[0] = tx.holds(new ResourceKey(type, id)));
        return holds[0];
    }

    private String stored(String type, String id) {
        String[] json = new String[1];
        ledger.write(tx -> json[0] =
                new String(tx.find(new ResourceKey(new ResourceType(type), id)).orElseThrow(), StandardCharsets.UTF_8));
        return json[0];
    }

    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        try (ListSnapshot snapshot = ledger.backend().snapshot(CALLER, LIST).orElseThrow();
                MemberCursor members = snapshot.members()) {
            AttributionList list = snapshot.list();
            for (Member row = members.next(); row != null; row = members.next()) {
                rows.add(row.key().patient() + " "
                        + (row.changeType() == null ? "" : row.changeType().code()));
            }
            assertThat(list.id()).isEqualTo(LIST);
        }
        return rows;
    }
}
