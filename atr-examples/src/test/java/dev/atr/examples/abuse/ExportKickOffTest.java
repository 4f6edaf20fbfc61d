package dev.atr.examples.abuse;

import static dev.atr.examples.abuse.Exporting.KICK_OFF;
import static dev.atr.examples.abuse.Exporting.exported;
import static dev.atr.examples.abuse.Exporting.file;
import static dev.atr.examples.abuse.Exporting.patient;
import static dev.atr.examples.abuse.Exporting.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Section 7: what a kick-off may say. */
@Requirement({"BULK-KICK-006", "BULK-KICK-026", "BULK-KICK-030", "ATR-EXP-004", "ATR-EXP-010"})
class ExportKickOffTest extends AbuseCases {
    private static final String TYPES = "_type=Group,Patient,Coverage";

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(lists());
        rows.addAll(patients());
        rows.addAll(types());
        rows.addAll(times());
        rows.addAll(filters());
        rows.addAll(pollution());
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
        new TreeMap<>(wrong)
                .forEach((what, reference) -> rows.add(refused(
                        "E03 a reference " + what,
                        payer -> post(patient(reference)).bearer(payer.token()))));
        rows.add(new Row(
                "E03 10 000 references to one member",
                payer -> {
                    String many = "Patient/10,".repeat(9_999) + "Patient/10";
                    JsonValue manifest = exported(payer, post("{'name':'patient','valueString':'" + many + "'}"));
                    return file(payer, manifest, "Patient");
                },
                Expected.status(200)
                        .and(answer -> assertThat(answer.body().lines()).hasSize(1))));
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
        for (String query : List.of(
                "_type=group,PATIENT,Coverage",
                "_type=Group&_type=Patient,Coverage",
                "_type=Group,Patient,Coverage,Group")) {
            rows.add(new Row(
                    "E04 three types as " + query,
                    payer -> {
                        JsonValue manifest = exported(payer, Request.get(KICK_OFF + "?" + query));
                        assertThat(manifest.all("output.type"))
                                .flatExtracting(type -> type.text().stream().toList())
                                .containsExactly("Group", "Patient", "Coverage");
                        return file(payer, manifest, "Group");
                    },
                    Expected.status(200)));
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
                    "2026-02-30T08:00:00Z",
                    "+292278994-08-17T07:12:55.807Z",
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
        // The web server itself refuses what is no address.
        rows.add(new Row(
                "E07 bad escapes",
                payer -> payer.send(Request.get(KICK_OFF + "?_typeFilter=Patient%3Fgender=%zz")
                        .bearer(payer.token())),
                Expected.status(400)));
        rows.add(refused("E07 bad escapes within", "_typeFilter=" + encoded("Patient?gender=%c0%af")));
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
                                .at(Payer.BASE.getPath() + KICK_OFF + "?" + TYPES)
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

    private static Row refused(String name, String query) {
        return refused(name, payer -> Request.get(KICK_OFF + "?" + query).bearer(payer.token()));
    }

    private static Row refused(String name, Asking asking) {
        return new Row(name, payer -> payer.send(asking.of(payer)), Expected.outcome(400));
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
