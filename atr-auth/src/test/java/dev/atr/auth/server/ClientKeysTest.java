package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.SigningKey;
import dev.atr.auth.SpoiltKey;
import dev.atr.auth.TestKeys;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.client.Egress;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Abuse cases T27, T37, T60: which keys and key addresses are taken. */
class ClientKeysTest {
    private static final JsonObject GOOD = TestKeys.publicJwk(TestKeys.EC);
    private static final Egress NO_WAY = call -> {
        throw new AssertionError("nothing may be sent at registration");
    };

    static Stream<Arguments> badKeys() {
        JsonObject rsa = TestKeys.publicJwk(TestKeys.RSA);
        return Stream.concat(
                SpoiltKey.all().stream().map(key -> bad(key.name(), key.jwk())),
                Stream.of(
                        bad("T24 no kid", TestKeys.publicJwk(TestKeys.OTHER_EC).without("kid")),
                        bad("kid of 300 characters", rsa.with("kid", text("b".repeat(300))))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badKeys")
    @Requirement("SMART-022")
    void badKeyIsLeftOutAndTheGoodOneWorks(String name, JsonObject bad) {
        ClientKeys keys = ClientKeys.ofJwks(TestKeys.jwks(bad, GOOD));

        assertThat(keys.find("bad", "RS384").key()).isEmpty();
        assertThat(keys.find("bad", "ES384").key()).isEmpty();
        assertThat(keys.find("ec-1", "ES384").key()).isPresent();
        assertThat(keys).hasToString("ClientKeys[1 given]");
    }

    static Stream<Arguments> privateKeys() {
        return Stream.of(
                bad("T37 RSA", TestKeys.object(TestKeys.RSA.jwk())),
                bad("T37 EC", TestKeys.object(TestKeys.OTHER_EC.jwk()).with("kid", text("bad"))),
                bad("T37 half a key", TestKeys.publicJwk(TestKeys.RSA).with("p", text("AQ"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("privateKeys")
    @Requirement("SMART-013")
    void setThatShowsAPrivateKeyGivesNoKeyAtAll(String name, JsonObject bad) {
        ClientKeys keys = ClientKeys.ofJwks(TestKeys.jwks(bad, GOOD));

        assertThat(keys.find("ec-1", "ES384").key()).isEmpty();
        assertThat(keys.find("ec-1", "ES384").reason()).isEqualTo("private-key");
        assertThat(keys.find("nobody", "ES384").reason()).isEqualTo("private-key");
    }

    @Test
    @Requirement("SMART-022")
    void t27KeysThatShareAnIdAreLeftOut() {
        JsonObject twin = TestKeys.publicJwk(TestKeys.OTHER_EC);
        JsonObject third = TestKeys.publicJwk(TestKeys.RSA);

        ClientKeys keys = ClientKeys.ofJwks(TestKeys.jwks(GOOD, twin, third, twin));

        assertThat(keys.find("ec-1", "ES384").key()).isEmpty();
        assertThat(keys.find("rsa-1", "RS384").key()).isPresent();
    }

    @Test
    @Requirement("SMART-022")
    void keysOfTwoKindsMayShareAnId() {
        SigningKey rsa = TestKeys.named(TestKeys.RSA, "2026");
        SigningKey ec = TestKeys.named(TestKeys.EC, "2026");

        ClientKeys keys = ClientKeys.ofJwks(SigningKey.publicJwks(List.of(rsa, ec)));

        assertThat(keys.find("2026", "RS384").key())
                .hasValueSatisfying(key -> assertThat(key.isFor("RS384")).isTrue());
        assertThat(keys.find("2026", "ES384").key())
                .hasValueSatisfying(key -> assertThat(key.isFor("ES384")).isTrue());
    }

    @Test
    @Requirement("SMART-022")
    void twinsOfOneKindDoNotTakeTheKeyOfAnotherKindWithThem() {
        JsonObject rsa = TestKeys.publicJwk(TestKeys.named(TestKeys.RSA, "ec-1"));

        ClientKeys keys = ClientKeys.ofJwks(TestKeys.jwks(GOOD, rsa, TestKeys.publicJwk(TestKeys.OTHER_EC)));

        assertThat(keys.find("ec-1", "ES384").reason()).isEqualTo("alg");
        assertThat(keys.find("ec-1", "RS384").key()).isPresent();
    }

    static Stream<Arguments> badSets() {
        List<JsonValue> many = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            many.add(GOOD.with("kid", text("k" + i)));
        }
        return Stream.of(
                Arguments.of("not JSON", "<html>"),
                Arguments.of("no keys", "{}"),
                Arguments.of("keys null", "{\"keys\":null}"),
                Arguments.of("keys an object", "{\"keys\":{}}"),
                Arguments.of("no key", "{\"keys\":[]}"),
                Arguments.of("no object", "{\"keys\":[1]}"),
                Arguments.of("BOM", "\ufeff" + TestKeys.jwks(GOOD)),
                Arguments.of("one key, no set", GOOD.toJson()),
                Arguments.of("private key set", TestKeys.jwks(TestKeys.object(TestKeys.EC.jwk()))),
                Arguments.of("T64 101 keys", TestKeys.jwks(many.toArray(JsonValue[]::new))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badSets")
    void setThatIsNoUseIsRefusedAtRegistration(String name, String json) {
        assertThatThrownBy(() -> ClientKeys.ofJwks(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("client key set: ");
    }

    @ParameterizedTest(name = "T60 {0}")
    @ValueSource(
            strings = {
                "http://client.example.org/jwks.json",
                "file:///etc/passwd",
                "ftp://client.example.org/jwks.json",
                "jar:https://client.example.org/a.jar!/jwks.json",
                "data:application/json,1",
                "https://user:secret@client.example.org/jwks.json",
                "https://client.example.org/jwks.json#key",
                "https://192.0.2.7/jwks.json",
                "https://10.0.0.1/jwks.json",
                "https://[2001:db8::1]/jwks.json",
                "https://0x7f.1/jwks.json",
                "https://2130706433/jwks.json",
                "https://client.example.org:22/jwks.json",
                "https://client.example.org:25/jwks.json",
                "https://client.example.org:6379/jwks.json",
                "/jwks.json",
            })
    void addressThatIsNoPublicWebAddressIsRefused(String url) {
        assertThatThrownBy(() -> ClientKeys.ofUrl(URI.create(url), NO_WAY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("key set address: ");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "https://client.example.org/.well-known/jwks.json",
                "https://client.example.org:8443/jwks?set=1",
                "http://127.0.0.1:8080/jwks.json",
                "http://localhost/jwks.json",
                "http://[::1]:8080/jwks.json",
            })
    void webAddressIsTakenWithoutAskingIt(String url) {
        assertThatCode(() -> ClientKeys.ofUrl(URI.create(url), NO_WAY)).doesNotThrowAnyException();
    }

    private static Arguments bad(String name, JsonObject jwk) {
        return Arguments.of(name, jwk);
    }

    private static JsonValue text(String text) {
        return JsonValue.of(text);
    }
}
