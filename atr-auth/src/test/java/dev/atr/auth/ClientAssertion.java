package dev.atr.auth;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An assertion in the making, each value as raw JSON, so that a test can spoil any of them. */
public final class ClientAssertion {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Map<String, String> header;
    private final Map<String, String> claims;
    private SigningKey key;
    private @Nullable String rawHeader;
    private @Nullable String rawClaims;

    private ClientAssertion(SigningKey key, Map<String, String> header, Map<String, String> claims) {
        this.key = key;
        this.header = header;
        this.claims = claims;
    }

    /** A good one. */
    public static ClientAssertion good(SigningKey key, String clientId, String audience, Instant now) {
        Map<String, String> header = new LinkedHashMap<>();
        header.put("alg", quoted(key.alg()));
        header.put("kid", quoted(key.kid()));
        header.put("typ", quoted("JWT"));
        Map<String, String> claims = new LinkedHashMap<>();
        claims.put("iss", quoted(clientId));
        claims.put("sub", quoted(clientId));
        claims.put("aud", quoted(audience));
        claims.put("exp", Long.toString(now.getEpochSecond() + 300));
        claims.put("jti", quoted(UUID.randomUUID().toString()));
        return new ClientAssertion(key, header, claims);
    }

    public static String quoted(String text) {
        return '"' + text + '"';
    }

    public ClientAssertion header(String name, String rawJson) {
        header.put(name, rawJson);
        return this;
    }

    public ClientAssertion noHeader(String name) {
        header.remove(name);
        return this;
    }

    public ClientAssertion claim(String name, String rawJson) {
        claims.put(name, rawJson);
        return this;
    }

    public ClientAssertion noClaim(String name) {
        claims.remove(name);
        return this;
    }

    public ClientAssertion rawHeader(String json) {
        rawHeader = json;
        return this;
    }

    public ClientAssertion rawClaims(String json) {
        rawClaims = json;
        return this;
    }

    public String headerJson() {
        return rawHeader == null ? json(header) : rawHeader;
    }

    public String claimsJson() {
        return rawClaims == null ? json(claims) : rawClaims;
    }

    public ClientAssertion signedBy(SigningKey other) {
        key = other;
        return this;
    }

    /** Returns the two parts under the signature. */
    public String signedPart() {
        return encode(headerJson().getBytes(StandardCharsets.UTF_8)) + "."
                + encode(claimsJson().getBytes(StandardCharsets.UTF_8));
    }

    public String text() {
        String signedPart = signedPart();
        return signedPart + "." + encode(key.sign(signedPart.getBytes(StandardCharsets.US_ASCII)));
    }

    public static String encode(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }

    private static String json(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
