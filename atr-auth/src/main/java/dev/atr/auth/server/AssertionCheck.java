package dev.atr.auth.server;

import dev.atr.auth.SigningKey;
import dev.atr.auth.internal.CompactJws;
import dev.atr.auth.internal.VerificationKey;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonArray;
import dev.atr.core.json.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a client assertion proves who the client is. What costs nothing is checked first, so that only
 * plausible assertions reach the signature, and the replay memory learns of verified ones alone.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html">SMART App Launch
 *     2.2.0, "Signature Verification"</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523, section 3</a>
 */
final class AssertionCheck {
    private static final int MAX_LENGTH = 16 << 10;
    private static final Set<String> TYPES = Set.of("JWT", "client-authentication+jwt");
    private static final Pattern ID = Pattern.compile("[!-~]{1,256}");
    /** Ids of keys and of assertions are their makers' business. */
    private static final Pattern NAME = Pattern.compile("\\P{Cntrl}{1,256}");

    private final ClientRegistry clients;
    private final ReplayMemory replays;
    private final Set<String> audiences;
    private final TokenRate rate;
    private final Clock clock;

    /** Made when they are first needed, once: making keys is slow. */
    private static final class Decoys {
        private static final Map<String, VerificationKey> BY_ALG =
                Map.of("RS384", decoy("RS384"), "ES384", decoy("ES384"));

        private static VerificationKey decoy(String alg) {
            byte[] publicJwks = SigningKey.generate(alg).publicJwks().getBytes(StandardCharsets.UTF_8);
            return KeySet.read(publicJwks, VerificationKey.SMART_ALGORITHMS)
                    .keys()
                    .values()
                    .iterator()
                    .next();
        }
    }

    AssertionCheck(ClientRegistry clients, ReplayMemory replays, Set<String> audiences, TokenRate rate, Clock clock) {
        this.clients = clients;
        this.replays = replays;
        this.audiences = Set.copyOf(audiences);
        this.rate = rate;
        this.clock = clock;
    }

    /** What the assertion says, after all checks that need no knowledge of clients. */
    private record Claims(
            String alg,
            String kid,
            Optional<JsonValue> jku,
            String jti,
            Instant end,
            Instant issued,
            @Nullable String untimely) {}

    /**
     * Who an assertion proves to be there.
     *
     * @param client the client
     * @param keyThumbprint of the client's key that verified
     */
    record Proof(ClientRegistration client, String keyThumbprint) {}

    /** Returns the client that the assertion proves. */
    Proof accept(String assertion, Optional<String> clientId) throws TokenRefusal {
        if (assertion.length() > MAX_LENGTH) {
            throw TokenRefusal.invalidClient("length");
        }
        CompactJws jws;
        try {
            jws = CompactJws.parse(assertion);
        } catch (InvalidContentException e) {
            throw TokenRefusal.invalidClient("assertion");
        }
        String issuer = jws.claims().text("iss").orElse("");
        if (!ID.matcher(issuer).matches()) {
            throw TokenRefusal.invalidClient("issuer");
        }
        Optional<ClientRegistration> found = clients.find(issuer);
        try {
            Claims claims = read(jws, issuer, clientId);
            VerificationKey key = verified(jws, claims, found);
            ClientRegistration client = found.orElseThrow();
            // Not before the signature, so that an expired assertion is refused in the time of any other.
            if (claims.untimely != null) {
                throw TokenRefusal.invalidClient(claims.untimely);
            }
            Instant since = replays.since();
            if (claims.issued.isBefore(since)) {
                throw TokenRefusal.beforeStart(Duration.between(claims.issued, since));
            }
            if (!rate.take(issuer)) {
                throw TokenRefusal.tooMany(rate.each());
            }
            if (!replays.insertIfAbsent(issuer, claims.jti, claims.end)) {
                // Whoever repeats what the client once sent must not use up what is the client's.
                rate.giveBack(issuer);
                throw TokenRefusal.replay();
            }
            return new Proof(client, key.thumbprint());
        } catch (TokenRefusal e) {
            throw e.of(found.map(ClientRegistration::clientId).orElse(null));
        }
    }

    private static VerificationKey verified(CompactJws jws, Claims claims, Optional<ClientRegistration> found)
            throws TokenRefusal {
        KeyLookup lookup =
                found.map(client -> key(client, claims)).orElseGet(() -> KeyLookup.missing("unknown-client", null));
        // The decoy costs what a real key costs, so that the time tells nobody which clients exist.
        VerificationKey verifier = lookup.key()
                .or(() -> Optional.ofNullable(Decoys.BY_ALG.get(claims.alg)))
                .orElseThrow();
        boolean verified = verifier.verifies(claims.alg, jws.signedPart(), jws.signature());
        if (lookup.found() == null) {
            throw TokenRefusal.invalidClient(lookup.reason()).because(lookup.detail());
        }
        if (!verified) {
            throw TokenRefusal.invalidClient("signature");
        }
        return verifier;
    }

    private static KeyLookup key(ClientRegistration client, Claims claims) {
        if (!client.enabled()) {
            return KeyLookup.missing("disabled", null);
        }
        return mayName(claims.jku, client.keys())
                ? client.keys().find(claims.kid, claims.alg)
                : KeyLookup.missing("jku", null);
    }

    private Claims read(CompactJws jws, String issuer, Optional<String> clientId) throws TokenRefusal {
        JsonObject header = jws.header();
        String alg = header.text("alg").orElse("");
        String kid = header.text("kid").orElse("");
        if (!VerificationKey.SMART_ALGORITHMS.contains(alg)
                || !NAME.matcher(kid).matches()
                || !TYPES.contains(header.text("typ").orElse(""))
                || header.find("crit").isPresent()
                || header.find("b64").isPresent()) {
            throw TokenRefusal.invalidClient("header");
        }
        JsonObject body = jws.claims();
        if (!issuer.equals(body.text("sub").orElse(""))) {
            throw TokenRefusal.invalidClient("issuer");
        }
        if (clientId.isPresent() && !clientId.get().equals(issuer)) {
            throw TokenRefusal.invalidClient("client-id");
        }
        if (!isForUs(body.find("aud"))) {
            throw TokenRefusal.invalidClient("aud");
        }
        String jti = body.text("jti").orElse("");
        if (!NAME.matcher(jti).matches()) {
            throw TokenRefusal.invalidClient("jti");
        }
        Instant exp = Times.read(body.find("exp")).orElseThrow(() -> TokenRefusal.invalidClient("exp"));
        // Without iat, it was issued at the earliest one longest life before its end.
        Instant issued = Times.read(body.find("iat")).orElse(exp.minus(Times.LIFE));
        return new Claims(alg, kid, header.find("jku"), jti, exp.plus(Times.SKEW), issued, untimely(body, exp, issued));
    }

    /** Returns the claim by which now is not the time for the assertion; absent when it is. */
    private @Nullable String untimely(JsonObject body, Instant exp, Instant issued) {
        Instant now = clock.instant();
        if (exp.plus(Times.SKEW).isBefore(now)
                || exp.isAfter(now.plus(Times.LIFE).plus(Times.SKEW))) {
            return "exp";
        }
        for (String claim : new String[] {"nbf", "iat"}) {
            if (body.find(claim).isPresent()
                    && Times.read(body.find(claim))
                            .filter(time -> !time.isAfter(now.plus(Times.SKEW)))
                            .isEmpty()) {
                return claim;
            }
        }
        return issued.isBefore(now.minus(Times.LIFE).minus(Times.SKEW)) ? "iat" : null;
    }

    /** Returns whether we are the only audience. */
    private boolean isForUs(Optional<JsonValue> aud) {
        Optional<JsonValue> sole = aud.map(
                value -> value instanceof JsonArray array && array.values().size() == 1
                        ? array.values().get(0)
                        : value);
        return sole.flatMap(JsonValue::text).filter(audiences::contains).isPresent();
    }

    /** A jku must be the registered address to the letter; it is never fetched. */
    private static boolean mayName(Optional<JsonValue> jku, ClientKeys keys) {
        return jku.isEmpty()
                || (keys.jku().isPresent() && jku.flatMap(JsonValue::text).equals(keys.jku()));
    }
}
