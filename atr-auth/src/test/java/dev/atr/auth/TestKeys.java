package dev.atr.auth;

import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;

/** Keys made once for all tests: making them is slow. */
public final class TestKeys {
    public static final SigningKey RSA = named(SigningKey.generate("RS384"), "rsa-1");
    public static final SigningKey EC = named(SigningKey.generate("ES384"), "ec-1");
    public static final SigningKey OTHER_RSA = named(SigningKey.generate("RS384"), "rsa-1");
    public static final SigningKey OTHER_EC = named(SigningKey.generate("ES384"), "ec-1");

    private TestKeys() {}

    /** Returns the same key under another id. */
    public static SigningKey named(SigningKey key, String kid) {
        return SigningKey.parse(object(key.jwk()).with("kid", JsonValue.of(kid)).toJson());
    }

    /** Returns the public JWK alone. */
    public static JsonObject publicJwk(SigningKey key) {
        return (JsonObject) object(key.publicJwks()).items("keys").get(0);
    }

    /** Returns a key set of these JWKs. */
    public static String jwks(JsonValue... keys) {
        return JsonValue.object().put("keys", JsonValue.array(keys)).build().toJson();
    }

    public static JsonObject object(String json) {
        return JsonValue.parseObject(json.getBytes(StandardCharsets.UTF_8));
    }
}
