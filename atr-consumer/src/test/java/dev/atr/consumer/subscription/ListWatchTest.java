package dev.atr.consumer.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.NumberedTokens;
import dev.atr.consumer.ProducerConnection;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.RejectedException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.JsonValue;
import dev.atr.http.FhirRequest;
import dev.atr.http.HandClock;
import dev.atr.http.HttpHeaders;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A watch beside Producers that do not do what one would like them to. */
class ListWatchTest {
    private static final ListId LIST = new ListId("list-1");
    private static final String GROUP = "/r4/Group/list-1";
    private static final String ALL = "/r4/Subscription";
    private static final String ONE = "/r4/Subscription/sub-77";
    private static final String NONE = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}";
    private static final String REFUSAL =
            "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"forbidden\"}]}";

    /** In which a quarter of an hour takes a second. */
    private static final Duration QUICK = Duration.ofMillis(1);

    /** In which nothing happens but what others cause. */
    private static final Duration SLOW = Duration.ofHours(1);

    private final ScriptedPeer producer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private ProducerConnection connection = ProducerConnection.of(
                    producer.base(), NumberedTokens.forOriginsOf(producer.base()), egress)
            .withFhirVersion(FhirVersion.R4);
    private NotificationReceiver receiver = receiver(SLOW);
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private @Nullable ListWatch watch;

    @AfterEach
    void stop() {
        if (watch != null) {
            watch.close();
        }
        receiver.close();
        egress.close();
        producer.close();
    }

    private static NotificationReceiver receiver(Duration look) {
        return NotificationReceiver.open(
                URI.create("https://provider.example/notify"), NotificationStore.inMemory(), look);
    }

    /** Has silence of a minute pass in no time. */
    private void hurry() {
        receiver.close();
        receiver = receiver(QUICK);
    }

    private void watch(Duration look, UnaryOperator<ListWatch.Builder> settings) {
        ListAction action = new ListAction() {
            @Override
            public void changed(AttributionList list) {
                if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new IllegalStateException("can't do it now");
                }
                told.add("version " + list.version());
            }

            @Override
            public void gone(ListId list) {
                told.add("gone");
            }

            @Override
            public void watched(ListId list, boolean notified) {
                told.add(notified ? "by notifications" : "by looking");
            }
        };
        watch = settings.apply(ListWatch.builder(connection, action)
                        .list(LIST)
                        .pollEvery(Duration.ofMinutes(1))
                        .heartbeat(Duration.ofMinutes(1)))
                .look(look)
                .start();
    }

    @Test
    @Requirement({"ATR-SUB-017", "ATR-DISC-012"})
    void withoutAReceiverItLooksNowAndThen() throws Exception {
        producer.on(GROUP, group("1"), group("1"), group("1"), group("2"), group("2"), group("3"));

        watch(QUICK, builder -> builder);

        assertThat(told(4)).containsExactly("by looking", "version 1", "version 2", "version 3");
        assertThat(producer.asked(ALL)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405, 422, 501})
    @Requirement({"ATR-SUB-017", "SUBB-004"})
    void whereThereAreNoSubscriptionsItLooksNowAndThen(int status) throws Exception {
        producer.on(ALL, Reply.status(status)).on(GROUP, group("1"), group("2"));

        watch(QUICK, builder -> builder.receiver(receiver));

        assertThat(told(3)).containsExactly("by looking", "version 1", "version 2");
        assertThat(posts()).hasSizeBetween(1, 2);
    }

    @Test
    @Requirement("ATR-SUB-012")
    void whereWeMayNotSubscribeItAsksNoMore() throws Exception {
        producer.on("GET", ALL, Reply.fhir(200, NONE))
                .on("POST", ALL, Reply.fhir(401, REFUSAL))
                .on(GROUP, group("1"), group("2"));

        watch(QUICK, builder -> builder.receiver(receiver));

        assertThat(told(3)).containsExactly("by looking", "version 1", "version 2");
        assertThat(posts()).hasSize(2);
    }

    @Test
    void eventsHaveTheListLookedAtAndNotEachOne() throws Exception {
        subscribable();
        producer.on(GROUP, group("1"), group("2"));
        watch(SLOW, builder -> builder.receiver(receiver));
        assertThat(told(2)).containsExactly("by looking", "version 1");

        for (int n = 1; n <= 500; n++) {
            assertThat(notify(Notifications.events("Subscription/sub-77", n))).isEqualTo(200);
        }

        await(() -> receiver.expected(producer.base(), LIST).orElseThrow().handled() == 500);
        assertThat(told(1)).containsExactly("by notifications");
        assertThat(producer.asked(GROUP)).hasSize(1);
    }

    @Test
    void anEventHasTheListLookedAt() throws Exception {
        subscribable();
        producer.on(GROUP, group("1"), group("2"));
        watch(QUICK, builder -> builder.receiver(receiver).pollEvery(Duration.ofDays(100)));
        assertThat(told(2)).containsExactly("by looking", "version 1");

        assertThat(notify(Notifications.events("Subscription/sub-77", 1))).isEqualTo(200);

        assertThat(told(2)).containsExactlyInAnyOrder("by notifications", "version 2");
    }

    @Test
    @Requirement("SUBB-027")
    void aProducerThatIsSilentIsAsked() throws Exception {
        hurry();
        subscribable();
        producer.on(GROUP, group("1"), group("2"))
                .on(ONE + "/$status", status("active"))
                .on("GET", ONE, Reply.fhir(200, subscription("active")));

        watch(QUICK, builder -> builder.receiver(receiver).pollEvery(Duration.ofDays(100)));

        assertThat(told(3)).containsExactly("by looking", "version 1", "version 2");
        assertThat(producer.asked(ONE + "/$status")).isNotEmpty();
        assertThat(posts()).hasSize(1);
    }

    @Test
    @Requirement({"SUBB-025", "SUBB-027"})
    void aSubscriptionInErrorIsResumed() throws Exception {
        hurry();
        subscribable();
        producer.on(GROUP, group("1"))
                .on(ONE + "/$status", status("error"), status("active"))
                .on("GET", ONE, Reply.fhir(200, subscription("error")), Reply.fhir(200, subscription("active")))
                .on("PUT", ONE, Reply.fhir(200, subscription("requested")));

        watch(QUICK, builder -> builder.receiver(receiver));

        await(() -> puts().stream().anyMatch(put -> put.body().contains("\"status\":\"active\"")));
        assertThat(puts().get(0).body()).contains("https://provider.example/notify/");
    }

    @Test
    void aSubscriptionThatWasTurnedOffBeginsAnew() throws Exception {
        hurry();
        subscribable();
        producer.on(GROUP, group("1"))
                .on(ONE + "/$status", status("off"))
                .on("GET", ONE, Reply.fhir(200, subscription("off")))
                .on("PUT", ONE, Reply.fhir(200, subscription("active")));
        watch(SLOW, builder -> builder.receiver(receiver));
        assertThat(told(2)).containsExactly("by looking", "version 1");
        assertThat(notify(Notifications.events("Subscription/sub-77", 20))).isEqualTo(200);
        await(() -> handled() == 20);

        assertThat(notify(Notifications.bundle("Subscription/sub-77", "off", "event-notification", 21, 21)))
                .isEqualTo(200);
        await(() -> !puts().isEmpty() && handled() == 0);

        assertThat(notify(Notifications.events("Subscription/sub-77", 1))).isEqualTo(200);
        await(() -> handled() == 1);
    }

    private long handled() {
        return receiver.expected(producer.base(), LIST).orElseThrow().handled();
    }

    @Test
    void aSubscriptionThatIsGoneIsMadeAgain() throws Exception {
        hurry();
        producer.on("GET", ALL, Reply.fhir(200, NONE))
                .on(
                        "POST",
                        ALL,
                        Reply.fhir(201, subscription("requested")),
                        Reply.fhir(201, subscription("requested").replace("sub-77", "sub-78")))
                .on(GROUP, group("1"))
                .on(ONE, Reply.status(404))
                .on(ONE + "/$status", Reply.status(404))
                .on("/r4/Subscription/sub-78/$status", status("active"));

        watch(QUICK, builder -> builder.receiver(receiver));

        await(() -> receiver.expected(producer.base(), LIST)
                .filter(expected -> "sub-78".equals(expected.id()))
                .isPresent());
        assertThat(posts()).hasSize(2).extracting(Asked::body).doesNotHaveDuplicates();
        assertThat(notify(Notifications.handshake("Subscription/sub-77", 0))).isEqualTo(404);
        assertThat(notify(Notifications.handshake("Subscription/sub-78", 0))).isEqualTo(200);
    }

    @Test
    void whatTheProcessBeforeAskedForIsFoundByItsEndpoint() throws Exception {
        ExpectedSubscription expected = receiver.expect(producer.base(), LIST, new WatchedNothing());
        String held = subscription("active")
                .replace(
                        "https://provider.example/notify/x",
                        receiver.endpoint(expected).toString());
        producer.on("GET", ALL, Reply.fhir(200, """
                        {"resourceType":"Bundle","type":"searchset","entry":[{"resource":%s}]}
                        """.formatted(held))).on(GROUP, group("1"));

        watch(QUICK, builder -> builder.receiver(receiver));

        await(() -> "sub-77"
                .equals(receiver.expected(producer.base(), LIST).orElseThrow().id()));
        assertThat(posts()).isEmpty();
    }

    @Test
    void anActionThatFailsIsDoneAgain() throws Exception {
        failures.set(3);
        producer.on(GROUP, group("1"));

        watch(QUICK, builder -> builder);

        assertThat(told(2)).containsExactly("by looking", "version 1");
    }

    @Test
    void anOutageCostsTimeAndNothingElse() throws Exception {
        producer.on(
                GROUP,
                Reply.status(503),
                Reply.status(502),
                Reply.status(500),
                group("1"),
                Reply.status(503),
                group("2"));

        watch(QUICK, builder -> builder);

        assertThat(told(3)).containsExactly("by looking", "version 1", "version 2");
    }

    @Test
    void aListThatIsGoneIsToldOnceAndWatchedOn() throws Exception {
        producer.on(GROUP, group("1"), Reply.status(404), Reply.status(404), Reply.status(410), group("1"));

        watch(QUICK, builder -> builder);

        assertThat(told(4)).containsExactly("by looking", "version 1", "gone", "version 1");
    }

    @Test
    void inStu3NothingIsSubscribedTo() throws Exception {
        producer.on(GROUP, group("1"));
        ListAction action = list -> told.add("version " + list.version());
        watch = ListWatch.builder(connection.withFhirVersion(FhirVersion.STU3), action)
                .list(LIST)
                .receiver(receiver)
                .look(QUICK)
                .start();

        assertThat(told(1)).containsExactly("version 1");
        assertThat(producer.asked(ALL)).isEmpty();
    }

    @Test
    @Requirement("ATR-SUB-008")
    void whatIsNotWantedAnyMoreIsTurnedOff() throws Exception {
        subscribable();
        producer.on(GROUP, group("1"))
                .on("GET", ONE, Reply.fhir(200, subscription("active")))
                .on("PUT", ONE, Reply.fhir(200, subscription("off")));
        watch(SLOW, builder -> builder.receiver(receiver));
        assertThat(told(2)).containsExactly("by looking", "version 1");

        Objects.requireNonNull(watch).unsubscribe(LIST);

        assertThat(puts())
                .singleElement()
                .satisfies(put -> assertThat(put.body()).contains("\"status\":\"off\""));
        assertThat(receiver.expected(producer.base(), LIST)).isEmpty();
    }

    @Test
    @Requirement("ATR-SUB-008")
    void anActionMayEndTheWatchOfItsList() throws Exception {
        subscribable();
        producer.on(GROUP, group("1"))
                .on("GET", ONE, Reply.fhir(200, subscription("active")))
                .on("PUT", ONE, Reply.fhir(200, subscription("off")));
        ListAction action = list -> {
            Objects.requireNonNull(watch).unsubscribe(LIST);
            told.add("unsubscribed");
        };
        watch = ListWatch.builder(connection, action)
                .list(LIST)
                .receiver(receiver)
                .look(Duration.ofMillis(100))
                .start();

        assertThat(told(1)).containsExactly("unsubscribed");
        assertThat(puts())
                .singleElement()
                .satisfies(put -> assertThat(put.body()).contains("\"status\":\"off\""));
    }

    @Test
    void anEventWhoseNumberWasUsedBeforeHasTheListLookedAtToo() throws Exception {
        subscribable();
        producer.on(GROUP, group("1"), group("2"), group("3"));
        watch(QUICK, builder -> builder.receiver(receiver).pollEvery(Duration.ofDays(100)));
        assertThat(told(2)).containsExactly("by looking", "version 1");
        assertThat(notify(Notifications.events("Subscription/sub-77", 1))).isEqualTo(200);
        assertThat(told(2)).containsExactlyInAnyOrder("by notifications", "version 2");

        // What a Producer sends that counts in memory, and was started again
        assertThat(notify(Notifications.events("Subscription/sub-77", 1))).isEqualTo(200);

        assertThat(told(1)).containsExactly("version 3");
    }

    @Test
    @Requirement("ATR-SUB-008")
    void whatCouldNotBeTurnedOffCanBeLater() throws Exception {
        subscribable();
        producer.on(GROUP, group("1"))
                .on("GET", ONE, Reply.fhir(200, subscription("active")))
                .on("PUT", ONE, Reply.fhir(422, REFUSAL), Reply.fhir(200, subscription("off")));
        watch(SLOW, builder -> builder.receiver(receiver));
        assertThat(told(2)).containsExactly("by looking", "version 1");
        ListWatch watching = Objects.requireNonNull(watch);
        assertThatThrownBy(() -> watching.unsubscribe(LIST)).isInstanceOf(RejectedException.class);

        watching.unsubscribe(LIST);

        assertThat(puts()).hasSize(2);
        assertThat(receiver.expected(producer.base(), LIST)).isEmpty();
    }

    @Test
    void whoeverUnsubscribesDoesNotWaitForAWatchThatIsClosed() throws Exception {
        producer.on(GROUP, group("1"));
        CountDownLatch free = new CountDownLatch(1);
        watch = busy(free::await);
        ListWatch watching = watch;
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        Thread unsubscribing = new Thread(() -> {
            try {
                watching.unsubscribe(LIST);
            } catch (Exception e) {
                failure.set(e);
            }
        });
        unsubscribing.start();
        await(() -> unsubscribing.getState() == Thread.State.WAITING);

        watching.close();

        unsubscribing.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(unsubscribing.isAlive()).isFalse();
        assertThat(failure.get()).isNull();
    }

    @Test
    void whoeverClosesItWaitsForAnActionThatEndsWhenItIsInterrupted() throws Exception {
        producer.on(GROUP, group("1"));
        AtomicBoolean ended = new AtomicBoolean();
        watch = busy(() -> {
            try {
                new CountDownLatch(1).await();
            } finally {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                ended.set(true);
            }
        });

        watch.close();

        assertThat(ended).isTrue();
    }

    @Test
    void anActionThatIsInterruptedByItselfIsDoneAgain() throws Exception {
        producer.on(GROUP, group("1"));
        AtomicInteger calls = new AtomicInteger();
        ListAction action = list -> {
            if (calls.getAndIncrement() == 0) {
                throw new InterruptedException("a worker of its own was");
            }
            told.add("version " + list.version());
        };

        watch = ListWatch.builder(connection, action).list(LIST).look(QUICK).start();

        assertThat(told(1)).containsExactly("version 1");
    }

    @Test
    void whateverTheActionThrowsTheWatchGoesOn() throws Exception {
        producer.on(GROUP, group("1"), group("2"));
        ListAction action = new ListAction() {
            @Override
            public void changed(AttributionList list) {
                told.add("version " + list.version());
            }

            @Override
            public void watched(ListId list, boolean notified) {
                throw new LinkageError("half deployed");
            }
        };

        watch = ListWatch.builder(connection, action)
                .list(LIST)
                .pollEvery(Duration.ofMinutes(1))
                .look(QUICK)
                .start();

        assertThat(told(2)).containsExactly("version 1", "version 2");
    }

    /** Returns a watch whose action is at it. */
    private ListWatch busy(Work work) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        ListAction action = list -> {
            begun.countDown();
            work.run();
        };
        ListWatch made =
                ListWatch.builder(connection, action).list(LIST).look(QUICK).start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        return made;
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    @Test
    @Requirement("SUBB-027")
    void aProducerThatTellsNoStatusIsAskedForTheSubscription() throws Exception {
        hurry();
        subscribable();
        producer.on(GROUP, group("1"))
                .on(ONE + "/$status", Reply.status(400))
                .on("GET", ONE, Reply.fhir(200, subscription("error")))
                .on("PUT", ONE, Reply.fhir(200, subscription("active")));
        watch(SLOW, builder -> builder.receiver(receiver));
        assertThat(told(2)).containsExactly("by looking", "version 1");

        await(() -> {
            Objects.requireNonNull(watch).lookNow();
            return !puts().isEmpty();
        });

        assertThat(puts().get(0).body()).contains("\"status\":\"active\"");
    }

    @Test
    void aSubscriptionThatEndsIsRenewedInTime() throws Exception {
        HandClock clock = new HandClock("2026-03-02T10:00:00Z");
        subscribable();
        producer.on(GROUP, group("1"))
                .on("GET", ONE, Reply.fhir(200, subscription("active")))
                .on("PUT", ONE, Reply.fhir(200, subscription("active")));
        connection = connection.withClock(clock, clock);
        watch(SLOW, builder -> builder.receiver(receiver).subscriptionLife(Duration.ofHours(2)));
        assertThat(told(2)).containsExactly("by looking", "version 1");
        String end = clock.instant().plus(Duration.ofHours(2)).toString();
        assertThat(posts())
                .singleElement()
                .satisfies(post -> assertThat(post.body()).contains("\"end\":\"" + end + "\""));

        // An action that takes long, or a machine that slept: a look came to pass, and more than an hour
        clock.turn(Duration.ofMinutes(61));
        Objects.requireNonNull(watch).lookNow();

        await(() -> !puts().isEmpty());
        assertThat(puts().get(0).body()).contains("\"end\":\"" + clock.instant().plus(Duration.ofHours(2)) + "\"");
    }

    @Test
    void timesThatAreTooShortOrBeyondAnyPurposeAreRefused() {
        ListWatch.Builder builder = ListWatch.builder(connection, list -> {});

        for (Duration wrong : List.of(Duration.ofSeconds(59), ChronoUnit.FOREVER.getDuration())) {
            assertThatThrownBy(() -> builder.pollEvery(wrong)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> builder.heartbeat(wrong)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> builder.subscriptionLife(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void subscribable() {
        producer.on("GET", ALL, Reply.fhir(200, NONE)).on("POST", ALL, Reply.fhir(201, subscription("requested")));
    }

    private List<Asked> posts() {
        return producer.asked(ALL).stream()
                .filter(asked -> asked.method().equals("POST"))
                .toList();
    }

    private List<Asked> puts() {
        return producer.asked(ONE).stream()
                .filter(asked -> asked.method().equals("PUT"))
                .toList();
    }

    private int notify(String json) {
        ExpectedSubscription expected = receiver.expected(producer.base(), LIST).orElseThrow();
        HttpHeaders headers = HttpHeaders.of(
                "Content-Type",
                "application/fhir+json",
                "Authorization",
                "Bearer " + expected.secret().value());
        return receiver.handle(new FhirRequest(
                        "POST",
                        "/" + expected.key(),
                        null,
                        headers,
                        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))))
                .status();
    }

    private static Reply group(String version) {
        return Reply.fhir(200, """
                {"resourceType":"Group","id":"list-1","meta":{"versionId":"%s","lastUpdated":"2026-03-02T09:00:00Z"},
                 "type":"person","actual":true,"extension":[
                  {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributionListStatus","valueCode":"open"},
                  {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-contractValidityPeriod",
                   "valuePeriod":{"start":"2026-01-01","end":"2026-12-31"}}]}
                """.formatted(version));
    }

    private static String subscription(String status) {
        return """
                {"resourceType":"Subscription","id":"sub-77","meta":{"versionId":"1"},"status":"%s","reason":"x",
                 "criteria":"http://hl7.org/fhir/us/davinci-atr/SubscriptionTopic/atr-list-change",
                 "channel":{"type":"rest-hook","endpoint":"https://provider.example/notify/x",
                  "payload":"application/fhir+json","extension":[{"valueUnsignedInt":60,
                  "url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period"}]}}
                """.formatted(status).strip();
    }

    private static Reply status(String status) {
        JsonValue parameters = Notifications.status("Subscription/sub-77", status, "query-status", 0);
        return Reply.fhir(200, """
                {"resourceType":"Bundle","type":"searchset","entry":[{"resource":%s}]}
                """.formatted(parameters.toJson()));
    }

    private List<String> told(int number) throws InterruptedException {
        List<String> next = new ArrayList<>();
        for (int n = 0; n < number; n++) {
            String one = told.poll(30, TimeUnit.SECONDS);
            assertThat(one).as("told after " + next).isNotNull();
            next.add(one);
        }
        return next;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("came to pass in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static final class WatchedNothing implements NotificationListener {
        @Override
        public void changed(ListChange change) {}

        @Override
        public void missed(MissedChanges missed) {}
    }
}
