package dev.atr.examples;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.cli.load.FhirXml;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.reconcile.ListReconciliation;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.egress.GuardedEgress;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.OutgoingClient;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.jdbc.LedgerTransaction;
import dev.atr.producer.jdbc.load.LoadReport;
import dev.atr.producer.jdbc.load.ResourceLoader;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Decision;
import dev.atr.producer.spi.reconcile.ProposedAddition;
import dev.atr.producer.spi.reconcile.ProposedConfirmation;
import dev.atr.producer.spi.reconcile.ProposedRemoval;
import dev.atr.subscriptions.SubscriptionManager;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The real Producer, as an embedder wires it: ledger, authorization server, both FHIR versions, the JDK's web server on
 * a free port; with one registered client that may see every list.
 */
final class RunningProducer implements AutoCloseable {
    static final String CLIENT_ID = "stranger";

    /** The longest pause before an endpoint of a Subscription is tried again. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final Map<String, AccessTokenSource> tokens = new ConcurrentHashMap<>();
    private final OpenParts open = new OpenParts();
    private final Map<FhirVersion, URI> bases = new EnumMap<>(FhirVersion.class);
    private final Map<FhirVersion, AtrProducer> producers = new EnumMap<>(FhirVersion.class);
    private final SigningKey clientKey = SigningKey.generate("ES384");
    private final OutgoingClient egress;
    private final Ledger ledger;
    private final AtomicReference<AttributionPolicy> policy =
            new AtomicReference<>(AttributionPolicy.anyMemberOfThisPayer());
    private volatile UnaryOperator<FhirHandler> front = handler -> handler;
    private final String url;
    private final String user;
    private final String password;

    /**
     * What a test may want otherwise.
     *
     * @param connections of the ledger to its database
     * @param around what is served of the ledger's backend
     * @param versions that are served
     * @param resourceTypes about which scopes are granted
     * @param options of the Producers
     * @param earlier fills the ledger before, and closes it
     * @param notifying whether the R4 Producer serves Subscriptions, to loopback addresses too
     */
    private record Setup(
            int connections,
            UnaryOperator<ProducerBackend> around,
            Set<FhirVersion> versions,
            Set<String> resourceTypes,
            UnaryOperator<AtrProducer.Builder> options,
            Consumer<LedgerOptions> earlier,
            boolean notifying) {
        static final Setup USUAL = new Setup(
                LedgerOptions.DEFAULT_CONNECTIONS,
                backend -> backend,
                EnumSet.allOf(FhirVersion.class),
                AuthorizationServer.DEFAULT_RESOURCE_TYPES,
                builder -> builder,
                ledger -> {},
                false);

        Setup withConnections(int number) {
            return new Setup(number, around, versions, resourceTypes, options, earlier, notifying);
        }

        Setup around(UnaryOperator<ProducerBackend> others, FhirVersion only, Set<String> types) {
            return new Setup(connections, others, EnumSet.of(only), types, options, earlier, notifying);
        }

        Setup withOptions(UnaryOperator<AtrProducer.Builder> others) {
            return new Setup(connections, around, versions, resourceTypes, others, earlier, notifying);
        }

        Setup after(Consumer<LedgerOptions> filling) {
            return new Setup(connections, around, versions, resourceTypes, options, filling, notifying);
        }

        Setup withSubscriptions() {
            return new Setup(connections, around, versions, resourceTypes, options, earlier, true);
        }
    }

    private RunningProducer(Database database, Path folder, Setup setup) throws IOException, SQLException {
        Path home = Files.createTempDirectory(folder, "producer");
        LedgerOptions options;
        if (database == Database.H2) {
            options = LedgerOptions.ofDirectory(home.resolve("ledger"));
            url = "jdbc:h2:file:" + home.resolve("ledger").resolve("ledger").toAbsolutePath();
            user = "atr";
            password = "";
        } else {
            url = Postgres.freshDatabase();
            user = Postgres.USER;
            password = Postgres.PASSWORD;
            options = LedgerOptions.ofUrl(url).credentials(user, password);
        }
        setup.earlier().accept(options);
        ledger = open.add(Ledger.open(options.connections(setup.connections())));
        ledger.entitleToAll(CLIENT_ID);
        egress = open.add(OutgoingClient.builder().build());
        serve(home, setup);
    }

    /** Starts a Producer that holds nothing. */
    static RunningProducer empty(Database database, Path folder) throws IOException, SQLException {
        return new RunningProducer(database, folder, Setup.USUAL);
    }

    /** Starts Producers with options of the test's that hold nothing. */
    static RunningProducer empty(Database database, Path folder, UnaryOperator<AtrProducer.Builder> producerOptions)
            throws IOException, SQLException {
        return new RunningProducer(database, folder, Setup.USUAL.withOptions(producerOptions));
    }

    /**
     * Starts a Producer on what was there before.
     *
     * @param earlier fills the ledger, and closes it
     */
    static RunningProducer after(Database database, Path folder, Consumer<LedgerOptions> earlier)
            throws IOException, SQLException {
        return new RunningProducer(database, folder, Setup.USUAL.after(earlier));
    }

    /** Starts a Producer that holds the small sample payer. */
    static RunningProducer withSample(Database database, Path folder) throws IOException, SQLException {
        return withSample(database, folder, SamplePayer.SMALL, LedgerOptions.DEFAULT_CONNECTIONS);
    }

    /** Starts a Producer that holds a sample payer of any size, with so many connections to its database. */
    static RunningProducer withSample(Database database, Path folder, int members, int connections)
            throws IOException, SQLException {
        return withSample(new RunningProducer(database, folder, Setup.USUAL.withConnections(connections)), members);
    }

    /** Starts an R4 Producer of what a test puts around the ledger's backend, which holds the small sample payer. */
    static RunningProducer withSample(
            Database database,
            Path folder,
            UnaryOperator<ProducerBackend> around,
            Set<String> resourceTypes,
            UnaryOperator<AtrProducer.Builder> producerOptions)
            throws IOException, SQLException {
        Setup setup = Setup.USUAL.around(around, FhirVersion.R4, resourceTypes).withOptions(producerOptions);
        return withSample(new RunningProducer(database, folder, setup), SamplePayer.SMALL);
    }

    /** Starts a Producer that holds the small sample payer and serves Subscriptions, to loopback addresses too. */
    static RunningProducer notifying(Database database, Path folder) throws IOException, SQLException {
        return withSample(new RunningProducer(database, folder, Setup.USUAL.withSubscriptions()), SamplePayer.SMALL);
    }

    private static RunningProducer withSample(RunningProducer producer, int members) {
        SamplePayer.of(members, LocalDate.now(ZoneOffset.UTC)).writeTo(producer.ledger, (done, total) -> {});
        return producer;
    }

    /** Loads a file or folder, going on behind refused files; returns these by name, each with its problems. */
    Map<String, List<String>> load(Path path) throws IOException {
        LoadReport report = ResourceLoader.builder(ledger)
                .xml(new FhirXml())
                .keepGoing(true)
                .build()
                .load(List.of(path));
        Map<String, List<String>> refused = new TreeMap<>();
        for (LoadReport.RefusedFile file : report.refused()) {
            refused.put(
                    file.file().getFileName().toString(),
                    file.problems().stream().map(problem -> problem.describe()).toList());
        }
        return refused;
    }

    /** Makes a list that has no members yet. */
    void importList(AttributionList list) {
        ledger.importList(list, MemberCursor.of(List.of()));
    }

    /** Changes lists and resources, as the payer does. */
    void write(Consumer<LedgerTransaction> work) {
        ledger.write(work);
    }

    /** Returns what the payer does to its lists by way of the R4 Producer. */
    ListAdministration administration() {
        return Objects.requireNonNull(producers.get(FhirVersion.R4))
                .administration()
                .orElseThrow();
    }

    /** Has another policy decide from here on; every member may be added and removed until then. */
    void decideBy(AttributionPolicy next) {
        policy.set(next);
    }

    /** Puts something in front of the Producers: from here on it gets each request, and the handler that answers it. */
    void putInFront(UnaryOperator<FhirHandler> something) {
        front = something;
    }

    /** Returns the FHIR base of a version. */
    URI base(FhirVersion version) {
        return Objects.requireNonNull(bases.get(version));
    }

    /** Returns the registered client's private key. */
    SigningKey clientKey() {
        return clientKey;
    }

    /** Returns tokens of the registered client for one of the bases. */
    AccessTokenSource credentials(FhirVersion version) {
        return tokens.computeIfAbsent(
                version.toString(),
                unused -> BackendServices.builder(base(version), CLIENT_ID, clientKey)
                        .egress(egress)
                        .build());
    }

    /** Returns tokens of the registered client with which it may change lists too. */
    AccessTokenSource changing(FhirVersion version) {
        return tokens(version, "system/*.read system/*.write");
    }

    /** Returns tokens of the registered client with these scopes, which are asked for as seldom as a client would. */
    AccessTokenSource tokens(FhirVersion version, String scope) {
        return tokens.computeIfAbsent(
                version + " " + scope,
                unused -> BackendServices.builder(base(version), CLIENT_ID, clientKey)
                        .egress(egress)
                        .scope(scope)
                        .build());
    }

    /** Sends a GET below the R4 base with the registered client's token, and nothing of ours but the token. */
    HttpResponse<String> get(String pathAndQuery) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base(FhirVersion.R4) + pathAndQuery))
                .header("Accept", "application/fhir+json")
                .header("Prefer", "respond-async")
                .header("Authorization", "Bearer " + credentials(FhirVersion.R4).token())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Sends FHIR JSON below the R4 base with a token for changes, and nothing of ours but the token. */
    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base(FhirVersion.R4) + path))
                .header("Accept", "application/fhir+json")
                .header("Content-Type", "application/fhir+json")
                .header("Authorization", "Bearer " + changing(FhirVersion.R4).token())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Returns how our own clients get to it, and may change lists too. */
    ProducerConnection connection(FhirVersion version) {
        return ProducerConnection.of(base(version), changing(version), egress);
    }

    /** Returns our own export client. */
    BulkExportClient exports(FhirVersion version) {
        return new BulkExportClient(ProducerConnection.of(base(version), credentials(version), egress));
    }

    /** Returns our own client for lists and single resources. */
    ListClient lists(FhirVersion version) {
        return new ListClient(ProducerConnection.of(base(version), credentials(version), egress));
    }

    /** Returns our own client for changes. */
    ListReconciliation reconciliation(FhirVersion version) {
        return new ListReconciliation(connection(version));
    }

    /** Returns the sample payer's open list. */
    ListId openList() {
        return SamplePayer.OPEN_LIST;
    }

    /** Returns what belongs to a list, by the tables: references by type. */
    Map<String, SortedSet<String>> stored(ListId list) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password)) {
            return LedgerTables.resources(connection, list);
        }
    }

    /** Returns whether there is a moment at which nobody is in a transaction; on PostgreSQL. */
    boolean isEverWithoutTransaction() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement others = connection.prepareStatement(
                        "select count(*) from pg_stat_activity"
                                + " where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null")) {
            // Short ones come and go all the time; one that is held is seen each time
            for (int look = 0; look < 10_000; look++) {
                try (ResultSet count = others.executeQuery()) {
                    if (count.next() && count.getInt(1) == 0) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** Returns the first reference of a type that belongs to the open list. */
    String storedOne(String type) throws SQLException {
        return Objects.requireNonNull(stored(openList()).get(type), type).first();
    }

    @Override
    public void close() {
        open.close();
    }

    private void serve(Path home, Setup setup) throws IOException {
        Map<FhirVersion, FhirHandler> handlers = new ConcurrentHashMap<>();
        // The base has the port in it, which is known only when the server is up.
        FhirHandler early = request -> FhirResponse.of(503, HttpHeaders.none());
        FhirHttpServer server = open.add(FhirHttpServer.builder(early)
                .mount(
                        "/r4",
                        request -> front.apply(handlers.getOrDefault(FhirVersion.R4, early))
                                .handle(request))
                .mount(
                        "/stu3",
                        request ->
                                handlers.getOrDefault(FhirVersion.STU3, early).handle(request))
                .start());
        for (FhirVersion version : setup.versions()) {
            URI base = URI.create(
                    "http://127.0.0.1:" + server.port() + "/" + version.name().toLowerCase(java.util.Locale.ROOT));
            bases.put(version, base);
            AuthorizationServer authorization = open.add(AuthorizationServer.builder(base, registry())
                    .resourceTypes(setup.resourceTypes())
                    .replayMemory(ledger.replayMemory())
                    .build());
            AtrProducer.Builder builder = setup.options()
                    .apply(AtrProducer.builder(setup.around().apply(ledger.backend())))
                    .baseUrl(base)
                    .fhirVersion(version)
                    .authorizationServer(authorization)
                    .attributionPolicy(new CurrentPolicy(policy))
                    .exportFiles(open.add(DirectoryExportFiles.open(home.resolve("exports-" + version.name()))));
            if (setup.notifying() && version == FhirVersion.R4) {
                builder.subscriptions(subscriptions(base));
            }
            AtrProducer producer = open.add(builder.build());
            producers.put(version, producer);
            handlers.put(version, producer);
        }
    }

    private SubscriptionManager subscriptions(URI base) {
        return open.add(SubscriptionManager.builder(ledger.backend())
                .baseUrl(base)
                .egress(open.add(GuardedEgress.builder().allowLoopback().build()))
                .store(ledger.subscriptions(), new byte[32])
                .taskRunner(ledger.notificationRunner("r4", 16))
                .perClient(1000)
                .look(Duration.ofMillis(50))
                // A weekend in minutes: 24 tries at this pace stand for 6 h at the usual 15 min
                .retries(LONGEST_WAIT, SubscriptionManager.DEFAULT_RETRY_SPAN)
                .build());
    }

    private ClientRegistry registry() {
        return ClientRegistry.of(List.of(new ClientRegistration(
                CLIENT_ID,
                ClientKeys.ofJwks(clientKey.publicJwks()),
                Scopes.parse("system/*.read system/*.write"),
                null,
                true)));
    }

    /** Asks the policy of the moment. */
    private record CurrentPolicy(AtomicReference<AttributionPolicy> current) implements AttributionPolicy {
        @Override
        public Decision.OnAddition onAddition(ProposedAddition addition) {
            return Objects.requireNonNull(current.get()).onAddition(addition);
        }

        @Override
        public Decision.OnRemoval onRemoval(ProposedRemoval removal) {
            return Objects.requireNonNull(current.get()).onRemoval(removal);
        }

        @Override
        public Decision.OnConfirmation onConfirmation(ProposedConfirmation confirmation) {
            return Objects.requireNonNull(current.get()).onConfirmation(confirmation);
        }
    }

    /** What the ledger lives in. */
    enum Database {
        /** Embedded, in a file. */
        H2,
        /** A server of its own. */
        POSTGRES
    }
}
