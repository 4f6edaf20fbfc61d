package dev.atr.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import dev.atr.auth.ClientAssertion;
import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.RouteInventory;
import dev.atr.producer.RouteInventory.Entry;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Section 6: what a bearer token opens, and what does not pass for one. */
@Requirement({
    "SMART-035",
    "SMART-037",
    "SMART-039",
    "ATR-SEC-008",
    "ATR-SEC-010",
    "ATR-SEC-011",
    "ATR-SEC-012",
    "ATR-EXP-019",
    "ATR-EXP-020"
})
class BearerUseTest extends AbuseCases {
    static final Expected FORBIDDEN = Expected.outcome(403).and(answer -> {
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer error=\"insufficient_scope\"");
        assertThat(answer.issue()).isEqualTo("forbidden");
    });

    /** Nothing is here, whoever asks. */
    private static final Expected NOT_THERE = Expected.outcome(404);

    private static final String LIST = "/Group/" + SampleLists.OPEN.value();
    private static final String EXPORT = LIST + "/$davinci-data-export";

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(noTokens());
        rows.addAll(placements());
        rows.addAll(ends());
        rows.addAll(otherTokens());
        rows.addAll(scopes());
        rows.addAll(others());
        rows.add(new Row("B07 narrowed after kick-off", BearerUseTest::narrowed, FORBIDDEN));
        rows.add(new Row("B08 expires during a download", BearerUseTest::longDownload, Expected.LOGIN));
        rows.addAll(paths());
        rows.addAll(methods());
        rows.add(new Row("B11 every route without a token", BearerUseTest::inventory, Expected.LOGIN));
        return List.copyOf(rows);
    }

    private static List<Row> noTokens() {
        List<Row> rows = new ArrayList<>();
        rows.add(row("B01 no header", (payer, request) -> request));
        rows.add(row("B01 Basic", (payer, request) -> request.with("Authorization", "Basic Y3ZtZzpzZWNyZXQ=")));
        rows.add(row("B01 empty", (payer, request) -> request.with("Authorization", "")));
        rows.add(row("B01 no token behind Bearer", (payer, request) -> request.with("Authorization", "Bearer")));
        rows.add(row("B01 a space behind Bearer", (payer, request) -> request.with("Authorization", "Bearer ")));
        rows.add(row("B01 a token without Bearer", (payer, request) -> request.with("Authorization", payer.token())));
        rows.add(row("B01 two headers", (payer, request) -> {
            String token = payer.token();
            return request.bearer(token).bearer(token);
        }));
        rows.add(row(
                "B01 two headers, one of them empty",
                (payer, request) -> request.bearer(payer.token()).with("Authorization", "")));
        rows.add(row("B01 two tokens in one header", (payer, request) -> {
            String token = payer.token();
            return request.bearer(token + ", Bearer " + token);
        }));
        rows.add(brokenLine("B01 line feed in the token", "\n"));
        rows.add(brokenLine("B01 carriage return in the token", "\r"));
        rows.add(brokenLine("B01 NUL in the token", "\0"));
        rows.add(row("B01 header folded over two lines", (payer, request) -> request.bearer(payer.token() + "\r\n x")));
        rows.add(row("B01 token of 60 kB", (payer, request) -> request.bearer("x".repeat(60_000))));
        rows.add(new Row(
                "B01 token of 64 kB",
                payer -> payer.send(Request.get("/Group").bearer("x".repeat(64 << 10))),
                Expected.status(431)));
        return rows;
    }

    /** Makes a request that is to be refused. */
    private interface Spoiler {
        Request spoil(Payer payer, Request search) throws IOException;
    }

    private static Row row(String name, Spoiler spoiler) {
        return new Row(name, payer -> payer.send(spoiler.spoil(payer, Request.get("/Group"))), Expected.LOGIN);
    }

    /** The web server refuses such a line before anybody asks whose it is. */
    private static Row brokenLine(String name, String character) {
        return new Row(
                name,
                payer -> payer.send(Request.get("/Group").bearer(payer.token().replace(".", "." + character))),
                Expected.status(400));
    }

    private static List<Row> placements() {
        return List.of(
                row("B02 in the query", (payer, request) -> Request.get("/Group?access_token=" + payer.token())),
                row("B02 in the query and the header", (payer, request) -> {
                    String token = payer.token();
                    return Request.get("/Group?access_token=" + token).bearer(token);
                }),
                row(
                        "B02 in the form",
                        (payer, request) -> Request.of("POST", "/Group/_search").form("access_token=" + payer.token())),
                row("B02 in the form and the header", (payer, request) -> {
                    String token = payer.token();
                    return Request.of("POST", "/Group/_search")
                            .form("access_token=" + token)
                            .bearer(token);
                }),
                row("B02 in a cookie", (payer, request) -> request.with("Cookie", "access_token=" + payer.token())));
    }

    private static List<Row> ends() {
        return List.of(
                new Row(
                        "B03 a second before its end and the skew",
                        payer -> {
                            Request search = Request.get("/Group").bearer(payer.token());
                            payer.clock.turn(Duration.ofSeconds(329));
                            return payer.send(search);
                        },
                        Expected.status(200)),
                row("B03 at its end and the skew", (payer, request) -> {
                    String token = payer.token();
                    payer.clock.turn(Duration.ofSeconds(330));
                    return request.bearer(token);
                }),
                new Row(
                        "B03 expired, on every route",
                        payer -> {
                            Guarded guarded = Guarded.of(payer);
                            String token = payer.token();
                            for (Request request : guarded.requests(payer)) {
                                if (isHarmless(request)) {
                                    assertThat(payer.send(request.bearer(token)).status())
                                            .as("%s", request)
                                            .isEqualTo(statusForReader(request));
                                }
                            }
                            payer.clock.turn(Duration.ofSeconds(331));
                            Answer last = payer.send(Request.get("/Group").bearer(token));
                            for (Request request : guarded.requests(payer)) {
                                checkLogin(request, payer.send(request.bearer(token)));
                            }
                            return last;
                        },
                        Expected.LOGIN));
    }

    /** A HEAD has no body, and a kick-off takes one of the client's two places. */
    private static boolean isHarmless(Request request) {
        return !request.target().endsWith("export") && !request.method().equals("DELETE");
    }

    /** Returns how a client that may read is answered: it may change nothing, and nothing has the id x1. */
    private static int statusForReader(Request request) {
        String target = request.target();
        if (target.endsWith("/Provenance") || target.endsWith("/$attribution-status")) {
            // Must say what or whom it is about.
            return 400;
        }
        if (request.method().equals("POST") && !target.endsWith("/_search")) {
            return 403;
        }
        return target.contains("/x1") ? 404 : 200;
    }

    private static void checkLogin(Request request, Answer answer) {
        assertThat(answer.status()).as("%s: %s", request, answer).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    private static List<Row> otherTokens() {
        String stranger = "https://other.example.com";
        return List.of(
                row(
                        "B04 a client assertion",
                        (payer, request) -> request.bearer(payer.assertion().text())),
                row(
                        "B04 a client assertion made out to the FHIR base",
                        (payer, request) -> request.bearer(payer.assertion()
                                .claim("aud", quoted(Payer.BASE.toString()))
                                .text())),
                forged("B04 an id token of ours", header("typ", "JWT"), claim("aud", Payer.CLIENT)),
                forged("B04 typ JWT", header("typ", "JWT"), UnaryOperator.identity()),
                forged("B04 no typ", json -> json.without("typ"), UnaryOperator.identity()),
                forged("B04 of another issuer", UnaryOperator.identity(), claim("iss", stranger)),
                forged("B04 for another audience", UnaryOperator.identity(), claim("aud", stranger)),
                forged("B04 for our token endpoint", UnaryOperator.identity(), claim("aud", Payer.AUDIENCE)),
                forged(
                        "B04 for us and another",
                        UnaryOperator.identity(),
                        json -> json.with(
                                "aud", JsonValue.array(JsonValue.of(Payer.BASE.toString()), JsonValue.of(stranger)))),
                forged("B04 without end", UnaryOperator.identity(), json -> json.without("exp")),
                forged("B04 of nobody", UnaryOperator.identity(), json -> json.without("client_id")),
                forged("B04 of an unknown client", UnaryOperator.identity(), claim("client_id", "nobody")),
                forged("B04 of a disabled client", UnaryOperator.identity(), claim("client_id", Payer.DISABLED)),
                forged("B04 unknown kid", header("kid", "x"), UnaryOperator.identity()),
                forged(
                        "B04 crit",
                        json -> json.with("crit", JsonValue.array(JsonValue.of("x"))),
                        UnaryOperator.identity()),
                row(
                        "B04 signed by somebody else",
                        (payer, request) -> request.bearer(resigned(
                                payer.token(),
                                TestKeys.OTHER_RSA,
                                UnaryOperator.identity(),
                                UnaryOperator.identity()))),
                row("B04 alg none", (payer, request) -> {
                    String token = resigned(
                            payer.token(), Payer.KEYS.current(), header("alg", "none"), UnaryOperator.identity());
                    return request.bearer(token.substring(0, token.lastIndexOf('.') + 1));
                }),
                row(
                        "B04 alg none, signature kept",
                        (payer, request) -> request.bearer(resigned(
                                payer.token(), Payer.KEYS.current(), header("alg", "none"), UnaryOperator.identity()))),
                row(
                        "B04 HS384 keyed with our public key",
                        (payer, request) -> request.bearer(macSigned(payer.token()))),
                row("B04 signature cut off", (payer, request) -> {
                    String token = payer.token();
                    return request.bearer(token.substring(0, token.length() - 4));
                }));
    }

    private static Row forged(String name, UnaryOperator<JsonObject> header, UnaryOperator<JsonObject> claims) {
        return row(
                name,
                (payer, request) -> request.bearer(resigned(payer.token(), Payer.KEYS.current(), header, claims)));
    }

    private static UnaryOperator<JsonObject> header(String name, String value) {
        return json -> json.with(name, JsonValue.of(value));
    }

    private static UnaryOperator<JsonObject> claim(String name, String value) {
        return header(name, value);
    }

    private static String quoted(String text) {
        return ClientAssertion.quoted(text);
    }

    /** Returns a good token with something changed, and signed again. */
    private static String resigned(
            String token, SigningKey key, UnaryOperator<JsonObject> header, UnaryOperator<JsonObject> claims) {
        return changed(token, header, claims).signedBy(key).text();
    }

    private static ClientAssertion changed(
            String token, UnaryOperator<JsonObject> header, UnaryOperator<JsonObject> claims) {
        return ClientAssertion.good(TestKeys.RSA, "", "", Instant.EPOCH)
                .rawHeader(header.apply(part(token, 0)).toJson())
                .rawClaims(claims.apply(part(token, 1)).toJson());
    }

    private static JsonObject part(String token, int n) {
        byte[] json = Base64.getUrlDecoder().decode(token.split("\\.", -1)[n]);
        return TestKeys.object(new String(json, StandardCharsets.UTF_8));
    }

    private static String macSigned(String token) {
        byte[] key = TestKeys.publicJwk(Payer.KEYS.current()).toBytes();
        String signedPart =
                changed(token, header("alg", "HS384"), UnaryOperator.identity()).signedPart();
        try {
            return signedPart + "."
                    + new MACSigner(key)
                            .sign(new JWSHeader(JWSAlgorithm.HS384), signedPart.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Row> scopes() {
        return List.of(
                scope("/Group", "system/Group.r", FORBIDDEN),
                scope("/Group", "system/Group.s", Expected.status(200)),
                scope(LIST, "system/Group.s", FORBIDDEN),
                scope(LIST, "system/Group.r", Expected.status(200)),
                scope("/Patient/10", "system/Group.rs system/Coverage.rs", FORBIDDEN),
                scope("/Patient/10", "system/Patient.s", FORBIDDEN),
                scope("/Patient/10", "system/Patient.r", Expected.status(200)),
                scope("/Coverage/c-10", "system/Patient.rs", FORBIDDEN),
                scope(EXPORT, "system/Group.rs", FORBIDDEN),
                scope(EXPORT, "system/Group.rs system/Patient.rs", FORBIDDEN),
                scope(EXPORT, "system/Patient.rs system/Coverage.rs", FORBIDDEN),
                scope(EXPORT, "system/Group.rs system/Coverage.rs", FORBIDDEN),
                scope(EXPORT, "system/Group.rs system/Patient.rs system/Coverage.rs", Expected.status(202)),
                scope(LIST + "/$export", "system/Patient.rs system/Coverage.rs", FORBIDDEN),
                scope(
                        EXPORT + "?_type=Group,Patient,Coverage,Location",
                        "system/Group.rs system/Patient.rs system/Coverage.rs",
                        FORBIDDEN),
                new Row(
                        "B05 a plain export holds what the scopes cover",
                        payer -> {
                            String token = payer.token("system/Group.rs");
                            Answer kickOff =
                                    payer.send(Request.get(LIST + "/$export").bearer(token));
                            return payer.send(Request.get(Guarded.path(kickOff.header("Content-Location")))
                                    .bearer(token));
                        },
                        Expected.status(200)
                                .and(answer -> assertThat(answer.json().all("output.type"))
                                        .containsOnly(JsonValue.of("Group")))),
                new Row(
                        "B05 read scopes of a client that may write elsewhere",
                        payer -> {
                            payer.register(
                                    Payer.CLIENT,
                                    payer.registration(Payer.CLIENT).keys(),
                                    "system/*.cruds");
                            return payer.send(Request.get("/Patient/10").bearer(payer.token("system/*.write")));
                        },
                        FORBIDDEN));
    }

    private static Row scope(String target, String scopes, Expected expected) {
        return new Row(
                "B05 " + target + " with " + scopes,
                payer -> payer.send(Request.get(target).bearer(payer.token(scopes))),
                expected);
    }

    private static List<Row> others() {
        List<Row> rows = new ArrayList<>();
        rows.add(job("status", "GET", guarded -> guarded.status()));
        rows.add(job("file", "GET", guarded -> guarded.file("Patient")));
        rows.add(job("delete", "DELETE", guarded -> guarded.status()));
        for (String path : List.of("", "?_summary=true", "/$davinci-data-export", "/$export")) {
            rows.add(new Row(
                    "B06 Group/[id]" + path + " of another client's list",
                    payer -> alike(
                            payer,
                            payer.token(),
                            Request.get("/Group/" + SampleLists.FOREIGN.value() + path),
                            Request.get("/Group/no-such-list" + path)),
                    NOT_THERE));
        }
        rows.add(new Row(
                "B06 a member of another client's list",
                payer -> alike(
                        payer, payer.token(), Request.get("/Patient/foreign"), Request.get("/Patient/no-such-patient")),
                NOT_THERE));
        rows.add(new Row(
                "B06 another client's list in a search",
                payer -> payer.send(
                        Request.get("/Group?_id=" + SampleLists.FOREIGN.value()).bearer(payer.token())),
                Expected.status(200)
                        .and(answer -> assertThat(answer.body()).doesNotContain("\"" + SampleLists.FOREIGN.value()))));
        rows.add(new Row(
                "B06 a list that the registration does not permit",
                payer -> {
                    payer.register(new ClientRegistration(
                            Payer.CLIENT,
                            payer.registration(Payer.CLIENT).keys(),
                            Scopes.READ_ALL,
                            Set.of(SampleLists.DRAFT.value()),
                            true));
                    String token = payer.token();
                    assertThat(payer.send(Request.get("/Group/" + SampleLists.DRAFT.value())
                                            .bearer(token))
                                    .status())
                            .isEqualTo(200);
                    return alike(payer, token, Request.get(LIST), Request.get("/Group/no-such-list"));
                },
                NOT_THERE));
        return rows;
    }

    /** Picks the path that the stranger asks for. */
    private interface Pick {
        String of(Guarded guarded);
    }

    private static Row job(String name, String method, Pick pick) {
        return new Row(
                "B06 " + name + " of another client's job",
                payer -> {
                    Guarded guarded = Guarded.of(payer);
                    String path = pick.of(guarded);
                    String stranger = payer.token(Payer.OTHER, TestKeys.OTHER_EC);
                    String job = path.split("/", -1)[2];
                    String unknown = path.replace(job, new StringBuilder(job).reverse());
                    Answer answer = alike(payer, stranger, Request.of(method, path), Request.of(method, unknown));
                    assertThat(payer.send(Request.get(guarded.file("Patient")).bearer(payer.token()))
                                    .status())
                            .isEqualTo(200);
                    return answer;
                },
                NOT_THERE);
    }

    /** Sends both with the token, and returns the answer when it is the same for what is not ours and what is not. */
    private static Answer alike(Payer payer, String token, Request foreign, Request unknown) throws IOException {
        Answer one = payer.send(foreign.bearer(token));
        Answer other = payer.send(unknown.bearer(token));
        assertThat(one.status()).isEqualTo(other.status());
        assertThat(one.body()).isEqualTo(other.body());
        assertThat(names(one)).isEqualTo(names(other));
        return one;
    }

    private static Map<String, List<String>> names(Answer answer) {
        return answer.headers().without("Date").without("X-Request-Id").map();
    }

    private static Answer narrowed(Payer payer) throws IOException {
        Guarded guarded = Guarded.of(payer);
        String token = payer.token();
        Request file = Request.get(guarded.file("Coverage")).bearer(token);
        assertThat(payer.send(file).status()).isEqualTo(200);
        payer.register(Payer.CLIENT, payer.registration(Payer.CLIENT).keys(), "system/Group.rs system/Patient.rs");
        payer.clock.turn(Duration.ofMinutes(1));
        assertThat(payer.send(Request.get(guarded.file("Patient")).bearer(token))
                        .status())
                .isEqualTo(200);
        return payer.send(file);
    }

    /** The file is longer than all that sockets buffer, so that its end is sent after the clock is turned. */
    private static Answer longDownload(Payer payer) throws IOException {
        payer.sample.replace(payer.sample
                .lists()
                .withResource(
                        new ResourceKey(ResourceType.PATIENT, "10"),
                        "{\"resourceType\":\"Patient\",\"id\":\"10\",\"name\":["
                                + ("{\"family\":\"" + "x".repeat(100_000) + "\"},").repeat(200)
                                + "{\"family\":\"last\"}]}"));
        Request file = Request.get(Guarded.of(payer).file("Patient")).bearer(payer.token());
        try (Socket socket = payer.first().connect()) {
            socket.getOutputStream().write(file.bytes());
            InputStream in = socket.getInputStream();
            Answer head = Answer.head(in);
            assertThat(head.status()).isEqualTo(200);
            in.readNBytes(1_000);
            payer.clock.turn(Duration.ofMinutes(30));
            byte[] rest = in.readAllBytes();
            assertThat(rest.length + 1_000)
                    .isGreaterThan(20_000_000)
                    .isEqualTo(Integer.parseInt(head.header("Content-Length")));
            assertThat(new String(rest, StandardCharsets.UTF_8)).contains("\"last\"");
        }
        return payer.send(file);
    }

    private static List<Row> paths() {
        Map<String, UnaryOperator<String>> variants = new TreeMap<>();
        variants.put("doubled slash in front", path -> path.replaceFirst("/fhir/", "/fhir//"));
        variants.put("doubled slash inside", path -> path.replaceFirst("/([^/]+)$", "//$1"));
        variants.put("dot segment", path -> path.replaceFirst("/fhir/", "/fhir/./"));
        variants.put("dot segments there and back", path -> path.replaceFirst("/fhir/", "/fhir/metadata/../"));
        variants.put("escaped dot segments", path -> path.replaceFirst("/fhir/", "/fhir/metadata/%2e%2e/"));
        variants.put("out of the base and in again", path -> "/fhir/.." + path);
        variants.put("path parameter", path -> path + ";x=y");
        variants.put("path parameter and a known ending", path -> path + ";/metadata");
        variants.put("trailing slash", path -> path + "/");
        variants.put("trailing dot", path -> path + "/.");
        variants.put("upper case", path -> "/fhir" + path.substring(5).toUpperCase(Locale.ROOT));
        variants.put("upper-case base", path -> path.replaceFirst("/fhir/", "/FHIR/"));
        variants.put("NUL", path -> path + "%00");
        variants.put("NUL and a known ending", path -> path + "%00/metadata");
        variants.put("escaped slash", path -> path.replaceFirst("/([^/]+)$", "%2f$1"));
        variants.put("escaped letter", path -> path.replaceFirst("(?<=/fhir/)[A-Z]", "%47"));
        variants.put("twice escaped slash", path -> path.replaceFirst("/([^/]+)$", "%252f$1"));
        variants.put("backslash", path -> path.replaceFirst("/([^/]+)$", "\\\\$1"));
        variants.put("fragment", path -> path + "#/metadata");
        variants.put("overlong dots", path -> path.replaceFirst("/fhir/", "/fhir/metadata/%c0%ae%c0%ae/"));
        variants.put("with the address in front", path -> "http://evil.example" + path);
        List<Row> rows = new ArrayList<>();
        variants.forEach((name, change) -> rows.add(new Row(
                "B09 " + name,
                payer -> {
                    Guarded guarded = Guarded.of(payer);
                    String stranger = payer.token(Payer.OTHER, TestKeys.OTHER_EC);
                    for (Request request : guarded.requests(payer)) {
                        Request variant = request.at(change.apply(request.target()));
                        if (!variant.equals(request)) {
                            checkClosed(variant, payer.send(variant));
                            checkForeign(
                                    variant,
                                    payer.send(variant.bearer(stranger)),
                                    payer.send(request.bearer(stranger)));
                        }
                    }
                    return payer.send(Request.get("/Group"));
                },
                Expected.LOGIN)));
        rows.add(row("B09 odd host", (payer, request) -> request.with("Host", "evil.example")));
        rows.add(row(
                "B09 forwarded for another path",
                (payer, request) -> request.with("X-Original-URL", "/fhir/metadata")
                        .with("X-Rewrite-URL", "/fhir/metadata")
                        .with("X-Forwarded-Prefix", "/fhir/metadata")));
        return rows;
    }

    /** Without a token nothing comes out, whatever the path is. */
    private static void checkClosed(Request request, Answer answer) {
        assertThat(answer.status()).as("%s: %s", request, answer).isIn(400, 401, 404);
    }

    /** With a token of another client, nothing comes out that the canonical path does not give. */
    private static void checkForeign(Request request, Answer answer, Answer canonical) {
        if (answer.status() != canonical.status()) {
            assertThat(answer.status()).as("%s: %s", request, answer).isIn(400, 404, 405);
        }
    }

    private static List<Row> methods() {
        List<Row> rows = new ArrayList<>();
        for (String header : List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")) {
            rows.add(new Row(
                    "B10 " + header + ": DELETE",
                    payer -> {
                        Request status = Request.get(Guarded.of(payer).status()).bearer(payer.token());
                        assertThat(payer.send(status.method("POST").with(header, "DELETE"))
                                        .status())
                                .isEqualTo(405);
                        payer.send(status.with(header, "DELETE"));
                        return payer.send(status);
                    },
                    Expected.status(200)));
            rows.add(row(
                    "B10 " + header + ": OPTIONS without a token",
                    (payer, request) -> request.with(header, "OPTIONS")));
        }
        for (String method : List.of("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "BREW", "get")) {
            rows.add(new Row(
                    "B10 " + method + " without a token",
                    payer -> {
                        for (String path : List.of("/Group", LIST, "/Patient/10", EXPORT)) {
                            Answer answer = payer.send(Request.of(method, path));
                            assertThat(answer.status()).as(path).isEqualTo(401);
                            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
                        }
                        return payer.send(Request.get("/Group"));
                    },
                    Expected.LOGIN));
        }
        for (String path : List.of("/metadata", "/Group", LIST, "/auth/token")) {
            rows.add(new Row(
                    "B10 TRACE " + path,
                    payer -> payer.send(Request.of("TRACE", path).bearer(payer.token())),
                    Expected.status(405).and(answer -> assertThat(answer.body()).doesNotContain("Bearer "))));
        }
        return rows;
    }

    private static Answer inventory(Payer payer) throws IOException {
        List<String> open = RouteInventory.of(payer.first().producer()).stream()
                .map(Entry::template)
                .filter(Guarded.OPEN::contains)
                .toList();
        assertThat(open).containsExactlyInAnyOrderElementsOf(Guarded.OPEN);
        List<Request> guarded = Guarded.of(payer).requests(payer);
        assertThat(guarded).hasSizeGreaterThan(25);
        for (Request request : guarded) {
            checkLogin(request, payer.send(request));
        }
        return payer.send(Request.get("/Observation/1"));
    }
}
