package dev.atr.cli;

import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.SigningKeys;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.egress.GuardedEgress;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.http.jdk.FhirHttpServerBuilder;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.subscriptions.SubscriptionManager;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.UnrecoverableKeyException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that runs while {@code atr serve} serves. Closing it, from any thread and more than once, ends what runs in
 * the opposite order of starting.
 */
final class ProducerProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerProcess.class);

    private static final int NOTIFICATIONS_AT_ONCE = 32;

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final ServeCommand command;
    private final Console console;
    private volatile boolean closed;

    ProducerProcess(ServeCommand command, Console console) {
        this.command = command;
        this.console = console;
    }

    /**
     * Starts serving; when this returns, the Producer answers and has said so. When it throws, nothing runs any more.
     *
     * @return whether it serves; false when it was closed meanwhile
     * @throws UsageException when the command line asks for what can't be
     * @throws DataException when files or the database are not as they must be
     */
    boolean start() throws IOException {
        try {
            run();
            return true;
        } catch (IOException | RuntimeException | Error failure) {
            if (closed) {
                // What broke, broke because its ground was taken away.
                return false;
            }
            close();
            throw failure;
        }
    }

    /** All that can be wrong is looked at before the slow part, which fills the ledger. */
    private void run() throws IOException {
        command.check();
        // The operator names the address of a key set, and its owner decides what the name stands for.
        GuardedEgress egress = running(GuardedEgress.builder().allowLoopback().build());
        ClientRegistry registry = register(egress);
        Map<FhirVersion, Mount> mounts = new EnumMap<>(FhirVersion.class);
        command.fhir.list().forEach(version -> mounts.put(version, new Mount()));
        FhirHttpServer server = running(bind(mounts));

        Ledger ledger = running(command.place().open(command::settings));
        // A registration narrows; what the payer entitles a client to is everything here.
        command.clients.forEach(client -> ledger.entitleToAll(client.id()));
        SigningKeys signingKeys = SigningKeys.rotating(
                ledger.signingKeyStore(), Clock.systemUTC(), SigningKeys.DEFAULT_PERIOD, SigningKeys.DEFAULT_LEAD);
        Map<FhirVersion, AtrProducer> producers = new EnumMap<>(FhirVersion.class);
        for (FhirVersion version : mounts.keySet()) {
            URI base = base(server.port(), version);
            AuthorizationServer authorization = running(AuthorizationServer.builder(base, registry)
                    .replayMemory(ledger.replayMemory())
                    .signingKeys(signingKeys)
                    .build());
            AtrProducer.Builder builder = AtrProducer.builder(ledger.backend())
                    .baseUrl(base)
                    .authorizationServer(authorization)
                    .exportJobs(ledger.exportJobs(path(version)))
                    .taskRunner(ledger.taskRunner(path(version), AtrProducer.DEFAULT_EXPORT_THREADS))
                    .exportFiles(running(exportFiles(ledger, version)))
                    .fhirVersion(version)
                    .attributionPolicy(AttributionPolicy.anyMemberOfThisPayer());
            if (version == FhirVersion.R4) {
                builder.subscriptions(subscriptions(ledger, registry, base));
            }
            producers.put(version, running(builder.build()));
        }
        ProducerData data = new ProducerData(ledger, command, console, this::requireOpen);
        data.fill();
        mounts.forEach((version, mount) -> mount.serve(Objects.requireNonNull(producers.get(version))));
        announce(
                mounts.keySet().stream()
                        .map(version -> base(server.port(), version))
                        .toList(),
                data.listIds());
    }

    /** Subscriptions are served in R4 alone: STU3 has no profile of them (C-89). */
    private SubscriptionManager subscriptions(Ledger ledger, ClientRegistry registry, URI base) throws IOException {
        GuardedEgress.Builder egress = GuardedEgress.builder();
        if (command.allowLoopbackNotifications) {
            egress.allowLoopback();
        }
        return running(SubscriptionManager.builder(ledger.backend())
                .baseUrl(base)
                .egress(running(egress.build()))
                .store(ledger.subscriptions(), HeaderKey.in(command.data))
                .taskRunner(ledger.notificationRunner(path(FhirVersion.R4), NOTIFICATIONS_AT_ONCE))
                .rights(subscriber ->
                        registry.find(subscriber.clientId()).flatMap(now -> asRegistered(subscriber, now)))
                .build());
    }

    /** Returns a subscriber with what its registration lets it hear now; empty when that is nothing. */
    private static Optional<Caller> asRegistered(Caller subscriber, ClientRegistration now) {
        if (!now.enabled() || !now.scopes().allow(ResourceType.SUBSCRIPTION.code(), 'c')) {
            return Optional.empty();
        }
        Set<String> lists = now.permittedLists();
        return Optional.of(new Caller(
                subscriber.clientId(),
                subscriber.scope(),
                lists == null ? null : lists.stream().map(ListId::new).collect(Collectors.toSet())));
    }

    /** Ends a long piece of work when there is nobody left to do it for. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    private FhirHttpServer bind(Map<FhirVersion, Mount> mounts) throws IOException {
        FhirHttpServerBuilder builder = FhirHttpServer.builder(request -> FhirResponse.notFound());
        builder.mount("");
        mounts.forEach((version, mount) -> builder.mount("/" + path(version), mount));
        if (command.tlsKeystore != null) {
            useKeystore(builder, command.tlsKeystore);
        }
        // Plain http is for this machine alone: tokens and member data pass by.
        InetAddress host = command.tlsKeystore == null
                ? InetAddress.getByAddress(new byte[] {127, 0, 0, 1})
                : InetAddress.getByAddress(new byte[4]);
        try {
            return builder.address(new InetSocketAddress(host, command.port)).start();
        } catch (BindException e) {
            throw new UsageException("port " + command.port + " is in use; choose another with --port, or 0 for any.");
        }
    }

    private static void useKeystore(FhirHttpServerBuilder builder, Path keystore) throws IOException {
        NamedFile.requireFile("--tls-keystore", keystore);
        try {
            builder.tls(keystore, environment("ATR_TLS_KEYSTORE_PASSWORD").toCharArray());
        } catch (IOException e) {
            throw new UsageException("--tls-keystore: " + keystore
                    + (e.getCause() instanceof UnrecoverableKeyException
                            ? " does not open with the password in ATR_TLS_KEYSTORE_PASSWORD."
                            : " is no PKCS #12 key store with a private key."));
        }
    }

    private ClientRegistry register(GuardedEgress egress) throws IOException {
        List<ClientRegistration> registrations = new ArrayList<>();
        for (ClientSpec client : command.clients) {
            registrations.add(client.registration(egress));
        }
        return ClientRegistry.of(registrations);
    }

    private URI base(int port, FhirVersion version) {
        String root = command.baseUrl == null
                ? (command.tlsKeystore == null ? "http" : "https") + "://127.0.0.1:" + port
                : command.baseUrl.toString();
        return URI.create(root + "/" + path(version));
    }

    private void announce(List<URI> bases, List<String> lists) {
        if (command.clients.isEmpty()) {
            console.err().println("No client is registered, so nobody can get a token: see --client.");
        }
        if (command.json) {
            console.json(JsonValue.object()
                    .put("ready", bases.get(0).toString())
                    .put(
                            "bases",
                            JsonValue.array(bases.stream()
                                    .map(base -> JsonValue.of(base.toString()))
                                    .toList()))
                    .put("pid", ProcessHandle.current().pid())
                    .put(
                            "lists",
                            JsonValue.array(lists.stream().map(JsonValue::of).toList()))
                    .build());
        } else {
            console.out().println("Producer ready at " + bases.get(0));
            bases.stream().skip(1).forEach(base -> console.out().println("Also at " + base));
        }
        console.out().flush();
    }

    /** Several nodes can work on a database that is a server of its own; they share the export files as well. */
    private DirectoryExportFiles exportFiles(Ledger ledger, FhirVersion version) {
        Path directory = command.data.resolve("exports").resolve(path(version));
        return command.jdbcUrl != null && command.jdbcUrl.startsWith("jdbc:postgresql:")
                ? DirectoryExportFiles.shared(directory, ledger.id())
                : DirectoryExportFiles.open(directory);
    }

    private static String path(FhirVersion version) {
        return version.name().toLowerCase(Locale.ROOT);
    }

    private static String environment(String name) {
        return Objects.requireNonNullElse(System.getenv(name), "");
    }

    private synchronized <T extends AutoCloseable> T running(T part) {
        running.push(part);
        if (closed) {
            close();
        }
        requireOpen();
        return part;
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                // One part that ends badly must not keep the others from ending.
                LOG.warn("a part did not end cleanly: {}", e.getClass().getSimpleName());
            }
        }
    }

    /** Where a Producer will be: until it is there, clients are asked to come back. */
    private static final class Mount implements FhirHandler {
        private volatile @Nullable FhirHandler handler;

        void serve(FhirHandler ready) {
            handler = ready;
        }

        @Override
        public FhirResponse handle(FhirRequest request) {
            FhirHandler ready = handler;
            return ready == null ? FhirResponse.unavailable() : ready.handle(request);
        }
    }
}
