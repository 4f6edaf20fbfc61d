package dev.atr.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.atr.auth.Scopes;
import dev.atr.auth.TestKeys;
import dev.atr.auth.TokenForm;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Section 5: scopes, and the token that is issued. */
@Requirement({"SMART-028", "SMART-029", "SMART-031", "SMART-033", "SMART-038", "SMART-040", "ATR-SEC-005", "ATR-SEC-006"
})
class ScopesAndIssueTest extends AbuseCases {
    private static final Expected NONE = Expected.refused(400, "invalid_scope");
    private static final int TRIPLES = 200;

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(
                "T80 scope missing",
                payer -> payer.send(
                        Request.token(TokenForm.without(payer.form(), "scope").encode())),
                NONE));
        refused(rows, "T80", "", " ", "     ");
        refused(rows, "T81", "launch", "openid fhirUser", "user/Patient.read", "patient/Patient.rs");
        refused(rows, "T81", "system/Martian.rs", "system/Patient.xyz", "system/Patient.sr", "system/patient.read");
        refused(
                rows,
                "T81",
                "SYSTEM/Patient.read",
                "system/Patient",
                "system/.read",
                "system/Patient.",
                "system/**.read");
        rows.add(granted(
                "T81 what is left of unknown ones",
                "launch openid system/Patient.sr system/Group.rs",
                "system/Group.rs"));
        new TreeMap<>(Map.of("read", "rs", "write", "cud", "*", "cruds")).forEach((v1, v2) -> {
            for (String type : List.of("*", "Group", "Patient")) {
                rows.add(twoSyntaxes("system/" + type + "." + v1, "system/" + type + "." + v2));
            }
        });
        rows.add(new Row("T83 any request of any registration", ScopesAndIssueTest::subsets, Expected.TOKEN));
        refused(rows, "T84", "system/Patient.write", "system/Patient.c", "system/Patient.u", "system/Patient.d");
        refused(rows, "T84", "system/Patient.cud", "system/*.write");
        rows.add(granted(
                "T84 reading alone out of both", "system/Patient.read system/Patient.write", "system/Patient.read"));
        rows.add(new Row(
                "T84 a registered write scope",
                payer -> {
                    payer.register(Payer.CLIENT, keys(payer), "system/*.read system/Group.write");
                    return payer.ask("system/Group.write system/Patient.write");
                },
                Expected.TOKEN.and(scope("system/Group.write"))));
        rows.add(new Row(
                "T85 all types asked, three registered",
                payer -> {
                    payer.register(Payer.CLIENT, keys(payer), "system/Group.rs system/Patient.rs system/Coverage.rs");
                    return payer.ask("system/*.read");
                },
                Expected.TOKEN.and(scope("system/Coverage.read system/Group.read system/Patient.read"))));
        refused(rows, "T86", "system/Patient.rs?category=x", "system/*.rs?category=x", "system/Patient.read?x=y");
        rows.add(granted("T86 beside a plain one", "system/Patient.rs?x=y system/Group.rs", "system/Group.rs"));
        refused(rows, "T87", "system/Patient.rs system/Patient.rs");
        rows.add(new Row("T87 10 000 scopes", payer -> payer.ask(many()), NONE));
        rows.add(new Row(
                "T87 scope of 1 MB",
                payer -> payer.ask("system/Patient.rs " + "x".repeat(1_000_000)),
                Expected.refused(413, "invalid_request")));
        rows.add(new Row(
                "T88 life, type, audience and signature",
                payer -> payer.ask("system/*.read"),
                ScopesAndIssueTest::checkToken));
        rows.addAll(revoked());
        return List.copyOf(rows);
    }

    private static void refused(List<Row> rows, String id, String... scopes) {
        for (String scope : scopes) {
            rows.add(new Row(id + " [" + scope + "]", payer -> payer.ask(scope), NONE));
        }
    }

    private static Row granted(String name, String asked, String expected) {
        return new Row(name, payer -> payer.ask(asked), Expected.TOKEN.and(scope(expected)));
    }

    private static Expected scope(String expected) {
        return answer -> assertThat(answer.text("scope")).isEqualTo(expected);
    }

    private static ClientKeys keys(Payer payer) {
        return payer.registration(Payer.CLIENT).keys();
    }

    private static Row twoSyntaxes(String v1, String v2) {
        return new Row(
                "T82 " + v1 + " is " + v2,
                payer -> {
                    payer.register(Payer.CLIENT, keys(payer), "system/*.cruds");
                    Answer older = payer.ask(v1);
                    Answer newer = payer.ask(v2);
                    assertThat(older.text("scope")).isEqualTo(v1);
                    assertThat(newer.text("scope")).isEqualTo(v2);
                    assertThat(Scopes.parse(older.text("scope"))).isEqualTo(Scopes.parse(newer.text("scope")));
                    payer.register(Payer.CLIENT, keys(payer), v1);
                    return payer.ask(v2);
                },
                Expected.TOKEN.and(scope(v2)));
    }

    private static Answer subsets(Payer payer) throws IOException, ParseException {
        Random random = new Random(83);
        Answer token = payer.ask("system/*.read");
        for (int i = 0; i < TRIPLES; i++) {
            String registered = some(random);
            String asked = some(random);
            payer.register(Payer.CLIENT, keys(payer), registered);
            payer.clock.turn(Duration.ofSeconds(1));
            Answer answer = payer.ask(asked);
            Scopes both = Scopes.parse(asked).intersect(Scopes.parse(registered));
            if (both.isEmpty()) {
                NONE.check(answer);
            } else {
                Scopes granted = Scopes.parse(answer.text("scope"));
                assertThat(granted).as("%s of %s", asked, registered).isEqualTo(both);
                assertThat(claim(answer, "scope")).isEqualTo(answer.text("scope"));
            }
        }
        return token;
    }

    /** Two scopes that differ. */
    private static String some(Random random) {
        List<String> types = List.of("*", "Group", "Patient", "Coverage", "Location");
        List<String> rights = List.of("read", "write", "*", "r", "rs", "cud", "cruds");
        return "system/" + types.get(random.nextInt(5)) + "." + rights.get(random.nextInt(7)) + " system/Practitioner."
                + rights.get(random.nextInt(7));
    }

    private static String many() {
        return IntStream.range(0, 10_000).mapToObj(i -> Integer.toString(i, 36)).collect(Collectors.joining(" "));
    }

    private static String claim(Answer answer, String name) throws ParseException {
        return String.valueOf(SignedJWT.parse(answer.token()).getJWTClaimsSet().getClaim(name));
    }

    private static void checkToken(Answer answer) {
        assertThat(answer.text("token_type")).isEqualToIgnoringCase("bearer");
        assertThat(answer.json().find("expires_in").flatMap(JsonValue::number).orElseThrow())
                .isBetween(1L, 300L);
        try {
            SignedJWT token = SignedJWT.parse(answer.token());
            JWKSet keys = JWKSet.parse(Payer.KEYS.publicJwks());
            String kid = token.getHeader().getKeyID();
            assertThat(token.verify(new RSASSAVerifier(keys.getKeyByKeyId(kid).toRSAKey())))
                    .isTrue();
            assertThat(token.getHeader().getType().getType()).isEqualTo("at+jwt");
            assertThat(token.getJWTClaimsSet().getAudience()).containsExactly(Payer.BASE.toString());
            assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo(Payer.CLIENT);
            assertThat(token.getJWTClaimsSet().getJWTID()).hasSizeGreaterThanOrEqualTo(22);
            assertThat(Duration.between(
                            token.getJWTClaimsSet().getIssueTime().toInstant(),
                            token.getJWTClaimsSet().getExpirationTime().toInstant()))
                    .isLessThanOrEqualTo(Duration.ofMinutes(5));
        } catch (Exception e) {
            throw new AssertionError("not a token that others can verify", e);
        }
    }

    private static List<Row> revoked() {
        return List.of(
                revoked(
                        "T89 client disabled",
                        payer -> payer.register(
                                new ClientRegistration(Payer.CLIENT, keys(payer), Scopes.READ_ALL, null, false))),
                revoked("T89 client removed", payer -> payer.remove(Payer.CLIENT)),
                revoked(
                        "T89 the key that got the token revoked",
                        payer -> payer.register(
                                Payer.CLIENT, ClientKeys.ofJwks(TestKeys.RSA.publicJwks()), "system/*.read")));
    }

    /** Changes a registration. */
    private interface Change {
        void of(Payer payer);
    }

    private static Row revoked(String name, Change change) {
        return new Row(
                name,
                payer -> {
                    Request search = Request.get("/Group").bearer(payer.token());
                    assertThat(payer.send(search).status()).isEqualTo(200);
                    change.of(payer);
                    payer.clock.turn(Duration.ofMinutes(1));
                    return payer.send(search);
                },
                Expected.LOGIN);
    }
}
