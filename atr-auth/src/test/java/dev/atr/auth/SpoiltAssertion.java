package dev.atr.auth;

import static dev.atr.auth.ClientAssertion.quoted;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One thing done to a good assertion. The tables are for a client that registered {@link TestKeys#RSA} and
 * {@link TestKeys#EC} directly, and start from an assertion signed with {@code EC}; each name begins with the number of
 * its abuse case.
 *
 * @param name what is done
 * @param text makes the assertion's text out of a good assertion
 */
public record SpoiltAssertion(String name, Function<ClientAssertion, String> text) {
    /** Unusual, and still to be accepted. */
    public static List<SpoiltAssertion> accepted() {
        return List.of(
                spoil("T22 RS384", a -> a.of(TestKeys.RSA)),
                spoil("T22 ES384", a -> a),
                spoil("T32 typ client-authentication+jwt", a -> a.header("typ", quoted("client-authentication+jwt"))),
                spoil(
                        "T30 foreign jwk in the header",
                        a -> a.header(
                                "jwk", TestKeys.publicJwk(TestKeys.OTHER_EC).toJson())),
                spoil("T30 x5u in the header", a -> a.header("x5u", quoted("https://127.0.0.1:1/x5u"))),
                spoil("T41 aud an array of one", a -> a.claim("aud", "[" + quoted(a.audience()) + "]")),
                spoil("T45 exp exactly 300 s ahead", a -> a.time("exp", 300)),
                spoil("T45 exp 300 s and the skew ahead", a -> a.time("exp", 330)),
                spoil(
                        "T44 exp with a fraction",
                        a -> a.claim("exp", a.seconds(60) + ".5").time("iat", 0)),
                spoil(
                        "T46 exp past by the skew less one second",
                        a -> a.time("exp", -29).time("iat", 0)),
                spoil("T47 iat and nbf now", a -> a.time("iat", 0).time("nbf", 0)),
                spoil("T47 iat ahead by the skew", a -> a.time("iat", 30)),
                spoil("T48 jti of 256 characters", a -> a.claim("jti", quoted("j".repeat(256)))));
    }

    /** Headers to refuse. */
    public static List<SpoiltAssertion> badHeaders() {
        return List.of(
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
                        "T30 signed by the key in the header",
                        a -> a.signedBy(TestKeys.OTHER_EC)
                                .header(
                                        "jwk",
                                        TestKeys.publicJwk(TestKeys.OTHER_EC).toJson())),
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
                spoil("T36 claims 10 000 deep", a -> a.claim("x", "[".repeat(5_000) + "]".repeat(5_000))),
                spoil("T36 longer than 16 kB", a -> a.claim("x", quoted("x".repeat(20_000)))),
                spoil("T36 jti of 11 kB", a -> a.claim("jti", quoted("j".repeat(11_000)))),
                spoil("T05 header not JSON", a -> a.rawHeader("x")),
                spoil("T05 claims an array", a -> a.rawClaims("[]")),
                spoil("T05 text after the claims", a -> a.rawClaims(a.claimsJson() + "x")));
    }

    /** Signatures to refuse. */
    public static List<SpoiltAssertion> badSignatures() {
        List<SpoiltAssertion> table = new ArrayList<>();
        for (String alg : List.of("none", "None", "nOnE", "ES384", "RS384")) {
            table.add(new SpoiltAssertion(
                    "T20 alg " + alg + ", no signature",
                    a -> a.header("alg", quoted(alg)).signedPart() + "."));
        }
        macKeys().forEach((form, key) -> {
            for (JWSAlgorithm alg : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512)) {
                table.add(forged("T21 " + alg + " keyed with the public key as " + form, a -> {
                    a.of(TestKeys.RSA).header("alg", quoted(alg.getName()));
                    return new MACSigner(key)
                            .sign(new JWSHeader(alg), bytes(a.signedPart()))
                            .decode();
                }));
            }
        });
        table.add(forged(
                "T23 ES384 with a P-256 key",
                a -> new ECDSASigner(new ECKeyGenerator(Curve.P_256).generate())
                        .sign(new JWSHeader(JWSAlgorithm.ES256), bytes(a.signedPart()))
                        .decode()));
        table.add(spoil("T34 key of another client", a -> a.signedBy(TestKeys.OTHER_EC)));
        table.add(forged("T34 all zeros", a -> new byte[96]));
        table.add(forged("T34 r and s are one", a -> {
            byte[] ones = new byte[96];
            ones[47] = 1;
            ones[95] = 1;
            return ones;
        }));
        table.add(forged("T34 half a signature", a -> Arrays.copyOf(signature(a), 48)));
        table.add(forged("T34 longer by eight zeros", a -> Arrays.copyOf(signature(a), 104)));
        table.add(forged("T34 in DER", a -> ECDSA.transcodeSignatureToDER(signature(a))));
        return List.copyOf(table);
    }

    /** Claims to refuse. */
    public static List<SpoiltAssertion> badClaims() {
        return List.of(
                spoil("T40 iss is not sub", a -> a.claim("sub", quoted("other"))),
                spoil("T40 iss missing", a -> a.noClaim("iss")),
                spoil("T40 sub missing", a -> a.noClaim("sub")),
                spoil("T40 both missing", a -> a.noClaim("iss").noClaim("sub")),
                spoil("T40 unknown", a -> a.issuer("nobody")),
                spoil("T40 wrong case", a -> a.issuer("CVMG-atr-client")),
                spoil("T40 surrounding space", a -> a.issuer(" cvmg-atr-client")),
                spoil("T41 aud missing", a -> a.noClaim("aud")),
                spoil("T41 aud empty", a -> a.claim("aud", quoted(""))),
                spoil("T41 aud empty array", a -> a.claim("aud", "[]")),
                spoil("T41 aud a number", a -> a.claim("aud", "1")),
                spoil("T41 aud null", a -> a.claim("aud", "null")),
                spoil("T41 aud of another server", a -> a.claim("aud", quoted("https://other.example.com/auth/token"))),
                aud("T41 aud our FHIR base", text -> text.replace("/auth/token", "")),
                aud("T41 aud with a trailing slash", text -> text + "/"),
                aud("T41 aud upper-case host", text -> text.replace("payer", "PAYER")),
                aud("T41 aud http", text -> text.replace("https:", "http:")),
                aud("T41 aud default port", text -> text.replace(".com/", ".com:443/")),
                spoil(
                        "T42 aud ours plus another",
                        a -> a.claim("aud", "[" + quoted(a.audience()) + ",\"https://other.example.com\"]")),
                spoil(
                        "T42 aud ours twice",
                        a -> a.claim("aud", "[" + quoted(a.audience()) + "," + quoted(a.audience()) + "]")),
                spoil("T44 exp missing", a -> a.noClaim("exp")),
                spoil("T44 exp null", a -> a.claim("exp", "null")),
                spoil("T44 exp a text", a -> a.claim("exp", quoted(a.seconds(60)))),
                spoil("T44 exp negative", a -> a.claim("exp", "-1")),
                spoil("T44 exp 0", a -> a.claim("exp", "0")),
                spoil("T44 exp 1e300", a -> a.claim("exp", "1e300")),
                spoil("T44 exp 9223372036854775807", a -> a.claim("exp", "9223372036854775807")),
                spoil("T44 exp 1e999999", a -> a.claim("exp", "1e999999")),
                spoil("T44 exp of 5 000 digits", a -> a.claim("exp", "9".repeat(5_000))),
                spoil("T45 exp beyond 300 s and the skew", a -> a.time("exp", 331)),
                spoil("T45 exp in ten years", a -> a.time("exp", 315_360_000)),
                spoil(
                        "T46 exp past by more than the skew",
                        a -> a.time("exp", -31).time("iat", -60)),
                spoil("T47 nbf ahead", a -> a.time("nbf", 31)),
                spoil("T47 nbf a text", a -> a.claim("nbf", quoted("now"))),
                spoil("T47 iat ahead", a -> a.time("iat", 31)),
                spoil("T47 iat null", a -> a.claim("iat", "null")),
                spoil("T47 iat too old", a -> a.time("iat", -331)),
                spoil("T48 jti missing", a -> a.noClaim("jti")),
                spoil("T48 jti null", a -> a.claim("jti", "null")),
                spoil("T48 jti empty", a -> a.claim("jti", quoted(""))),
                spoil("T48 jti a number", a -> a.claim("jti", "7")),
                spoil("T48 jti of 257 characters", a -> a.claim("jti", quoted("j".repeat(257)))));
    }

    /**
     * Other spellings of a signed ES384 assertion, all with its issuer and {@code jti}; the last verifies as well,
     * because its signature has {@code n - s} for {@code s}.
     */
    public static List<String> respelt(String assertion) {
        byte[] signature = Base64.getUrlDecoder().decode(assertion.substring(assertion.lastIndexOf('.') + 1));
        BigInteger order = Curve.P_384.toECParameterSpec().getOrder();
        BigInteger s = order.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 48, 96)));
        byte[] mirror = Arrays.copyOf(signature, 96);
        Arrays.fill(mirror, 48, 96, (byte) 0);
        byte[] bytes = s.toByteArray();
        int length = Math.min(48, bytes.length);
        System.arraycopy(bytes, bytes.length - length, mirror, 96 - length, length);
        return List.of(
                assertion + "=",
                assertion + " ",
                " " + assertion,
                assertion.replace('_', '/').replace('-', '+') + "==",
                assertion.substring(0, assertion.lastIndexOf('.') + 1) + ClientAssertion.encode(mirror));
    }

    /** Does it to a good assertion. */
    public String of(ClientAssertion good) {
        return text.apply(good);
    }

    private static SpoiltAssertion spoil(String name, UnaryOperator<ClientAssertion> change) {
        return new SpoiltAssertion(name, good -> change.apply(good).text());
    }

    private static SpoiltAssertion aud(String name, UnaryOperator<String> change) {
        return spoil(name, a -> a.claim("aud", quoted(change.apply(a.audience()))));
    }

    /** Signs in a way of its own. */
    private interface Forger {
        byte[] sign(ClientAssertion assertion) throws JOSEException;
    }

    private static SpoiltAssertion forged(String name, Forger forger) {
        return new SpoiltAssertion(name, a -> {
            try {
                byte[] signature = forger.sign(a);
                return a.signedPart() + "." + ClientAssertion.encode(signature);
            } catch (JOSEException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Map<String, byte[]> macKeys() {
        try {
            RSAKey rsa = RSAKey.parse(TestKeys.publicJwk(TestKeys.RSA).toJson());
            byte[] der = rsa.toRSAPublicKey().getEncoded();
            String pem = "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
            return new TreeMap<>(Map.of(
                    "DER", der,
                    "PEM", bytes(pem),
                    "JWK text", TestKeys.publicJwk(TestKeys.RSA).toBytes(),
                    "modulus", rsa.getModulus().decode()));
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] signature(ClientAssertion assertion) {
        return TestKeys.EC.sign(bytes(assertion.signedPart()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return name;
    }
}
