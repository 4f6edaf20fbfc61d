package dev.atr.auth.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
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
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A public key that is good enough to believe: RSA of 2048 to 8192 bits with a sane exponent, or a point on a curve of
 * the algorithms that are allowed. Immutable and thread-safe.
 */
public final class VerificationKey {
    /** What SMART Backend Services signs with. */
    public static final Set<String> SMART_ALGORITHMS = Set.of("RS384", "ES384");

    /** All signatures with a public key of RFC 7518 that are known here. */
    public static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth");
    private static final String SECRET_MEMBER = "k";
    private static final int MAX_KID = 256;
    private static final int MIN_MODULUS_CHARACTERS = 2048 / 6;
    private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(3);
    private static final int MAX_EXPONENT_BITS = 64;

    private final String kid;
    private final String thumbprint;
    private final Set<String> algorithms;
    private final JWSVerifier verifier;

    private VerificationKey(String kid, String thumbprint, Set<String> algorithms, JWSVerifier verifier) {
        this.kid = kid;
        this.thumbprint = thumbprint;
        this.algorithms = algorithms;
        this.verifier = verifier;
    }

    /** Reads one public JWK of SMART Backend Services, as {@link #of(JsonObject, Set)} does. */
    public static Optional<VerificationKey> of(JsonObject jwk) {
        return of(jwk, SMART_ALGORITHMS);
    }

    /**
     * Reads one public JWK.
     *
     * @param allowed the algorithms to believe, out of {@link #ALGORITHMS}
     * @return the key; empty when it is of another kind, weak, broken, without a usable id, not meant for signatures,
     *     or shows private members
     */
    public static Optional<VerificationKey> of(JsonObject jwk, Set<String> allowed) {
        String kid = jwk.text("kid").orElse("");
        if (kid.isEmpty() || kid.length() > MAX_KID || showsSecrets(jwk)) {
            return Optional.empty();
        }
        try {
            JWK key = JWK.parse(jwk.toJson());
            if (!isForSignatures(key)) {
                return Optional.empty();
            }
            JWSVerifier verifier = verifier(key);
            if (verifier == null) {
                return Optional.empty();
            }
            Set<String> algorithms = verifier.supportedJWSAlgorithms().stream()
                    .map(JWSAlgorithm::getName)
                    .filter(allowed::contains)
                    .filter(name -> isNamed(key, name))
                    .collect(Collectors.toUnmodifiableSet());
            return algorithms.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new VerificationKey(kid, key.computeThumbprint().toString(), algorithms, verifier));
        } catch (ParseException | JOSEException | RuntimeException e) {
            // Whatever the parser stumbles over, the key can't be used.
            return Optional.empty();
        }
    }

    /** Returns whether a JWK, or the one inside an entry of a {@code KeyRing}'s file, shows what only its owner should have. */
    public static boolean showsPrivateMembers(JsonObject jwk) {
        return PRIVATE_MEMBERS.stream().anyMatch(jwk.properties()::containsKey)
                || (jwk.find("jwk").orElse(null) instanceof JsonObject inner && showsPrivateMembers(inner));
    }

    /** Returns whether a JWK shows what only its owner should have, or is a secret altogether. */
    public static boolean showsSecrets(JsonObject jwk) {
        return showsPrivateMembers(jwk) || jwk.find(SECRET_MEMBER).isPresent();
    }

    /**
     * Returns whether a JWK looks like a key of SMART Backend Services. Cheaper than {@link #of(JsonObject)}, to which it
     * may still be broken.
     */
    public static boolean looksUsable(JsonObject jwk) {
        return jwk.text("kid").filter(kid -> !kid.isEmpty()).isPresent()
                && switch (jwk.text("kty").orElse("")) {
                    case "RSA" -> jwk.text("n").orElse("").length() >= MIN_MODULUS_CHARACTERS;
                    case "EC" -> jwk.text("crv").orElse("").equals("P-384");
                    default -> false;
                };
    }

    /** Returns the kind of key ({@code kty}) that signs with one of the {@link #ALGORITHMS}. */
    public static String kindFor(String alg) {
        return alg.startsWith("ES") ? "EC" : "RSA";
    }

    /** Returns the key id. */
    public String kid() {
        return kid;
    }

    /** Returns the thumbprint, which no other key has, whatever its id. */
    public String thumbprint() {
        return thumbprint;
    }

    /** Returns whether signatures of this algorithm may be made with the key. */
    public boolean isFor(String alg) {
        return algorithms.contains(alg);
    }

    /**
     * Returns whether the signature was made over these bytes with the private half.
     *
     * @param alg the algorithm; one that the key is not for verifies nothing
     */
    public boolean verifies(String alg, byte[] data, byte[] signature) {
        try {
            return isFor(alg)
                    && verifier.verify(new JWSHeader(JWSAlgorithm.parse(alg)), data, Base64URL.encode(signature));
        } catch (JOSEException e) {
            return false;
        }
    }

    private static @Nullable JWSVerifier verifier(JWK key) throws JOSEException {
        if (key instanceof RSAKey rsa && isStrong(rsa)) {
            return new RSASSAVerifier(rsa);
        }
        return key instanceof ECKey ec ? new ECDSAVerifier(ec) : null;
    }

    private static boolean isForSignatures(JWK key) {
        boolean use = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean operations =
                key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY);
        return use && operations;
    }

    private static boolean isNamed(JWK key, String algorithm) {
        return key.getAlgorithm() == null || key.getAlgorithm().getName().equals(algorithm);
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
        return "VerificationKey[" + kid + "]";
    }
}
