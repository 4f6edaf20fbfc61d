package dev.atr.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A key that must not be believed, though it stands in a registered set. Each name begins with the number of its abuse
 * case.
 *
 * @param name what is wrong with it
 * @param jwk the key as it is registered, under the id {@code bad}
 * @param alg the algorithm with which somebody would use it
 * @param forger signs with it, as well as that can be done
 */
public record SpoiltKey(String name, JsonObject jwk, String alg, Forger forger) {
    /** The DER of "what follows is a SHA-384 digest": RFC 8017, section 9.2. */
    private static final byte[] SHA384 = HexFormat.of().parseHex("3041300d060960864801650304020205000430");

    /** Signs. */
    public interface Forger {
        byte[] sign(byte[] data) throws JOSEException;
    }

    /** All of them. */
    public static List<SpoiltKey> all() {
        try {
            return table();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<SpoiltKey> table() throws JOSEException {
        JsonObject rsa = TestKeys.publicJwk(TestKeys.RSA);
        JsonObject ec = TestKeys.publicJwk(TestKeys.EC);
        RSAKey weak = new RSAKeyGenerator(1024, true).generate();
        ECKey small = new ECKeyGenerator(Curve.P_256).generate();
        OctetSequenceKey secret = new OctetSequenceKeyGenerator(384).generate();
        JWSSigner weakSigner = new RSASSASigner(weak.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()));
        Forger nobody = data -> new byte[256];
        return List.of(
                new SpoiltKey("T37 oct", json(secret.toJSONString()), "HS384", by(new MACSigner(secret), "HS384")),
                new SpoiltKey(
                        "T37 RSA of 1024 bits",
                        json(weak.toPublicJWK().toJSONString()),
                        "RS384",
                        by(weakSigner, "RS384")),
                new SpoiltKey("T37 RSA of 24 bits", rsa.with("n", text("AQAB")), "RS384", nobody),
                new SpoiltKey("T37 even exponent", rsa.with("e", text("BA")), "RS384", nobody),
                new SpoiltKey("T37 exponent 1", rsa.with("e", text("AQ")), "RS384", SpoiltKey::padded),
                new SpoiltKey(
                        "T37 point not on the curve",
                        ec.with("x", ec.find("y").orElseThrow()),
                        "ES384",
                        TestKeys.EC::sign),
                new SpoiltKey(
                        "T37 P-256",
                        json(small.toPublicJWK().toJSONString()),
                        "ES384",
                        by(new ECDSASigner(small), "ES256")),
                new SpoiltKey("T37 unknown kty", rsa.with("kty", text("AKP")), "RS384", TestKeys.RSA::sign),
                new SpoiltKey("T37 for encryption", rsa.with("use", text("enc")), "RS384", TestKeys.RSA::sign),
                new SpoiltKey(
                        "T37 for another algorithm", rsa.with("alg", text("RS256")), "RS384", TestKeys.RSA::sign));
    }

    /** Names it {@code bad}. */
    public SpoiltKey {
        jwk = jwk.with("kid", text("bad"));
    }

    /** Returns an assertion that names this key and is signed with it. */
    public String sign(ClientAssertion assertion) {
        String signedPart = assertion
                .header("alg", ClientAssertion.quoted(alg))
                .header("kid", ClientAssertion.quoted("bad"))
                .signedPart();
        try {
            return signedPart + "."
                    + ClientAssertion.encode(forger.sign(signedPart.getBytes(StandardCharsets.US_ASCII)));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What verifies under an exponent of one: the padded digest itself, without any private key. */
    private static byte[] padded(byte[] data) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-384").digest(data);
            byte[] modulus = Base64.getUrlDecoder()
                    .decode(TestKeys.publicJwk(TestKeys.RSA).text("n").orElseThrow());
            byte[] padded = new byte[modulus.length];
            Arrays.fill(padded, (byte) 0xff);
            padded[0] = 0;
            padded[1] = 1;
            int end = padded.length - digest.length - SHA384.length;
            padded[end - 1] = 0;
            System.arraycopy(SHA384, 0, padded, end, SHA384.length);
            System.arraycopy(digest, 0, padded, end + SHA384.length, digest.length);
            return padded;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Forger by(JWSSigner signer, String alg) {
        return data -> signer.sign(new JWSHeader(JWSAlgorithm.parse(alg)), data).decode();
    }

    private static JsonObject json(String text) {
        return TestKeys.object(text);
    }

    private static JsonValue text(String text) {
        return JsonValue.of(text);
    }

    @Override
    public String toString() {
        return name;
    }
}
