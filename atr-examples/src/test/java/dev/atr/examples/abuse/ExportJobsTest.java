package dev.atr.examples.abuse;

import static dev.atr.examples.abuse.Exporting.KICK_OFF;
import static dev.atr.examples.abuse.Exporting.exported;
import static dev.atr.examples.abuse.Exporting.file;
import static dev.atr.examples.abuse.Exporting.finished;
import static dev.atr.examples.abuse.Exporting.path;
import static dev.atr.examples.abuse.Exporting.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.TestKeys;
import dev.atr.core.attribution.Member;
import dev.atr.core.json.JsonValue;
import dev.atr.http.FhirRequest;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.ExportJobs;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.tck.SampleList;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Section 7: what jobs and their files give away, how many there may be, and how they end. */
@Requirement({"ATR-EXP-017", "BULK-STAT-005", "BULK-STAT-017", "BULK-KICK-007", "BULK-DEL-002", "BULK-DEL-004"})
class ExportJobsTest extends AbuseCases {
    private static final int AT_ONCE = 4;
    private static final int GUESSES = 10_000;

    private static final Expected THROTTLED = Expected.outcome(429)
            .and(answer -> assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*"));

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(ids());
        rows.addAll(addresses());
        rows.addAll(polls());
        rows.addAll(slots());
        rows.addAll(deletion());
        rows.addAll(expiry());
        rows.add(new Row(
                "E17 files need a token",
                payer -> {
                    JsonValue manifest = exported(payer, Request.get(KICK_OFF));
                    assertThat(manifest.find("requiresAccessToken").flatMap(JsonValue::flag))
                            .contains(true);
                    return payer.send(Request.get(path(manifest, "Patient")));
                },
                Expected.LOGIN));
        rows.addAll(snapshots());
        return List.copyOf(rows);
    }

    private static List<Row> ids() {
        return List.of(
                new Row(
                        "E10 ids are long, random and in no order",
                        payer -> {
                            String token = payer.token();
                            List<String> ids = new ArrayList<>();
                            for (int i = 0; i < 64; i++) {
                                ids.add(id(payer.send(Request.get(KICK_OFF).bearer(token))));
                            }
                            assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{40}"));
                            // Of 64 ids in random order about half are greater than the one before
                            assertThat(ascents(ids)).isBetween(12, 52);
                            return payer.send(
                                    Request.get("/$export-status/" + ids.get(0)).bearer(token));
                        },
                        Expected.status(200)),
                new Row(
                        "E10 " + GUESSES + " guesses find nothing",
                        payer -> {
                            String token = payer.token();
                            String known = id(payer.send(Request.get(KICK_OFF).bearer(token)));
                            Random random = new Random(1);
                            byte[] guess = new byte[known.length() / 2];
                            for (int i = 0; i < GUESSES; i++) {
                                random.nextBytes(guess);
                                assertThat(asked(payer, HexFormat.of().formatHex(guess), token))
                                        .isEqualTo(404);
                            }
                            assertThat(asked(payer, known, token)).isEqualTo(200);
                            // So does the same id but for its last digit
                            return payer.send(Request.get("/$export-status/" + known.substring(0, 39)
                                            + (known.endsWith("0") ? "1" : "0"))
                                    .bearer(token));
                        },
                        Expected.outcome(404)));
    }

    /** Asks for a status without a socket. */
    private static int asked(Payer payer, String id, String token) {
        return payer.first()
                .producer()
                .handle(new FhirRequest(
                        "GET",
                        "/$export-status/" + id,
                        null,
                        HttpHeaders.of("Authorization", "Bearer " + token),
                        InputStream.nullInputStream()))
                .status();
    }

    private static int ascents(List<String> ids) {
        int ascents = 0;
        for (int i = 1; i < ids.size(); i++) {
            ascents += ids.get(i - 1).compareTo(ids.get(i)) < 0 ? 1 : 0;
        }
        return ascents;
    }

    private static List<Row> addresses() {
        List<Row> rows = new ArrayList<>();
        for (String job : List.of("..%2f..%2fmetadata", "%00", "C:%5cx", "0".repeat(10_000), "..;")) {
            for (String path : List.of("/$export-status/" + job, "/$export-file/" + job + "/1.Patient.0001.ndjson")) {
                rows.add(new Row(
                        "E11 " + path.substring(0, Math.min(60, path.length())),
                        payer -> payer.send(Request.get(path).bearer(payer.token())),
                        answer -> assertThat(answer.status()).as("%s", answer).isIn(400, 404)));
            }
        }
        for (String spelling : List.of("./NAME", "x/../NAME", "..%2fJOB%2fNAME", "%2e/NAME", "NAME%00", "NAME%2f")) {
            rows.add(new Row(
                    "E11 a file that is there as " + spelling,
                    payer -> {
                        String[] parts = path(exported(payer, Request.get(KICK_OFF)), "Patient")
                                .split("/", -1);
                        String other = spelling.replace("NAME", parts[3]).replace("JOB", parts[2]);
                        return payer.send(Request.get("/" + parts[1] + "/" + parts[2] + "/" + other)
                                .bearer(payer.token()));
                    },
                    answer -> assertThat(answer.status()).as("%s", answer).isIn(400, 404)));
        }
        rows.add(new Row(
                "E12 addresses are the payer's own, whatever host is asked for",
                payer -> {
                    Answer kickOff = payer.send(Request.get(KICK_OFF)
                            .bearer(payer.token())
                            .with("Host", "evil.example")
                            .with("X-Forwarded-Host", "evil.example")
                            .with("X-Forwarded-Proto", "http")
                            .with("X-Forwarded-Prefix", "/evil")
                            .with("Forwarded", "host=evil.example;proto=http"));
                    assertThat(kickOff.header("Content-Location")).startsWith(Payer.BASE + "/$export-status/");
                    return finished(payer, kickOff);
                },
                answer -> assertThat(answer.body())
                        .contains("\"request\":\"" + Payer.BASE + KICK_OFF + "\"")
                        .contains("\"url\":\"" + Payer.BASE + "/$export-file/")
                        .doesNotContain("evil")));
        return rows;
    }

    private static List<Row> polls() {
        return List.of(new Row(
                "E13 who polls too fast is told to wait, and nobody else",
                payer -> {
                    payer.first().holdExports();
                    Request status = status(payer.send(Request.get(KICK_OFF).bearer(payer.token())))
                            .bearer(payer.token());
                    String other = payer.token(Payer.OTHER, TestKeys.OTHER_EC);
                    Request foreign = status(payer.send(Request.get("/Group/list-foreign/$davinci-data-export")
                                    .bearer(other)))
                            .bearer(other);
                    Answer first = payer.send(status);
                    assertThat(first.status()).isEqualTo(202);
                    assertThat(first.header("Retry-After")).matches("[1-9][0-9]*");

                    Answer refused = stormed(payer, status);

                    assertThat(refused.issue()).isEqualTo("throttled");
                    assertThat(payer.send(foreign).status()).isEqualTo(202);
                    payer.clock.turn(Duration.ofSeconds(Long.parseLong(refused.header("Retry-After"))));
                    assertThat(payer.send(status).status()).isEqualTo(202);
                    return refused;
                },
                THROTTLED));
    }

    /** Polls a hundred times at one instant; from the first refusal on there are refusals only. */
    private static Answer stormed(Payer payer, Request status) throws IOException {
        List<Integer> answers = new ArrayList<>();
        Answer last = payer.send(status);
        for (int i = 0; i < 100; i++) {
            answers.add(last.status());
            last = payer.send(status);
        }
        assertThat(answers).contains(429).isSorted();
        return last;
    }

    private static List<Row> slots() {
        return List.of(
                new Row(
                        "E14 one export more than a client may have",
                        payer -> {
                            fill(payer);
                            String other = payer.token(Payer.OTHER, TestKeys.OTHER_EC);
                            status(payer.send(Request.get("/Group/list-foreign/$davinci-data-export")
                                    .bearer(other)));
                            return payer.send(Request.get(KICK_OFF).bearer(payer.token()));
                        },
                        THROTTLED),
                new Row(
                        "E14 an end makes room",
                        payer -> {
                            fill(payer);
                            payer.first().letExportsGo();
                            return payer.send(Request.get(KICK_OFF).bearer(payer.token()));
                        },
                        Expected.status(202)),
                new Row(
                        "E14 a deletion makes room",
                        payer -> {
                            Request one = fill(payer).bearer(payer.token());
                            assertThat(payer.send(one.method("DELETE")).status())
                                    .isEqualTo(202);
                            status(payer.send(Request.get(KICK_OFF).bearer(payer.token())));
                            return payer.send(Request.get(KICK_OFF).bearer(payer.token()));
                        },
                        THROTTLED),
                new Row(
                        "E14 a failure makes room",
                        payer -> {
                            PayerNode failing = payer.node(
                                    new HookedBackend(payer.backend, () -> {
                                        throw new IllegalStateException("broken");
                                    }),
                                    ExportJobs.inMemory());
                            fill(payer, failing);
                            failing.letExportsGo();
                            return failing.send(Request.get(KICK_OFF).bearer(payer.token()));
                        },
                        Expected.status(202)),
                new Row(
                        "E14 a crash makes room, once another node has taken over",
                        payer -> {
                            ExportJobStore jobs = ExportJobs.inMemory();
                            Request one = fill(payer, payer.node(payer.backend, jobs));
                            PayerNode heir = payer.node(payer.backend, jobs);
                            assertThat(heir.send(one.bearer(payer.token())).status())
                                    .isEqualTo(200);
                            return heir.send(Request.get(KICK_OFF).bearer(payer.token()));
                        },
                        Expected.status(202)));
    }

    /** Takes all that the client may have; returns the request for the status of one. */
    private static Request fill(Payer payer) throws IOException {
        return fill(payer, payer.first());
    }

    private static Request fill(Payer payer, PayerNode node) throws IOException {
        node.holdExports();
        Request one = Request.get("");
        for (int i = 0; i < AT_ONCE; i++) {
            one = status(node.send(Request.get(KICK_OFF).bearer(payer.token())));
        }
        return one;
    }

    private static List<Row> deletion() {
        return List.of(
                new Row(
                        "E15 a deleted job is gone with its files, for its owner too, and nobody else can delete it",
                        payer -> {
                            String token = payer.token();
                            Answer kickOff = payer.send(Request.get(KICK_OFF).bearer(token));
                            JsonValue manifest = finished(payer, kickOff).json();
                            Request delete = status(kickOff).method("DELETE");
                            Answer foreign = payer.send(delete.bearer(payer.token(Payer.OTHER, TestKeys.OTHER_EC)));
                            assertThat(foreign.status()).isEqualTo(404);
                            assertThat(payer.first().filesOnDisk()).isNotEmpty();
                            assertThat(payer.send(delete.bearer(token)).status())
                                    .isEqualTo(202);
                            assertThat(payer.first().filesOnDisk()).isEmpty();
                            assertThat(file(payer, manifest, "Patient").status())
                                    .isEqualTo(404);
                            assertThat(payer.send(delete.bearer(token)).status())
                                    .isEqualTo(404);
                            return payer.send(status(kickOff).bearer(token));
                        },
                        Expected.outcome(404)),
                new Row(
                        "E15 a job that is deleted while a file is written leaves nothing behind",
                        payer -> {
                            Deque<Request> deletions = new ArrayDeque<>();
                            List<Integer> answers = new ArrayList<>();
                            ExportJobStore jobs = ExportJobs.inMemory();
                            PayerNode front = payer.node(payer.backend, jobs);
                            PayerNode node = payer.node(
                                    new HookedBackend(
                                            payer.backend,
                                            () -> answers.add(
                                                    sent(front, deletions.pop()).status())),
                                    jobs);
                            node.holdExports();
                            Request status = status(
                                            node.send(Request.get(KICK_OFF).bearer(payer.token())))
                                    .bearer(payer.token());
                            deletions.push(status.method("DELETE"));
                            node.letExportsGo();
                            assertThat(answers).containsExactly(202);
                            assertThat(node.filesOnDisk()).isEmpty();
                            return node.send(status);
                        },
                        Expected.outcome(404)));
    }

    private static Answer sent(PayerNode node, Request request) {
        try {
            return node.send(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Row> expiry() {
        return List.of(new Row(
                "E16 what has expired stays so, wherever the clock goes",
                payer -> {
                    ExportJobStore jobs = ExportJobs.inMemory();
                    PayerNode node = payer.node(payer.backend, jobs);
                    Request status = status(node.send(Request.get(KICK_OFF).bearer(payer.token())));
                    Request file = Request.get(
                            path(node.send(status.bearer(payer.token())).json(), "Patient"));
                    payer.clock.turn(Duration.ofHours(24).minusSeconds(1));
                    assertThat(node.send(file.bearer(payer.token())).status()).isEqualTo(200);
                    payer.clock.turn(Duration.ofSeconds(1));
                    assertThat(node.send(file.bearer(payer.token())).status()).isEqualTo(404);
                    assertThat(node.filesOnDisk()).isEmpty();

                    payer.clock.turn(Duration.ofHours(-2));
                    PayerNode earlier = payer.node(payer.backend, jobs);
                    String token = earlier.present(payer.assertion().text()).token();
                    assertThat(node.send(file.bearer(token)).status()).isEqualTo(404);
                    Answer answer = node.send(status.bearer(token));
                    payer.clock.turn(Duration.ofHours(2));
                    return answer;
                },
                Expected.outcome(404)));
    }

    private static List<Row> snapshots() {
        return List.of(
                new Row(
                        "E24 who is removed before the export begins is not in it",
                        payer -> {
                            payer.first().holdExports();
                            Answer kickOff = payer.send(Request.get(KICK_OFF).bearer(payer.token()));
                            payer.sample.replace(withoutPatient(payer.sample.lists()));
                            payer.first().letExportsGo();
                            JsonValue manifest = finished(payer, kickOff).json();
                            assertThat(file(payer, manifest, "Group").body()).doesNotContain("Patient/10\"");
                            return file(payer, manifest, "Patient");
                        },
                        Expected.status(200)
                                .and(answer -> assertThat(answer.body()).doesNotContain(Payer.CANARY))),
                new Row(
                        "E24 who is removed while files are written is in all of them",
                        payer -> {
                            PayerNode node = payer.node(
                                    new HookedBackend(
                                            payer.backend,
                                            () -> payer.sample.replace(withoutPatient(payer.sample.lists()))),
                                    ExportJobs.inMemory());
                            Request status =
                                    status(node.send(Request.get(KICK_OFF).bearer(payer.token())));
                            JsonValue manifest =
                                    node.send(status.bearer(payer.token())).json();
                            Answer group = node.send(
                                    Request.get(path(manifest, "Group")).bearer(payer.token()));
                            assertThat(group.body()).contains("Patient/10\"");
                            return node.send(
                                    Request.get(path(manifest, "Patient")).bearer(payer.token()));
                        },
                        Expected.status(200)
                                .and(answer -> assertThat(answer.body()).contains(Payer.CANARY))),
                new Row(
                        "E24 a client that loses the list loses the files",
                        payer -> {
                            JsonValue manifest = exported(payer, Request.get(KICK_OFF));
                            payer.sample.replace(
                                    payer.sample.lists().withEntitlement(Payer.CLIENT, Set.of(SampleLists.DRAFT)));
                            return file(payer, manifest, "Patient");
                        },
                        Expected.outcome(404)),
                new Row(
                        "E24 a client that loses the list before the export begins gets nothing",
                        payer -> {
                            payer.first().holdExports();
                            Answer kickOff = payer.send(Request.get(KICK_OFF).bearer(payer.token()));
                            payer.sample.replace(
                                    payer.sample.lists().withEntitlement(Payer.CLIENT, Set.of(SampleLists.DRAFT)));
                            payer.first().letExportsGo();
                            assertThat(payer.first().filesOnDisk()).isEmpty();
                            return payer.send(status(kickOff).bearer(payer.token()));
                        },
                        Expected.outcome(404)));
    }

    private static SampleLists withoutPatient(SampleLists sample) {
        SampleList open = sample.list(SampleLists.OPEN).orElseThrow();
        List<Member> rows = open.rows().stream()
                .filter(row -> !row.key().patient().equals("Patient/10"))
                .toList();
        return sample.withList(new SampleList(open.header(), rows));
    }

    private static String id(Answer kickOff) {
        String path = status(kickOff).target();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
