package dev.atr.auth.server;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.internal.CompactJws;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens that we sign and check ourselves.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068, "JWT Profile for OAuth 2.0 Access Tokens"</a>
 */
final class JwtAccessTokens implements AccessTokens {
    /** How long a change of a registration may go unseen. */
    private static final Duration REVOKE_LAG = Duration.ofSeconds(60);

    private static final int MAX_LENGTH = 16 << 10;
    private static final int MAX_REMEMBERED = 10_000;
    private static final String TYPE = "at+jwt";

    private final String fhirBase;
    private final ClientRegistry clients;
    private final SigningKeys keys;
    private final Clock clock;
    private final Duration life;

    private final Object lock = new Object();
    private final Map<String, Verified> verified = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };
    private volatile @Nullable ReadKeys read;

    private record Verified(AuthenticatedClient client, Instant until) {}

    private record ReadKeys(String text, KeySet keys) {}

    JwtAccessTokens(URI fhirBase, ClientRegistry clients, SigningKeys keys, Clock clock, Duration life) {
        this.fhirBase = fhirBase.toString();
        this.clients = clients;
        this.keys = keys;
        this.clock = clock;
        this.life = life;
    }

    String issue(String clientId, String scope) {
        SigningKey key = keys.current();
        long now = clock.instant().getEpochSecond();
        JsonObject header = JsonValue.object()
                .put("typ", TYPE)
                .put("alg", key.alg())
                .put("kid", key.kid())
                .build();
        JsonObject claims = JsonValue.object()
                .put("iss", fhirBase)
                .put("sub", clientId)
                .put("aud", fhirBase)
                .put("client_id", clientId)
                .put("scope", scope)
                .put("iat", now)
                .put("exp", now + life.toSeconds())
                .put("jti", UUID.randomUUID().toString())
                .build();
        return CompactJws.sign(key, header, claims);
    }

    Duration life() {
        return life;
    }

    void forgetAll() {
        synchronized (lock) {
            verified.clear();
        }
    }

    @Override
    public Optional<AuthenticatedClient> verify(String token) {
        if (token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        String digest = digest(token);
        synchronized (lock) {
            Verified known = verified.get(digest);
            if (known != null && now.isBefore(known.until)) {
                return Optional.of(known.client);
            }
        }
        Optional<Verified> checked = check(token, now);
        synchronized (lock) {
            checked.ifPresentOrElse(each -> verified.put(digest, each), () -> verified.remove(digest));
        }
        return checked.map(Verified::client);
    }

    private Optional<Verified> check(String token, Instant now) {
        CompactJws jws;
        try {
            jws = CompactJws.parse(token);
        } catch (InvalidContentException e) {
            return Optional.empty();
        }
        JsonObject header = jws.header();
        JsonObject claims = jws.claims();
        Optional<Instant> end = Times.read(claims.find("exp")).map(exp -> exp.plus(Times.SKEW));
        boolean plausible = header.text("typ").equals(Optional.of(TYPE))
                && header.find("crit").isEmpty()
                && claims.text("iss").equals(Optional.of(fhirBase))
                && claims.text("aud").equals(Optional.of(fhirBase))
                && end.isPresent()
                && now.isBefore(end.get());
        if (!plausible || !isOurs(jws)) {
            return Optional.empty();
        }
        return claims.text("client_id")
                .flatMap(clients::find)
                .filter(ClientRegistration::enabled)
                .map(client -> new Verified(
                        new AuthenticatedClient(
                                client.clientId(),
                                Scopes.parse(claims.text("scope").orElse("")).intersect(client.scopes()),
                                client.permittedLists()),
                        earlier(end.get(), now.plus(REVOKE_LAG))));
    }

    private boolean isOurs(CompactJws jws) {
        return jws.header()
                .text("kid")
                .flatMap(ownKeys()::find)
                .filter(key -> jws.header().text("alg").equals(Optional.of(key.alg())))
                .filter(key -> key.verifies(jws.signedPart(), jws.signature()))
                .isPresent();
    }

    private KeySet ownKeys() {
        String text = keys.publicJwks();
        ReadKeys last = read;
        if (last == null || !last.text.equals(text)) {
            last = new ReadKeys(text, KeySet.read(text.getBytes(StandardCharsets.UTF_8)));
            read = last;
        }
        return last.keys;
    }

    private static Instant earlier(Instant one, Instant two) {
        return one.isBefore(two) ? one : two;
    }

    private static String digest(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
