package dev.atr.consumer.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListId;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint of notifications over a real socket, as a Producer meets it. */
class NotificationReceiverTest {
    private static final URI BASE = URI.create("https://payer.example/r4");
    private static final ListId LIST = new ListId("list-1");
    private static final String SUBSCRIPTION = BASE + "/Subscription/sub-77";

    /** A minute of waiting for what is missing passes in a fifteenth of a second. */
    private static final Duration QUICK = Duration.ofMillis(1);

    /** And here it does not pass while a test runs. */
    private static final Duration SLOW = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final Teller listener = new Teller();
    private final AtomicReference<@Nullable NotificationReceiver> mounted = new AtomicReference<>();
    private final AtomicInteger brokenSaves = new AtomicInteger();
    private NotificationStore files;
    private FhirHttpServer server;
    private NotificationReceiver receiver;
    private ExpectedSubscription expected;

    @BeforeEach
    void start() throws IOException {
        server = FhirHttpServer.builder(
                        request -> Objects.requireNonNull(mounted.get()).handle(request))
                .mount("/notify")
                .start();
        open(SLOW);
    }

    private void open(Duration look) throws IOException {
        if (receiver != null) {
            receiver.close();
        }
        files = NotificationStore.inFolder(folder.resolve("notifications"));
        receiver = NotificationReceiver.open(
                URI.create("http://127.0.0.1:" + server.port() + "/notify"), new Breakable(files), look);
        mounted.set(receiver);
        expected = receiver.expect(BASE, LIST, listener);
    }

    @AfterEach
    void stop() {
        server.close();
        receiver.close();
    }

    @Test
    @Requirement({"ATR-SUB-007", "SUBB-021"})
    void eventsAreToldInOrderAndOnce() throws Exception {
        assertThat(post(Notifications.handshake(SUBSCRIPTION, 0))).isEqualTo(200);
        assertThat(post(Notifications.heartbeat(SUBSCRIPTION, 0))).isEqualTo(200);
        assertThat(post(Notifications.events(SUBSCRIPTION, 1))).isEqualTo(200);
        assertThat(post(Notifications.events(SUBSCRIPTION, 1))).isEqualTo(200);
        assertThat(post(Notifications.events(SUBSCRIPTION, 1, 2, 3))).isEqualTo(200);

        assertThat(told(3)).containsExactly("changed 1", "changed 2", "changed 3");
        assertThat(told).isEmpty();
    }

    @Test
    @Requirement("SUBB-021")
    void theAnswerDoesNotWaitForTheListener() throws Exception {
        post(Notifications.handshake(SUBSCRIPTION, 0));
        listener.free.acquire();

        assertThat(post(Notifications.events(SUBSCRIPTION, 1))).isEqualTo(200);

        assertThat(told).isEmpty();
        listener.free.release();
        assertThat(told(1)).containsExactly("changed 1");
    }

    @Test
    void itWorksWithoutAHandshakeAndFromAnyNumberOn() throws Exception {
        assertThat(post(Notifications.events("Subscription/sub-77", 41))).isEqualTo(200);
        assertThat(post(Notifications.events("Subscription/sub-77", 42))).isEqualTo(200);

        assertThat(told(2)).containsExactly("changed 41", "changed 42");
        assertThat(receiver.expected(BASE, LIST).orElseThrow().id()).isEqualTo("sub-77");
    }

    @Test
    @Requirement("SUBB-026")
    void whatComesLateIsPutInOrder() throws Exception {
        post(Notifications.events(SUBSCRIPTION, 20));
        post(Notifications.events(SUBSCRIPTION, 21));
        post(Notifications.events(SUBSCRIPTION, 23));
        post(Notifications.events(SUBSCRIPTION, 22));
        post(Notifications.events(SUBSCRIPTION, 22));
        post(Notifications.events(SUBSCRIPTION, 24));

        assertThat(told(5)).containsExactly("changed 20", "changed 21", "changed 22", "changed 23", "changed 24");
        assertThat(told).isEmpty();
    }

    @Test
    @Requirement("SUBB-026")
    void whatDoesNotComeIsToldAsMissedBeforeWhatCameAfterIt() throws Exception {
        open(QUICK);
        post(Notifications.events(SUBSCRIPTION, 20));
        post(Notifications.events(SUBSCRIPTION, 24));

        assertThat(told(3)).containsExactly("changed 20", "missed 21 to 23", "changed 24");
        assertThat(post(Notifications.events(SUBSCRIPTION, 22))).isEqualTo(200);
        post(Notifications.events(SUBSCRIPTION, 25));
        assertThat(told(1)).containsExactly("changed 25");
    }

    @Test
    @Requirement("SUBB-026")
    void aHeartbeatTellsThatTheLastEventsWereLost() throws Exception {
        open(QUICK);
        post(Notifications.events(SUBSCRIPTION, 20));
        post(Notifications.heartbeat(SUBSCRIPTION, 22));

        assertThat(told(2)).containsExactly("changed 20", "missed 21 to 22");
    }

    @Test
    void aHandshakeThatCountsFromTheBeginningBeginsAnew() throws Exception {
        post(Notifications.events(SUBSCRIPTION, 20));
        assertThat(told(1)).containsExactly("changed 20");

        post(Notifications.handshake(SUBSCRIPTION, 0));
        post(Notifications.events(SUBSCRIPTION, 1));

        assertThat(told(1)).containsExactly("changed 1");
    }

    @Test
    @Requirement("SUBB-026")
    void aHeartbeatThatCountsFromTheBeginningBeginsAnew() throws Exception {
        open(QUICK);
        post(Notifications.events(SUBSCRIPTION, 20));
        assertThat(told(1)).containsExactly("changed 20");

        // What a Producer sends whose database is that of an earlier day
        post(Notifications.events(SUBSCRIPTION, 18));
        post(Notifications.heartbeat(SUBSCRIPTION, 18));
        assertThat(told(1)).containsExactly("missed 1 to 18");
        post(Notifications.events(SUBSCRIPTION, 19));

        assertThat(told(1)).containsExactly("changed 19");
    }

    @Test
    void aHandshakeOnResumingLosesNothing() throws Exception {
        post(Notifications.events(SUBSCRIPTION, 20));
        post(Notifications.handshake(SUBSCRIPTION, 23));
        post(Notifications.events(SUBSCRIPTION, 21, 22, 23));

        assertThat(told(4)).containsExactly("changed 20", "changed 21", "changed 22", "changed 23");
    }

    @Test
    void whatWasTakenIsToldByTheNextProcess() throws Exception {
        listener.free.acquire();
        post(Notifications.events(SUBSCRIPTION, 1));
        listener.failures.set(1);
        listener.free.release();
        post(Notifications.events(SUBSCRIPTION, 2, 3));

        open(SLOW);
        post(Notifications.events(SUBSCRIPTION, 3, 4));

        assertThat(told(4)).containsExactly("changed 1", "changed 2", "changed 3", "changed 4");
    }

    @Test
    void aListenerThatFailsIsToldAgain() throws Exception {
        open(QUICK);
        listener.failures.set(3);

        post(Notifications.events(SUBSCRIPTION, 1));
        post(Notifications.events(SUBSCRIPTION, 2));

        assertThat(told(2)).containsExactly("changed 1", "changed 2");
    }

    @Test
    void whatCantBeKeptIsNotTaken() throws Exception {
        brokenSaves.set(1);

        assertThat(post(Notifications.events(SUBSCRIPTION, 1))).isEqualTo(503);
        assertThat(told).isEmpty();
        assertThat(post(Notifications.events(SUBSCRIPTION, 1))).isEqualTo(200);
        assertThat(told(1)).containsExactly("changed 1");
    }

    @Test
    void aListenerThatIsFarBehindHasTheProducerWait() throws Exception {
        listener.free.acquire();
        post(Notifications.events(SUBSCRIPTION, 1));
        long[] many = LongStream.rangeClosed(2, Inbox.MAX_WAITING).toArray();

        assertThat(post(Notifications.events(SUBSCRIPTION, many))).isEqualTo(200);
        assertThat(post(Notifications.events(SUBSCRIPTION, Inbox.MAX_WAITING + 1, Inbox.MAX_WAITING + 2)))
                .isEqualTo(503);

        listener.free.release();
        assertThat(told(Inbox.MAX_WAITING)).hasSize(Inbox.MAX_WAITING);
        assertThat(post(Notifications.events(SUBSCRIPTION, Inbox.MAX_WAITING + 1, Inbox.MAX_WAITING + 2)))
                .isEqualTo(200);
        assertThat(told(2)).endsWith("changed " + (Inbox.MAX_WAITING + 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer wrong", "Basic dXNlcjp3b3Jk"})
    @Requirement("SUBB-039")
    void withoutTheSecretNothingIsRead(String authorization) throws Exception {
        assertThat(send("POST", receiver.endpoint(expected), authorization, "application/fhir+json", "{"))
                .isEqualTo(401);
        assertThat(told).isEmpty();
    }

    @Test
    @Requirement("SUBB-039")
    void anAddressThatWasNotGivenOutIsNotThere() throws Exception {
        for (String path : List.of("", "/", "/x", "/" + expected.key() + "/x", "/" + expected.key() + "%20")) {
            URI address = URI.create("http://127.0.0.1:" + server.port() + "/notify" + path);
            assertThat(send("POST", address, bearer(), "application/fhir+json", "{"))
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void otherMethodsAndTypesAreRefused() throws Exception {
        URI endpoint = receiver.endpoint(expected);

        assertThat(send("GET", endpoint, bearer(), null, "")).isEqualTo(405);
        assertThat(send("PUT", endpoint, bearer(), "application/fhir+json", "{}"))
                .isEqualTo(405);
        assertThat(send("POST", endpoint, bearer(), "application/fhir+xml", "<Bundle/>"))
                .isEqualTo(415);
        assertThat(send("POST", endpoint, bearer(), null, "{}")).isEqualTo(415);
    }

    @Test
    void aBodyThatIsTooLargeOrNoNotificationIsRefused() throws Exception {
        assertThat(post("{\"resourceType\":\"Bundle\"" + " ".repeat(Notification.MAX_BYTES) + "}"))
                .isEqualTo(413);
        assertThat(post("[".repeat(10_000))).isEqualTo(400);
        assertThat(post("{\"resourceType\":\"Bundle\",\"type\":\"batch\"}")).isEqualTo(400);
        assertThat(post(Notifications.bundle(SUBSCRIPTION, "active", "query-status", 0)))
                .isEqualTo(400);
        assertThat(receiver.expected(BASE, LIST).orElseThrow().id()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://payer.example/r4/Subscription/another",
                "https://payer.example/r4x/Subscription/sub-77",
                "https://payer.example.evil.example/r4/Subscription/sub-77",
                "http://payer.example/r4/Subscription/sub-77",
                "Group/sub-77",
                "nonsense"
            })
    void aSubscriptionThatWasNotAskedForIsRefused(String subscription) throws Exception {
        post(Notifications.handshake(SUBSCRIPTION, 0));

        assertThat(post(Notifications.handshake(subscription, 0))).isEqualTo(404);
        assertThat(post(Notifications.events(subscription, 1))).isEqualTo(404);
        assertThat(told).isEmpty();
    }

    @Test
    void whatAnEventPointsToIsNotFollowed() throws Exception {
        String json = Notifications.events(SUBSCRIPTION, 1).replace(BASE + "/Group", "https://evil.example/r4/Group");

        assertThat(post(json)).isEqualTo(200);

        assertThat(told(1)).containsExactly("changed 1");
        ListChange change = Objects.requireNonNull(listener.last);
        assertThat(change.fhirBase()).isEqualTo(BASE);
        assertThat(change.list()).isEqualTo(LIST);
    }

    @Test
    void oldNotificationsSentAgainAreToldNoMore() throws Exception {
        for (int n = 1; n <= 50; n++) {
            post(Notifications.events(SUBSCRIPTION, n));
        }
        assertThat(told(50)).hasSize(50);

        for (int n = 1; n <= 50; n++) {
            assertThat(post(Notifications.events(SUBSCRIPTION, n))).isEqualTo(200);
        }
        post(Notifications.events(SUBSCRIPTION, 51));

        assertThat(told(1)).containsExactly("changed 51");
    }

    @Test
    void whatIsForgottenIsNotThereAnyMore() throws Exception {
        receiver.forget(BASE, LIST);

        assertThat(post(Notifications.handshake(SUBSCRIPTION, 0))).isEqualTo(404);
        try (Stream<Path> files = Files.list(folder.resolve("notifications"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void whatIsForgottenWhileItIsToldStaysForgotten() throws Exception {
        post(Notifications.handshake(SUBSCRIPTION, 0));
        listener.then = () -> receiver.forget(BASE, LIST);

        assertThat(post(Notifications.events(SUBSCRIPTION, 1, 2))).isEqualTo(200);

        assertThat(told(1)).containsExactly("changed 1");
        receiver.close();
        assertThat(told).isEmpty();
        assertThat(kept()).isEmpty();
    }

    @Test
    void whatComesWhileItIsForgottenIsNotKept() {
        Inbox inbox = receiver.inbox(expected.key());
        Notification handshake =
                Notification.read(Notifications.handshake(SUBSCRIPTION, 0).getBytes(StandardCharsets.UTF_8));

        receiver.forget(BASE, LIST);

        assertThat(inbox.take(handshake, "sub-77")).isFalse();
        assertThat(kept()).isEmpty();
    }

    private List<ExpectedSubscription> kept() {
        return files.load();
    }

    @Test
    void aClosedReceiverTakesNothing() throws Exception {
        receiver.close();

        assertThat(post(Notifications.handshake(SUBSCRIPTION, 0))).isEqualTo(503);
    }

    @Test
    void aNotificationOfMoreEventsThanMayWaitIsTaken() throws Exception {
        listener.free.acquire();
        long[] many = LongStream.rangeClosed(1, 2L * Inbox.MAX_WAITING).toArray();

        assertThat(post(Notifications.events(SUBSCRIPTION, many))).isEqualTo(200);

        assertThat(receiver.expected(BASE, LIST).orElseThrow().waiting()).hasSize(many.length);
        assertThat(post(Notifications.events(SUBSCRIPTION, many.length + 1))).isEqualTo(503);
        receiver.forget(BASE, LIST);
        listener.free.release();
    }

    @Test
    void filesAreTheOwnersAndMessagesHoldNoSecret() throws Exception {
        post(Notifications.events(SUBSCRIPTION, 1));
        receiver.close();

        try (Stream<Path> files = Files.list(folder.resolve("notifications"))) {
            assertThat(files)
                    .hasSize(1)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        assertThat(expected + " " + expected.secret())
                .doesNotContain(expected.key(), expected.secret().value());
    }

    private String bearer() {
        return "Bearer " + expected.secret().value();
    }

    private int post(String json) throws Exception {
        return send("POST", receiver.endpoint(expected), bearer(), "application/fhir+json;charset=utf-8", json);
    }

    private int send(String method, URI address, String authorization, @Nullable String type, String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).method(method, BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (type != null) {
            request.header("Content-Type", type);
        }
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    /** Returns the next things that the listener is told. */
    private List<String> told(int number) throws InterruptedException {
        List<String> next = new ArrayList<>();
        for (int n = 0; n < number; n++) {
            String one = told.poll(30, TimeUnit.SECONDS);
            assertThat(one).as("told after " + next).isNotNull();
            next.add(one);
        }
        return next;
    }

    /** Writes down what it is told, waits and fails when a test wants it to. */
    private final class Teller implements NotificationListener {
        private final AtomicInteger failures = new AtomicInteger();
        private final Semaphore free = new Semaphore(1);
        private volatile @Nullable ListChange last;
        private volatile Runnable then = () -> {};

        @Override
        public void changed(ListChange change) throws InterruptedException {
            tell("changed " + change.number(), change);
        }

        @Override
        public void missed(MissedChanges missed) throws InterruptedException {
            tell("missed " + missed.first() + " to " + missed.last(), null);
        }

        private void tell(String text, @Nullable ListChange change) throws InterruptedException {
            free.acquire();
            free.release();
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("does not want to hear of it");
            }
            last = change;
            told.add(text);
            then.run();
        }
    }

    /** Files on a disk that is full for a while. */
    private final class Breakable implements NotificationStore {
        private final NotificationStore files;

        Breakable(NotificationStore files) {
            this.files = files;
        }

        @Override
        public List<ExpectedSubscription> load() {
            return files.load();
        }

        @Override
        public void save(ExpectedSubscription subscription) {
            if (brokenSaves.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new UncheckedIOException(new IOException("no space left"));
            }
            files.save(subscription);
        }

        @Override
        public void remove(String key) {
            files.remove(key);
        }
    }
}
