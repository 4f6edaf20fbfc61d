package dev.atr.examples.abuse;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.TokenForm;
import dev.atr.auth.audit.AuditEvent;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.auth.server.SigningKeys;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.egress.GuardedEgress;
import dev.atr.examples.OpenParts;
import dev.atr.http.HandClock;
import dev.atr.http.QueryParameters;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.client.Egress;
import dev.atr.producer.ExportJobs;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A payer with a few registered clients and the sample lists, whose Producer runs on sockets of this machine and is known
 * to the world under {@link #BASE}, as behind a proxy. Time stands still until a test turns the clock.
 */
final class Payer implements AutoCloseable {
    static final URI BASE = URI.create("https://payer.example.com/fhir");
    static final String START = "2026-03-02T09:00:00Z";
    static final String AUDIENCE = BASE + "/auth/token";

    /** Registered with {@link TestKeys#RSA} and {@link TestKeys#EC} directly; may read {@link SampleLists#OPEN}. */
    static final String CLIENT = "cvmg-atr-client";

    /** Registered with other keys of the same ids; may read {@link SampleLists#FOREIGN}. */
    static final String OTHER = "other";

    /** As {@link #CLIENT}, but disabled. */
    static final String DISABLED = "disabled";

    /** Registered with the address of a key set, which holds {@link TestKeys#RSA}. */
    static final String BY_URL = "by-url";

    static final String JWKS = "/jwks.json";

    /** Stands in a member's name; nothing but an answer to the right client may hold it. */
    static final String CANARY = "kanarienvogel";

    /** Made once: making keys is slow. */
    static final SigningKeys KEYS = SigningKeys.ephemeral();

    private static final String PROBE = "probe";
    private static final SigningKey PROBE_KEY = SigningKey.generate("ES384");

    final HandClock clock = new HandClock(START);
    final ScriptedPeer peer = new ScriptedPeer();
    final Egress egress;
    final InMemoryBackend sample;
    final ProducerBackend backend;
    final Defect defect;
    private final Map<String, ClientRegistration> clients = new ConcurrentHashMap<>();
    private final Queue<Exchange> exchanges = new ConcurrentLinkedQueue<>();
    private final Queue<AuditEvent> events = new ConcurrentLinkedQueue<>();
    private final Queue<PayerNode> nodes = new ConcurrentLinkedQueue<>();
    private final OpenParts open = new OpenParts();
    private final Path folder;
    private final PayerNode first;
    private @Nullable GuardedEgress guard;

    /** What went over a socket. */
    record Exchange(Request request, Answer answer) {}

    Payer(Path folder, Defect defect) throws IOException {
        this.folder = folder;
        this.defect = defect;
        opened(peer);
        // Making a guard is slow, and most rows never need it.
        egress = defect.egress(call -> guard().send(call));
        ResourceKey patient = new ResourceKey(ResourceType.PATIENT, "10");
        sample = new InMemoryBackend(
                SampleLists.standard()
                        .withResource(
                                patient,
                                "{\"resourceType\":\"Patient\",\"id\":\"10\",\"name\":[{\"family\":\"" + CANARY
                                        + "\"}]}")
                        .withEntitlement(CLIENT, Set.of(SampleLists.OPEN, SampleLists.DRAFT))
                        .withEntitlement(OTHER, Set.of(SampleLists.FOREIGN)),
                clock);
        backend = defect.backend(sample);
        ClientKeys keys =
                ClientKeys.ofJwks(TestKeys.jwks(TestKeys.publicJwk(TestKeys.RSA), TestKeys.publicJwk(TestKeys.EC)));
        register(CLIENT, keys, "system/*.read");
        clients.put(DISABLED, new ClientRegistration(DISABLED, keys, Scopes.READ_ALL, null, false));
        register(
                OTHER,
                ClientKeys.ofJwks(
                        TestKeys.jwks(TestKeys.publicJwk(TestKeys.OTHER_RSA), TestKeys.publicJwk(TestKeys.OTHER_EC))),
                "system/*.read");
        register(PROBE, ClientKeys.ofJwks(PROBE_KEY.publicJwks()), "system/*.read");
        peer.on(JWKS, ScriptedPeer.Reply.json(TestKeys.RSA.publicJwks()));
        register(BY_URL, ClientKeys.ofUrl(peer.at(JWKS), egress, clock), "system/*.read");
        first = node(clock, freshMemory());
    }

    private synchronized GuardedEgress guard() {
        if (guard == null) {
            guard = opened(GuardedEgress.builder().allowLoopback().build());
        }
        return guard;
    }

    /** Registers a client, or changes its registration. */
    void register(String clientId, ClientKeys keys, String scopes) {
        clients.put(clientId, new ClientRegistration(clientId, keys, Scopes.parse(scopes), null, true));
    }

    void register(ClientRegistration registration) {
        clients.put(registration.clientId(), registration);
    }

    void remove(String clientId) {
        clients.remove(clientId);
    }

    /** Returns a registration. */
    ClientRegistration registration(String clientId) {
        return Optional.ofNullable(clients.get(clientId)).orElseThrow();
    }

    /** Returns the memory of a node before which there was none. */
    ReplayMemory freshMemory() {
        return ReplayMemory.inProcess(clock, Instant.MIN);
    }

    PayerNode node(Clock itsClock, ReplayMemory replays) throws IOException {
        return node(itsClock, replays, builder -> builder);
    }

    /** Starts another node of the same payer. */
    PayerNode node(Clock itsClock, ReplayMemory replays, UnaryOperator<AuthorizationServer.Builder> options)
            throws IOException {
        return node(itsClock, replays, options, backend, ExportJobs.inMemory());
    }

    /** Starts another node, over another system of record and over jobs that another node may know. */
    PayerNode node(ProducerBackend other, ExportJobStore jobs) throws IOException {
        return node(clock, freshMemory(), builder -> builder, other, jobs);
    }

    private PayerNode node(
            Clock itsClock,
            ReplayMemory replays,
            UnaryOperator<AuthorizationServer.Builder> options,
            ProducerBackend records,
            ExportJobStore jobs)
            throws IOException {
        ClientRegistry registry = defect.clients(clientId -> Optional.ofNullable(clients.get(clientId)));
        AuthorizationServer.Builder authorization = options.apply(AuthorizationServer.builder(BASE, registry)
                .signingKeys(KEYS)
                .clock(itsClock)
                .clientTokenRate(1_000_000)
                .auditTrail(events::add)
                .replayMemory(defect.replayMemory(replays)));
        Path exports = Files.createTempDirectory(folder, "exports");
        PayerNode node = opened(new PayerNode(this, itsClock, authorization.build(), records, jobs, exports));
        nodes.add(node);
        return node;
    }
    /** Returns a good assertion of {@link #CLIENT}. */
    ClientAssertion assertion() {
        return assertion(CLIENT, TestKeys.EC);
    }

    ClientAssertion assertion(String clientId, SigningKey key) {
        return ClientAssertion.good(key, clientId, AUDIENCE, clock.instant());
    }

    /** Returns the form of a good token request of {@link #CLIENT}. */
    QueryParameters form() {
        return form(assertion().text());
    }

    static QueryParameters form(String assertion) {
        return TokenForm.of("system/*.read", assertion);
    }

    /** Presents an assertion. */
    Answer present(String assertion) throws IOException {
        return first.present(assertion);
    }

    /** Asks for scopes as {@link #CLIENT}. */
    Answer ask(String scope) throws IOException {
        return send(Request.token(TokenForm.of(scope, assertion().text()).encode()));
    }

    /** Gets a token for {@link #CLIENT}. */
    String token() throws IOException {
        return token("system/*.read");
    }

    String token(String scope) throws IOException {
        return ask(scope).token();
    }

    String token(String clientId, SigningKey key) throws IOException {
        return present(assertion(clientId, key).text()).token();
    }

    /** Sends a request to the first node. */
    Answer send(Request request) throws IOException {
        return first.send(request);
    }

    PayerNode first() {
        return first;
    }

    /** Returns whether every node still gives a good client its token. */
    boolean isHealthy() throws IOException {
        for (PayerNode node : nodes) {
            String assertion = ClientAssertion.good(
                            PROBE_KEY, PROBE, node.audience, node.clock().instant())
                    .text();
            if (node.present(assertion).status() != 200) {
                return false;
            }
        }
        return true;
    }

    void seen(Request request, Answer answer) {
        exchanges.add(new Exchange(request, answer));
    }

    /** Returns everything that went over the sockets so far. */
    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** Returns what the audit trail holds of refusals so far. */
    List<AuditEvent> refusals() {
        return events.stream().filter(event -> !event.granted()).toList();
    }

    AuditEvent lastRefusal() {
        List<AuditEvent> all = refusals();
        if (all.isEmpty()) {
            throw new AssertionError("nothing was refused");
        }
        return all.get(all.size() - 1);
    }

    /** Closes this, whatever it is, with the payer. */
    <T extends AutoCloseable> T opened(T part) {
        return open.add(part);
    }

    @Override
    public void close() {
        open.close();
    }
}
