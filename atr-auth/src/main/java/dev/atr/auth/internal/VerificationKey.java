package dev.atr.auth.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.atr.core.json.JsonValue.JsonObject;
import java.math.BigInteger;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;

/**
 * A public key that is good enough to believe: RSA of 2048 to 8192 bits with a sane exponent, or a point on P-384.
 * Immutable and thread-safe.
 */
public final class VerificationKey {
    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");
    private static final int MAX_KID = 256;
    private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(3);
    private static final int MAX_EXPONENT_BITS = 64;

    private final String kid;
    private final JWSAlgorithm algorithm;
    private final JWSVerifier verifier;

    private VerificationKey(String kid, JWSAlgorithm algorithm, JWSVerifier verifier) {
        this.kid = kid;
        this.algorithm = algorithm;
        this.verifier = verifier;
    }

    /**
     * Reads one public JWK.
     *
     * @return the key; empty when it is of another kind, weak, broken, without a usable id, not meant for signatures,
     *     or shows private members
     */
    public static Optional<VerificationKey> of(JsonObject jwk) {
        String kid = jwk.text("kid").orElse("");
        if (kid.isEmpty() || kid.length() > MAX_KID || showsPrivateMembers(jwk)) {
            return Optional.empty();
        }
        try {
            JWK key = JWK.parse(jwk.toJson());
            if (!isForSignatures(key)) {
                return Optional.empty();
            }
            if (key instanceof RSAKey rsa && isStrong(rsa) && isNamed(key, JWSAlgorithm.RS384)) {
                return Optional.of(new VerificationKey(kid, JWSAlgorithm.RS384, new RSASSAVerifier(rsa)));
            }
            if (key instanceof ECKey ec && Curve.P_384.equals(ec.getCurve()) && isNamed(key, JWSAlgorithm.ES384)) {
                return Optional.of(new VerificationKey(kid, JWSAlgorithm.ES384, new ECDSAVerifier(ec)));
            }
            return Optional.empty();
        } catch (ParseException | JOSEException | RuntimeException e) {
            // Whatever the parser stumbles over, the key can't be used.
            return Optional.empty();
        }
    }

    /** Returns whether a JWK shows what only its owner should have. */
    public static boolean showsPrivateMembers(JsonObject jwk) {
        return PRIVATE_MEMBERS.stream().anyMatch(jwk.properties()::containsKey);
    }

    /** Returns the key id. */
    public String kid() {
        return kid;
    }

    /** Returns the algorithm: {@code RS384} or {@code ES384}. */
    public String alg() {
        return algorithm.getName();
    }

    /** Returns whether the signature was made over these bytes with the private half. */
    public boolean verifies(byte[] data, byte[] signature) {
        try {
            return verifier.verify(new JWSHeader(algorithm), data, Base64URL.encode(signature));
        } catch (JOSEException e) {
            return false;
        }
    }

    private static boolean isForSignatures(JWK key) {
        boolean use = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean operations =
                key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY);
        return use && operations;
    }

    private static boolean isNamed(JWK key, JWSAlgorithm algorithm) {
        return key.getAlgorithm() == null || key.getAlgorithm().getName().equals(algorithm.getName());
    }

    private static boolean isStrong(RSAKey key) throws JOSEException {
        BigInteger exponent = key.toRSAPublicKey().getPublicExponent();
        BigInteger modulus = key.toRSAPublicKey().getModulus();
        return modulus.bitLength() >= 2048
                && modulus.bitLength() <= 8192
                && modulus.testBit(0)
                && exponent.testBit(0)
                && exponent.compareTo(MIN_EXPONENT) >= 0
                && exponent.bitLength() <= MAX_EXPONENT_BITS;
    }

    @Override
    public String toString() {
        return "VerificationKey[" + alg() + " " + kid + "]";
    }
}
