package dev.atr.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.TestKeys;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Section 7: what a kick-off may say, and what jobs and files give away. */
@Requirement({"BULK-KICK-006", "ATR-EXP-004", "ATR-EXP-010", "ATR-EXP-017", "BULK-STAT-017", "BULK-DEL-004"})
class ExportKickOffTest extends AbuseCases {
    private static final String EXPORT = "/Group/list-open/$davinci-data-export";
    private static final String TYPES = "_type=Group,Patient,Coverage";

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(lists());
        rows.addAll(patients());
        rows.addAll(types());
        rows.addAll(times());
        rows.addAll(filters());
        rows.addAll(pollution());
        rows.addAll(jobs());
        return List.copyOf(rows);
    }

    private static List<Row> lists() {
        List<Row> rows = new ArrayList<>();
        for (String operation : List.of("$davinci-data-export", "$export")) {
            rows.add(new Row(
                    "E01 a list of another client is one that does not exist, " + operation,
                    payer -> {
                        String token = payer.token();
                        Answer unknown = payer.send(
                                Request.get("/Group/no-such-list/" + operation).bearer(token));
                        Answer foreign = payer.send(
                                Request.get("/Group/list-foreign/" + operation).bearer(token));
                        assertThat(foreign.body()).isEqualTo(unknown.body());
                        return foreign;
                    },
                    Expected.outcome(404)));
        }
        return rows;
    }

    private static List<Row> patients() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(
                "E02 a member of another list only",
                payer -> payer.send(post(patient("Patient/foreign")).bearer(payer.token())),
                Expected.outcome(422)));
        rows.add(new Row(
                "E02 a member of another list among ours is left aside",
                payer -> {
                    JsonValue manifest =
                            exported(payer, post(patient("Patient/10") + "," + patient("Patient/foreign")));
                    assertThat(manifest.items("error")).hasSize(1);
                    return file(payer, manifest, "Patient");
                },
                Expected.status(200)
                        .and(answer ->
                                assertThat(answer.body()).contains(Payer.CANARY).doesNotContain("foreign"))));
        Map<String, String> wrong = Map.of(
                "on another server", "https://elsewhere.example/fhir/Patient/10",
                "that climbs", "Patient/../Group/x",
                "to another type", "Practitioner/dr-2",
                "to nothing", "Patient/",
                "to a version", "Patient/10/_history/1");
        wrong.forEach((what, reference) -> rows.add(refused(
                "E03 a reference " + what, payer -> post(patient(reference)).bearer(payer.token()))));
        rows.add(refused("E03 10 001 references", payer -> {
            String many = "Patient/10,".repeat(10_000) + "Patient/10";
            return post("{'name':'patient','valueString':'" + many + "'}").bearer(payer.token());
        }));
        rows.add(new Row(
                "E03 67 000 references, more than a body holds",
                payer -> payer.send(post((patient("Patient/10") + ",").repeat(67_000) + patient("Patient/10"))
                        .bearer(payer.token())),
                Expected.outcome(413)));
        return rows;
    }

    private static List<Row> types() {
        List<Row> rows = new ArrayList<>();
        for (String query : List.of(
                "_type=Group,Patient,Coverage,Observation",
                "_type=",
                "_type=Group,Patient",
                "_type=Group&_type=Coverage",
                "_type=Group,Patient,Coverage,,")) {
            rows.add(refused("E04 " + query, query));
        }
        rows.add(refused(
                "E04 10 000 types",
                payer -> post("{'name':'_type','valueString':'" + "Patient,".repeat(10_000) + "Patient'}")
                        .bearer(payer.token())));
        for (String query : List.of(
                "exportType=",
                "exportType=hl7.fhir.us.davinci-pdex",
                "exportType=hl7.fhir.us.davinci-atr&exportType=hl7.fhir.us.davinci-atr")) {
            rows.add(refused("E05 " + query, query));
        }
        return rows;
    }

    private static List<Row> times() {
        List<Row> rows = new ArrayList<>();
        for (String name : List.of("_since", "_until")) {
            for (String time : List.of(
                    "2026-03-02",
                    "2026-03-02T08:00:00",
                    "10000-01-01T00:00:00Z",
                    "2026-06-30T23:59:60Z",
                    "1969-12-31T23:59:59Z",
                    "2027-01-01T00:00:00Z",
                    "1e9",
                    "'; drop table atr.member; --")) {
                rows.add(refused("E06 " + name + " " + time, name + "=" + encoded(time)));
            }
        }
        rows.add(refused("E06 _until before _since", "_since=2026-03-02T08:00:00Z&_until=2026-03-02T07:59:59Z"));
        return rows;
    }

    private static List<Row> filters() {
        List<Row> rows = new ArrayList<>();
        for (String filter : List.of(
                "Patient?gender=male' or '1'='1",
                "Patient?_include=Patient:link",
                "Patient?_has:Coverage:beneficiary:status=active",
                "Patient?general-practitioner.name=x",
                "Observation?code=1",
                "Patient?gender=%",
                "Patient?gender=" + "male,".repeat(1_000))) {
            rows.add(refused(
                    "E07 " + filter.substring(0, Math.min(60, filter.length())), "_typeFilter=" + encoded(filter)));
        }
        rows.add(refused(
                "E07 100 kB",
                payer -> post("{'name':'_typeFilter','valueString':'Patient?gender=" + "x".repeat(100_000) + "'}")
                        .bearer(payer.token())));
        for (String query : List.of(
                "_outputFormat=text/csv",
                "_outputFormat=application/fhir%2Bjson",
                "_elements=../../etc/passwd",
                "_elements=Patient.name.family",
                "includeAssociatedData=LatestProvenanceResources",
                "organizeOutputBy=Patient",
                "allowPartialManifests=true")) {
            rows.add(refused("E08 " + query, query));
        }
        return rows;
    }

    private static List<Row> pollution() {
        String type = "{'name':'_type','valueString':'Group,Patient,Coverage'}";
        String since = "{'name':'_since','valueInstant':'2026-03-02T08:00:00Z'}";
        return List.of(
                refused(
                        "E09 a parameter in address and body",
                        payer -> post(type)
                                .at(Payer.BASE.getPath() + EXPORT + "?" + TYPES)
                                .bearer(payer.token())),
                refused(
                        "E09 a parameter twice in the body",
                        payer -> post(since + "," + since).bearer(payer.token())),
                refused(
                        "E09 a parameter twice in the address",
                        "_since=2026-03-02T08:00:00Z&_since=2026-03-01T08:00:00Z"),
                refused(
                        "E09 two names of one parameter",
                        "_type=Group,Patient,Coverage&resourceTypes=Group,Patient,Coverage,Location"));
    }

    private static List<Row> jobs() {
        List<Row> rows = new ArrayList<>();
        for (String job : List.of("..%2f..%2fmetadata", "%00", "C:%5cx", "0".repeat(10_000), "..;")) {
            for (String path : List.of("/$export-status/" + job, "/$export-file/" + job + "/1.Patient.0001.ndjson")) {
                rows.add(new Row(
                        "E11 " + path.substring(0, Math.min(60, path.length())),
                        payer -> payer.send(Request.get(path).bearer(payer.token())),
                        answer -> assertThat(answer.status()).as("%s", answer).isIn(400, 404)));
            }
        }
        rows.add(new Row(
                "E11 a file that is there by another name",
                payer -> {
                    JsonValue manifest = exported(payer, Request.get(EXPORT));
                    String url = url(manifest, "Patient");
                    return payer.send(Request.get(url.replace("1.Patient.0001.ndjson", "./1.Patient.0001.ndjson"))
                            .bearer(payer.token()));
                },
                answer -> assertThat(answer.status()).as("%s", answer).isIn(400, 404)));
        rows.add(new Row(
                "E12 addresses are the payer's own, whatever host is asked for",
                payer -> {
                    String token = payer.token();
                    Answer kickOff = payer.send(Request.get(EXPORT)
                            .bearer(token)
                            .with("X-Forwarded-Host", "evil.example")
                            .with("Forwarded", "host=evil.example;proto=http"));
                    assertThat(kickOff.header("Content-Location")).startsWith(Payer.BASE + "/$export-status/");
                    return finished(payer, kickOff);
                },
                answer -> assertThat(answer.body())
                        .contains("\"request\":\"" + Payer.BASE + EXPORT + "\"")
                        .contains("\"url\":\"" + Payer.BASE + "/$export-file/")
                        .doesNotContain("evil")));
        rows.add(new Row(
                "E15 a deleted job is gone, for its owner too, and nobody else can delete it",
                payer -> {
                    String token = payer.token();
                    Answer kickOff = payer.send(Request.get(EXPORT).bearer(token));
                    finished(payer, kickOff);
                    Request status = Request.get(below(kickOff.header("Content-Location")));
                    Answer foreign =
                            payer.send(status.method("DELETE").bearer(payer.token(Payer.OTHER, TestKeys.OTHER_EC)));
                    assertThat(foreign.status()).isEqualTo(404);
                    assertThat(payer.send(status.method("DELETE").bearer(token)).status())
                            .isEqualTo(202);
                    Answer again = payer.send(status.method("DELETE").bearer(token));
                    assertThat(again.status()).isEqualTo(404);
                    return payer.send(status.bearer(token));
                },
                Expected.outcome(404)));
        rows.add(new Row(
                "E17 files need a token",
                payer -> {
                    JsonValue manifest = exported(payer, Request.get(EXPORT));
                    assertThat(manifest.find("requiresAccessToken").flatMap(JsonValue::flag))
                            .contains(true);
                    return payer.send(Request.get(url(manifest, "Patient")));
                },
                Expected.LOGIN));
        return rows;
    }

    private static Row refused(String name, String query) {
        return refused(name, payer -> Request.get(EXPORT + "?" + query).bearer(payer.token()));
    }

    private static Row refused(String name, Asking asking) {
        return new Row(name, payer -> payer.send(asking.of(payer)), Expected.outcome(400));
    }

    private static Request post(String parameters) {
        return Request.of("POST", EXPORT)
                .with("Content-Type", "application/fhir+json")
                .body("{\"resourceType\":\"Parameters\",\"parameter\":[" + parameters.replace('\'', '"') + "]}");
    }

    private static String patient(String reference) {
        return "{'name':'patient','valueReference':{'reference':'" + reference + "'}}";
    }

    private static JsonValue exported(Payer payer, Request kickOff) throws IOException {
        return finished(payer, payer.send(kickOff.bearer(payer.token()))).json();
    }

    /** Asks for the status until there is a manifest; in between an impatient client is told to wait. */
    private static Answer finished(Payer payer, Answer kickOff) throws IOException {
        assertThat(kickOff.status()).as("%s", kickOff).isEqualTo(202);
        Request status = Request.get(below(kickOff.header("Content-Location"))).bearer(payer.token());
        Answer answer = payer.send(status);
        while (answer.status() == 202 || answer.status() == 429) {
            answer = payer.send(status);
        }
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }

    private static Answer file(Payer payer, JsonValue manifest, String type) throws IOException {
        return payer.send(Request.get(url(manifest, type)).bearer(payer.token()));
    }

    private static String url(JsonValue manifest, String type) {
        return manifest.items("output").stream()
                .filter(entry -> entry.text("type").filter(type::equals).isPresent())
                .map(entry -> below(entry.text("url").orElseThrow()))
                .findFirst()
                .orElseThrow();
    }

    private static String below(String url) {
        assertThat(url).startsWith(Payer.BASE + "/");
        return url.substring(Payer.BASE.toString().length());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A request that needs something of the payer, such as a token. */
    @FunctionalInterface
    private interface Asking {
        Request of(Payer payer) throws IOException;
    }
}
