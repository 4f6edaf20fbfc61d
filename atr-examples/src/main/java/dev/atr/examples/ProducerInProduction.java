package dev.atr.examples;

import dev.atr.auth.Scopes;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.auth.server.SigningKeyStore;
import dev.atr.auth.server.SigningKeys;
import dev.atr.auth.server.StoredClient;
import dev.atr.auth.server.StoredClient.KeySource;
import dev.atr.egress.GuardedEgress;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.subscriptions.SubscriptionManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One of the nodes on which a payer serves its lists: whatever they must agree on is in a database that they share, so
 * that a node may be started, stopped or killed at any time.
 */
public final class ProducerInProduction implements AutoCloseable {
    private final Ledger ledger;
    private final GuardedEgress egress;
    private final AuthorizationServer authorization;
    private final DirectoryExportFiles files;
    private final SubscriptionManager subscriptions;
    private final AtrProducer producer;
    private final FhirHttpServer server;

    /**
     * Starts serving.
     *
     * @param database where the nodes keep what they share: PostgreSQL
     * @param backend makes the payer's lists: {@link Ledger#backend}, or a backend of your own
     * @param policy decides whom a Consumer may add to a list
     * @param seal encrypts a signing key for the database, as the payer's key service does it
     * @param open decrypts it
     * @param headerKey 32 bytes that seal what clients send as header secrets of Subscriptions; the same on all nodes
     * @param base the FHIR base as clients see it, for example {@code https://fhir.payer.example/r4}
     * @param address where to listen; TLS ends in front of it
     * @param exports folder for the files of exports, which all nodes share
     * @throws IOException when the address can't be bound
     */
    public ProducerInProduction(
            LedgerOptions database,
            Function<Ledger, ProducerBackend> backend,
            AttributionPolicy policy,
            UnaryOperator<String> seal,
            UnaryOperator<String> open,
            byte[] headerKey,
            URI base,
            InetSocketAddress address,
            Path exports)
            throws IOException {
        Clock clock = Clock.systemUTC();
        // README:
        ledger = Ledger.open(database); // one PostgreSQL for all nodes
        egress = GuardedEgress.builder().build(); // clients choose where their key sets are
        ClientRegistry clients = ClientRegistry.over(ledger.clientStore(), egress, clock);
        ReplayMemory replays = ledger.replayMemory();
        SigningKeyStore keyStore = ledger.signingKeyStore().protectedBy(seal, open);
        SigningKeys keys = SigningKeys.rotating(keyStore, clock, SigningKeys.DEFAULT_PERIOD, SigningKeys.DEFAULT_LEAD);
        authorization = AuthorizationServer.builder(base, clients)
                .replayMemory(replays)
                .signingKeys(keys)
                .build();
        files = DirectoryExportFiles.shared(exports, ledger.id()); // one folder for all nodes
        ProducerBackend lists = backend.apply(ledger);
        subscriptions = SubscriptionManager.builder(lists)
                .baseUrl(base)
                .egress(egress) // clients choose where notifications go, too
                .store(ledger.subscriptions(), headerKey)
                .taskRunner(ledger.notificationRunner("r4", 16))
                .rights(AtrProducer.subscriberRights(clients)) // who was removed hears nothing any more
                .build();
        producer = AtrProducer.builder(lists)
                .attributionPolicy(policy)
                .baseUrl(base)
                .authorizationServer(authorization)
                .exportJobs(ledger.exportJobs("r4"))
                .taskRunner(ledger.taskRunner("r4", AtrProducer.DEFAULT_EXPORT_THREADS))
                .exportFiles(files)
                .subscriptions(subscriptions)
                .build();
        // :README
        server = FhirHttpServer.builder(producer).mount("/r4").address(address).start();
    }

    /**
     * Registers a client, or changes its registration; all nodes know it at once.
     *
     * @param keys where its public keys are: as a rule {@code new KeySource.JwksUrl(address)}
     */
    public void register(String clientId, KeySource keys) {
        ledger.clientStore().put(new StoredClient(clientId, keys, Scopes.READ_ALL, null, true));
    }

    /** Ends what was started. */
    @Override
    public void close() {
        server.close();
        producer.close();
        subscriptions.close();
        files.close();
        authorization.close();
        egress.close();
        ledger.close();
    }
}
