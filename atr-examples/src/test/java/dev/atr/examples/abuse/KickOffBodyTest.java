package dev.atr.examples.abuse;

import static dev.atr.examples.abuse.Exporting.KICK_OFF;
import static dev.atr.examples.abuse.Exporting.json;
import static dev.atr.examples.abuse.Exporting.patient;
import static dev.atr.examples.abuse.Exporting.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.requirements.Requirement;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Section 8, as far as a Producer reads FHIR today: the body of a kick-off. A client that is lenient has
 * parameters left aside that are not served: so what is refused is refused for how it is written.
 */
@Requirement({"FHIR-020", "BULK-KICK-003", "BULK-KICK-006"})
class KickOffBodyTest extends AbuseCases {
    private static final String TYPES = "{'name':'_type','valueString':'Group,Patient,Coverage'}";

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        tries().forEach((id, ofCase) -> rows.add(together(id, ofCase)));
        rows.addAll(others());
        return List.copyOf(rows);
    }

    /** Returns what is refused for how it is written, by the number of the case. */
    static Map<String, List<Request>> unreadable() {
        Map<String, List<Request>> requests = new TreeMap<>();
        tries().forEach((id, tries) -> requests.put(
                id,
                tries.stream()
                        .filter(one -> one.status >= 400)
                        .map(one -> one.request)
                        .toList()));
        return requests;
    }

    private static Map<String, List<Try>> tries() {
        List<Try> tries = new ArrayList<>();
        tries.addAll(xml());
        tries.addAll(depthAndNumbers());
        tries.addAll(sizes());
        tries.addAll(syntax());
        tries.addAll(codings());
        tries.addAll(references());
        tries.addAll(elements());
        tries.addAll(patterns());
        tries.addAll(contentTypes());
        tries.addAll(echoes());
        return tries.stream().collect(Collectors.groupingBy(Try::id, TreeMap::new, Collectors.toList()));
    }

    private static List<Try> xml() {
        String doctype = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
                + "<Parameters xmlns='http://hl7.org/fhir'><parameter><name value='&e;'/></parameter></Parameters>";
        String deep = "<a>".repeat(20_000) + "</a>".repeat(20_000);
        List<Try> tries = new ArrayList<>();
        for (String type : List.of("application/fhir+xml", "application/xml", "text/xml")) {
            tries.add(row("F01 an external entity as " + type, typed(type, doctype), 415));
        }
        tries.add(row("F01 an external entity labelled as JSON", typed("application/fhir+json", doctype), 400));
        tries.add(row("F02 20 000 elements in each other", typed("application/fhir+xml", deep), 415));
        tries.add(row("F02 20 000 elements in each other, labelled as JSON", typed("application/json", deep), 400));
        return tries;
    }

    private static List<Try> depthAndNumbers() {
        List<Try> tries = new ArrayList<>();
        // The value of a parameter stands at the fourth level
        tries.add(lenient("F03 64 levels", other("[".repeat(61) + "]".repeat(61)), 202));
        tries.add(lenient("F03 65 levels", other("[".repeat(62) + "]".repeat(62)), 400));
        tries.add(lenient("F03 100 000 levels", other("[".repeat(100_000) + "]".repeat(100_000)), 400));
        tries.add(lenient("F03 100 000 levels that never end", other("{'a':".repeat(100_000)), 400));
        for (String number : List.of("1e64", "-1.50e-64", "0", "-0", "2147483648", "1".repeat(128))) {
            tries.add(lenient("F05 a sound number " + shortened(number), other(number), 202));
        }
        for (String number :
                List.of("1e65", "1e999999", "1e999999999", "1e2147483647", "-1e-999999", "1E+99999999999999999999")) {
            tries.add(lenient("F04 " + number, other(number), 400));
            tries.add(lenient(
                    "F04 in an extension " + number, other("{'extension':[{'valueDecimal':" + number + "}]}"), 400));
        }
        for (String number : List.of(
                "1".repeat(10_000),
                "0." + "1".repeat(10_000),
                "NaN",
                "Infinity",
                "01",
                "-",
                "+1",
                ".5",
                "1.",
                "0x10")) {
            tries.add(lenient("F05 " + shortened(number), other(number), 400));
        }
        return tries;
    }

    private static List<Try> sizes() {
        String extension = "{'url':'x'}";
        return List.of(
                row("F07 more than 4 MiB", json("{'resourceType':'Parameters'}" + " ".repeat(4 << 20)), 413),
                lenient("F07 a text of 1 MB and one", other("'" + "x".repeat((1 << 20) + 1) + "'"), 400),
                lenient("F07 a name of 300 characters", other("{'" + "x".repeat(300) + "':1}"), 400),
                lenient("F07 300 000 extensions", other("{'extension':[" + repeated(extension, 300_000) + "]}"), 400),
                lenient("F07 100 000 parameters", repeated("{'name':'a','valueCode':'b'}", 100_000), 400),
                lenient("F07 20 000 names of parameters that are not served", names(20_000), 400),
                lenient("F07 500 names of parameters that are not served", names(500), 400));
    }

    private static List<Try> syntax() {
        List<Try> tries = new ArrayList<>();
        Map<String, String> broken = new LinkedHashMap<>();
        broken.put("F08 the type twice", "{'resourceType':'Parameters','resourceType':'Parameters'}");
        broken.put("F08 the id twice", "{'resourceType':'Parameters','id':'a','id':'a'}");
        broken.put("F08 twice, once escaped", "{'resourceType':'Parameters','id':'a','\\u0069d':'a'}");
        broken.put(
                "F08 a name twice",
                "{'resourceType':'Parameters','parameter':[{'name':'_type','name':'_type',"
                        + "'valueString':'Group,Patient,Coverage'}]}");
        broken.put("F08 a value twice", parameters("{'name':'_type','valueString':'Group','valueString':'Group'}"));
        broken.put("F09 a lone surrogate", parameters("{'name':'exportType','valueString':'\\ud800'}"));
        broken.put("F09 surrogates in the wrong order", parameters("{'name':'x','valueString':'\\udc00\\ud800'}"));
        broken.put("F09 NUL escaped", parameters("{'name':'x','valueString':'\\u0000'}"));
        broken.put("F09 a control character escaped", parameters("{'name':'x','valueString':'\\u0007'}"));
        broken.put("F09 a control character", parameters("{'name':'x','valueString':'\u0007'}"));
        broken.put("F09 a line break in a text", parameters("{'name':'x','valueString':'a\nb'}"));
        broken.put("F10 something behind it", parameters(TYPES) + "x");
        broken.put("F10 two of them", parameters(TYPES) + parameters(TYPES));
        broken.put("F10 cut short", parameters(TYPES).substring(0, 60));
        broken.put("F10 a comment", "/* */" + parameters(TYPES));
        broken.put("F10 a comma too many", parameters(TYPES + ","));
        broken.put("F10 names without quotes", "{resourceType:'Parameters'}");
        broken.put("F10 an array", "[" + parameters(TYPES) + "]");
        broken.put("F10 a text", "'Parameters'");
        broken.put("F10 null", "null");
        broken.put("F10 blanks", "   ");
        broken.forEach((name, body) -> tries.add(leniently(name, json(body), 400)));
        tries.add(leniently("F10 single quotes", typed("application/fhir+json", "{'resourceType':'Parameters'}"), 400));
        return tries;
    }

    private static List<Try> codings() {
        List<Try> tries = new ArrayList<>();
        Map<String, String> broken = new LinkedHashMap<>();
        broken.put("F09 no UTF-8", "\u00e9");
        broken.put("F09 overlong UTF-8", "\u00c0\u00af");
        broken.put("F09 a surrogate in UTF-8", "\u00ed\u00a0\u0080");
        broken.put("F09 beyond Unicode", "\u00f4\u0090\u0080\u0080");
        broken.put("F09 UTF-8 that ends early", "\u00e2\u0082");
        broken.forEach((name, octets) -> tries.add(leniently(
                name,
                json(parameters("{'name':'x','valueString':'" + octets + "'}")).in(StandardCharsets.ISO_8859_1),
                400)));
        for (Charset coding : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
            tries.add(leniently("F09 " + coding, json(parameters(TYPES)).in(coding), 400));
        }
        tries.add(leniently("F09 a byte order mark", json("\ufeff" + parameters(TYPES)), 400));
        for (String coding : List.of("gzip", "deflate", "br", "gzip, gzip", "zstd", "x-unknown")) {
            tries.add(row(
                    "F11 Content-Encoding: " + coding, json(parameters(TYPES)).with("Content-Encoding", coding), 415));
        }
        tries.add(row(
                "F11 gzip that says nothing of it",
                json(parameters(TYPES)).body("\u001f\u008b\b\u0000").in(StandardCharsets.ISO_8859_1),
                400));
        return tries;
    }

    private static List<Try> references() {
        List<Try> tries = new ArrayList<>();
        for (String id : List.of(
                "../../x",
                "a".repeat(65),
                "%2f",
                "%2e%2e%2fx",
                "\u0430",
                "$export",
                "",
                "a b",
                "a/b",
                "a\\\\b",
                "_a")) {
            tries.add(row("F12 Patient/" + id, post(patient("Patient/" + id)), 400));
        }
        for (String reference : List.of(
                "https://elsewhere.example/fhir/Patient/10",
                "file:///etc/passwd",
                "urn:uuid:6d1c0b5a-5a3b-4a35-a0a4-0d4d0d2a1b11",
                "javascript:alert(1)",
                "Patient/10/_history/1",
                "Group/list-open",
                "#p",
                "Patient?identifier=x")) {
            tries.add(row("F13 " + reference, post(patient(reference)), 400));
        }
        tries.add(row(
                "F13 an identifier alone",
                post("{'name':'patient','valueReference':{'identifier':{'value':'W10'}}}"),
                400));
        return tries;
    }

    private static List<Try> elements() {
        List<Try> tries = new ArrayList<>();
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("F06 contained resources", "{'resourceType':'Parameters','contained':[" + repeated("{}", 200) + "]}");
        wrong.put("F14 an element that there is not", "{'resourceType':'Parameters','colour':'red'}");
        wrong.put("F14 a modifier", "{'resourceType':'Parameters','modifierExtension':[{'url':'x','valueCode':'y'}]}");
        wrong.put("F14 another resource", "{'resourceType':'Group','id':'list-open'}");
        wrong.put("F14 no resource", "{'parameter':[]}");
        wrong.forEach((name, body) -> tries.add(leniently(name, json(body), 400)));
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(
                "F14 a modifier of a parameter",
                "{'name':'_type','valueString':'Group,Patient,Coverage','modifierExtension':[]}");
        parameters.put("F14 parts of a parameter", "{'name':'_type','part':[{'name':'a','valueString':'Group'}]}");
        parameters.put("F14 a resource as a parameter", "{'name':'_type','resource':{'resourceType':'Group'}}");
        parameters.put("F14 two values", "{'name':'_type','valueString':'Group','valueCode':'Group'}");
        parameters.put("F14 no name", "{'valueString':'Group'}");
        parameters.put("F14 an empty name", "{'name':'','valueString':'Group'}");
        parameters.put("F14 a number for a name", "{'name':1,'valueString':'Group'}");
        parameters.put("F14 no value", "{'name':'_type'}");
        parameters.put("F14 no text", "{'name':'_type','valueInteger':1}");
        parameters.put("F14 no parameter", "null");
        parameters.forEach((name, body) -> tries.add(lenient(name, body, 400)));
        return tries;
    }

    private static List<Row> others() {
        return List.of(
                new Row(
                        "F12 lists of ids that are none",
                        payer -> {
                            String token = payer.token();
                            Answer last = payer.send(Request.get("/metadata"));
                            for (String id : List.of("a".repeat(65), "%2f", "%D0%B0", "$x", "_a", "..%2f..%2fx")) {
                                last = payer.send(Request.get("/Group/" + id + "/$davinci-data-export")
                                        .bearer(token));
                                assertThat(last.status()).as("%s: %s", id, last).isIn(400, 404);
                            }
                            return last;
                        },
                        answer -> {}),
                new Row(
                        "F13 nobody is called",
                        payer -> {
                            Answer answer = payer.send(
                                    post(patient(payer.peer.at("/Patient/10").toString()))
                                            .bearer(payer.token()));
                            assertThat(payer.peer.paths()).isEmpty();
                            return answer;
                        },
                        Expected.outcome(400)),
                new Row(
                        "F15 a script in a narrative is data, and never a page",
                        payer -> {
                            payer.sample.replace(payer.sample
                                    .lists()
                                    .withResource(
                                            new ResourceKey(ResourceType.PATIENT, "10"),
                                            "{\"resourceType\":\"Patient\",\"id\":\"10\",\"text\":{\"status\":\"generated\","
                                                    + "\"div\":\"<div><script>alert(1)</script></div>\"}}"));
                            Request read = Request.get("/Patient/10").bearer(payer.token());
                            Answer page = payer.send(read.with("Accept", "text/html"));
                            assertThat(page.status()).isEqualTo(406);
                            return payer.send(read);
                        },
                        Expected.status(200).and(answer -> {
                            assertThat(answer.header("Content-Type")).startsWith("application/fhir+json");
                            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
                        })));
    }

    private static List<Try> patterns() {
        String digits = "1".repeat(100_000);
        List<Try> tries = new ArrayList<>();
        Map<String, String> near = new LinkedHashMap<>();
        near.put("a time", "{'name':'_since','valueInstant':'2026-01-01T00:00:00." + digits + "'}");
        near.put("a type", "{'name':'_type','valueString':'" + "A".repeat(100_000) + "'}");
        near.put("a kind of export", "{'name':'exportType','valueString':'hl7." + "a.".repeat(50_000) + "'}");
        near.put(
                "a filter",
                "{'name':'_typeFilter','valueString':'Patient?gender=" + ",Aaaaaaaaaaaaa".repeat(7_000) + "'}");
        near.put("elements", "{'name':'_elements','valueString':'" + "Patient.".repeat(12_000) + "'}");
        near.put("a reference", patient("Patient/" + "a-".repeat(50_000)));
        near.put("a format", "{'name':'_outputFormat','valueString':'application/" + "+".repeat(100_000) + "'}");
        near.forEach((name, parameter) -> tries.add(row("F16 100 kB of nearly " + name, post(parameter), 400)));
        tries.add(row(
                "F16 a content type of nearly 50 kB",
                typed("application/json;" + " ;".repeat(25_000), parameters("")),
                415));
        return tries;
    }

    private static List<Try> contentTypes() {
        List<Try> tries = new ArrayList<>();
        for (String type : List.of(
                "application/fhir+xml",
                "text/plain",
                "text/html",
                "application/json; charset=utf-7",
                "application/json; charset=utf-16",
                "application/fhir+json; fhirVersion=3.0",
                "application/x-www-form-urlencoded",
                "application",
                "")) {
            tries.add(row(
                    "F17 labelled as '" + type + "'",
                    typed(type, parameters(TYPES).replace('\'', '"')),
                    415));
        }
        tries.add(row(
                "F17 not labelled",
                Request.of("POST", KICK_OFF).body(parameters(TYPES).replace('\'', '"')),
                415));
        return tries;
    }

    /** {@link Envelope} looks for the canary in every answer that refuses. */
    private static List<Try> echoes() {
        String canary = Payer.CANARY;
        List<Try> tries = new ArrayList<>();
        tries.add(row("F18 a member's name for a member", post(patient("Patient/" + canary)), 422));
        for (String parameter : List.of(
                patient(canary),
                "{'name':'" + canary + "-1','valueString':'x'}",
                "{'name':'_since','valueInstant':'" + canary + "'}",
                "{'name':'_type','valueString':'" + canary + "'}",
                "{'name':'exportType','valueCanonical':'" + canary + "'}",
                "{'name':'_elements','valueString':'../" + canary + "'}",
                "{'name':'_typeFilter','valueString':'Patient?family=" + canary + "'}",
                "{'name':'_outputFormat','valueString':'" + canary + "'}",
                "{'name':'_type','" + canary + "':'x'}")) {
            tries.add(row("F18 " + parameter.replace(canary, "NAME"), post(parameter), 400));
        }
        return tries;
    }

    /** Returns a try whose parameters nobody would refuse for what they are. */
    private static Try lenient(String name, String parameters, int status) {
        return leniently(name, post(parameters), status);
    }

    private static Try leniently(String name, Request request, int status) {
        return row(name, request.with("Prefer", "handling=lenient"), status);
    }

    private static Try row(String name, Request request, int status) {
        return new Try(name, request, status);
    }

    /** Tries of one abuse case, which its row makes one after the other: a Producer for each would take minutes. */
    private static Row together(String id, List<Try> tries) {
        return new Row(
                id + " " + tries.size() + " bodies",
                payer -> {
                    String token = payer.token();
                    Answer last = payer.send(Request.get("/metadata"));
                    for (Try one : tries) {
                        last = payer.send(one.request.bearer(token));
                        assertThat(last.status()).as("%s: %s", one.name, last).isEqualTo(one.status);
                        assertThat(last.text("resourceType")).isEqualTo("OperationOutcome");
                    }
                    return last;
                },
                answer -> {});
    }

    /**
     * A request of a row.
     *
     * @param name the number of the abuse case, and what is tried
     * @param request the request, without a token
     * @param status what must come back, with an OperationOutcome
     */
    private record Try(String name, Request request, int status) {
        String id() {
            return name.substring(0, 3);
        }
    }

    private static Request typed(String contentType, String body) {
        return Request.of("POST", KICK_OFF).with("Content-Type", contentType).body(body);
    }

    private static String parameters(String parameters) {
        return "{'resourceType':'Parameters','parameter':[" + parameters + "]}";
    }

    /** A parameter that is not served, with a value that nobody looks at. */
    private static String other(String value) {
        return "{'name':'colour','valueOther':" + value + "}";
    }

    private static String repeated(String text, int times) {
        return text + ("," + text).repeat(times - 1);
    }

    private static String names(int count) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder name = new StringBuilder("n");
            for (int rest = i; rest > 0; rest /= 26) {
                name.append((char) ('a' + rest % 26));
            }
            all.add("{'name':'" + name + "','valueCode':'b'}");
        }
        return String.join(",", all);
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(20, text.length()));
    }
}
