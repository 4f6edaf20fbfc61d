package dev.atr.auth.server;

import static dev.atr.auth.ClientAssertion.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.atr.auth.ClientAssertion;
import dev.atr.auth.Scopes;
import dev.atr.auth.TestKeys;
import dev.atr.auth.server.TokenEndpoint.Answer;
import dev.atr.requirements.Requirement;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Abuse cases T14 and T20 to T49: what an assertion must be. */
class AssertionCheckTest {
    private static final long NOW = 1_772_442_000L;

    private final TokenEndpoint endpoint = new TokenEndpoint();

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"RS384", "ES384"})
    @Requirement({"SMART-015", "SMART-010", "SMART-021"})
    void bothAlgorithmsAreVerified(String alg) {
        Answer answer = endpoint.present(endpoint.assertion(alg.equals("RS384") ? TestKeys.RSA : TestKeys.EC)
                .text());

        assertThat(answer.status()).isEqualTo(200);
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                spoil("T32 typ client-authentication+jwt", a -> a.header("typ", quoted("client-authentication+jwt"))),
                spoil(
                        "T30 foreign jwk in the header",
                        a -> a.header(
                                "jwk", TestKeys.publicJwk(TestKeys.OTHER_EC).toJson())),
                spoil("T30 x5u in the header", a -> a.header("x5u", quoted("https://127.0.0.1:1/x5u"))),
                spoil("T41 aud an array of one", a -> a.claim("aud", "[" + quoted(TokenEndpoint.AUDIENCE) + "]")),
                spoil("T45 exp exactly 300 s ahead", a -> a.claim("exp", "" + (NOW + 300))),
                spoil("T45 exp 300 s and the skew ahead", a -> a.claim("exp", "" + (NOW + 330))),
                spoil(
                        "T44 exp with a fraction",
                        a -> a.claim("exp", (NOW + 60) + ".5").claim("iat", "" + NOW)),
                spoil(
                        "T46 exp past by the skew less one second",
                        a -> a.claim("exp", "" + (NOW - 29)).claim("iat", "" + NOW)),
                spoil("T47 iat and nbf now", a -> a.claim("iat", "" + NOW).claim("nbf", "" + NOW)),
                spoil("T47 iat ahead by the skew", a -> a.claim("iat", "" + (NOW + 30))),
                spoil("T48 jti of 256 characters", a -> a.claim("jti", quoted("j".repeat(256)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void goodVariantsAreAccepted(String name, UnaryOperator<ClientAssertion> change) {
        Answer answer = endpoint.present(change.apply(endpoint.assertion()).text());

        assertThat(answer.status()).isEqualTo(200);
    }

    static Stream<Arguments> badHeaders() {
        return Stream.of(
                spoil("T22 alg in the wrong case", a -> a.header("alg", quoted("es384"))),
                spoil("T22 alg missing", a -> a.noHeader("alg")),
                spoil("T22 alg null", a -> a.header("alg", "null")),
                spoil("T22 alg a number", a -> a.header("alg", "384")),
                spoil("T22 alg ES256", a -> a.header("alg", quoted("ES256"))),
                spoil("T22 alg PS384", a -> a.header("alg", quoted("PS384"))),
                spoil("T23 RS384 naming an EC key", a -> a.header("alg", quoted("RS384"))),
                spoil("T23 ES384 naming an RSA key", a -> a.header("kid", quoted("rsa-1"))),
                spoil("T24 kid missing", a -> a.noHeader("kid")),
                spoil("T24 kid empty", a -> a.header("kid", quoted(""))),
                spoil("T25 kid unknown", a -> a.header("kid", quoted("ec-2"))),
                spoil("T26 kid a path", a -> a.header("kid", quoted("../../etc/passwd"))),
                spoil("T26 kid SQL", a -> a.header("kid", quoted("ec-1' OR '1'='1"))),
                spoil("T26 kid of 10 kB", a -> a.header("kid", quoted("k".repeat(10_000)))),
                spoil("T26 kid with control characters", a -> a.header("kid", quoted("ec-1\\u0000"))),
                spoil("T26 kid a number", a -> a.header("kid", "1")),
                spoil("T26 kid an array", a -> a.header("kid", "[\"ec-1\"]")),
                spoil(
                        "T29 jku, but the set was given directly",
                        a -> a.header("jku", quoted("https://client.example.org/jwks.json"))),
                spoil("T29 jku null", a -> a.header("jku", "null")),
                spoil(
                        "T31 crit with an unknown name",
                        a -> a.header("crit", "[\"x\"]").header("x", "1")),
                spoil("T31 crit empty", a -> a.header("crit", "[]")),
                spoil("T31 b64 false", a -> a.header("b64", "false")),
                spoil("T32 typ missing", a -> a.noHeader("typ")),
                spoil("T32 typ at+jwt", a -> a.header("typ", quoted("at+jwt"))),
                spoil("T32 typ logout+jwt", a -> a.header("typ", quoted("logout+jwt"))),
                spoil(
                        "T33 doubled name in the header",
                        a -> a.rawHeader(a.headerJson().replaceFirst("\\{", "{\"alg\":\"none\","))),
                spoil(
                        "T33 doubled name in the claims",
                        a -> a.rawClaims(a.claimsJson().replaceFirst("\\{", "{\"iss\":\"other\","))),
                spoil("T34 key of another client", a -> a.signedBy(TestKeys.OTHER_EC)),
                spoil(
                        "T30 signed by the key in the header",
                        a -> a.signedBy(TestKeys.OTHER_EC)
                                .header(
                                        "jwk",
                                        TestKeys.publicJwk(TestKeys.OTHER_EC).toJson())),
                spoil("T36 claims 10 000 deep", a -> a.claim("x", "[".repeat(5_000) + "]".repeat(5_000))),
                spoil("header not JSON", a -> a.rawHeader("x")),
                spoil("claims an array", a -> a.rawClaims("[]")),
                spoil("text after the claims", a -> a.rawClaims(a.claimsJson() + "x")));
    }

    static Stream<Arguments> badClaims() {
        return Stream.of(
                spoil("T40 iss is not sub", a -> a.claim("sub", quoted("other"))),
                spoil("T40 iss missing", a -> a.noClaim("iss")),
                spoil("T40 sub missing", a -> a.noClaim("sub")),
                spoil("T40 both missing", a -> a.noClaim("iss").noClaim("sub")),
                spoil("T40 unknown", a -> a.claim("iss", quoted("nobody")).claim("sub", quoted("nobody"))),
                spoil(
                        "T40 wrong case",
                        a -> a.claim("iss", quoted("CVMG-atr-client")).claim("sub", quoted("CVMG-atr-client"))),
                spoil(
                        "T40 surrounding space",
                        a -> a.claim("iss", quoted(" cvmg-atr-client")).claim("sub", quoted(" cvmg-atr-client"))),
                spoil("T41 aud missing", a -> a.noClaim("aud")),
                spoil("T41 aud empty", a -> a.claim("aud", quoted(""))),
                spoil("T41 aud empty array", a -> a.claim("aud", "[]")),
                spoil("T41 aud a number", a -> a.claim("aud", "1")),
                spoil("T41 aud null", a -> a.claim("aud", "null")),
                spoil("T41 aud of another server", a -> a.claim("aud", quoted("https://other.example.com/auth/token"))),
                spoil("T41 aud our FHIR base", a -> a.claim("aud", quoted(TokenEndpoint.BASE.toString()))),
                spoil("T41 aud with a slash", a -> a.claim("aud", quoted(TokenEndpoint.AUDIENCE + "/"))),
                spoil(
                        "T41 aud upper-case host",
                        a -> a.claim("aud", quoted("https://PAYER.example.com/fhir/auth/token"))),
                spoil("T41 aud http", a -> a.claim("aud", quoted("http://payer.example.com/fhir/auth/token"))),
                spoil(
                        "T41 aud default port",
                        a -> a.claim("aud", quoted("https://payer.example.com:443/fhir/auth/token"))),
                spoil(
                        "T42 aud ours plus another",
                        a -> a.claim("aud", "[" + quoted(TokenEndpoint.AUDIENCE) + ",\"https://other.example.com\"]")),
                spoil("T44 exp missing", a -> a.noClaim("exp")),
                spoil("T44 exp null", a -> a.claim("exp", "null")),
                spoil("T44 exp a text", a -> a.claim("exp", quoted("" + (NOW + 60)))),
                spoil("T44 exp negative", a -> a.claim("exp", "-1")),
                spoil("T44 exp 0", a -> a.claim("exp", "0")),
                spoil("T44 exp 1e300", a -> a.claim("exp", "1e300")),
                spoil("T44 exp 9223372036854775807", a -> a.claim("exp", "9223372036854775807")),
                spoil("T44 exp 1e999999", a -> a.claim("exp", "1e999999")),
                spoil("T44 exp of 5 000 digits", a -> a.claim("exp", "9".repeat(5_000))),
                spoil("T45 exp beyond 300 s and the skew", a -> a.claim("exp", "" + (NOW + 331))),
                spoil("T45 exp in ten years", a -> a.claim("exp", "" + (NOW + 315_360_000))),
                spoil(
                        "T46 exp past by more than the skew",
                        a -> a.claim("exp", "" + (NOW - 31)).claim("iat", "" + (NOW - 60))),
                spoil("T47 nbf ahead", a -> a.claim("nbf", "" + (NOW + 31))),
                spoil("T47 nbf a text", a -> a.claim("nbf", quoted("now"))),
                spoil("T47 iat ahead", a -> a.claim("iat", "" + (NOW + 31))),
                spoil("T47 iat null", a -> a.claim("iat", "null")),
                spoil("T47 iat too old", a -> a.claim("iat", "" + (NOW - 331))),
                spoil("T48 jti missing", a -> a.noClaim("jti")),
                spoil("T48 jti null", a -> a.claim("jti", "null")),
                spoil("T48 jti empty", a -> a.claim("jti", quoted(""))),
                spoil("T48 jti a number", a -> a.claim("jti", "7")),
                spoil("T48 jti of 257 characters", a -> a.claim("jti", quoted("j".repeat(257)))),
                spoil("T36 jti of 11 kB", a -> a.claim("jti", quoted("j".repeat(11_000)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"badHeaders", "badClaims"})
    @Requirement({"SMART-019", "SMART-021", "SMART-022", "SMART-033"})
    void badAssertionsAreRefusedAllAlike(String name, UnaryOperator<ClientAssertion> change) {
        Answer answer = endpoint.present(change.apply(endpoint.assertion()).text());

        assertRefused(answer);
    }

    @ParameterizedTest(name = "T20 alg {0}")
    @ValueSource(strings = {"none", "None", "nOnE", "ES384", "RS384"})
    @Requirement("SMART-015")
    void unsignedAssertionsAreRefused(String alg) {
        ClientAssertion assertion = endpoint.assertion().header("alg", quoted(alg));

        assertRefused(endpoint.present(assertion.signedPart() + "."));
    }

    static Stream<Arguments> macKeys() throws Exception {
        RSAKey rsa = RSAKey.parse(TestKeys.publicJwk(TestKeys.RSA).toJson());
        byte[] der = rsa.toRSAPublicKey().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
        return Stream.of(
                Arguments.of("DER", der),
                Arguments.of("PEM", pem.getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("JWK text", TestKeys.publicJwk(TestKeys.RSA).toBytes()),
                Arguments.of("modulus", rsa.getModulus().decode()));
    }

    @ParameterizedTest(name = "T21 keyed with the public key as {0}")
    @MethodSource("macKeys")
    @Requirement("SMART-015")
    void publicKeysAreNoMacKeys(String name, byte[] macKey) throws Exception {
        for (JWSAlgorithm alg : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512)) {
            String signedPart = endpoint.assertion(TestKeys.RSA)
                    .header("alg", quoted(alg.getName()))
                    .signedPart();
            String signature = new MACSigner(macKey)
                    .sign(new JWSHeader(alg), signedPart.getBytes(StandardCharsets.US_ASCII))
                    .toString();

            assertRefused(endpoint.present(signedPart + "." + signature));
        }
    }

    @Test
    void t23Es384WithAP256KeyIsRefused() throws Exception {
        ECKey weak = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
        String signedPart = endpoint.assertion().signedPart();

        String signature = new ECDSASigner(weak)
                .sign(new JWSHeader(JWSAlgorithm.ES256), signedPart.getBytes(StandardCharsets.US_ASCII))
                .toString();

        assertRefused(endpoint.present(signedPart + "." + signature));
    }

    @Test
    void t34ForgedEcdsaSignaturesAreRefused() {
        ClientAssertion assertion = endpoint.assertion();
        byte[] good = TestKeys.EC.sign(assertion.signedPart().getBytes(StandardCharsets.US_ASCII));
        byte[] half = Arrays.copyOf(good, 48);
        byte[] one = new byte[96];
        one[47] = 1;
        one[95] = 1;

        for (byte[] forged : List.of(new byte[96], new byte[0], half, one, new byte[104], der(good))) {
            assertRefused(endpoint.present(assertion.signedPart() + "." + ClientAssertion.encode(forged)));
        }
    }

    @Test
    void t35ReencodedAssertionsAreNoNewOnes() {
        ClientAssertion assertion = endpoint.assertion();
        String text = assertion.text();
        assertThat(endpoint.present(text).status()).isEqualTo(200);

        for (String again : List.of(
                text + "=", text + " ", " " + text, text.replace('_', '/').replace('-', '+') + "==")) {
            assertThat(endpoint.present(again).error()).isEqualTo("invalid_client");
        }
        assertThat(endpoint.present(assertion.signedPart() + "." + mirrored(text))
                        .error())
                .isEqualTo("invalid_client");
    }

    @Test
    void t36AssertionBeyond16KilobytesIsRefused() {
        assertRefused(endpoint.present(
                endpoint.assertion().claim("x", quoted("x".repeat(20_000))).text()));
    }

    @Test
    @Requirement("SMART-033")
    void t14UnknownDisabledWrongKeyAndExpiredGetTheSameAnswer() {
        String unknown = ClientAssertion.good(TestKeys.EC, "nobody", TokenEndpoint.AUDIENCE, endpoint.clock.instant())
                .text();
        String disabled = ClientAssertion.good(
                        TestKeys.EC, "disabled", TokenEndpoint.AUDIENCE, endpoint.clock.instant())
                .text();
        String wrongKey = endpoint.assertion().signedBy(TestKeys.OTHER_EC).text();
        String expired = endpoint.assertion()
                .claim("exp", "" + (NOW - 100))
                .claim("iat", "" + (NOW - 200))
                .text();

        assertThat(Stream.of(unknown, disabled, wrongKey, expired)
                        .map(endpoint::present)
                        .map(Answer::toString)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void extraAudiencesAreAcceptedWhenConfigured() {
        AuthorizationServer server = endpoint.builder(TokenEndpoint.registry())
                .extraAudiences(Set.of("https://payer.example.com/fhir"))
                .build();
        String assertion = endpoint.assertion()
                .claim("aud", quoted("https://payer.example.com/fhir"))
                .text();

        assertThat(endpoint.at(server).present(assertion).status()).isEqualTo(200);
    }

    @Test
    @Requirement("SMART-019")
    void exampleOfTheGuideIsAccepted() {
        // The published example: its key set, its assertion, and a minute before its end.
        String jwks = "{\"keys\":[{\"kty\":\"EC\",\"use\":\"sig\",\"key_ops\":[\"verify\"],\"alg\":\"ES384\","
                + "\"kid\":\"cvmg-2026-01\",\"crv\":\"P-384\","
                + "\"x\":\"23oxMj1UNDl5cwv65aY1uBaB1XYLsRTv-uUocAbjvW6fJnpDaFRheAeR7YJ9o8WJ\","
                + "\"y\":\"CMz_AQbyi8QUkwTBoJef9wR8wlvxcaRZLqTd9nfeXFtid4HjLlLoKYDZRfK_lU0G\"}]}";
        String assertion = "eyJhbGciOiJFUzM4NCIsImtpZCI6ImN2bWctMjAyNi0wMSIsInR5cCI6IkpXVCJ9."
                + "eyJpc3MiOiJjdm1nLWF0ci1jbGllbnQiLCJzdWIiOiJjdm1nLWF0ci1jbGllbnQiLCJhdWQiOiJodHRwczovL3BheWVyLmV4YW1w"
                + "bGUuY29tL2F1dGgvdG9rZW4iLCJleHAiOjE3NzI0NDIzMDAsImp0aSI6IjVmMGQ3ZjBlLTNjMWItNGI4Yi05ZDljLTJhNmY1YTBj"
                + "N2UxMSJ9."
                + "-3IlpuPxtbIVNE8pn3MkfExJjILq8XQwt8ZfIjeS9jthtEG7gw-biU5metFpSncNeiqIuSUBZpeCV5azclAlO1hSN_IHZaKBwiIJ"
                + "QvRAO7pp-Q27mflJejeNB4itBUF5";
        ClientRegistration client =
                new ClientRegistration(TokenEndpoint.CLIENT, ClientKeys.ofJwks(jwks), Scopes.READ_ALL, null, true);
        AuthorizationServer server = AuthorizationServer.builder(
                        URI.create("https://payer.example.com"), ClientRegistry.of(List.of(client)))
                .clock(endpoint.clock)
                .signingKeys(TokenEndpoint.KEYS)
                .build();
        endpoint.clock.turn(Duration.ofMinutes(4));

        assertThat(endpoint.at(server).present(assertion).status()).isEqualTo(200);
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo("{\"error\":\"invalid_client\","
                        + "\"error_description\":\"The client assertion was not accepted.\"}");
    }

    private static Arguments spoil(String name, UnaryOperator<ClientAssertion> change) {
        return Arguments.of(name, change);
    }

    /** Returns the signature with s replaced by n - s, which verifies as well. */
    private static String mirrored(String assertion) {
        byte[] signature = Base64.getUrlDecoder().decode(assertion.substring(assertion.lastIndexOf('.') + 1));
        BigInteger order = Curve.P_384.toECParameterSpec().getOrder();
        BigInteger s = order.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 48, 96)));
        byte[] mirror = Arrays.copyOf(signature, 96);
        Arrays.fill(mirror, 48, 96, (byte) 0);
        byte[] bytes = s.toByteArray();
        int length = Math.min(48, bytes.length);
        System.arraycopy(bytes, bytes.length - length, mirror, 96 - length, length);
        return ClientAssertion.encode(mirror);
    }

    private static byte[] der(byte[] signature) {
        try {
            return ECDSA.transcodeSignatureToDER(signature);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
