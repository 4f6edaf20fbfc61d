package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.Sleeper;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.requirements.Requirement;
import dev.atr.subscriptions.Receiver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two nodes on one database send a thousand notifications, and one of them is killed without warning on the way; which
 * one, and when, a seed says. The other one ends the work: nothing is lost, each endpoint hears of its events in order, and
 * what it hears of twice was on its way when the node died. Two are tried side by side, since most of the time is spent
 * waiting for the killed process to be missed.
 */
@Execution(ExecutionMode.CONCURRENT)
class KilledNotifierTest {
    private static final ListId LIST = new ListId("watched");
    private static final int SUBSCRIPTIONS = 20;
    private static final int CHANGES = 50;
    private static final int EVENTS = SUBSCRIPTIONS * CHANGES;
    private static final String SCOPE = "system/*.read system/*.write";
    private static final Duration MOST = Duration.ofMinutes(3);
    private static final Duration GLANCE = Duration.ofMillis(100);

    @TempDir
    private Path folder;

    private final SigningKey key = SigningKey.generate("ES384");

    @ParameterizedTest
    @ValueSource(longs = {20260402, 20260403})
    @Requirement({"ATR-SUB-015", "ATR-SUB-018", "SUBB-032"})
    void noEventIsLostWithANode(long seed) throws Exception {
        kill(seed);
    }

    @ParameterizedTest
    @MethodSource
    @Tag("soak")
    @Requirement({"ATR-SUB-015", "ATR-SUB-018", "SUBB-032"})
    void noEventIsLostTwentyTimes(long seed) throws Exception {
        kill(seed);
    }

    static LongStream noEventIsLostTwentyTimes() {
        return LongStream.range(20260410, 20260430);
    }

    private void kill(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int cut = random.nextInt(EVENTS / 20, EVENTS * 3 / 4);
        int victim = random.nextInt(2);
        String url = Postgres.freshDatabase();
        ExecutorService writing = Executors.newSingleThreadExecutor();
        try (OpenParts open = new OpenParts()) {
            Ledger ledger = open.add(ledger(url));
            Receiver receiver = open.add(new Receiver());
            List<AtrProcess> nodes = List.of(open.add(node(url)), open.add(node(url)));
            URI base = URI.create(nodes.get(0).awaitLine("Producer ready at "));
            nodes.get(1).awaitLine("Producer ready at ");
            subscribe(base, receiver, open.add(OutgoingClient.builder().build()));
            await(() -> active(url) == SUBSCRIPTIONS, nodes);

            CountDownLatch cutHasCome = new CountDownLatch(1);
            AtomicInteger sent = new AtomicInteger();
            receiver.behave(exchange -> {
                if (sent.incrementAndGet() == cut) {
                    cutHasCome.countDown();
                }
                Receiver.answer(exchange, 200);
            });
            Future<?> written = writing.submit(() -> change(ledger));
            assertThat(cutHasCome.await(MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
            nodes.get(victim).kill();
            long killed = System.nanoTime();
            written.get();
            await(() -> toldOf(receiver) == EVENTS, nodes.subList(1 - victim, 2 - victim));
            System.out.printf(
                    "node %d killed at event %d: %d sent, the last one after %d s%n",
                    victim, cut, sent.get(), TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - killed));

            Map<String, List<Integer>> numbers = numbers(receiver);
            assertThat(numbers).hasSize(SUBSCRIPTIONS);
            numbers.forEach((subscription, each) -> {
                assertThat(each).as(subscription).isSorted().hasSizeLessThanOrEqualTo(CHANGES + 1);
                assertThat(new TreeSet<>(each))
                        .as(subscription)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, CHANGES).boxed().toList());
            });
        } finally {
            writing.shutdownNow();
        }
    }

    private AtrProcess node(String url) throws IOException {
        Path jwks = Files.writeString(folder.resolve("key.public.json"), key.publicJwks());
        return AtrProcess.start(
                folder,
                "128m",
                Map.of("ATR_DB_PASSWORD", Postgres.PASSWORD),
                "serve",
                "--port",
                "0",
                "--data",
                folder.resolve("data").toString(),
                "--jdbc-url",
                url,
                "--db-user",
                Postgres.USER,
                "--client",
                "us=" + jwks + ";" + SCOPE,
                "--allow-loopback-notifications");
    }

    /** Opens the database and puts an empty list into it. */
    private static Ledger ledger(String url) {
        Ledger ledger = Ledger.open(LedgerOptions.ofUrl(url).credentials(Postgres.USER, Postgres.PASSWORD));
        ledger.importList(
                AttributionList.of(
                        LIST,
                        ListStatus.OPEN,
                        List.of(Identifier.of("https://payer.example/contracts", "CT-1")),
                        Reference.to(ResourceType.ORGANIZATION, "payer"),
                        Period.of("2026-01-01", null)),
                MemberCursor.of(List.of()));
        return ledger;
    }

    /** Adds members to the list, one a version. */
    private static void change(Ledger ledger) {
        for (int i = 0; i < CHANGES; i++) {
            Member row = new Member(
                    Reference.to(ResourceType.PATIENT, "p" + i),
                    Reference.to(ResourceType.COVERAGE, "c" + i),
                    Reference.to(ResourceType.PRACTITIONER, "doctor"),
                    Period.of("2026-01-01", null),
                    false,
                    null,
                    OtherElements.NONE);
            ledger.write(tx -> tx.putMember(LIST, row));
        }
    }

    private void subscribe(URI base, Receiver receiver, OutgoingClient egress) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        AccessTokenSource tokens = BackendServices.builder(base, "us", key)
                .egress(egress)
                .scope(SCOPE)
                .build();
        for (int i = 0; i < SUBSCRIPTIONS; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/Subscription"))
                    .header("Content-Type", "application/fhir+json")
                    .header("Authorization", "Bearer " + tokens.token())
                    .POST(BodyPublishers.ofString(oneByOne(receiver.url())))
                    .build();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        }
    }

    /** Returns a Subscription that asks for one event a notification. */
    private static String oneByOne(String endpoint) {
        return SubscriptionsOverHttpTest.body(LIST.value(), endpoint)
                .replace(
                        "\"channel\":{",
                        "\"channel\":{\"extension\":[{\"url\":\"" + SubscriptionsOverHttpTest.BACKPORT
                                + "max-count\",\"valuePositiveInt\":1}],");
    }

    private static int active(String url) throws SQLException {
        try (Connection database = DriverManager.getConnection(url, Postgres.USER, Postgres.PASSWORD);
                Statement statement = database.createStatement();
                ResultSet count =
                        statement.executeQuery("select count(*) from atr.subscription where status = 'active'")) {
            count.next();
            return count.getInt(1);
        }
    }

    /** Returns the numbers of the events that came for each Subscription, as they came. */
    private static Map<String, List<Integer>> numbers(Receiver receiver) {
        Map<String, List<Integer>> numbers = new TreeMap<>();
        for (Receiver.Received one : receiver.received()) {
            // Each node says it with its own address before it
            String id = one.text("subscription").replaceAll(".*/", "");
            numbers.computeIfAbsent(id, unused -> new ArrayList<>()).addAll(one.numbers());
        }
        return numbers;
    }

    /** Returns how many different events came. */
    private static int toldOf(Receiver receiver) {
        return numbers(receiver).values().stream()
                .mapToInt(each -> new TreeSet<>(each).size())
                .sum();
    }

    private static void await(Condition condition, List<AtrProcess> nodes) throws Exception {
        long deadline = System.nanoTime() + MOST.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                StringBuilder messages = new StringBuilder("it did not come to pass; the nodes said: ");
                for (AtrProcess node : nodes) {
                    messages.append(node.messages());
                }
                throw new AssertionError(messages);
            }
            Sleeper.system().sleep(GLANCE);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }
}
