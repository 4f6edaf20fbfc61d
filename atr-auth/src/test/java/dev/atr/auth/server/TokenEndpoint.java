package dev.atr.auth.server;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.TokenForm;
import dev.atr.auth.audit.AuditEvent;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HandClock;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A server with a few clients, and the requests that tests send to it. */
final class TokenEndpoint {
    static final URI BASE = URI.create("https://payer.example.com/fhir");
    static final String AUDIENCE = "https://payer.example.com/fhir/auth/token";
    static final String CLIENT = "cvmg-atr-client";

    /** Made once: making keys is slow. */
    static final SigningKeys KEYS = SigningKeys.ephemeral();

    final HandClock clock;
    final Queue<AuditEvent> events;
    final AuthorizationServer server;

    TokenEndpoint() {
        this(registry());
    }

    TokenEndpoint(ClientRegistry clients) {
        this.clock = new HandClock("2026-03-02T09:00:00Z");
        this.events = new ConcurrentLinkedQueue<>();
        this.server = builder(clients).build();
    }

    AuthorizationServer.Builder builder(ClientRegistry clients) {
        return AuthorizationServer.builder(BASE, clients)
                .clock(clock)
                .signingKeys(KEYS)
                .replayMemory(ReplayMemory.inProcess(clock, clock.instant()))
                .clientTokenRate(1_000_000)
                .auditTrail(events::add);
    }

    private TokenEndpoint(HandClock clock, Queue<AuditEvent> events, AuthorizationServer server) {
        this.clock = clock;
        this.events = events;
        this.server = server;
    }

    /** Returns the same, at another server. */
    TokenEndpoint at(AuthorizationServer other) {
        return new TokenEndpoint(clock, events, other);
    }

    static ClientRegistry registry() {
        ClientKeys both =
                ClientKeys.ofJwks(TestKeys.jwks(TestKeys.publicJwk(TestKeys.RSA), TestKeys.publicJwk(TestKeys.EC)));
        ClientKeys others = ClientKeys.ofJwks(
                TestKeys.jwks(TestKeys.publicJwk(TestKeys.OTHER_RSA), TestKeys.publicJwk(TestKeys.OTHER_EC)));
        return ClientRegistry.of(List.of(
                new ClientRegistration(CLIENT, both, Scopes.READ_ALL, null, true),
                new ClientRegistration("other", others, Scopes.READ_ALL, null, true),
                new ClientRegistration("disabled", both, Scopes.READ_ALL, null, false)));
    }

    ClientAssertion assertion() {
        return assertion(TestKeys.EC);
    }

    ClientAssertion assertion(SigningKey key) {
        return ClientAssertion.good(key, CLIENT, AUDIENCE, clock.instant());
    }

    static QueryParameters form(String assertion) {
        return TokenForm.of("system/Group.rs system/Patient.rs", assertion);
    }

    Answer present(String assertion) {
        return post(form(assertion).encode());
    }

    Answer ask(String scope) {
        return post(TokenForm.of(scope, assertion().text()).encode());
    }

    Answer post(String body) {
        return send("POST", null, HttpHeaders.of("Content-Type", TokenForm.CONTENT_TYPE), body);
    }

    Answer send(String method, @Nullable String query, HttpHeaders headers, String body) {
        return Answer.of(server.token(new FhirRequest(
                method,
                "/auth/token",
                query,
                headers,
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))));
    }

    /** An answer, read. */
    record Answer(int status, HttpHeaders headers, String body) {
        static Answer of(FhirResponse response) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                response.body().writeTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Answer(response.status(), response.headers(), out.toString(StandardCharsets.UTF_8));
        }

        JsonObject json() {
            return TestKeys.object(body);
        }

        String error() {
            return json().text("error").orElse("");
        }

        String token() {
            return json().text("access_token").orElseThrow();
        }
    }
}
