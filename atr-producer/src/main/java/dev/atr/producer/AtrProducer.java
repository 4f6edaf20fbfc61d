package dev.atr.producer;

import dev.atr.auth.audit.AuditTrail;
import dev.atr.auth.server.AccessTokens;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.DiscoveryDocument;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.Origin;
import dev.atr.producer.internal.administration.AuditedAdministration;
import dev.atr.producer.internal.capability.Capability;
import dev.atr.producer.internal.capability.CapabilityDocuments;
import dev.atr.producer.internal.capability.ExportDocumentation;
import dev.atr.producer.internal.capability.Interactions;
import dev.atr.producer.internal.creation.CreatedResources;
import dev.atr.producer.internal.creation.CreationContext;
import dev.atr.producer.internal.creation.GroupCreation;
import dev.atr.producer.internal.creation.ProvenanceRead;
import dev.atr.producer.internal.discovery.GroupHistory;
import dev.atr.producer.internal.discovery.GroupRead;
import dev.atr.producer.internal.discovery.GroupSearch;
import dev.atr.producer.internal.discovery.ResourceRead;
import dev.atr.producer.internal.discovery.ResourceVersions;
import dev.atr.producer.internal.export.ExportContext;
import dev.atr.producer.internal.export.ExportType;
import dev.atr.producer.internal.export.Exports;
import dev.atr.producer.internal.export.FileDownload;
import dev.atr.producer.internal.export.JobStatus;
import dev.atr.producer.internal.export.KickOff;
import dev.atr.producer.internal.reconcile.AttributionStatusOperation;
import dev.atr.producer.internal.reconcile.ConfirmOperation;
import dev.atr.producer.internal.reconcile.MemberAddOperation;
import dev.atr.producer.internal.reconcile.MemberRemoveOperation;
import dev.atr.producer.internal.reconcile.ReconciliationContext;
import dev.atr.producer.internal.routing.Callers;
import dev.atr.producer.internal.routing.ClientQuota;
import dev.atr.producer.internal.routing.Incidents;
import dev.atr.producer.internal.routing.Route;
import dev.atr.producer.internal.routing.Router;
import dev.atr.producer.internal.subscription.SubscriptionRoutes;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ExportKind;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.creation.ResourceCreation;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Reconciliation;
import dev.atr.producer.spi.subscription.SubscriptionService;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A payer's Producer of member attribution lists: one method, request in, response out, to be mounted in whatever web
 * stack the host runs. Thread-safe; {@link #close} ends what it started and nothing else.
 *
 * <pre>{@code
 * AtrProducer producer = AtrProducer.builder(new RosterBackend(dataSource))
 *         .baseUrl(URI.create("https://fhir.payer.example/r4"))
 *         .authorizationServer(authorizationServer)
 *         .exportFiles(DirectoryExportFiles.open(Path.of("/var/lib/atr/exports")))
 *         .build();
 * }</pre>
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/CapabilityStatement-atr-producer.html">ATR 2.1.0, Producer</a>
 */
public final class AtrProducer implements FhirHandler, AutoCloseable {
    /** How long a job and its files stay after the export has ended: 24 hours, time for a client's night to be repeated. */
    public static final Duration DEFAULT_EXPORT_LIFE = Duration.ofHours(24);

    /**
     * Exports of one client that are written at once: 2, half of {@link #DEFAULT_EXPORT_THREADS}, so that one client alone
     * keeps nobody waiting.
     */
    public static final int DEFAULT_EXPORTS_PER_CLIENT = 2;

    /** Exports of one client that wait beside those that are written: 2; the next one is refused. */
    public static final int DEFAULT_WAITING_EXPORTS_PER_CLIENT = 2;

    /** Exports that are written at once when no task runner is given: 4; each keeps one thread and one cursor busy. */
    public static final int DEFAULT_EXPORT_THREADS = 4;

    /**
     * How long the payer's system may hand nothing over before an export is abandoned: 10 minutes, longer than any query
     * for one page should take, and short enough that the client hears of it while somebody still looks.
     */
    public static final Duration DEFAULT_EXPORT_STALL_LIMIT = Duration.ofMinutes(10);

    /**
     * Bytes that end a file of an export: 256 MB, uncompressed. Larger files keep those few connections of a client busy
     * that fetch at once for less of the time, and a transfer that breaks off has more to repeat.
     */
    public static final long DEFAULT_EXPORT_FILE_BYTES = 256L << 20;

    /** Status of a confirmation: 201, as the guide says in three places, although it calls it "Accepted" (C-19). */
    public static final int DEFAULT_CONFIRM_STATUS = 201;

    /** Lists and resources that one client may create within an hour: 1 000, so that a network of providers fits. */
    public static final int DEFAULT_CREATIONS_PER_HOUR = 1000;

    /** Status of the refusal of a Subscription to a list that the client may not see: 401, as the guide says (C-55). */
    public static final int DEFAULT_SUBSCRIPTION_REFUSAL_STATUS = 401;

    /** People whom one client may name in vain in a minute: far above what a day has by mistake. */
    private static final int MISSES_PER_MINUTE = 100;

    /** Subscriptions that one client may make or change within an hour: each may send a handshake to a stranger. */
    private static final int SUBSCRIPTION_CHANGES_PER_HOUR = 1000;

    private final List<Route> routes;
    private final Router router;
    private final Exports exports;
    private final @Nullable ListAdministration administration;
    private final @Nullable ExecutorService ownExecutor;

    private AtrProducer(Builder builder, URI base, AccessTokens tokens, ExportFiles files) {
        FhirVersion version = builder.fhirVersion;
        Incidents incidents = new Incidents();
        ExportContext context = new ExportContext(
                builder.backend,
                builder.exportJobs,
                files,
                base,
                version,
                builder.clock,
                builder.exportLife,
                builder.exportFileBytes,
                builder.exportOptions,
                incidents);
        Map<String, ExportType> types = builder.exportTypes();
        TaskRunner runner = builder.taskRunner;
        Executor executor = builder.executor;
        this.ownExecutor = runner == null && executor == null ? newExecutor() : null;
        this.exports = new Exports(
                context,
                types,
                runner != null
                        ? runner
                        : new InProcessTaskRunner(
                                executor != null ? executor : Objects.requireNonNull(ownExecutor),
                                DEFAULT_EXPORT_THREADS),
                new Exports.Limits(
                        builder.exportsPerClient, builder.waitingExportsPerClient, builder.exportStallLimit));
        AuditTrail auditTrail = auditTrail(builder);
        this.administration = builder.backend
                .listAdministration()
                .map(payer -> new AuditedAdministration(payer, auditTrail, builder.clock, this::deleted))
                .orElse(null);
        this.routes = routes(builder, base, context, types);
        this.router = new Router(routes, tokens, version, incidents, auditTrail, builder.clock);
        exports.open();
    }

    /** Starts the configuration of a Producer over a payer's system of record. */
    public static Builder builder(ProducerBackend backend) {
        return new Builder(Objects.requireNonNull(backend, "backend"));
    }

    /**
     * Returns how the payer's own people change lists beside the Consumers: as the backend does it, and each change is an
     * event of the audit trail, and the running exports of a deleted list end. Works also with
     * {@link Builder#readOnly}. Empty when the backend has no {@link ProducerBackend#listAdministration}.
     */
    public Optional<ListAdministration> administration() {
        return Optional.ofNullable(administration);
    }

    /**
     * Returns what a subscriber may do as it is registered now, for {@code SubscriptionManager.Builder.rights}: a client that
     * was removed or disabled, or whose scopes no longer let it subscribe, hears nothing any more, and of lists only those
     * that it is still permitted. The registry is asked before each notification.
     *
     * @param clients the same as those of the authorization server
     */
    public static Function<Caller, Optional<Caller>> subscriberRights(ClientRegistry clients) {
        Objects.requireNonNull(clients, "clients");
        return subscriber -> Callers.subscriber(clients, subscriber);
    }

    /**
     * Returns an administration whose changes are events of an audit trail, for where the payer changes lists without a
     * Producer. Such an administration knows no running exports: those of a list that it deletes fail when their client
     * next asks for them.
     *
     * @param lists does what is asked for
     * @param auditTrail is told of each change that was made
     * @param clock gives the times of events
     */
    public static ListAdministration audited(ListAdministration lists, AuditTrail auditTrail, Clock clock) {
        return new AuditedAdministration(lists, AuditTrail.guarded(auditTrail), clock, list -> {});
    }

    /** Ends what rests on a list that is no more, by whatever way that came. Throws nothing. */
    private void deleted(ListId list) {
        exports.endForDeletion(list);
    }

    @Override
    public FhirResponse handle(FhirRequest request) {
        return router.handle(request);
    }

    /**
     * Stops running exports and waits for them, 30 seconds at most; one whose thread the payer's system does not let go of
     * is left to itself after 5. They stay in the job store; where that outlives the process, the next Producer on it
     * begins them anew. Requests are still answered, but no export can be kicked off any
     * more. The task runner is closed too; an executor that was passed in is left alone.
     */
    @Override
    public void close() {
        exports.close();
        if (ownExecutor != null) {
            // Without an interrupt, which would close the files of an embedded database
            ownExecutor.shutdown();
        }
    }

    private static AuditTrail auditTrail(Builder builder) {
        if (builder.auditTrail != null) {
            return AuditTrail.guarded(builder.auditTrail);
        }
        AuthorizationServer server = builder.authorizationServer;
        return server == null ? AuditTrail.logged() : server.auditTrail();
    }

    /** Returns the route table, for the test that walks it. */
    List<Route> routes() {
        return routes;
    }

    private List<Route> routes(Builder builder, URI base, ExportContext context, Map<String, ExportType> types) {
        FhirVersion version = builder.fhirVersion;
        AuthorizationServer server = builder.authorizationServer;
        URI tokenEndpoint = server == null ? builder.tokenEndpoint : server.tokenEndpoint();
        ReconciliationContext reconciliation = builder.reconciliation(base);
        Interactions interactions = Interactions.of(builder.backend, version, builder.topics());
        Capability capability = new Capability(
                new CapabilityDocuments(
                        base,
                        version,
                        interactions,
                        builder.plainExport,
                        ExportDocumentation.of(builder.backend, builder.exportKinds),
                        tokenEndpoint,
                        builder.clock.instant().truncatedTo(ChronoUnit.SECONDS)),
                version);
        GroupSearch search = new GroupSearch(builder.backend, base, version);
        GroupRead groupRead = new GroupRead(builder.backend, version, builder.maxInlineMembers, context.incidents());
        ResourceRead resourceRead = new ResourceRead(builder.backend, version);
        KickOff kickOff = new KickOff(exports, context, types);
        JobStatus status = new JobStatus(exports, context);
        FileDownload download = new FileDownload(exports, context);

        List<Route> table = new ArrayList<>();
        table.add(Route.open("GET", "/metadata", capability::statement));
        if (server != null) {
            FhirResponse document = server.smartConfiguration(interactions.scopes());
            table.add(Route.open("GET", "/.well-known/smart-configuration", request -> document));
            table.add(Route.openWithOwnRefusals("POST", "/auth/token", server::token));
        } else if (tokenEndpoint != null) {
            FhirResponse document = DiscoveryDocument.of(tokenEndpoint, interactions.scopes());
            table.add(Route.open("GET", "/.well-known/smart-configuration", request -> document));
        }
        table.add(Route.guarded("/SearchParameter/Group-name").onRead(capability::nameParameter));
        CreationContext creations = builder.creations(base);
        Optional<GroupCreation> creation =
                builder.backend.listCreation().map(lists -> new GroupCreation(lists, creations, this::deleted));
        Route groups = Route.guarded("/Group").onRead(search::byGet);
        table.add(creation.map(lists -> groups.on("POST", lists::create)).orElse(groups));
        table.add(Route.guarded("/Group/_search").on("POST", search::byPost));
        Route group = Route.guarded("/Group/{id}").onRead(groupRead::read);
        table.add(creation.map(lists -> group.on("DELETE", lists::delete)).orElse(group));
        if (builder.backend.listHistory().isPresent()) {
            GroupHistory history = new GroupHistory(builder.backend, base, version, builder.clock);
            table.add(Route.guarded("/Group/{id}/_history").onRead(history::history));
            table.add(Route.guarded("/Group/{id}/_history/{version}").onRead(groupRead::readVersion));
        }
        boolean postOnly = builder.exportOptions.contains(ExportOption.REQUIRE_POST);
        table.add(kickOff("/Group/{id}/$davinci-data-export", postOnly, kickOff::attribution));
        if (builder.plainExport) {
            table.add(kickOff("/Group/{id}/$export", postOnly, kickOff::plain));
        }
        Optional<CreatedResources> created =
                builder.backend.resourceCreation().map(resources -> new CreatedResources(resources, creations));
        Set<ResourceType> creatable =
                builder.backend.resourceCreation().map(ResourceCreation::types).orElse(Set.of());
        created.ifPresent(resources -> creatable.forEach(type ->
                table.add(Route.guarded("/" + type.code()).on("POST", call -> resources.create(type, call)))));
        boolean versioned = builder.backend.resourceHistory().isPresent();
        ResourceVersions versions = new ResourceVersions(builder.backend, base, version, builder.clock);
        if (reconciliation != null) {
            addReconciliation(table, reconciliation);
        }
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            if (type.equals(ResourceType.GROUP)) {
                continue;
            }
            String one = "/" + type.code() + "/{id}";
            Route read = Route.guarded(one).onRead(call -> resourceRead.read(type, call));
            table.add(created.filter(resources -> creatable.contains(type))
                    .map(resources -> read.on("DELETE", call -> resources.delete(type, call)))
                    .orElse(read));
            if (versioned) {
                table.add(Route.guarded(one + "/_history").onRead(call -> versions.history(type, call)));
                table.add(Route.guarded(one + "/_history/{version}")
                        .onRead(call -> resourceRead.readVersion(type, call)));
            }
        }
        if (version == FhirVersion.R4) {
            builder.backend
                    .provenanceRecords()
                    .map(records -> new ProvenanceRead(records, base))
                    .ifPresent(records -> {
                        table.add(Route.guarded("/Provenance").onRead(records::search));
                        table.add(Route.guarded("/Provenance/{id}").onRead(records::read));
                    });
        }
        SubscriptionService subscriptions = builder.subscriptions;
        if (subscriptions != null) {
            table.addAll(new SubscriptionRoutes(builder.subscriptions(subscriptions, base)).routes());
        }
        Route statusRoute = Route.guarded("/$export-status/{job}").onRead(status::status);
        table.add(
                builder.exportOptions.contains(ExportOption.KEEP_JOBS)
                        ? statusRoute
                        : statusRoute.on("DELETE", status::delete));
        table.add(Route.guarded("/$export-file/{job}/{name}")
                .onRead(download::download)
                .withOneForm());
        return List.copyOf(table);
    }

    private static Route kickOff(String template, boolean postOnly, Route.Action action) {
        Route route = Route.guarded(template);
        return (postOnly ? route : route.on("GET", action)).on("POST", action);
    }

    private static void addReconciliation(List<Route> table, ReconciliationContext context) {
        MemberAddOperation memberAdd = new MemberAddOperation(context);
        MemberRemoveOperation memberRemove = new MemberRemoveOperation(context);
        AttributionStatusOperation status = new AttributionStatusOperation(context);
        ConfirmOperation confirm = new ConfirmOperation(context);
        table.add(Route.guarded("/Group/{id}/$member-add").on("POST", memberAdd::answer));
        table.add(Route.guarded("/Group/{id}/$member-remove").on("POST", memberRemove::answer));
        table.add(Route.guarded("/Group/{id}/$attribution-status").on("POST", status::answer));
        table.add(Route.guarded("/Group/{id}/$confirm-attribution-list").on("POST", confirm::answer));
    }

    private static ExecutorService newExecutor() {
        // The runner bounds how many there are: its workers, and those that were given up
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "atr-export");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Configures a Producer. For one thread. */
    public static final class Builder {
        private ProducerBackend backend;
        private @Nullable URI baseUrl;
        private @Nullable AuthorizationServer authorizationServer;
        private @Nullable AccessTokens accessTokens;
        private @Nullable URI tokenEndpoint;
        private @Nullable AuditTrail auditTrail;
        private ExportJobStore exportJobs = ExportJobs.inMemory();
        private @Nullable ExportFiles exportFiles;
        private @Nullable Executor executor;
        private @Nullable TaskRunner taskRunner;
        private Clock clock = Clock.systemUTC();
        private FhirVersion fhirVersion = FhirVersion.R4;
        private boolean plainExport = true;
        private int maxInlineMembers = Integer.MAX_VALUE;
        private int exportsPerClient = DEFAULT_EXPORTS_PER_CLIENT;
        private int waitingExportsPerClient = DEFAULT_WAITING_EXPORTS_PER_CLIENT;
        private Duration exportLife = DEFAULT_EXPORT_LIFE;
        private Duration exportStallLimit = DEFAULT_EXPORT_STALL_LIMIT;
        private long exportFileBytes = DEFAULT_EXPORT_FILE_BYTES;
        private Set<ExportOption> exportOptions = Set.of();
        private final List<ExportKind> exportKinds = new ArrayList<>();
        private @Nullable AttributionPolicy attributionPolicy;
        private boolean readOnly;
        private int confirmStatus = DEFAULT_CONFIRM_STATUS;
        private int creationsPerHour = DEFAULT_CREATIONS_PER_HOUR;
        private @Nullable SubscriptionService subscriptions;
        private int subscriptionRefusalStatus = DEFAULT_SUBSCRIPTION_REFUSAL_STATUS;

        private Builder(ProducerBackend backend) {
            this.backend = backend;
        }

        /**
         * Sets the FHIR base as clients see it: https, or http at a loopback address. Every address that is handed out is
         * built from it and from nothing that a request says. Required.
         */
        public Builder baseUrl(URI url) {
            this.baseUrl = Objects.requireNonNull(url, "url");
            return this;
        }

        /**
         * Lets the Producer issue and check tokens by itself; its SMART configuration and token endpoint are then served
         * below the base. Either this or {@link #accessTokens} is required. It is not closed with the Producer.
         */
        public Builder authorizationServer(AuthorizationServer server) {
            this.authorizationServer = Objects.requireNonNull(server, "server");
            return this;
        }

        /**
         * Sets what checks tokens that were issued elsewhere, for example {@code IssuedTokens}. Name the other server's
         * {@link #tokenEndpoint} too, so that clients find it.
         */
        public Builder accessTokens(AccessTokens tokens) {
            this.accessTokens = Objects.requireNonNull(tokens, "tokens");
            return this;
        }

        /**
         * Names the token endpoint of the authorization server whose tokens {@link #accessTokens} checks; the SMART
         * configuration and the capability statement then lead there. It must speak SMART Backend Services, at https or at
         * a loopback address. Without it there is no SMART configuration, and clients have to be told.
         */
        public Builder tokenEndpoint(URI endpoint) {
            this.tokenEndpoint = Objects.requireNonNull(endpoint, "endpoint");
            return this;
        }

        /**
         * Sets where refusals of access go: each one of a bearer token, of scopes, and of what is not the client's is one
         * event. By default they go where those of the authorization server go, or without one to
         * {@link AuditTrail#logged}.
         */
        public Builder auditTrail(AuditTrail trail) {
            this.auditTrail = Objects.requireNonNull(trail, "trail");
            return this;
        }

        /** Sets where the state of export jobs is kept; {@link ExportJobs#inMemory} by default. */
        public Builder exportJobs(ExportJobStore jobs) {
            this.exportJobs = Objects.requireNonNull(jobs, "jobs");
            return this;
        }

        /**
         * Sets where the files of exports are kept, for example {@link DirectoryExportFiles}. Required. It stays the
         * caller's to close, after the Producer.
         */
        public Builder exportFiles(ExportFiles files) {
            this.exportFiles = Objects.requireNonNull(files, "files");
            return this;
        }

        /**
         * Sets where exports are written in this process, {@link #DEFAULT_EXPORT_THREADS} at a time; each occupies a
         * thread until its end. An export that was stopped and whose thread the payer's system does not let go of is left
         * to itself, and another one takes its place: up to 16 threads more, which an executor of a fixed size does not
         * have. By default the Producer has threads of its own, which end with it.
         */
        public Builder executor(Executor newExecutor) {
            this.executor = Objects.requireNonNull(newExecutor, "newExecutor");
            return this;
        }

        /**
         * Sets what has the exports written, in place of {@link #executor}: for example an {@link InProcessTaskRunner}
         * with more workers, or the runner of a database that several nodes share. It serves this Producer alone, which
         * starts and closes it.
         */
        public Builder taskRunner(TaskRunner runner) {
            this.taskRunner = Objects.requireNonNull(runner, "runner");
            return this;
        }

        /** Sets the clock; the system's by default. */
        public Builder clock(Clock newClock) {
            this.clock = Objects.requireNonNull(newClock, "newClock");
            return this;
        }

        /** Sets the FHIR version that is spoken; R4 by default. A Producer of both versions is two, at two bases. */
        public Builder fhirVersion(FhirVersion version) {
            this.fhirVersion = Objects.requireNonNull(version, "version");
            return this;
        }

        /** Sets whether the plain {@code Group/[id]/$export} of older peers is served too; it is by default (C-02). */
        public Builder plainExport(boolean served) {
            this.plainExport = served;
            return this;
        }

        /**
         * Sets how many rows a list may have to be read with them; without limit by default. Longer ones are refused with
         * {@code 413} and must be exported (C-47). Below the limit each read goes through the rows twice, to count them
         * before it answers.
         *
         * @param members the most rows, those of inactive members too; not negative
         */
        public Builder maxInlineMembers(int members) {
            this.maxInlineMembers = members;
            return this;
        }

        /** Sets how many exports of one client are written at once; {@link #DEFAULT_EXPORTS_PER_CLIENT} by default. */
        public Builder exportsPerClient(int exports) {
            this.exportsPerClient = exports;
            return this;
        }

        /**
         * Sets how many exports of one client may wait beside those that are written;
         * {@link #DEFAULT_WAITING_EXPORTS_PER_CLIENT} by default. A client that has as many of both is asked to come back
         * ({@code 429}).
         */
        public Builder waitingExportsPerClient(int exports) {
            this.waitingExportsPerClient = exports;
            return this;
        }

        /** Sets how long jobs and files stay after their end; {@link #DEFAULT_EXPORT_LIFE} by default. */
        public Builder exportLife(Duration life) {
            this.exportLife = Objects.requireNonNull(life, "life");
            return this;
        }

        /**
         * Sets how long the payer's system may hand over neither row nor resource before an export is abandoned;
         * {@link #DEFAULT_EXPORT_STALL_LIMIT} by default. The client is told which resource type was under way.
         *
         * @param limit positive; looked at twice a second
         */
        public Builder exportStallLimit(Duration limit) {
            this.exportStallLimit = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /**
         * Sets how long a file of an export may grow: with the line that brings it to so many bytes it ends, and the next
         * line begins another one. {@link #DEFAULT_EXPORT_FILE_BYTES} by default. A Group is one line, however long.
         *
         * @param bytes uncompressed; positive
         */
        public Builder exportFileBytes(long bytes) {
            this.exportFileBytes = bytes;
            return this;
        }

        /** Sets where exports depart from the default, for peers who read a passage otherwise; nowhere by default. */
        public Builder exportOptions(Set<ExportOption> options) {
            this.exportOptions = Set.copyOf(options);
            return this;
        }

        /**
         * Adds a kind of export that clients may ask for by the parameter {@code exportType}, beside the guide's own,
         * which is always served and meant where none is named. By default there is no other.
         *
         * @param kind its types that are not the guide's need a Producer of R4 and a backend whose snapshots have them
         */
        public Builder exportKind(ExportKind kind) {
            this.exportKinds.add(Objects.requireNonNull(kind, "kind"));
            return this;
        }

        /** Returns every kind of export by its name. */
        private Map<String, ExportType> exportTypes() {
            Map<String, ExportType> types = new TreeMap<>();
            types.put(ExportType.ATTRIBUTION.name(), new ExportType(ExportType.ATTRIBUTION, fhirVersion));
            for (ExportKind kind : exportKinds) {
                boolean guide = kind.name().equals(Canonicals.IMPLEMENTATION_GUIDE);
                if (guide || types.put(kind.name(), new ExportType(kind, fhirVersion)) != null) {
                    throw new IllegalStateException("exportKind: " + kind.name() + " is served already");
                }
                if (fhirVersion != FhirVersion.R4 && !ResourceType.ATTRIBUTION_TYPES.containsAll(kind.types())) {
                    throw new IllegalStateException(
                            "exportKind: " + kind.name() + " has types that are only served in R4");
                }
            }
            return types;
        }

        /**
         * Sets how the payer decides on what Consumers ask to change. Required when the backend takes changes, unless
         * {@link #readOnly}.
         */
        public Builder attributionPolicy(AttributionPolicy policy) {
            this.attributionPolicy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Lets nobody change, create or delete anything, whatever the backend takes: what would do so is neither served
         * nor advertised.
         */
        public Builder readOnly() {
            this.readOnly = true;
            this.backend = new ReadOnlyBackend(backend);
            return this;
        }

        /**
         * Sets the HTTP status of a confirmation; {@link #DEFAULT_CONFIRM_STATUS} by default (C-19).
         *
         * @param status 200, 201 or 202
         */
        public Builder confirmStatus(int status) {
            this.confirmStatus = status;
            return this;
        }

        /**
         * Sets how many lists and resources one client may create within an hour; {@link #DEFAULT_CREATIONS_PER_HOUR} by
         * default. Whoever has created as many is asked to wait ({@code 429}). Every node counts for itself, and begins
         * anew with its process; what a client keeps for good is the payer's system to limit.
         *
         * @param creations positive
         */
        public Builder creationsPerHour(int creations) {
            this.creationsPerHour = creations;
            return this;
        }

        /**
         * Serves Subscriptions to changes of lists, for example a {@code SubscriptionManager} of atr-subscriptions; by
         * default there are none. In R4 only (C-89). It stays the caller's to close, after the Producer.
         */
        public Builder subscriptions(SubscriptionService service) {
            this.subscriptions = Objects.requireNonNull(service, "service");
            return this;
        }

        /**
         * Sets the HTTP status of the refusal of a Subscription to a list that the client may not see;
         * {@link #DEFAULT_SUBSCRIPTION_REFUSAL_STATUS} by default (C-55).
         *
         * @param status 401 or 403
         */
        public Builder subscriptionRefusalStatus(int status) {
            this.subscriptionRefusalStatus = status;
            return this;
        }

        private Set<String> topics() {
            return subscriptions == null ? Set.of() : subscriptions.topics();
        }

        private SubscriptionRoutes.Context subscriptions(SubscriptionService service, URI base) {
            return new SubscriptionRoutes.Context(
                    service,
                    base,
                    subscriptionRefusalStatus,
                    new ClientQuota(clock, SUBSCRIPTION_CHANGES_PER_HOUR, Duration.ofHours(1)),
                    AtrProducer.auditTrail(this),
                    clock);
        }

        private CreationContext creations(URI base) {
            return new CreationContext(
                    base,
                    fhirVersion,
                    new ClientQuota(clock, creationsPerHour, Duration.ofHours(1)),
                    AtrProducer.auditTrail(this),
                    clock);
        }

        private @Nullable ReconciliationContext reconciliation(URI base) {
            Optional<Reconciliation> offered = backend.reconciliation();
            return offered.isEmpty()
                    ? null
                    : new ReconciliationContext(
                            backend,
                            offered.get(),
                            Objects.requireNonNull(attributionPolicy, "attributionPolicy"),
                            base,
                            fhirVersion,
                            confirmStatus,
                            new ClientQuota(clock, MISSES_PER_MINUTE, Duration.ofMinutes(1)),
                            AtrProducer.auditTrail(this),
                            clock);
        }

        /**
         * Makes the Producer.
         *
         * @throws IllegalStateException when something required is missing or two things contradict each other; names it
         */
        public AtrProducer build() {
            URI base = base();
            if ((authorizationServer == null) == (accessTokens == null)) {
                throw new IllegalStateException("give authorizationServer or accessTokens, one of them");
            }
            if (authorizationServer != null && tokenEndpoint != null) {
                throw new IllegalStateException("tokenEndpoint is for accessTokens; authorizationServer has its own");
            }
            if (tokenEndpoint != null && (!isSecure(tokenEndpoint) || tokenEndpoint.getRawFragment() != null)) {
                throw new IllegalStateException("tokenEndpoint must be an https address, or http at a loopback address,"
                        + " without user info and fragment");
            }
            if (exportFiles == null) {
                throw new IllegalStateException("exportFiles is required, for example a DirectoryExportFiles");
            }
            if (executor != null && taskRunner != null) {
                throw new IllegalStateException("give executor or taskRunner, not both");
            }
            if (maxInlineMembers < 0 || waitingExportsPerClient < 0) {
                throw new IllegalStateException("maxInlineMembers and waitingExportsPerClient must not be negative");
            }
            if (readOnly && attributionPolicy != null) {
                throw new IllegalStateException("give attributionPolicy or readOnly, not both");
            }
            if (attributionPolicy == null && backend.reconciliation().isPresent()) {
                throw new IllegalStateException(
                        "attributionPolicy is required, since the backend takes changes: it says"
                                + " whom a Consumer may add; or say readOnly");
            }
            if (subscriptions != null && fhirVersion != FhirVersion.R4) {
                throw new IllegalStateException("subscriptions are served in R4 only");
            }
            if (subscriptionRefusalStatus != 401 && subscriptionRefusalStatus != 403) {
                throw new IllegalStateException("subscriptionRefusalStatus is 401 or 403");
            }
            if (confirmStatus < 200 || confirmStatus > 202) {
                throw new IllegalStateException("confirmStatus is 200, 201 or 202");
            }
            if (exportsPerClient < 1 || exportLife.isNegative() || exportLife.isZero()) {
                throw new IllegalStateException("exportsPerClient and exportLife must be positive");
            }
            if (exportStallLimit.isNegative() || exportStallLimit.isZero()) {
                throw new IllegalStateException("exportStallLimit must be positive");
            }
            if (creationsPerHour < 1) {
                throw new IllegalStateException("creationsPerHour must be positive");
            }
            if (exportFileBytes < 1) {
                throw new IllegalStateException("exportFileBytes must be positive");
            }
            AccessTokens tokens = accessTokens;
            if (authorizationServer != null) {
                tokens = authorizationServer.accessTokens();
                if (!authorizationServer.tokenEndpoint().toString().equals(base + "/auth/token")) {
                    throw new IllegalStateException("authorizationServer was built for another base than baseUrl");
                }
            }
            return new AtrProducer(this, base, Objects.requireNonNull(tokens), exportFiles);
        }

        private static boolean isSecure(URI address) {
            try {
                return Origin.of(address).isSecure();
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        private URI base() {
            if (baseUrl == null) {
                throw new IllegalStateException("baseUrl is required");
            }
            if (!isSecure(baseUrl) || baseUrl.getRawQuery() != null || baseUrl.getRawFragment() != null) {
                throw new IllegalStateException("baseUrl must be an https address, or http at a loopback address,"
                        + " without user info, query and fragment");
            }
            String text = baseUrl.toString();
            return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : baseUrl;
        }
    }
}
