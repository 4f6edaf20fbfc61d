package dev.atr.auth.server;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.internal.CompactJws;
import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens that we sign and check ourselves.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068, "JWT Profile for OAuth 2.0 Access Tokens"</a>
 */
final class JwtAccessTokens implements AccessTokens {
    private static final String TYPE = "at+jwt";

    /** Names the client's key that got the token, so that the token ends with the key. */
    private static final String CLIENT_KEY = "client_jkt";

    private final String fhirBase;
    private final ClientRegistry clients;
    private final SigningKeys keys;
    private final Clock clock;
    private final Duration life;
    private final VerifiedTokens verified = new VerifiedTokens();
    private volatile @Nullable ReadKeys read;

    private record ReadKeys(String text, KeySet keys) {}

    JwtAccessTokens(URI fhirBase, ClientRegistry clients, SigningKeys keys, Clock clock, Duration life) {
        this.fhirBase = fhirBase.toString();
        this.clients = clients;
        this.keys = keys;
        this.clock = clock;
        this.life = life;
    }

    String issue(AssertionCheck.Proof proof, String scope) {
        SigningKey key = keys.current();
        long now = clock.instant().getEpochSecond();
        JsonObject header = JsonValue.object()
                .put("typ", TYPE)
                .put("alg", key.alg())
                .put("kid", key.kid())
                .build();
        JsonObject claims = JsonValue.object()
                .put("iss", fhirBase)
                .put("sub", proof.client().clientId())
                .put("aud", fhirBase)
                .put("client_id", proof.client().clientId())
                .put("scope", scope)
                .put("iat", now)
                .put("exp", now + life.toSeconds())
                .put("jti", UUID.randomUUID().toString())
                .put(CLIENT_KEY, proof.keyThumbprint())
                .build();
        return CompactJws.sign(key, header, claims);
    }

    Duration life() {
        return life;
    }

    void forgetAll() {
        verified.clear();
    }

    @Override
    public Optional<AuthenticatedClient> verify(String token) {
        return check(token).client();
    }

    @Override
    public TokenCheck check(String token) {
        return verified.check(token, clock.instant(), this::checkNew);
    }

    private TokenCheck checkNew(String token, Instant now) {
        CompactJws jws;
        try {
            jws = CompactJws.parse(token);
        } catch (InvalidContentException e) {
            return new TokenCheck.Bad("token");
        }
        JsonObject claims = jws.claims();
        if (!jws.header().text("typ").equals(Optional.of(TYPE))
                || jws.header().find("crit").isPresent()) {
            return new TokenCheck.Bad("typ");
        }
        if (!claims.text("iss").equals(Optional.of(fhirBase))) {
            return new TokenCheck.Bad("iss");
        }
        if (!claims.text("aud").equals(Optional.of(fhirBase))) {
            return new TokenCheck.Bad("aud");
        }
        Optional<Instant> end = Times.read(claims.find("exp")).map(exp -> exp.plus(Times.SKEW));
        if (end.isEmpty() || !now.isBefore(end.get())) {
            return new TokenCheck.Bad("exp");
        }
        String alg = jws.header().text("alg").orElse("");
        KeyLookup key = ownKeys().find(jws.header().text("kid").orElse(""), alg);
        if (key.found() == null) {
            return new TokenCheck.Bad(key.reason());
        }
        if (!key.found().verifies(alg, jws.signedPart(), jws.signature())) {
            return new TokenCheck.Bad("signature");
        }
        TokenCheck check = Entitlement.of(
                clients,
                claims.text("client_id").orElse(""),
                Scopes.parse(claims.text("scope").orElse("")),
                client -> client.keys().holds(claims.text(CLIENT_KEY).orElse("")));
        return verified.remember(token, check, now, Entitlement.until(now, end.get()));
    }

    private KeySet ownKeys() {
        String text = keys.publicJwks();
        ReadKeys last = read;
        if (last == null || !last.text.equals(text)) {
            byte[] json = text.getBytes(StandardCharsets.UTF_8);
            last = new ReadKeys(text, KeySet.read(json, VerificationKey.SMART_ALGORITHMS));
            read = last;
        }
        return last.keys;
    }
}
