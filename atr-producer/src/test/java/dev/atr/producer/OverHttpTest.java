package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.client.BackendServices;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.core.attribution.ListId;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirHandler;
import dev.atr.http.client.OutgoingClient;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole way of a client over sockets: discovery, token, search, export, files, delete. */
class OverHttpTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final SigningKey key = SigningKey.generate("ES384");
    private final SigningKey otherKey = SigningKey.generate("ES384");
    private final BrokenBackend backend = new BrokenBackend(new InMemoryBackend(SampleLists.standard()));

    @TempDir
    Path files;

    private final AtomicReference<FhirHandler> handler = new AtomicReference<>();
    private FhirHttpServer server;
    private AuthorizationServer authorization;
    private DirectoryExportFiles exportFiles;
    private @Nullable AtrProducer producer;
    private String base;

    @BeforeEach
    void start() throws IOException {
        // The base holds the port, which is known only when the server listens.
        server = FhirHttpServer.builder(
                        request -> Objects.requireNonNull(handler.get()).handle(request))
                .mount("/r4")
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
        base = "http://127.0.0.1:" + server.port() + "/r4";
        authorization = AuthorizationServer.builder(
                        URI.create(base),
                        ClientRegistry.of(List.of(
                                registration(SampleLists.CONSUMER, key),
                                registration(SampleLists.OTHER_CONSUMER, otherKey))))
                .replayMemory(ReplayMemory.inProcess(Clock.systemUTC(), Instant.MIN))
                .build();
        exportFiles = DirectoryExportFiles.open(files);
        produce(builder -> builder);
    }

    private void produce(UnaryOperator<AtrProducer.Builder> configuration) {
        if (producer != null) {
            producer.close();
        }
        producer = configuration
                .apply(AtrProducer.builder(backend)
                        .baseUrl(URI.create(base + "/"))
                        .authorizationServer(authorization)
                        .exportFiles(exportFiles)
                        .attributionPolicy(AttributionPolicy.anyMemberOfThisPayer()))
                .build();
        handler.set(producer);
    }

    @AfterEach
    void stop() {
        server.close();
        Objects.requireNonNull(producer).close();
        exportFiles.close();
        authorization.close();
        egress.close();
    }

    @Test
    @Requirement({
        "ATR-SEC-001",
        "ATR-SEC-008",
        "ATR-EXP-001",
        "ATR-EXP-015",
        "ATR-EXP-018",
        "BULK-KICK-001",
        "BULK-STAT-001",
        "BULK-STAT-014",
        "BULK-FILE-001",
        "BULK-DEL-002",
        "BULK-DEL-004"
    })
    void aClientGoesTheWholeWay() throws IOException, InterruptedException {
        assertThat(get("/metadata", null).statusCode()).isEqualTo(200);
        assertThat(get("/.well-known/smart-configuration", null).body()).contains(base + "/auth/token");
        assertThat(get("/Group", null).statusCode()).isEqualTo(401);

        String token = token(SampleLists.CONSUMER, key);
        HttpResponse<String> found = get("/Group?identifier=CT-1&_summary=true", token);
        assertThat(found.statusCode()).isEqualTo(200);
        String list = json(found).all("entry.resource.id").get(0).text().orElseThrow();

        HttpResponse<String> kickOff = get("/Group/" + list + "/$davinci-data-export", token);
        assertThat(kickOff.statusCode()).isEqualTo(202);
        String status = kickOff.headers().firstValue("Content-Location").orElseThrow();
        HttpResponse<String> ended = await(status, token);
        assertThat(ended.statusCode()).isEqualTo(200);
        JsonObject manifest = json(ended);
        long lines = 0;
        for (JsonValue entry : manifest.items("output")) {
            HttpResponse<String> file = send("GET", entry.text("url").orElseThrow(), token);
            HttpResponse<String> head = send("HEAD", entry.text("url").orElseThrow(), token);
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("Content-Length"))
                    .isEqualTo(file.headers().firstValue("Content-Length"))
                    .isPresent();
            assertThat(head.headers().firstValue("ETag"))
                    .isEqualTo(file.headers().firstValue("ETag"));
            lines += file.body().lines().count();
        }
        assertThat(lines).isGreaterThan(20);

        assertThat(send("GET", status, token(SampleLists.OTHER_CONSUMER, otherKey))
                        .statusCode())
                .isEqualTo(404);
        assertThat(send("DELETE", status, token).statusCode()).isEqualTo(202);
        assertThat(send("GET", status, token).statusCode()).isEqualTo(404);
    }

    static Stream<Arguments> failures() {
        UnaryOperator<List<StoredResource>> brokenJson = list -> List.of(new StoredResource(
                list.get(0).key(),
                list.get(0).version(),
                list.get(0).lastUpdated(),
                ("{\"resourceType\":\"Coverage\",\"id\":\"" + BrokenBackend.SECRET + "}")
                        .getBytes(StandardCharsets.UTF_8)));
        AtomicInteger rows = new AtomicInteger();
        Runnable undeclared = () -> OverHttpTest.<RuntimeException>throwAsIs(new Exception(BrokenBackend.SECRET));
        return Stream.of(
                failure("throws", "Coverage", backend -> backend.failing = true),
                failure("hands over broken JSON", "Coverage", backend -> backend.resources = brokenJson),
                failure(
                        "throws in the midst of the rows",
                        "Group",
                        backend -> backend.onRow = () -> {
                            if (rows.incrementAndGet() == 3) {
                                throw new IllegalStateException(BrokenBackend.SECRET);
                            }
                        }),
                failure("throws what it does not declare", "failed at Group", backend -> backend.onRow = undeclared),
                failure(
                        "throws what sounds like a broken disk",
                        "failed at Group",
                        backend -> backend.onRow =
                                () -> OverHttpTest.<RuntimeException>throwAsIs(new IOException(BrokenBackend.SECRET))),
                failure(
                        "throws an error",
                        "Group",
                        backend -> backend.onRow = () -> {
                            throw new NoClassDefFoundError(BrokenBackend.SECRET);
                        }),
                failure(
                        "hands over a row twice",
                        "rows of the Group",
                        backend -> backend.rows = list -> List.of(list.get(0), list.get(0))));
    }

    @ParameterizedTest
    @MethodSource("failures")
    @Requirement({"BULK-STAT-008", "BULK-STAT-009"})
    void aBackendThatFailsOneExportLeavesOthersAloneAndNothingBehind(Consumer<BrokenBackend> failure, String named)
            throws IOException, InterruptedException {
        failure.accept(backend);
        backend.isBroken = list -> list.equals(SampleLists.OPEN);
        String token = token(SampleLists.CONSUMER, key);
        String otherToken = token(SampleLists.OTHER_CONSUMER, otherKey);

        String broken = kickOff(SampleLists.OPEN, token);
        String sound = kickOff(SampleLists.FOREIGN, otherToken);
        HttpResponse<String> failed = await(broken, token);
        HttpResponse<String> completed = await(sound, otherToken);
        // The client hears of a failure a moment before the files are gone
        Objects.requireNonNull(producer).close();

        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(failed.body()).contains(named).doesNotContain(BrokenBackend.SECRET);
        assertThat(completed.statusCode()).isEqualTo(200);
        assertThat(backend.openSnapshots).isZero();
        assertThat(backend.openCursors).hasValue(0);
        assertThat(exportFiles.jobs()).containsExactly(sound.substring(sound.lastIndexOf('/') + 1));
    }

    @Test
    @Requirement({"BULK-DEL-002", "BULK-DEL-004"})
    void anExportThatWaitsForASlowBackendEndsWhenItIsDeleted() throws IOException, InterruptedException {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        backend.onRow = () -> {
            waits.countDown();
            awaitLatch(cancelled);
        };
        backend.onCancel = cancelled::countDown;
        String token = token(SampleLists.CONSUMER, key);
        String status = kickOff(SampleLists.OPEN, token);
        awaitLatch(waits);

        HttpResponse<String> meanwhile = send("GET", status, token);
        assertThat(send("DELETE", status, token).statusCode()).isEqualTo(202);
        Objects.requireNonNull(producer).close();

        assertThat(meanwhile.statusCode()).isEqualTo(202);
        assertThat(send("GET", status, token).statusCode()).isEqualTo(404);
        assertThat(backend.openSnapshots).isZero();
        assertThat(backend.openCursors).hasValue(0);
        assertThat(exportFiles.jobs()).isEmpty();
    }

    @Test
    @Requirement({"BULK-STAT-008", "BULK-STAT-009"})
    void anExportOfABackendThatHandsNothingOverIsAbandoned() throws IOException, InterruptedException {
        produce(builder -> builder.exportStallLimit(Duration.ofSeconds(1)));
        CountDownLatch cancelled = new CountDownLatch(1);
        backend.onRow = () -> awaitLatch(cancelled);
        backend.onCancel = cancelled::countDown;
        String token = token(SampleLists.CONSUMER, key);

        HttpResponse<String> failed = await(kickOff(SampleLists.OPEN, token), token);

        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(failed.body()).contains("abandoned", "at Group", "1 seconds");
    }

    @Test
    @Requirement("BULK-KICK-007")
    void twoHangingExportsOfOneClientLeaveRoomForAnother() throws IOException, InterruptedException {
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(AtrProducer.DEFAULT_EXPORTS_PER_CLIENT);
        hang(hanging, released);
        String token = token(SampleLists.CONSUMER, key);
        String otherToken = token(SampleLists.OTHER_CONSUMER, otherKey);
        try {
            kickOff(SampleLists.OPEN, token);
            String second = kickOff(SampleLists.OPEN, token);
            kickOff(SampleLists.OPEN, token);
            awaitLatch(hanging);

            HttpResponse<String> completed = await(kickOff(SampleLists.FOREIGN, otherToken), otherToken);

            assertThat(completed.statusCode()).isEqualTo(200);
            assertThat(send("GET", second, token).statusCode()).isEqualTo(202);
        } finally {
            released.countDown();
        }
    }

    @Test
    @Requirement("BULK-DEL-002")
    void whereTheBackendHoldsEveryThreadForGoodTheirPlacesAreTakenAnew() throws IOException, InterruptedException {
        int all = AtrProducer.DEFAULT_EXPORT_THREADS;
        produce(builder -> builder.exportsPerClient(all));
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(all);
        hang(hanging, released);
        String token = token(SampleLists.CONSUMER, key);
        String otherToken = token(SampleLists.OTHER_CONSUMER, otherKey);
        try {
            List<String> held = new ArrayList<>();
            for (int n = 0; n < all; n++) {
                held.add(kickOff(SampleLists.OPEN, token));
            }
            awaitLatch(hanging);
            String waiting = kickOff(SampleLists.FOREIGN, otherToken);

            for (String status : held) {
                assertThat(send("DELETE", status, token).statusCode()).isEqualTo(202);
            }

            assertThat(await(waiting, otherToken).statusCode()).isEqualTo(200);
        } finally {
            released.countDown();
        }
    }

    @Test
    void closingDoesNotWaitForABackendThatDoesNotLetGo() throws IOException, InterruptedException {
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        hang(hanging, released);
        String token = token(SampleLists.CONSUMER, key);
        try {
            kickOff(SampleLists.OPEN, token);
            awaitLatch(hanging);

            Thread closer = new Thread(Objects.requireNonNull(producer)::close);
            closer.start();
            closer.join(TaskRunner.CLOSE_PATIENCE.toMillis() / 2);

            assertThat(closer.isAlive()).isFalse();
        } finally {
            released.countDown();
        }
    }

    @Test
    @Requirement("BULK-STAT-002")
    void whileTheGroupIsWrittenTheClientIsToldHowManyRowsHaveCome() throws IOException, InterruptedException {
        AtomicInteger rows = new AtomicInteger();
        CountDownLatch told = new CountDownLatch(1);
        backend.onRow = () -> {
            if (rows.incrementAndGet() == 4) {
                awaitLatch(told);
            }
        };
        String token = token(SampleLists.CONSUMER, key);
        try {
            String status = kickOff(SampleLists.OPEN, token);

            Optional<String> progress = Optional.empty();
            while (!progress.orElse("").contains("3 rows")) {
                progress = send("GET", status, token).headers().firstValue("X-Progress");
            }

            assertThat(progress).hasValue("0 of 8 resource types written, at Group: 3 rows");
        } finally {
            told.countDown();
        }
    }

    /** Lets the rows of one list wait, whatever is cancelled. */
    private void hang(CountDownLatch began, CountDownLatch until) {
        backend.isBroken = list -> list.equals(SampleLists.OPEN);
        backend.onRow = () -> {
            began.countDown();
            awaitLatch(until);
        };
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatAnExportLeavesOnTheDiskIsOpenToItsOwnerOnly() throws IOException, InterruptedException {
        // Long enough to be kept compressed as well
        String room = " ".repeat(70_000);
        backend.resources = list -> list.stream()
                .map(resource -> new StoredResource(
                        resource.key(),
                        resource.version(),
                        resource.lastUpdated(),
                        ("{" + room + new String(resource.json(), StandardCharsets.UTF_8).substring(1))
                                .getBytes(StandardCharsets.UTF_8)))
                .toList();
        String token = token(SampleLists.CONSUMER, key);
        HttpRequest kickOff = HttpRequest.newBuilder(
                        URI.create(base + "/Group/list-open/$davinci-data-export?organizeOutputBy=Patient"))
                .header("Authorization", "Bearer " + token)
                .header("Prefer", "respond-async, handling=lenient")
                .build();
        String status = http.send(kickOff, BodyHandlers.discarding())
                .headers()
                .firstValue("Content-Location")
                .orElseThrow();

        HttpResponse<String> ended = await(status, token);

        assertThat(ended.statusCode()).isEqualTo(200);
        Map<String, String> permissions = permissions();
        assertThat(permissions.keySet())
                .contains("1.Coverage.0001.ndjson", "1.Coverage.0001.ndjson.gz", "1.messages.0001.ndjson");
        assertThat(permissions)
                .allSatisfy((name, mode) -> assertThat(mode)
                        .isEqualTo(
                                name.endsWith(".ndjson") || name.endsWith(".gz") || name.equals(".lock")
                                        ? "rw-------"
                                        : "rwx------"));
    }

    /** Returns the modes of all that the directory of export files holds, and its own, by name. */
    private Map<String, String> permissions() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(files)) {
            for (Path path : paths.toList()) {
                found.put(
                        path.getFileName().toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            }
        }
        return found;
    }

    @Test
    void aGroupIsStreamed() throws IOException, InterruptedException {
        HttpResponse<String> group = get("/Group/list-open", token(SampleLists.CONSUMER, key));

        assertThat(group.headers().firstValue("Content-Length")).isEmpty();
        assertThat(json(group).items("member")).hasSize(8);
    }

    @Test
    void traceIsNotAllowed() throws IOException, InterruptedException {
        HttpResponse<String> traced = send("TRACE", base + "/metadata", null);

        assertThat(traced.statusCode()).isEqualTo(405);
    }

    private HttpResponse<String> await(String status, String token) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("GET", status, token);
        // An impatient client is told to wait
        while (answer.statusCode() == 202 || answer.statusCode() == 429) {
            assertThat(answer.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
            answer = send("GET", status, token);
        }
        return answer;
    }

    private String kickOff(ListId list, String token) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/Group/" + list.value() + "/$davinci-data-export", token);
        assertThat(answer.statusCode()).isEqualTo(202);
        return answer.headers().firstValue("Content-Location").orElseThrow();
    }

    /** Throws a checked exception as Kotlin would. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAsIs(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static Arguments failure(String name, String named, Consumer<BrokenBackend> failure) {
        return Arguments.of(Named.of("a backend that " + name, failure), named);
    }

    private HttpResponse<String> get(String path, @Nullable String token) throws IOException, InterruptedException {
        return send("GET", base + path, token);
    }

    private HttpResponse<String> send(String method, String url, @Nullable String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).method(method, HttpRequest.BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private String token(String clientId, SigningKey signingKey) throws InterruptedException {
        return BackendServices.builder(URI.create(base), clientId, signingKey)
                .scope("system/*.read")
                .egress(egress)
                .build()
                .token();
    }

    private static ClientRegistration registration(String clientId, SigningKey signingKey) {
        return new ClientRegistration(
                clientId, ClientKeys.ofJwks(signingKey.publicJwks()), Scopes.READ_ALL, null, true);
    }

    private static JsonObject json(HttpResponse<String> response) {
        return JsonValue.parseObject(response.body().getBytes(StandardCharsets.UTF_8));
    }
}
