package dev.atr.benchmarks;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.auth.server.SigningKeys;
import dev.atr.core.json.JsonValue;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/** An authorization server with one client, and the requests that this client makes. */
final class TokenRequests {
    static final URI BASE = URI.create("https://payer.example.com/r4");
    static final String CLIENT = "bench";

    /** Registered with the key of {@link #CLIENT}, and disabled. */
    static final String DISABLED = "disabled";

    private static final long LIFE_SECONDS = 240;

    private final SigningKey key = SigningKey.generate("RS384");
    private final RSAKey nimbusKey;
    private final SigningKeys serverKeys = SigningKeys.ephemeral();

    TokenRequests() throws ParseException {
        nimbusKey = RSAKey.parse(key.jwk());
    }

    /** Returns a server with its own memory and the highest rate there is; the keys are always the same. */
    AuthorizationServer server(ReplayMemory replays) {
        ClientKeys keys = ClientKeys.ofJwks(key.publicJwks());
        ClientRegistry clients = ClientRegistry.of(List.of(
                new ClientRegistration(CLIENT, keys, Scopes.READ_ALL, null, true),
                new ClientRegistration(DISABLED, keys, Scopes.READ_ALL, null, false)));
        return AuthorizationServer.builder(BASE, clients)
                .signingKeys(serverKeys)
                .replayMemory(replays)
                .clientTokenRate(1_000_000)
                .auditTrail(event -> {})
                .build();
    }

    /** Returns the client's key as Nimbus has it. */
    RSAKey nimbusKey() {
        return nimbusKey;
    }

    /** Returns a new assertion. */
    SignedJWT assertion() throws JOSEException {
        return assertion(CLIENT, nimbusKey, Clock.systemUTC().instant());
    }

    private SignedJWT assertion(String client, RSAKey signer, Instant now) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS384)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.kid())
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(client)
                        .subject(client)
                        .audience(BASE + "/auth/token")
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(LIFE_SECONDS)))
                        .jwtID(UUID.randomUUID().toString())
                        .build());
        jwt.sign(new RSASSASigner(signer));
        return jwt;
    }

    /** Returns the body of a request of some client, signed with the key of {@link #CLIENT} at an instant. */
    byte[] body(String client, Instant issued) throws JOSEException {
        return body(assertion(client, nimbusKey, issued));
    }

    /** Returns the body of a request of {@link #CLIENT} that is signed with another key. */
    byte[] body(SigningKey other, Instant issued) throws JOSEException, ParseException {
        return body(assertion(CLIENT, RSAKey.parse(other.jwk()), issued));
    }

    /** Returns the bodies of new requests. */
    List<byte[]> bodies(int count) throws JOSEException {
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bodies.add(body(assertion()));
        }
        return bodies;
    }

    private static byte[] body(SignedJWT assertion) {
        return QueryParameters.of(
                        "grant_type",
                        "client_credentials",
                        "scope",
                        "system/*.read",
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion",
                        assertion.serialize())
                .encode()
                .getBytes(StandardCharsets.US_ASCII);
    }

    static FhirRequest request(byte[] body) {
        return new FhirRequest(
                "POST",
                "/auth/token",
                null,
                HttpHeaders.of("Content-Type", "application/x-www-form-urlencoded"),
                new ByteArrayInputStream(body));
    }

    /** Sends a request to a server and returns the token. */
    static String token(AuthorizationServer server, byte[] body) throws IOException {
        FhirResponse response = server.token(request(body));
        if (response.status() != 200) {
            throw new IOException("the token endpoint answered " + response.status());
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        response.body().writeTo(answer);
        return JsonValue.parse(answer.toByteArray()).text("access_token").orElseThrow();
    }
}
