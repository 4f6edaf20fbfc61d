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
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a client assertion proves who the client is. What costs nothing is checked first, so that only
 * plausible assertions reach the signature, and the replay memory learns of verified ones alone.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html">SMART App Launch
 *     2.2.0, "Signature Verification"</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523, section 3</a>
 */
final class AssertionCheck {
    private static final Logger LOG = LoggerFactory.getLogger(AssertionCheck.class);
    private static final int MAX_LENGTH = 16 << 10;
    private static final Set<String> ALGORITHMS = Set.of("RS384", "ES384");
    private static final Set<String> TYPES = Set.of("JWT", "client-authentication+jwt");
    private static final Pattern ID = Pattern.compile("[!-~]{1,256}");
    private static final Pattern JTI = Pattern.compile("\\P{Cntrl}{1,256}");

    private final ClientRegistry clients;
    private final ReplayMemory replays;
    private final Set<String> audiences;
    private final Clock clock;

    /** Made when they are first needed, once: making keys is slow. */
    private static final class Decoys {
        private static final Map<String, VerificationKey> BY_ALG =
                Map.of("RS384", decoy("RS384"), "ES384", decoy("ES384"));

        private static VerificationKey decoy(String alg) {
            byte[] publicJwks = SigningKey.generate(alg).publicJwks().getBytes(StandardCharsets.UTF_8);
            return KeySet.read(publicJwks).keys().values().iterator().next();
        }
    }

    AssertionCheck(ClientRegistry clients, ReplayMemory replays, Set<String> audiences, Clock clock) {
        this.clients = clients;
        this.replays = replays;
        this.audiences = Set.copyOf(audiences);
        this.clock = clock;
    }

    /** What the assertion says, after all checks that need no knowledge of clients. */
    private record Claims(
            String alg, String kid, Optional<JsonValue> jku, String issuer, String jti, Instant end, Instant issued) {}

    /** Returns the client that the assertion proves. */
    ClientRegistration accept(String assertion, Optional<String> clientId) throws TokenRefusal {
        if (assertion.length() > MAX_LENGTH) {
            throw refused("assertion too long");
        }
        CompactJws jws;
        try {
            jws = CompactJws.parse(assertion);
        } catch (InvalidContentException e) {
            throw refused("assertion can't be read");
        }
        Claims claims = read(jws);
        if (clientId.isPresent() && !clientId.get().equals(claims.issuer)) {
            throw refused("client_id is not the issuer");
        }
        Optional<ClientRegistration> found = clients.find(claims.issuer).filter(ClientRegistration::enabled);
        Optional<VerificationKey> key = found.filter(client -> mayName(claims.jku, client.keys()))
                .flatMap(client -> client.keys().find(claims.kid))
                .filter(each -> each.alg().equals(claims.alg));
        // The decoy costs what a real key costs, so that the time tells nobody which clients exist.
        VerificationKey verifier =
                key.or(() -> Optional.ofNullable(Decoys.BY_ALG.get(claims.alg))).orElseThrow();
        boolean verified = verifier.verifies(jws.signedPart(), jws.signature());
        if (found.isEmpty() || key.isEmpty() || !verified) {
            throw refused(found.isEmpty() ? "unknown or disabled client" : "no key of the client verifies");
        }
        ClientRegistration client = found.get();
        if (claims.issued.isBefore(replays.since())
                || !replays.insertIfAbsent(client.clientId(), claims.jti, claims.end)) {
            LOG.info("Token request of client {} refused: replay", client.clientId());
            throw TokenRefusal.replay();
        }
        return client;
    }

    private Claims read(CompactJws jws) throws TokenRefusal {
        JsonObject header = jws.header();
        String alg = header.text("alg").orElse("");
        String kid = header.text("kid").orElse("");
        if (!ALGORITHMS.contains(alg) || !ID.matcher(kid).matches()) {
            throw refused("alg or kid");
        }
        if (!TYPES.contains(header.text("typ").orElse(""))) {
            throw refused("typ");
        }
        if (header.find("crit").isPresent() || header.find("b64").isPresent()) {
            throw refused("crit or b64");
        }
        JsonObject body = jws.claims();
        String issuer = body.text("iss").orElse("");
        if (!ID.matcher(issuer).matches() || !issuer.equals(body.text("sub").orElse(""))) {
            throw refused("iss or sub");
        }
        if (!isForUs(body.find("aud"))) {
            throw refused("aud");
        }
        String jti = body.text("jti").orElse("");
        if (!JTI.matcher(jti).matches()) {
            throw refused("jti");
        }
        Instant now = clock.instant();
        Instant exp = Times.read(body.find("exp")).orElseThrow(() -> refused("exp"));
        if (exp.plus(Times.SKEW).isBefore(now)
                || exp.isAfter(now.plus(Times.LIFE).plus(Times.SKEW))) {
            throw refused("exp");
        }
        for (String claim : new String[] {"nbf", "iat"}) {
            if (body.find(claim).isPresent()
                    && Times.read(body.find(claim))
                            .filter(time -> !time.isAfter(now.plus(Times.SKEW)))
                            .isEmpty()) {
                throw refused(claim);
            }
        }
        // Without iat, it was issued at the earliest one longest life before its end.
        Instant issued = Times.read(body.find("iat")).orElse(exp.minus(Times.LIFE));
        if (issued.isBefore(now.minus(Times.LIFE).minus(Times.SKEW))) {
            throw refused("iat");
        }
        return new Claims(alg, kid, header.find("jku"), issuer, jti, exp.plus(Times.SKEW), issued);
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

    private static TokenRefusal refused(String reason) {
        LOG.debug("Token request refused: {}", reason);
        return TokenRefusal.invalidClient();
    }
}
