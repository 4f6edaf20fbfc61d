package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.subscription.ExpectedSubscription;
import dev.atr.consumer.subscription.ListAction;
import dev.atr.consumer.subscription.ListChange;
import dev.atr.consumer.subscription.ListSubscription;
import dev.atr.consumer.subscription.ListWatch;
import dev.atr.consumer.subscription.MissedChanges;
import dev.atr.consumer.subscription.NotificationListener;
import dev.atr.consumer.subscription.NotificationReceiver;
import dev.atr.consumer.subscription.NotificationStore;
import dev.atr.consumer.subscription.SubscriptionClient;
import dev.atr.consumer.subscription.SubscriptionRequest;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.http.FhirResponse;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.requirements.Requirement;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our Consumer hears from our Producer, each over sockets and with a disk of its own. */
class ConsumerHearsOfChangesTest {
    /** At a try each 15 min; the Producers of tests wait for seconds. */
    private static final int TRIES_IN_SIX_HOURS = 24;

    @TempDir
    private Path folder;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final AtomicReference<@Nullable NotificationReceiver> mounted = new AtomicReference<>();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private RunningProducer producer;
    private FhirHttpServer server;
    private ListId list;

    @BeforeEach
    void start() throws Exception {
        producer = RunningProducer.notifying(Database.H2, folder);
        list = producer.openList();
        server = FhirHttpServer.builder(request -> {
                    NotificationReceiver receiver = mounted.get();
                    if (receiver != null) {
                        return receiver.handle(request);
                    }
                    turnedAway.incrementAndGet();
                    return FhirResponse.unavailable();
                })
                .mount("/notify")
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
        producer.close();
    }

    @Test
    @Requirement({"ATR-SUB-001", "ATR-SUB-007", "ATR-SUB-008", "SUBB-004", "SUBB-009", "SUBB-021", "ATR-CAP-012"})
    void aWatchIsToldOfEachNewVersionUntilItWantsNoMore() throws Exception {
        ProducerConnection connection = producer.connection(FhirVersion.R4);
        SubscriptionClient subscriptions = new SubscriptionClient(connection);
        assertThat(subscriptions.isAdvertised()).isTrue();
        try (NotificationReceiver receiver = receiver();
                ListWatch watch = ListWatch.builder(connection, new Told())
                        .list(list)
                        .receiver(receiver)
                        .start()) {
            awaitTold("by notifications");

            producer.administration().finalise(list);
            String version = version();
            awaitTold("version " + version);

            watch.unsubscribe(list);
            assertThat(subscriptions.findAll())
                    .extracting(ListSubscription::status)
                    .containsExactly(SubscriptionStatus.OFF);
            assertThat(receiver.expected(connection.fhirBase(), list)).isEmpty();
        }
    }

    @Test
    @Requirement({"ATR-SUB-007", "SUBB-021"})
    void whatTheGuideShowsWorks() throws Exception {
        InetSocketAddress here;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            here = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
        }
        URI endpoint = URI.create("http://127.0.0.1:" + here.getPort() + "/notify");
        ConsumerOnWatch consumer = new ConsumerOnWatch(
                producer.connection(FhirVersion.R4), list, new Told(), endpoint, here, folder.resolve("watch"));
        try {
            awaitTold("by notifications");
            producer.administration().finalise(list);
            awaitTold("version " + version());
        } finally {
            consumer.close();
        }
    }

    @Test
    void whileTheConsumerIsDownNothingIsLost() throws Exception {
        ProducerConnection connection = producer.connection(FhirVersion.R4);
        SubscriptionClient subscriptions = new SubscriptionClient(connection);
        List<Long> numbers = new CopyOnWriteArrayList<>();
        String id;
        try (NotificationReceiver receiver = receiver()) {
            ExpectedSubscription expected = receiver.expect(connection.fhirBase(), list, new Numbers(numbers));
            id = subscriptions
                    .create(SubscriptionRequest.of(list, receiver.endpoint(expected), expected.secret()))
                    .id();
            awaitActive(subscriptions, id);
            producer.administration().finalise(list);
            await(() -> numbers.size() == 1);
            mounted.set(null);
        }
        for (int n = 0; n < 5; n++) {
            producer.administration().reopen(list);
            producer.administration().finalise(list);
        }

        try (NotificationReceiver again = receiver()) {
            again.expect(connection.fhirBase(), list, new Numbers(numbers));

            await(() -> numbers.size() == 11);
            assertThat(numbers).isEqualTo(LongStream.rangeClosed(1, 11).boxed().toList());
            assertThat(subscriptions.status(id).orElseThrow().eventCount()).isEqualTo(11);
            assertThat(subscriptions.events(id, 3, 5).orElseThrow().events()).hasSize(3);
        }
    }

    @Test
    @Tag("soak")
    void tenThousandChangesWhileTheConsumerIsDownComeInOrder() throws Exception {
        producer.close();
        producer = RunningProducer.notifying(Database.POSTGRES, folder);
        ProducerConnection connection = producer.connection(FhirVersion.R4);
        SubscriptionClient subscriptions = new SubscriptionClient(connection);
        List<Long> numbers = new ArrayList<>();
        NotificationListener listener = new Numbers(numbers);
        try (NotificationReceiver receiver = receiver()) {
            ExpectedSubscription expected = receiver.expect(connection.fhirBase(), list, listener);
            String id = subscriptions
                    .create(SubscriptionRequest.of(list, receiver.endpoint(expected), expected.secret()))
                    .id();
            awaitActive(subscriptions, id);
            mounted.set(null);
            for (int n = 0; n < 5_000; n++) {
                producer.administration().finalise(list);
                producer.administration().reopen(list);
            }
            await(10, () -> turnedAway.get() >= TRIES_IN_SIX_HOURS);
            long liveBefore = liveBytes();
            long begin = System.nanoTime();
            mounted.set(receiver);

            await(
                    20,
                    () -> receiver.expected(connection.fhirBase(), list)
                                    .orElseThrow()
                                    .handled()
                            == 10_000);
            long grown = (liveBytes() - liveBefore) >> 20;
            System.out.printf(
                    "10000 events after the endpoint turned %d tries away: the last one %.1f s after it was back,"
                            + " %d MB more alive than before%n",
                    turnedAway.get(), (System.nanoTime() - begin) / 1e9, grown);
            assertThat(grown).as("MB").isLessThan(16);
            assertThat(numbers)
                    .isEqualTo(LongStream.rangeClosed(1, 10_000).boxed().toList());
        }
    }

    /** Returns what is alive in this JVM, where Producer and Consumer both run. */
    private static long liveBytes() {
        System.gc();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return heap.getUsed();
    }

    private NotificationReceiver receiver() throws Exception {
        NotificationReceiver receiver = NotificationReceiver.open(
                URI.create("http://127.0.0.1:" + server.port() + "/notify"),
                NotificationStore.inFolder(folder.resolve("notifications")));
        mounted.set(receiver);
        return receiver;
    }

    private String version() throws InterruptedException {
        return String.valueOf(
                producer.lists(FhirVersion.R4).find(list).orElseThrow().version());
    }

    private static void awaitActive(SubscriptionClient subscriptions, String id) {
        await(() -> subscriptions.find(id).orElseThrow().status() == SubscriptionStatus.ACTIVE);
    }

    private void awaitTold(String text) throws InterruptedException {
        for (String one = ""; !one.equals(text); ) {
            one = told.poll(1, TimeUnit.MINUTES);
            assertThat(one).as("told '" + text + "' in time").isNotNull();
        }
    }

    private static void await(Condition condition) {
        await(1, condition);
    }

    private static void await(int minutes, Condition condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
        try {
            while (!condition.holds()) {
                assertThat(System.nanoTime()).as("came to pass in time").isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    private final class Told implements ListAction {
        @Override
        public void changed(AttributionList now) {
            boolean unused = told.add("version " + now.version());
        }

        @Override
        public void watched(ListId which, boolean notified) {
            boolean unused = told.add(notified ? "by notifications" : "by looking");
        }
    }

    private record Numbers(List<Long> numbers) implements NotificationListener {
        @Override
        public void changed(ListChange change) {
            boolean unused = numbers.add(change.number());
        }

        @Override
        public void missed(MissedChanges missed) {
            throw new AssertionError("nothing is missed");
        }
    }
}
