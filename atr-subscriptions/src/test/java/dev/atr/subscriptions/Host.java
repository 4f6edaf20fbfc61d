package dev.atr.subscriptions;

import dev.atr.core.Backport;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HandClock;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A host with a {@link SubscriptionManager} over a {@link Payer}, whose time is turned by hand. */
final class Host implements AutoCloseable {
    static final String BASE = "https://payer.example/fhir";
    static final Caller ACME = new Caller("acme", "system/*.*", null);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final HandClock clock = new HandClock("2026-03-02T09:20:00Z");
    final Payer payer = new Payer(clock);
    final SubscriptionStore store = new InMemorySubscriptions();
    private final byte[] key = HeaderSecrets.newKey();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final UnaryOperator<SubscriptionManager.Builder> options;
    private SubscriptionManager manager;

    Host() {
        this(builder -> builder);
    }

    Host(UnaryOperator<SubscriptionManager.Builder> options) {
        this.options = options;
        this.manager = open();
        payer.change("list-1");
    }

    SubscriptionManager manager() {
        return manager;
    }

    /** Ends the manager and begins another one on what was kept. */
    void restart(Runnable meanwhile) {
        manager.close();
        meanwhile.run();
        manager = open();
    }

    private SubscriptionManager open() {
        return options.apply(SubscriptionManager.builder(payer)
                        .baseUrl(URI.create(BASE))
                        .egress(egress)
                        .taskRunner(new Threads())
                        .store(store, key)
                        .look(Duration.ofMillis(5))
                        .clock(clock))
                .build();
    }

    /** Returns the body of a Subscription to {@code list-1}. */
    static JsonObject body(String endpoint) {
        JsonObject filter = JsonValue.object()
                .put("url", Backport.FILTER)
                .put("valueString", "Group/list-1")
                .build();
        JsonObject content = JsonValue.object()
                .put("url", Backport.CONTENT)
                .put("valueCode", "id-only")
                .build();
        return JsonValue.object()
                .put("resourceType", "Subscription")
                .put("status", "active")
                .put("reason", "Changes of the list of 2026")
                .put("criteria", Backport.LIST_CHANGE)
                .put("_criteria", extended(filter))
                .put(
                        "channel",
                        JsonValue.object()
                                .put("type", "rest-hook")
                                .put("endpoint", endpoint)
                                .put("payload", "application/fhir+json")
                                .put("_payload", extended(content))
                                .put("header", JsonValue.array(JsonValue.of("X-Notify-Secret: 8f2b7c31")))
                                .build())
                .build();
    }

    private static JsonObject extended(JsonObject extension) {
        return JsonValue.object().put("extension", JsonValue.array(extension)).build();
    }

    /** Returns a copy with another property of the channel. */
    static JsonObject withChannel(JsonObject body, String name, JsonValue value) {
        JsonObject channel = (JsonObject) body.find("channel").orElseThrow();
        return body.with("channel", channel.with(name, value));
    }

    /** Returns a copy with a numeric extension of the channel. */
    static JsonObject withNumber(JsonObject body, String url, String type, long number) {
        JsonObject extension =
                JsonValue.object().put("url", url).put(type, number).build();
        return withChannel(body, "extension", JsonValue.array(extension));
    }

    /** Makes a Subscription and returns its id. */
    String subscribe(JsonObject body) {
        return manager.create(ACME, body.toBytes()).key().id();
    }

    /** Makes a Subscription and waits until it is active. */
    String subscribeActive(JsonObject body) {
        String id = subscribe(body);
        await(() -> status(id).equals("active"));
        return id;
    }

    /** Changes the status by a PUT of what is read. */
    void ask(String id, String status) {
        boolean known = manager.update(
                        ACME, id, read(id).with("status", JsonValue.of(status)).toBytes(), null)
                .isPresent();
        if (!known) {
            throw new AssertionError("there is no such Subscription");
        }
    }

    JsonObject read(String id) {
        StoredResource resource = manager.read(ACME, id).orElseThrow();
        return JsonValue.parseObject(resource.json());
    }

    String status(String id) {
        return read(id).text("status").orElseThrow();
    }

    String error(String id) {
        return read(id).text("error").orElse("");
    }

    /** Returns what {@code $status} says of the events so far. */
    String count(String id) {
        byte[] json = manager.status(ACME, Set.of(id), Set.of()).get(0);
        return JsonValue.parseObject(json).items("parameter").stream()
                .filter(entry -> entry.text("name").equals(Optional.of("events-since-subscription-start")))
                .findFirst()
                .flatMap(entry -> entry.text("valueString"))
                .orElseThrow();
    }

    /** Changes {@code list-1} several times. */
    void change(int times) {
        for (int i = 0; i < times; i++) {
            payer.change("list-1");
        }
    }

    /**
     * Changes {@code list-1} twice, and waits until another subscriber, who comes after all others, heard of both: so it
     * would be late for whoever was to hear of it, too.
     */
    void changeAndLetOthersHear() {
        try (Receiver witness = new Receiver()) {
            subscribeActive(body(witness.url()));
            for (int heard = 1; heard <= 2; heard++) {
                int number = heard;
                change(1);
                await(() -> witness.numbers().contains(number));
            }
        }
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come to pass within " + PATIENCE);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        manager.close();
        egress.close();
    }

    /** Hands each task to a thread, one thread a task at a time. */
    private static final class Threads implements TaskRunner {
        private final ExecutorService executor = Executors.newFixedThreadPool(16);
        private final Set<String> there = ConcurrentHashMap.newKeySet();
        private Handler handler = task -> Optional.empty();

        @Override
        public void start(Handler newHandler) {
            handler = Objects.requireNonNull(newHandler);
        }

        @Override
        public void submit(String task) {
            if (there.add(task)) {
                executor.execute(() -> handle(task));
            }
        }

        private void handle(String task) {
            Optional<Duration> again = Optional.of(Duration.ZERO);
            try {
                again = handler.handle(task);
            } finally {
                there.remove(task);
            }
            // Whoever wants to rest is due all the while, and handed in with the next look.
            if (again.equals(Optional.of(Duration.ZERO))) {
                submit(task);
            }
        }

        @Override
        public void cancel(String task) {
            there.remove(task);
        }

        @Override
        public void giveUp(String task) {
            there.remove(task);
        }

        @Override
        public void close() {
            executor.shutdown();
            try {
                if (!executor.awaitTermination(CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    executor.shutdownNow();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
