package dev.atr.subscriptions;

import dev.atr.core.Backport;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.client.Egress;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.spi.subscription.ListChange;
import dev.atr.producer.spi.subscription.ListChanges;
import dev.atr.producer.spi.subscription.StoredSubscription;
import dev.atr.producer.spi.subscription.SubscriptionRefusal;
import dev.atr.producer.spi.subscription.SubscriptionRefusal.Reason;
import dev.atr.producer.spi.subscription.SubscriptionService;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions to the changes of member attribution lists: takes them, keeps them, and sends notifications until they
 * arrive. Whatever changes a list, its subscribers hear of it: in order, at least once, and nobody has to call for it.
 *
 * <pre>{@code
 * SubscriptionManager subscriptions = SubscriptionManager.builder(backend)
 *         .baseUrl(URI.create("https://fhir.payer.example/r4"))
 *         .egress(guardedEgress)
 *         .taskRunner(runner)
 *         .build();
 * }</pre>
 *
 * <p>Each Subscription is a cursor on the versions of its list; event number n is the n-th version after the handshake.
 * A notification that an endpoint does not take is sent again, after a second, then after twice as long each time, up to
 * {@link #DEFAULT_LONGEST_WAIT}; where it asks to wait for longer, that is heeded. Until it is taken, no later one is
 * sent. After {@link #DEFAULT_RETRY_SPAN} of failures the Subscription is in error, and its owner can have it go on where
 * it stopped by a PUT with status {@code active}. An endpoint that answers {@code 410} wants no more; one that answers
 * with a redirect or another status below 500 than 408, 425 and 429 will not do better later, so that is an error at once.
 *
 * <p>Thread-safe. {@link #close} ends what this started; the task runner is closed with it.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/subscription.html">ATR 2.1.0, Subscriptions</a>
 * @see <a href="http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/">Subscriptions R5 Backport 1.1.0</a>
 */
public final class SubscriptionManager implements SubscriptionService, AutoCloseable {
    /** Subscriptions that one client may have: 100. */
    public static final int DEFAULT_PER_CLIENT = 100;

    /** Longest wait between two tries: 15 minutes. */
    public static final Duration DEFAULT_LONGEST_WAIT = Duration.ofMinutes(15);

    /** How long an endpoint may fail until its Subscription is in error: 75 hours, a long weekend. */
    public static final Duration DEFAULT_RETRY_SPAN = Duration.ofHours(75);

    /** How soon changes are noticed: 500 milliseconds. */
    public static final Duration DEFAULT_LOOK = Duration.ofMillis(500);

    /** How often a change is tried again that others got in the way of. */
    private static final int TRIES = 10;

    private final ProducerBackend backend;
    private final ListChanges changes;
    private final SubscriptionStore store;
    private final Egress egress;
    private final String base;
    private final Notifications notifications;
    private final HeaderSecrets secrets;
    private final Clock clock;
    private final int perClient;
    private final Delivery.Context sending;
    private final Dispatch dispatch;

    private SubscriptionManager(Builder builder, String base, Egress egress, TaskRunner runner) {
        this.backend = builder.backend;
        this.changes = builder.backend.listChanges().orElseThrow();
        this.store = builder.store;
        this.egress = egress;
        this.base = base;
        this.notifications = new Notifications(base);
        byte[] key = builder.headerKey;
        this.secrets = new HeaderSecrets(key == null ? HeaderSecrets.newKey() : key);
        this.clock = builder.clock;
        this.perClient = builder.perClient;
        this.sending = new Delivery.Context(
                store,
                changes,
                backend,
                builder.rights,
                notifications,
                new Endpoint(egress, secrets, clock),
                new Retries(builder.longestWait, builder.retrySpan),
                builder.handshake,
                clock);
        this.dispatch = new Dispatch(store, changes, runner, clock);
        dispatch.start(new Delivery(sending), builder.look);
    }

    /**
     * Starts the configuration over a payer's system of record.
     *
     * @throws IllegalArgumentException when it does not tell of changes: {@link ProducerBackend#listChanges}
     */
    public static Builder builder(ProducerBackend backend) {
        if (backend.listChanges().isEmpty()) {
            throw new IllegalArgumentException("the backend tells of no changes: it returns no listChanges()");
        }
        return new Builder(backend);
    }

    @Override
    public Set<String> topics() {
        return Set.of(Backport.LIST_CHANGE);
    }

    @Override
    public StoredResource create(Caller caller, byte[] json) {
        SubscriptionContent content = checked(caller, SubscriptionContent.read(json, base, null), List.of());
        boolean off = content.status().equals(SubscriptionStatus.OFF.code());
        Instant now = now();
        StoredSubscription subscription = new StoredSubscription(
                UUID.randomUUID().toString().replace("-", ""),
                caller,
                content.list(),
                off ? SubscriptionStatus.OFF : SubscriptionStatus.REQUESTED,
                null,
                1,
                now,
                content.resource().toBytes(),
                0,
                0,
                0,
                null,
                off ? null : now,
                0);
        if (!store.add(subscription, perClient)) {
            throw new SubscriptionRefusal(
                    Reason.TOO_MANY,
                    "This client has " + perClient + " Subscriptions, which is as many as it may; delete one.",
                    null);
        }
        dispatch.lookSoon();
        return resource(subscription);
    }

    @Override
    public Optional<StoredResource> read(Caller caller, String id) {
        return find(caller, id).map(this::resource);
    }

    @Override
    public Optional<StoredResource> update(Caller caller, String id, byte[] json, @Nullable String version) {
        for (int i = 0; i < TRIES; i++) {
            Optional<StoredSubscription> before = find(caller, id);
            if (before.isEmpty()) {
                return Optional.empty();
            }
            requireVersion(before.get(), version);
            StoredSubscription next = updated(caller, before.get(), json);
            if (store.replace(next)) {
                dispatch.lookSoon();
                return Optional.of(resource(next));
            }
        }
        throw new SubscriptionRefusal(Reason.VERSION, "It is being changed all the time; try again.", null);
    }

    private StoredSubscription updated(Caller caller, StoredSubscription before, byte[] json) {
        SubscriptionContent old = SubscriptionContent.of(before);
        SubscriptionContent content = checked(caller, SubscriptionContent.read(json, base, before.id()), old.headers());
        Instant now = now();
        Revision revision = Revision.of(before)
                .content(caller, content.list(), content.resource().toBytes(), now);
        if (content.status().equals(SubscriptionStatus.OFF.code())) {
            return revision.status(SubscriptionStatus.OFF, null, now).due(null).next();
        }
        if (before.status() == SubscriptionStatus.ACTIVE && content.isSentLike(old)) {
            return before.failures() > 0
                    ? revision.next()
                    : revision.due(Delivery.nextTime(content, now)).next();
        }
        if (before.status() == SubscriptionStatus.OFF || !content.list().equals(old.list())) {
            revision.startAfter(0);
        }
        return revision.status(SubscriptionStatus.REQUESTED, null, now)
                .taken(0)
                .due(now)
                .next();
    }

    @Override
    public boolean delete(Caller caller, String id, @Nullable String version) {
        Optional<StoredSubscription> there = find(caller, id);
        there.ifPresent(subscription -> requireVersion(subscription, version));
        return there.isPresent() && store.remove(id);
    }

    private static void requireVersion(StoredSubscription subscription, @Nullable String version) {
        if (version != null && !version.equals(Integer.toString(subscription.version()))) {
            throw new SubscriptionRefusal(
                    Reason.VERSION, "It has another version now: read it again, and then decide.", "If-Match");
        }
    }

    @Override
    public List<StoredResource> search(Caller caller, @Nullable String endpoint, Set<SubscriptionStatus> statuses) {
        return of(caller, Set.of(), statuses).stream()
                .filter(subscription -> endpoint == null
                        || SubscriptionContent.of(subscription)
                                .endpoint()
                                .toString()
                                .equals(endpoint))
                .map(this::resource)
                .toList();
    }

    @Override
    public List<byte[]> status(Caller caller, Set<String> ids, Set<SubscriptionStatus> statuses) {
        return of(caller, ids, statuses).stream()
                .map(subscription -> notifications.status(
                        subscription, SubscriptionContent.of(subscription), count(caller, subscription)))
                .toList();
    }

    @Override
    public Optional<byte[]> events(Caller caller, String id, long from, long to) {
        return find(caller, id).map(subscription -> {
            int count = count(caller, subscription);
            long first = Math.max(1, from);
            long last = Math.min(Math.min(to, count), first + MAX_EVENTS - 1);
            List<Notifications.Event> events = last < first
                    ? List.of()
                    : Delivery.events(changes, subscription, (int) first, (int) (last - first + 1));
            return notifications.bundle(
                    subscription,
                    SubscriptionContent.of(subscription),
                    Notifications.Type.QUERY_EVENT,
                    count,
                    events,
                    now());
        });
    }

    /** Stops looking for changes, and waits for what is being sent. What is not sent is kept, and sent by the next one. */
    @Override
    public void close() {
        dispatch.close();
    }

    private Optional<StoredSubscription> find(Caller caller, String id) {
        return store.find(id).filter(found -> found.owner().clientId().equals(caller.clientId()));
    }

    private List<StoredSubscription> of(Caller caller, Set<String> ids, Set<SubscriptionStatus> statuses) {
        return store.ofClient(caller.clientId()).stream()
                .filter(subscription -> ids.isEmpty() || ids.contains(subscription.id()))
                .filter(subscription -> statuses.isEmpty() || statuses.contains(subscription.status()))
                .toList();
    }

    /**
     * Returns how many events there were since it began, those that were not taken included; none after it was ended, or
     * after the list was no longer the caller's to hear of.
     */
    private int count(Caller caller, StoredSubscription subscription) {
        if (subscription.start() == 0
                || subscription.status() == SubscriptionStatus.OFF
                || !sending.mayHear(caller, subscription.list())) {
            return subscription.told();
        }
        int newest =
                changes.newest(subscription.list()).map(ListChange::version).orElse(0);
        return Math.max(subscription.told(), newest - subscription.start());
    }

    private SubscriptionContent checked(Caller caller, SubscriptionContent content, List<String> headersBefore) {
        Instant end = content.end();
        boolean isOver = end != null && !end.isAfter(now());
        if (isOver && !content.status().equals(SubscriptionStatus.OFF.code())) {
            throw new SubscriptionRefusal(
                    Reason.INVALID, "It would have ended already; choose a later end.", "Subscription.end");
        }
        requireList(caller, content.list());
        try {
            egress.check(content.endpoint());
        } catch (IllegalArgumentException e) {
            throw new SubscriptionRefusal(
                    Reason.NOT_SERVED,
                    "Notifications can't be sent to this address: it must be public, and https.",
                    "Subscription.channel.endpoint");
        }
        List<String> sealed = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String header : content.headers()) {
            boolean isMasked = HeaderSecrets.value(header).equals(HeaderSecrets.MASK);
            if (isMasked && !names.add(HeaderSecrets.name(header).toLowerCase(Locale.ROOT))) {
                throw new SubscriptionRefusal(
                        Reason.INVALID,
                        "Of several headers of one name the values have to be sent.",
                        "Subscription.channel.header");
            }
            sealed.add(secrets.seal(header, headersBefore));
        }
        return content.withHeaders(sealed);
    }

    private void requireList(Caller caller, ListId list) {
        if (backend.find(caller, list).isEmpty()) {
            throw new SubscriptionRefusal(
                    Reason.LIST,
                    "The client may not subscribe to changes of this attribution list.",
                    "Subscription.criteria.extension");
        }
    }

    private StoredResource resource(StoredSubscription subscription) {
        SubscriptionContent content = SubscriptionContent.of(subscription);
        JsonObject shown = content.withHeaders(
                        content.headers().stream().map(HeaderSecrets::mask).toList())
                .resource();
        String version = Integer.toString(subscription.version());
        JsonValue.ObjectBuilder resource = JsonValue.object()
                .put("resourceType", ResourceType.SUBSCRIPTION.code())
                .put("id", subscription.id())
                .put(
                        "meta",
                        JsonValue.object()
                                .put("versionId", version)
                                .put("lastUpdated", subscription.lastUpdated().toString())
                                .put("profile", JsonValue.array(JsonValue.of(Backport.ATR_PROFILE)))
                                .build());
        shown.properties().forEach((name, value) -> {
            if (!name.equals("resourceType")) {
                resource.put(name, value);
            }
        });
        resource.put("status", subscription.status().code()).putIfPresent("error", subscription.error());
        return new StoredResource(
                new ResourceKey(ResourceType.SUBSCRIPTION, subscription.id()),
                version,
                subscription.lastUpdated(),
                resource.build().toBytes());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Configures a manager. For one thread. */
    public static final class Builder {
        private final ProducerBackend backend;
        private @Nullable URI baseUrl;
        private @Nullable Egress egress;
        private @Nullable TaskRunner taskRunner;
        private SubscriptionStore store = new InMemorySubscriptions();
        private byte @Nullable [] headerKey;
        private Function<Caller, Optional<Caller>> rights = Optional::of;
        private int perClient = DEFAULT_PER_CLIENT;
        private Duration longestWait = DEFAULT_LONGEST_WAIT;
        private Duration retrySpan = DEFAULT_RETRY_SPAN;
        private Duration look = DEFAULT_LOOK;
        private boolean handshake = true;
        private Clock clock = Clock.systemUTC();

        private Builder(ProducerBackend backend) {
            this.backend = backend;
        }

        /** Sets the FHIR base as clients see it. Required. */
        public Builder baseUrl(URI url) {
            this.baseUrl = Objects.requireNonNull(url, "url");
            return this;
        }

        /**
         * Sets the way out to endpoints, which clients choose: for example a {@code GuardedEgress} of atr-egress. Required.
         * It stays the caller's to close, after the manager.
         */
        public Builder egress(Egress guarded) {
            this.egress = Objects.requireNonNull(guarded, "guarded");
            return this;
        }

        /**
         * Sets what has notifications sent: as many at once as it has workers. Required. It serves this manager alone,
         * which starts and closes it; over one database, several nodes share the work.
         */
        public Builder taskRunner(TaskRunner runner) {
            this.taskRunner = Objects.requireNonNull(runner, "runner");
            return this;
        }

        /** Sets where Subscriptions are kept; {@link InMemorySubscriptions} by default. */
        public Builder store(SubscriptionStore subscriptions, byte[] key) {
            if (key.length != HeaderSecrets.KEY_BYTES) {
                throw new IllegalArgumentException("the key has " + HeaderSecrets.KEY_BYTES + " bytes");
            }
            this.store = Objects.requireNonNull(subscriptions, "subscriptions");
            this.headerKey = key.clone();
            return this;
        }

        /**
         * Sets how a client is registered now: what it may see is asked anew before anything is sent, and a client that
         * is no more hears nothing. By default it is as it was when it made or last changed the Subscription.
         */
        public Builder rights(Function<Caller, Optional<Caller>> now) {
            this.rights = Objects.requireNonNull(now, "now");
            return this;
        }

        /** Sets how many Subscriptions one client may have; {@link #DEFAULT_PER_CLIENT} by default. */
        public Builder perClient(int subscriptions) {
            this.perClient = subscriptions;
            return this;
        }

        /**
         * Sets how long tries go on; {@link #DEFAULT_LONGEST_WAIT} and {@link #DEFAULT_RETRY_SPAN} by default.
         *
         * @param longest the longest wait between two tries; a second or more
         * @param span how long an endpoint may fail; zero for one try
         */
        public Builder retries(Duration longest, Duration span) {
            this.longestWait = Objects.requireNonNull(longest, "longest");
            this.retrySpan = Objects.requireNonNull(span, "span");
            return this;
        }

        /** Sets how often to look for changes; {@link #DEFAULT_LOOK} by default. */
        public Builder look(Duration every) {
            this.look = Objects.requireNonNull(every, "every");
            return this;
        }

        /** Sends events without a handshake before them, for peers whose endpoint can't answer one (C-61). */
        public Builder withoutHandshake() {
            this.handshake = false;
            return this;
        }

        /** Sets the clock; the system's by default. */
        public Builder clock(Clock newClock) {
            this.clock = Objects.requireNonNull(newClock, "newClock");
            return this;
        }

        /**
         * Makes the manager, which begins to look for changes.
         *
         * @throws IllegalStateException when something required is missing; names it
         * @throws TransportException when the store can't be reached
         */
        public SubscriptionManager build() {
            if (baseUrl == null || egress == null || taskRunner == null) {
                throw new IllegalStateException("baseUrl, egress and taskRunner are required");
            }
            if (perClient < 1 || look.isNegative() || look.isZero()) {
                throw new IllegalStateException("perClient and look must be positive");
            }
            String base = baseUrl.toString();
            return new SubscriptionManager(
                    this, base.endsWith("/") ? base.substring(0, base.length() - 1) : base, egress, taskRunner);
        }
    }
}
