package dev.atr.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys out of a PKCS#12 file, made with the JDK's own tool. */
class KeyStoreTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        generate("rsa", "-keyalg", "RSA", "-keysize", "2048");
        generate("ec", "-keyalg", "EC", "-groupname", "secp384r1");
        generate("p256", "-keyalg", "EC", "-groupname", "secp256r1");
        generate("small", "-keyalg", "RSA", "-keysize", "1024");
    }

    private static void generate(String alias, String... more) throws Exception {
        String[] line = {
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keystore",
            folder.resolve("keys.p12").toString(),
            "-storepass",
            new String(PASSWORD),
            "-alias",
            alias,
            "-dname",
            "CN=test",
            more[0],
            more[1],
            more[2],
            more[3]
        };
        Process keytool = new ProcessBuilder(line).start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    private static KeyStore store() throws Exception {
        return KeyStore.getInstance(folder.resolve("keys.p12").toFile(), PASSWORD);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"rsa, RS384", "ec, ES384"})
    @Requirement({"SMART-013", "SMART-014", "SMART-016"})
    void keyOutOfAKeyStoreSigns(String alias, String alg) throws Exception {
        byte[] data = {1, 2, 3};

        SigningKey key = SigningKey.ofKeyStore(store(), alias, PASSWORD);

        JsonObject published = TestKeys.publicJwk(key);
        assertThat(key.alg()).isEqualTo(alg);
        assertThat(key.kid()).hasSize(43);
        assertThat(published.properties()).doesNotContainKeys("d", "p", "q", "x5c", "x5t", "x5t#S256");
        assertThat(VerificationKey.of(published).orElseThrow().kid()).isEqualTo(key.kid());
        assertThat(SigningKey.parse(key.jwk()).kid()).isEqualTo(key.kid());
        assertThat(key.sign(data)).isNotEmpty();
    }

    @Test
    void producerMayHaveNamedTheKey() throws Exception {
        SigningKey key = SigningKey.ofKeyStore(store(), "ec", PASSWORD).withKid("payer-7");

        assertThat(key.kid()).isEqualTo("payer-7");
        assertThat(key.publicJwks()).contains("\"kid\":\"payer-7\"");
        assertThatThrownBy(() -> key.withKid(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"nobody", "p256", "small"})
    void keyThatCantBeUsedIsRefused(String alias) {
        assertThatThrownBy(() -> SigningKey.ofKeyStore(store(), alias, PASSWORD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("signing key: ");
    }

    @Test
    void wrongPasswordIsNamed() {
        assertThatThrownBy(() -> SigningKey.ofKeyStore(store(), "ec", "wrong".toCharArray()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("signing key: the key store does not give a key that can sign");
    }
}
