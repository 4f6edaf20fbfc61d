package dev.atr.examples.abuse;

import static dev.atr.examples.abuse.Changing.DRAFT;
import static dev.atr.examples.abuse.Changing.FINAL;
import static dev.atr.examples.abuse.Changing.NOBODY;
import static dev.atr.examples.abuse.Changing.NPI;
import static dev.atr.examples.abuse.Changing.OPEN;
import static dev.atr.examples.abuse.Changing.activeRows;
import static dev.atr.examples.abuse.Changing.call;
import static dev.atr.examples.abuse.Changing.made;
import static dev.atr.examples.abuse.Changing.memberId;
import static dev.atr.examples.abuse.Changing.npi;
import static dev.atr.examples.abuse.Changing.post;
import static dev.atr.examples.abuse.Changing.reference;
import static dev.atr.examples.abuse.Changing.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.TestKeys;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.ExportJobs;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Section 15: the operations that change lists, and section 8 for their bodies and for those of creations. */
@Requirement({
    "FHIR-013",
    "FHIR-019",
    "FHIR-020",
    "ATR-REC-006",
    "ATR-REC-013",
    "ATR-REC-038",
    "ATR-REC-043",
    "ATR-SEC-012"
})
class OperationsTest extends AbuseCases {
    private static final String MEMBER_ADD = "$member-add";
    private static final String MEMBER_REMOVE = "$member-remove";
    private static final String STATUS = "$attribution-status";

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(finalLists());
        rows.addAll(combinations());
        rows.addAll(strangers());
        rows.addAll(repeated());
        rows.addAll(together());
        rows.addAll(removals());
        rows.addAll(statuses());
        rows.addAll(bodies());
        return List.copyOf(rows);
    }

    private static List<Row> finalLists() {
        List<Row> rows = new ArrayList<>();
        for (Request request :
                List.of(call(FINAL, MEMBER_ADD, NOBODY, NPI), call(FINAL, MEMBER_REMOVE, memberId("M-a")))) {
            rows.add(new Row(
                    "O01 " + request.target() + " on a final list",
                    payer -> {
                        String token = Changing.writer(payer);
                        int before = version(payer, token, FINAL);
                        Answer answer = payer.send(request.bearer(token));
                        assertThat(version(payer, token, FINAL)).isEqualTo(before);
                        return answer;
                    },
                    refused(422, "Group.extension(attributionListStatus)", "final")));
        }
        rows.add(new Row(
                "O01 additions that race with a confirmation are before it or refused",
                payer -> {
                    String token = Changing.writer(payer);
                    List<Callable<Answer>> calls = new ArrayList<>();
                    for (int i = 0; i < 6; i++) {
                        Changing.person(payer, "racer-" + i);
                        Request add = call(DRAFT, MEMBER_ADD, memberId("M-racer-" + i), NPI);
                        calls.add(() -> payer.send(add.bearer(token)));
                    }
                    calls.add(
                            3,
                            () -> payer.send(post(DRAFT + "/$confirm-attribution-list", "")
                                    .bearer(token)));
                    List<Answer> answers = atOnce(calls);
                    Answer confirmed = answers.remove(3);
                    assertThat(confirmed.status()).isEqualTo(201);
                    long added = 0;
                    for (Answer answer : answers) {
                        assertThat(answer.status()).as("%s", answer).isIn(200, 422);
                        if (answer.status() == 200) {
                            added++;
                            assertThat(made(answer)).isLessThan(made(confirmed));
                        }
                    }
                    long there = 0;
                    for (int i = 0; i < 6; i++) {
                        there += activeRows(payer, token, DRAFT, "racer-" + i);
                    }
                    assertThat(there).isEqualTo(added);
                    return payer.send(call(DRAFT, MEMBER_ADD, NOBODY, NPI).bearer(token));
                },
                Expected.outcome(422)));
        return rows;
    }

    private static List<Row> combinations() {
        String patient = reference("patientReference", "Patient/nobody");
        String provider = reference("providerReference", "PractitionerRole/role-1");
        String coverage = reference("coverageReference", "Coverage/c-nobody");
        Map<String, Request> tries = new LinkedHashMap<>();
        tries.put("nothing", call(OPEN, MEMBER_ADD));
        tries.put("no provider", call(OPEN, MEMBER_ADD, NOBODY));
        tries.put("no member", call(OPEN, MEMBER_ADD, NPI));
        tries.put("no patient", call(OPEN, MEMBER_ADD, provider));
        tries.put("a number and a reference", call(OPEN, MEMBER_ADD, NOBODY, provider));
        tries.put("all of it", call(OPEN, MEMBER_ADD, NOBODY, NPI, patient, provider));
        tries.put("a coverage to add", call(OPEN, MEMBER_ADD, patient, provider, coverage));
        tries.put("a coverage without a provider", call(OPEN, MEMBER_REMOVE, patient, coverage));
        tries.put("a provider alone", call(OPEN, MEMBER_REMOVE, NPI));
        tries.put("a number and a coverage", call(OPEN, MEMBER_REMOVE, NOBODY, NPI, coverage));
        tries.put("a provider for a status", call(OPEN, STATUS, NOBODY, NPI));
        tries.put("two members for a status", call(OPEN, STATUS, NOBODY, patient));
        tries.put("a member to confirm", call(DRAFT, "$confirm-attribution-list", NOBODY));
        tries.put("unknown", call(OPEN, MEMBER_ADD, NOBODY, NPI, "{'name':'surprise','valueString':'x'}"));
        tries.put("doubled", call(OPEN, MEMBER_ADD, NOBODY, NOBODY, NPI));
        tries.put("doubled with another value", call(OPEN, MEMBER_ADD, NOBODY, memberId("M-10"), NPI));
        tries.put(
                "doubled in the address",
                call(OPEN, MEMBER_ADD, patient, provider)
                        .at(Payer.BASE.getPath() + OPEN + "/" + MEMBER_ADD + "?patientReference=Patient/10"));
        tries.put("a reference for a number", call(OPEN, MEMBER_ADD, reference("memberId", "Patient/nobody"), NPI));
        tries.put("a number for a reference", call(OPEN, MEMBER_ADD, patient, npiNamed("providerReference")));
        tries.put("a flag for a number", call(OPEN, MEMBER_ADD, "{'name':'memberId','valueBoolean':true}", NPI));
        tries.put("an NPI of another system", call(OPEN, MEMBER_ADD, NOBODY, npiOf("urn:x", "1000000012")));
        tries.put("an NPI of nine digits", call(OPEN, MEMBER_ADD, NOBODY, npi("100000001")));
        tries.put(
                "another kind of provider",
                call(OPEN, MEMBER_ADD, patient, reference("providerReference", "Location/site-1")));
        tries.put("parts", call(OPEN, MEMBER_ADD, "{'name':'memberId','part':[" + NOBODY + "]}", NPI));
        tries.put(
                "a period that ends before it starts",
                call(OPEN, MEMBER_ADD, NOBODY, NPI, period("'start':'2026-05-01','end':'2026-04-01'")));
        tries.put("a period without a start", call(OPEN, MEMBER_ADD, NOBODY, NPI, period("'end':'2026-04-01'")));
        tries.put("a period that is none", call(OPEN, MEMBER_ADD, NOBODY, NPI, period("'start':'soon'")));
        return List.of(new Row(
                "O02 " + tries.size() + " combinations of parameters",
                payer -> {
                    String token = Changing.writer(payer);
                    int before = version(payer, token, OPEN);
                    Answer last = payer.send(Request.get("/metadata"));
                    for (Map.Entry<String, Request> one : tries.entrySet()) {
                        last = payer.send(one.getValue().bearer(token));
                        assertThat(last.status())
                                .as("%s: %s", one.getKey(), last)
                                .isEqualTo(400);
                        assertThat(texts(last, "issue.expression"))
                                .as(one.getKey())
                                .isNotEmpty();
                        assertThat(texts(last, "issue.details.text"))
                                .as(one.getKey())
                                .isNotEmpty();
                    }
                    assertThat(version(payer, token, OPEN)).isEqualTo(before);
                    return last;
                },
                Expected.outcome(400)));
    }

    private static List<Row> strangers() {
        List<Row> rows = new ArrayList<>();
        for (String operation : List.of(MEMBER_ADD, MEMBER_REMOVE, STATUS, "$confirm-attribution-list")) {
            rows.add(new Row(
                    "O03 " + operation + " on a list of another client is as on none",
                    payer -> {
                        String token = Changing.writer(payer);
                        Answer unknown = payer.send(
                                call("/Group/no-such-list", operation, NOBODY).bearer(token));
                        Answer foreign = payer.send(
                                call("/Group/list-foreign", operation, NOBODY).bearer(token));
                        assertThat(foreign.body()).isEqualTo(unknown.body());
                        return foreign;
                    },
                    Expected.outcome(404)));
        }
        String role = reference("providerReference", "PractitionerRole/role-1");
        rows.add(new Row(
                "O03 a provider or coverage that is not there is named",
                payer -> {
                    String token = Changing.writer(payer);
                    String person = reference("patientReference", "Patient/nobody");
                    check(
                            payer.send(
                                    call(OPEN, MEMBER_ADD, person, reference("providerReference", "Organization/none"))
                                            .bearer(token)),
                            refused(422, "providerReference", "provider"));
                    check(
                            payer.send(call(OPEN, MEMBER_ADD, NOBODY, npi("1999999984"))
                                    .bearer(token)),
                            refused(422, "providerNpi", "provider"));
                    Answer known = payer.send(call(
                                    OPEN,
                                    MEMBER_REMOVE,
                                    reference("patientReference", "Patient/10"),
                                    role,
                                    reference("coverageReference", "Coverage/c-foreign"))
                            .bearer(token));
                    Answer unknown = payer.send(call(
                                    OPEN,
                                    MEMBER_REMOVE,
                                    reference("patientReference", "Patient/10"),
                                    role,
                                    reference("coverageReference", "Coverage/none"))
                            .bearer(token));
                    assertThat(known.body()).isEqualTo(unknown.body());
                    return unknown;
                },
                Expected.outcome(422)));
        rows.add(new Row(
                "O03 whom the payer does not know",
                payer -> payer.send(
                        call(OPEN, MEMBER_ADD, memberId("M-stranger"), NPI).bearer(Changing.writer(payer))),
                refused(422, "memberId", "member")));
        rows.add(new Row(
                "O03 a member of another payer is as nobody",
                payer -> {
                    String token = Changing.writer(payer);
                    Changing.coverage(payer, "c-away", "away", "https://payer.example/members", "M-away", "employer");
                    Answer known = payer.send(
                            call(OPEN, MEMBER_ADD, memberId("M-away"), NPI).bearer(token));
                    Answer unknown = payer.send(
                            call(OPEN, MEMBER_ADD, memberId("M-stranger"), NPI).bearer(token));
                    assertThat(known.body()).isEqualTo(unknown.body());
                    return known;
                },
                refused(422, "memberId", "member")));
        rows.add(new Row(
                "O03 a member number that two persons have",
                payer -> {
                    String token = Changing.writer(payer);
                    Changing.coverage(payer, "c-twin", "a", "https://elsewhere.example/members", "M-nobody");
                    return payer.send(call(OPEN, MEMBER_ADD, NOBODY, NPI).bearer(token));
                },
                refused(422, "memberId", "system")));
        rows.add(new Row(
                "O03 an NPI that two providers have",
                payer -> {
                    String token = Changing.writer(payer);
                    String twin = "{\"resourceType\":\"Practitioner\",\"id\":\"twin\",\"identifier\":[{\"system\":"
                            + "\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1000000012\"}],"
                            + "\"name\":[{\"family\":\"Sample\"}]}";
                    payer.sample.replace(payer.sample
                            .lists()
                            .withResource(new ResourceKey(ResourceType.PRACTITIONER, "twin"), twin));
                    return payer.send(call(OPEN, MEMBER_ADD, NOBODY, NPI).bearer(token));
                },
                refused(422, "providerNpi", "reference")));
        rows.add(new Row(
                "O03 a member who is covered twice",
                payer -> payer.send(call(OPEN, MEMBER_ADD, reference("patientReference", "Patient/zoe"), role)
                        .bearer(Changing.writer(payer))),
                refused(422, "attributionPeriod", "period")));
        return rows;
    }

    private static List<Row> repeated() {
        return List.of(
                new Row(
                        "O04 the same addition twice is one membership and one version",
                        payer -> {
                            String token = Changing.writer(payer);
                            Request add = call(OPEN, MEMBER_ADD, NOBODY, NPI).bearer(token);
                            Answer first = payer.send(add);
                            Answer again = payer.send(add);
                            assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
                            assertThat(activeRows(payer, token, OPEN, "nobody")).isEqualTo(1);
                            return again;
                        },
                        Expected.outcome(200)),
                new Row(
                        "O04 the same addition eight times at once is one membership and one version",
                        payer -> {
                            String token = Changing.writer(payer);
                            Request add = call(OPEN, MEMBER_ADD, NOBODY, NPI).bearer(token);
                            List<Answer> answers = atOnce(Collections.nCopies(8, () -> payer.send(add)));
                            assertThat(answers).extracting(Changing::made).containsOnly(made(answers.get(0)));
                            assertThat(activeRows(payer, token, OPEN, "nobody")).isEqualTo(1);
                            return answers.get(7);
                        },
                        Expected.outcome(200)),
                new Row(
                        "O04 a stale If-Match",
                        payer -> {
                            String token = Changing.writer(payer);
                            String stale = "W/\"" + version(payer, token, OPEN) + "\"";
                            payer.send(call(OPEN, MEMBER_ADD, NOBODY, NPI).bearer(token));
                            Answer answer = payer.send(call(OPEN, MEMBER_REMOVE, NOBODY)
                                    .with("If-Match", stale)
                                    .bearer(token));
                            assertThat(activeRows(payer, token, OPEN, "nobody")).isEqualTo(1);
                            return answer;
                        },
                        refused(412, "If-Match", "read it again")));
    }

    private static List<Row> together() {
        return List.of(new Row(
                "O05 additions of many clients on two nodes are all there, versions contiguous",
                payer -> {
                    String token = Changing.writer(payer);
                    PayerNode second = payer.node(payer.backend, ExportJobs.inMemory());
                    int before = version(payer, token, OPEN);
                    List<Callable<Answer>> calls = new ArrayList<>();
                    for (int i = 0; i < 16; i++) {
                        Changing.person(payer, "one-of-" + i);
                        Request add = call(OPEN, MEMBER_ADD, memberId("M-one-of-" + i), NPI)
                                .bearer(token);
                        PayerNode node = i % 2 == 0 ? payer.first() : second;
                        calls.add(() -> node.send(add));
                    }
                    List<Answer> answers = atOnce(calls);
                    TreeSet<Integer> versions = new TreeSet<>();
                    for (Answer answer : answers) {
                        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                        versions.add(made(answer));
                    }
                    assertThat(versions).hasSize(16);
                    assertThat(versions.last() - versions.first()).isEqualTo(15);
                    assertThat(versions.first()).isGreaterThan(before);
                    for (int i = 0; i < 16; i++) {
                        assertThat(activeRows(payer, token, OPEN, "one-of-" + i))
                                .isEqualTo(1);
                    }
                    return answers.get(0);
                },
                Expected.outcome(200)));
    }

    private static List<Row> removals() {
        return List.of(
                new Row(
                        "O06 members without inactive are kept by a confirmation",
                        payer -> {
                            String token = Changing.writer(payer);
                            payer.send(call(DRAFT, MEMBER_ADD, NOBODY, NPI).bearer(token));
                            Answer confirmed = payer.send(post(DRAFT + "/$confirm-attribution-list", "")
                                    .bearer(token));
                            assertThat(activeRows(payer, token, DRAFT, "nobody"))
                                    .isEqualTo(1);
                            assertThat(activeRows(payer, token, DRAFT, "10")).isEqualTo(1);
                            assertThat(activeRows(payer, token, DRAFT, "9")).isZero();
                            return confirmed;
                        },
                        Expected.outcome(201)),
                new Row(
                        "O07 a removal takes the named provider and leaves the other",
                        payer -> {
                            String token = Changing.writer(payer);
                            Answer removed = payer.send(call(
                                            OPEN,
                                            MEMBER_REMOVE,
                                            reference("patientReference", "Patient/10"),
                                            reference("providerReference", "PractitionerRole/role-1"))
                                    .bearer(token));
                            assertThat(activeRows(payer, token, OPEN, "10")).isEqualTo(1);
                            assertThat(activeRows(payer, token, OPEN, "9")).isEqualTo(1);
                            return removed;
                        },
                        Expected.outcome(200)));
    }

    private static List<Row> statuses() {
        return List.of(
                new Row(
                        "O08 a known person elsewhere, one of another client and nobody look alike",
                        payer -> {
                            String token = Changing.writer(payer);
                            Answer known = payer.send(call(OPEN, STATUS, NOBODY).bearer(token));
                            Answer foreign = payer.send(
                                    call(OPEN, STATUS, memberId("M-foreign")).bearer(token));
                            Answer nobody = payer.send(
                                    call(OPEN, STATUS, memberId("M-stranger")).bearer(token));
                            assertThat(known.body()).isEqualTo(nobody.body());
                            assertThat(foreign.body()).isEqualTo(nobody.body());
                            return nobody;
                        },
                        refused(404, "memberId", "row")),
                new Row(
                        "O08 whoever tries numbers is asked to wait, and others are not",
                        payer -> {
                            String token = Changing.writer(payer);
                            String other = payer.token(Payer.OTHER, TestKeys.OTHER_EC);
                            for (int i = 0; i < 100; i++) {
                                payer.send(call(OPEN, STATUS, memberId("M-" + (1000 + i)))
                                        .bearer(token));
                            }
                            assertThat(payer.send(call("/Group/list-foreign", STATUS, memberId("M-foreign"))
                                                    .bearer(other))
                                            .status())
                                    .isEqualTo(200);
                            return payer.send(
                                    call(OPEN, STATUS, memberId("M-10")).bearer(token));
                        },
                        Expected.outcome(429)
                                .and(answer ->
                                        assertThat(answer.header("Retry-After")).isEqualTo("60"))));
    }

    /** What a kick-off does not read, no operation reads; and nothing is changed by it. */
    private static List<Row> bodies() {
        List<Row> rows = new ArrayList<>();
        KickOffBodyTest.unreadable()
                .forEach((id, requests) -> rows.add(new Row(
                        id + " " + requests.size() + " bodies of " + MEMBER_ADD,
                        payer -> {
                            String token = Changing.writer(payer);
                            int before = version(payer, token, OPEN);
                            Answer last = payer.send(Request.get("/metadata"));
                            for (Request request : requests) {
                                last = payer.send(request.at(Payer.BASE.getPath() + OPEN + "/" + MEMBER_ADD)
                                        .bearer(token));
                                assertThat(last.status()).as("%s", last).isIn(400, 413, 415);
                                assertThat(last.text("resourceType")).isEqualTo("OperationOutcome");
                            }
                            assertThat(version(payer, token, OPEN)).isEqualTo(before);
                            return last;
                        },
                        answer -> {})));
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("F03", List.of(extension("[".repeat(64) + "]".repeat(64))));
        groups.put("F04", List.of(extension("1e999999"), extension("1e2147483647"), extension("-1e-999999")));
        groups.put("F05", List.of(extension("01"), extension("NaN"), extension("1".repeat(10_000))));
        groups.put("F06", List.of("'contained':[{'resourceType':'Patient','id':'p'}]"));
        groups.put("F07", List.of("'name':'" + "x".repeat((1 << 20) + 1) + "'", "'name':'x'" + " ".repeat(4 << 20)));
        groups.put("F08", List.of("'id':'a','id':'b'", "'name':'a','name':'b'"));
        groups.put("F09", List.of("'name':'\\ud800'", "'name':'\\u0000'", "'name':'a\nb'"));
        groups.put("F10", List.of("'name':'x',", "'name':'x'}{"));
        groups.put(
                "F13",
                List.of(
                        payerIs("https://elsewhere.example/Organization/payer"),
                        payerIs("file:///etc/passwd"),
                        payerIs("urn:uuid:6d1c0b5a-5a3b-4a35-a0a4-0d4d0d2a1b11"),
                        payerIs("Organization/payer/_history/1")));
        groups.put(
                "F14",
                List.of(
                        "'colour':'red'",
                        "'modifierExtension':[{'url':'urn:x','valueCode':'y'}]",
                        "'implicitRules':'urn:x'"));
        groups.put("F18", List.of("'" + Payer.CANARY + "-1':1", payerIs(Payer.CANARY)));
        groups.forEach((id, wrong) -> rows.add(new Row(
                id + " " + wrong.size() + " Groups to create",
                payer -> {
                    String token = Changing.writer(payer);
                    Answer last = payer.send(Request.get("/metadata"));
                    for (String part : wrong) {
                        last = payer.send(
                                post("/Group", "{'resourceType':'Group','type':'person','actual':true," + part + "}")
                                        .bearer(token));
                        assertThat(last.status()).as("%s", last).isIn(400, 413);
                        assertThat(last.text("resourceType")).isEqualTo("OperationOutcome");
                    }
                    return last;
                },
                answer -> {})));
        return rows;
    }

    private static String extension(String value) {
        return "'extension':[{'url':'urn:x','valueOther':" + value + "}]";
    }

    private static String payerIs(String reference) {
        return "'managingEntity':{'reference':'" + reference + "'}";
    }

    private static String period(String parts) {
        return "{'name':'attributionPeriod','valuePeriod':{" + parts + "}}";
    }

    private static String npiNamed(String name) {
        return NPI.replace("providerNpi", name);
    }

    private static String npiOf(String system, String value) {
        return npi(value).replace("http://hl7.org/fhir/sid/us-npi", system);
    }

    /** A refusal that names the parameter at fault and says what to change. */
    private static Expected refused(int status, String expression, String text) {
        return Expected.outcome(status).and(answer -> {
            assertThat(texts(answer, "issue.expression")).containsExactly(expression);
            assertThat(texts(answer, "issue.details.text").get(0)).contains(text);
        });
    }

    private static void check(Answer answer, Expected expected) {
        expected.check(answer);
    }

    private static List<String> texts(Answer answer, String path) {
        return answer.json().all(path).stream()
                .flatMap(value -> value.text().stream())
                .toList();
    }

    /** Sends requests at once, and returns the answers in their order. */
    private static List<Answer> atOnce(List<? extends Callable<Answer>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
