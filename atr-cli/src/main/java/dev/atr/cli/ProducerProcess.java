package dev.atr.cli;

import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.SigningKeys;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.JsonValue;
import dev.atr.egress.GuardedEgress;
import dev.atr.http.FhirResponse;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.http.jdk.FhirHttpServerBuilder;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.subscriptions.SubscriptionManager;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Everything that runs while {@code atr serve} serves. */
final class ProducerProcess extends Service {
    private static final int NOTIFICATIONS_AT_ONCE = 32;

    private final ServeCommand command;
    private final Console console;

    ProducerProcess(ServeCommand command, Console console) {
        this.command = command;
        this.console = console;
    }

    /** All that can be wrong is looked at before the slow part, which fills the ledger. */
    @Override
    void run() throws IOException {
        command.check();
        // The operator names the address of a key set, and its owner decides what the name stands for.
        GuardedEgress egress = parts.add(GuardedEgress.builder().allowLoopback().build());
        ClientRegistry registry = register(egress);
        Map<FhirVersion, Mount> mounts = new EnumMap<>(FhirVersion.class);
        command.fhir.list().forEach(version -> mounts.put(version, new Mount()));
        FhirHttpServer server = parts.add(bind(mounts));

        Ledger ledger = parts.add(command.place().open(command::settings));
        // A registration narrows; what the payer entitles a client to is everything here.
        command.clients.forEach(client -> ledger.entitleToAll(client.id()));
        SigningKeys signingKeys = SigningKeys.rotating(
                ledger.signingKeyStore(), Clock.systemUTC(), SigningKeys.DEFAULT_PERIOD, SigningKeys.DEFAULT_LEAD);
        Map<FhirVersion, AtrProducer> producers = new EnumMap<>(FhirVersion.class);
        for (FhirVersion version : mounts.keySet()) {
            URI base = base(server.port(), version);
            AuthorizationServer authorization = parts.add(AuthorizationServer.builder(base, registry)
                    .replayMemory(ledger.replayMemory())
                    .signingKeys(signingKeys)
                    .build());
            AtrProducer.Builder builder = AtrProducer.builder(ledger.backend())
                    .baseUrl(base)
                    .authorizationServer(authorization)
                    .exportJobs(ledger.exportJobs(path(version)))
                    .taskRunner(ledger.taskRunner(path(version), AtrProducer.DEFAULT_EXPORT_THREADS))
                    .exportFiles(parts.add(exportFiles(ledger, version)))
                    .fhirVersion(version)
                    .attributionPolicy(AttributionPolicy.anyMemberOfThisPayer());
            if (version == FhirVersion.R4) {
                builder.subscriptions(subscriptions(ledger, registry, base));
            }
            producers.put(version, parts.add(builder.build()));
        }
        ProducerData data = new ProducerData(ledger, command, console, parts::requireOpen);
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
        return parts.add(SubscriptionManager.builder(ledger.backend())
                .baseUrl(base)
                .egress(parts.add(egress.build()))
                .store(ledger.subscriptions(), HeaderKey.in(command.data))
                .taskRunner(ledger.notificationRunner(path(FhirVersion.R4), NOTIFICATIONS_AT_ONCE))
                .rights(AtrProducer.subscriberRights(registry))
                .build());
    }

    private FhirHttpServer bind(Map<FhirVersion, Mount> mounts) throws IOException {
        FhirHttpServerBuilder builder = FhirHttpServer.builder(request -> FhirResponse.notFound());
        builder.mount("");
        mounts.forEach((version, mount) -> builder.mount("/" + path(version), mount));
        return WebPort.bind(builder, command.port, command.tlsKeystore);
    }

    private ClientRegistry register(GuardedEgress egress) throws IOException {
        List<ClientRegistration> registrations = new ArrayList<>();
        for (ClientSpec client : command.clients) {
            registrations.add(client.registration(egress));
        }
        return ClientRegistry.of(registrations);
    }

    private URI base(int port, FhirVersion version) {
        String root = command.baseUrl == null ? WebPort.local(port, command.tlsKeystore) : command.baseUrl.toString();
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
}
