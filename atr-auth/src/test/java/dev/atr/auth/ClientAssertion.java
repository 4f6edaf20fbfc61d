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

    private final Map<String, String> header = new LinkedHashMap<>();
    private final Map<String, String> claims = new LinkedHashMap<>();
    private final String audience;
    private final Instant now;
    private SigningKey key;
    private @Nullable String rawHeader;
    private @Nullable String rawClaims;

    private ClientAssertion(SigningKey key, String audience, Instant now) {
        this.key = key;
        this.audience = audience;
        this.now = now;
    }

    /** A good one. */
    public static ClientAssertion good(SigningKey key, String clientId, String audience, Instant now) {
        return new ClientAssertion(key, audience, now)
                .of(key)
                .header("typ", quoted("JWT"))
                .issuer(clientId)
                .claim("aud", quoted(audience))
                .time("exp", 300)
                .claim("jti", quoted(UUID.randomUUID().toString()));
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

    /** Returns the audience that a good one has. */
    public String audience() {
        return audience;
    }

    /** Returns a time in seconds since 1970, counted from the assertion's making. */
    public String seconds(long fromNow) {
        return Long.toString(now.getEpochSecond() + fromNow);
    }

    public ClientAssertion time(String claim, long secondsFromNow) {
        return claim(claim, seconds(secondsFromNow));
    }

    public ClientAssertion issuer(String clientId) {
        return claim("iss", quoted(clientId)).claim("sub", quoted(clientId));
    }

    /** Names this key in the header, and signs with it. */
    public ClientAssertion of(SigningKey other) {
        return header("alg", quoted(other.alg()))
                .header("kid", quoted(other.kid()))
                .signedBy(other);
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
