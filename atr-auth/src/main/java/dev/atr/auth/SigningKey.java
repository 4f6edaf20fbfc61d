package dev.atr.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.List;

/**
 * A private key that signs with RS384 (RSA of 2048 bits or more) or ES384 (curve P-384), and its public half.
 * Immutable and thread-safe; {@link #toString} shows the key id alone.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html">SMART App Launch
 *     2.2.0, "Registering a client (communicating public keys)"</a>
 */
public final class SigningKey implements Signer {
    private static final int RSA_BITS = 2048;

    private final JWK key;
    private final JWSAlgorithm algorithm;
    private final JWSSigner signer;

    private SigningKey(JWK key, JWSAlgorithm algorithm) throws JOSEException {
        this.key = key;
        this.algorithm = algorithm;
        this.signer = algorithm.equals(JWSAlgorithm.RS384)
                ? new RSASSASigner(key.toRSAKey())
                : new ECDSASigner(key.toECKey());
    }

    /**
     * Reads a private key.
     *
     * @param jwkJson one JWK with its private members; {@code kid} becomes the RFC 7638 thumbprint when it is absent
     * @throws IllegalArgumentException when the text is not such a key; the message holds nothing of it
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7517#section-4">RFC 7517, section 4</a>
     */
    public static SigningKey parse(String jwkJson) {
        JsonObject members;
        try {
            members = JsonValue.parseObject(jwkJson.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidContentException e) {
            throw new IllegalArgumentException("signing key: " + e.getMessage());
        }
        if (members.find("keys").isPresent()) {
            throw new IllegalArgumentException("signing key: expected one private key, got a key set");
        }
        try {
            JWK key = JWK.parse(members.toJson());
            if (!key.isPrivate()) {
                throw new IllegalArgumentException("signing key: the private members are missing");
            }
            SigningKey read = of(key);
            read.checkHalves();
            return read;
        } catch (ParseException | JOSEException | IllegalStateException e) {
            // Causes may quote the key.
            throw new IllegalArgumentException("signing key: not a JWK that can sign");
        }
    }

    /**
     * Makes a new key: RSA of 2048 bits for RS384, curve P-384 for ES384. Its id is the RFC 7638 thumbprint.
     *
     * @param alg {@code RS384} or {@code ES384}
     * @throws IllegalArgumentException for another algorithm
     */
    public static SigningKey generate(String alg) {
        try {
            return switch (alg) {
                case "RS384" -> of(new RSAKeyGenerator(RSA_BITS).generate());
                case "ES384" -> of(new ECKeyGenerator(Curve.P_384).generate());
                default -> throw new IllegalArgumentException("alg must be RS384 or ES384");
            };
        } catch (JOSEException e) {
            throw new IllegalStateException("this Java runtime can't make a key for " + alg, e);
        }
    }

    /**
     * Takes a private key from a key store: a PKCS#12 file, or a token behind PKCS#11, whose key stays in it. Its id is
     * the RFC 7638 thumbprint; see {@link #withKid}.
     *
     * @param store the open store
     * @param alias the entry: a private key with its certificate, of which only the public key is used
     * @param password the password of the entry; empty for none
     * @throws IllegalArgumentException when there is no such entry, the password is wrong, or the key is neither RSA of
     *     2048 bits or more nor EC with curve P-384
     */
    public static SigningKey ofKeyStore(KeyStore store, String alias, char[] password) {
        try {
            if (!(store.getKey(alias, password) instanceof PrivateKey secret) || store.getCertificate(alias) == null) {
                throw new IllegalArgumentException("signing key: no private key with a certificate at this alias");
            }
            SigningKey taken = of(jwk(store.getCertificate(alias).getPublicKey(), secret));
            taken.checkHalves();
            return taken;
        } catch (GeneralSecurityException | JOSEException | IllegalStateException e) {
            throw new IllegalArgumentException("signing key: the key store does not give a key that can sign", e);
        }
    }

    private static JWK jwk(PublicKey open, PrivateKey secret) {
        if (open instanceof RSAPublicKey rsa) {
            return new RSAKey.Builder(rsa).privateKey(secret).build();
        }
        if (open instanceof ECPublicKey ec && Curve.P_384.equals(Curve.forECParameterSpec(ec.getParams()))) {
            return new ECKey.Builder(Curve.P_384, ec).privateKey(secret).build();
        }
        throw new IllegalArgumentException("signing key: must be RSA, or EC with curve P-384");
    }

    /** Returns the same key under another id, for Producers that gave it one. */
    public SigningKey withKid(String kid) {
        if (kid.isBlank()) {
            throw new IllegalArgumentException("signing key: kid is empty");
        }
        try {
            return new SigningKey(
                    key instanceof RSAKey rsa
                            ? new RSAKey.Builder(rsa).keyID(kid).build()
                            : new ECKey.Builder(key.toECKey()).keyID(kid).build(),
                    algorithm);
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that could sign can't sign any more", e);
        }
    }

    @Override
    public String alg() {
        return algorithm.getName();
    }

    @Override
    public String kid() {
        return key.getKeyID();
    }

    /**
     * Returns the private key as one JWK. Secret: write it to a file that only its owner can read.
     *
     * @throws IllegalStateException when the key is in a device that keeps it to itself
     */
    public String jwk() {
        JsonObject members = json(key);
        if (members.find("d").isEmpty()) {
            throw new IllegalStateException("signing key " + kid() + " does not leave the device that holds it");
        }
        return members.toJson();
    }

    /** Returns a key set of the public half alone, as it is registered with a Producer or hosted for it. */
    public String publicJwks() {
        return publicJwks(List.of(this));
    }

    /**
     * Returns one key set of the public halves, for example of the key in use and the one that follows it.
     *
     * @param keys at least one key; ids must differ
     */
    public static String publicJwks(List<SigningKey> keys) {
        return JsonValue.object()
                .put(
                        "keys",
                        JsonValue.array(
                                keys.stream().map(SigningKey::publicHalf).toList()))
                .build()
                .toJson();
    }

    @Override
    public byte[] sign(byte[] data) {
        try {
            return signer.sign(new JWSHeader(algorithm), data).decode();
        } catch (JOSEException e) {
            throw new IllegalStateException("signing with key " + kid() + " failed", e);
        }
    }

    private JsonObject publicHalf() {
        return json(key.toPublicJWK());
    }

    private static JsonObject json(JWK jwk) {
        return JsonValue.parseObject(jwk.toJSONString().getBytes(StandardCharsets.UTF_8));
    }

    private void checkHalves() {
        byte[] probe = {1};
        boolean fits = VerificationKey.of(publicHalf())
                .map(half -> half.verifies(alg(), probe, sign(probe)))
                .orElse(false);
        if (!fits) {
            throw new IllegalArgumentException("signing key: the private half does not fit the public half");
        }
    }

    private static SigningKey of(JWK key) throws JOSEException {
        if (key instanceof RSAKey rsa) {
            if (rsa.size() < RSA_BITS) {
                throw new IllegalArgumentException("signing key: RSA needs 2048 bits or more");
            }
            RSAKey.Builder complete =
                    new RSAKey.Builder(rsa).keyUse(KeyUse.SIGNATURE).keyOperations(null);
            return new SigningKey(
                    complete.keyID(kid(key)).algorithm(JWSAlgorithm.RS384).build(), named(key, JWSAlgorithm.RS384));
        }
        if (key instanceof ECKey ec && Curve.P_384.equals(ec.getCurve())) {
            ECKey.Builder complete =
                    new ECKey.Builder(ec).keyUse(KeyUse.SIGNATURE).keyOperations(null);
            return new SigningKey(
                    complete.keyID(kid(key)).algorithm(JWSAlgorithm.ES384).build(), named(key, JWSAlgorithm.ES384));
        }
        throw new IllegalArgumentException("signing key: must be RSA, or EC with curve P-384");
    }

    private static JWSAlgorithm named(JWK key, JWSAlgorithm algorithm) {
        if (key.getAlgorithm() != null && !key.getAlgorithm().getName().equals(algorithm.getName())) {
            throw new IllegalArgumentException("signing key: alg must be " + algorithm.getName());
        }
        return algorithm;
    }

    private static String kid(JWK key) throws JOSEException {
        return key.getKeyID() == null || key.getKeyID().isEmpty()
                ? key.computeThumbprint().toString()
                : key.getKeyID();
    }

    @Override
    public String toString() {
        return "SigningKey[" + alg() + " " + kid() + "]";
    }
}
