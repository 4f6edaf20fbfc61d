package dev.atr.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.requirements.Requirement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
    private static final byte[] DATA = {1, 2, 3};

    @Test
    @Requirement("SMART-014")
    void signsWithRs384() throws Exception {
        SigningKey key = TestKeys.RSA;
        RSAKey published = JWKSet.parse(key.publicJwks()).getKeys().get(0).toRSAKey();

        byte[] signature = key.sign(DATA);

        assertThat(new RSASSAVerifier(published)
                        .verify(new JWSHeader(JWSAlgorithm.RS384), DATA, Base64URL.encode(signature)))
                .isTrue();
    }

    @Test
    @Requirement("SMART-014")
    void signsWithEs384() throws Exception {
        SigningKey key = TestKeys.EC;
        ECKey published = JWKSet.parse(key.publicJwks()).getKeys().get(0).toECKey();

        byte[] signature = key.sign(DATA);

        assertThat(new ECDSAVerifier(published)
                        .verify(new JWSHeader(JWSAlgorithm.ES384), DATA, Base64URL.encode(signature)))
                .isTrue();
    }

    @ParameterizedTest(name = "C08 {0}")
    @ValueSource(strings = {"RS384", "ES384"})
    @Requirement({"SMART-013", "SMART-016"})
    void publishesThePublicHalfAlone(String alg) {
        SigningKey key = SigningKey.generate(alg);

        JsonObject published = TestKeys.publicJwk(key);

        List<String> bareValues = alg.equals("RS384") ? List.of("n", "e") : List.of("crv", "x", "y");
        assertThat(published.properties())
                .containsKeys("kty", "kid", "alg")
                .containsKeys(bareValues.toArray(String[]::new))
                .doesNotContainKeys("d", "p", "q", "dp", "dq", "qi", "oth", "k");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"RS384", "ES384"})
    void keyThatIsWrittenCanBeRead(String alg) {
        SigningKey key = SigningKey.generate(alg);

        SigningKey read = SigningKey.parse(key.jwk());

        assertThat(read.jwk()).isEqualTo(key.jwk());
        assertThat(read.alg()).isEqualTo(alg);
    }

    @Test
    void idIsTheThumbprintUnlessGiven() throws Exception {
        JsonObject bare = TestKeys.object(TestKeys.EC.jwk()).without("kid");

        SigningKey key = SigningKey.parse(bare.toJson());

        assertThat(key.kid())
                .isEqualTo(ECKey.parse(bare.toJson()).computeThumbprint().toString());
        assertThat(TestKeys.EC.kid()).isEqualTo("ec-1");
    }

    @Test
    @Requirement({"SMART-016", "ATR-SEC-011"})
    void textOfAKeyTellsNothingSecret() {
        assertThat(TestKeys.EC).hasToString("SigningKey[ES384 ec-1]");
    }

    static Stream<Named<String>> refused() throws Exception {
        JsonObject ec = TestKeys.object(TestKeys.EC.jwk());
        return Stream.of(
                Named.of("not JSON", "-----BEGIN PRIVATE KEY-----"),
                Named.of("empty", ""),
                Named.of("a key set", TestKeys.jwks(ec)),
                Named.of("public half alone", TestKeys.publicJwk(TestKeys.RSA).toJson()),
                Named.of(
                        "RSA of 1024 bits",
                        new RSAKeyGenerator(1024, true).generate().toJSONString()),
                Named.of("P-256", new ECKeyGenerator(Curve.P_256).generate().toJSONString()),
                Named.of("Ed25519", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\",\"d\":\"AA\"}"),
                Named.of("oct", new OctetSequenceKeyGenerator(256).generate().toJSONString()),
                Named.of(
                        "alg that does not fit",
                        ec.with("alg", JsonValue.of("RS384")).toJson()),
                Named.of(
                        "halves of two keys",
                        ec.with(
                                        "d",
                                        TestKeys.object(TestKeys.OTHER_EC.jwk())
                                                .find("d")
                                                .orElseThrow())
                                .toJson()),
                Named.of("doubled member", ec.toJson().replaceFirst("\\{", "{\"kty\":\"EC\",")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    @Requirement("SMART-016")
    void refusesWhatIsNoGoodKeyWithoutQuotingIt(String jwk) {
        String secret = TestKeys.object(TestKeys.EC.jwk()).text("d").orElseThrow();

        assertThatThrownBy(() -> SigningKey.parse(jwk))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("signing key: ")
                .hasMessageNotContaining(secret)
                .hasNoCause();
    }

    @Test
    void refusesOtherAlgorithms() {
        assertThatThrownBy(() -> SigningKey.generate("HS384")).isInstanceOf(IllegalArgumentException.class);
    }
}
