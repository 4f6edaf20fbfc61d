package dev.atr.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.json.OutcomeJson;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirHandlerAdapterContract;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FhirHttpServerTest extends FhirHandlerAdapterContract {
    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    protected Mounted mount(FhirHandler handler) throws IOException {
        FhirHttpServer server = FhirHttpServer.builder(handler).mount("/r4").start();
        return new Mounted() {
            @Override
            public URI base() {
                return URI.create("http://127.0.0.1:" + server.port() + "/r4");
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    @Test
    void servesSeveralHandlersBesideEachOther() throws Exception {
        try (FhirHttpServer server = FhirHttpServer.builder(saying("r4"))
                .mount("/r4")
                .mount("/r4/nested", saying("nested"))
                .mount("/stu3", saying("stu3"))
                .start()) {
            assertThat(get(server, "/r4/Group").body()).isEqualTo("r4");
            assertThat(get(server, "/r4/nested/Group").body()).isEqualTo("nested");
            assertThat(get(server, "/stu3").body()).isEqualTo("stu3");
        }
    }

    @Test
    void servesNothingBesideItsMounts() throws Exception {
        try (FhirHttpServer server =
                FhirHttpServer.builder(saying("r4")).mount("/r4").start()) {
            for (String path : List.of("/r4x/Group", "/r%34/Group", "/")) {
                HttpResponse<String> answer = get(server, path);

                assertThat(answer.statusCode()).isEqualTo(404);
                assertIsOutcome(answer, "not-found");
            }
        }
    }

    @Test
    void servesAtTheRootWhenNoPathIsGiven() throws Exception {
        try (FhirHttpServer server = FhirHttpServer.builder(
                        request -> FhirResponse.of(200, HttpHeaders.none(), "text/plain", request.path()))
                .start()) {
            assertThat(get(server, "/Group/1").body()).isEqualTo("/Group/1");
        }
    }

    @Test
    void refusesAMountThatIsTakenOrNoPath() {
        FhirHttpServerBuilder builder = FhirHttpServer.builder(saying("r4")).mount("/r4");

        assertThatThrownBy(() -> builder.mount("/r4")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.mount("stu3")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.mount("/stu3/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reportsAPortThatIsTaken() throws Exception {
        try (FhirHttpServer server = FhirHttpServer.builder(saying("r4")).start()) {
            FhirHttpServerBuilder second = FhirHttpServer.builder(saying("r4"))
                    .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));

            assertThatThrownBy(second::start).isInstanceOf(BindException.class);
        }
    }

    @Test
    @Timeout(60)
    void letsARequestUnderWayEndBeforeItCloses() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FhirHttpServer server = FhirHttpServer.builder(request -> {
                    if (request.path().equals("/slow")) {
                        inside.countDown();
                        await(goOn);
                    }
                    return FhirResponse.of(200, HttpHeaders.none(), "text/plain", "whole");
                })
                .closeTimeout(Duration.ofSeconds(30))
                .start();
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request(server, "/slow"), BodyHandlers.ofString());
        inside.await();

        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        HttpResponse<String> later = get(server, "/quick");
        while (later.statusCode() != 503) {
            Thread.onSpinWait();
            later = get(server, "/quick");
        }
        goOn.countDown();

        assertThat(later.headers().firstValue("Retry-After")).hasValue("10");
        assertIsOutcome(later, "transient");

        assertThat(answer.join().body()).isEqualTo("whole");
        closed.join();
    }

    @Test
    @Timeout(60)
    void interruptsAHandlerThatDoesNotEndInTime() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        FhirHttpServer server = FhirHttpServer.builder(request -> {
                    inside.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return FhirResponse.of(200, HttpHeaders.none());
                })
                .closeTimeout(Duration.ofMillis(100))
                .start();
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request(server, "/Group/1"), BodyHandlers.ofString());
        inside.await();

        server.close();

        interrupted.await();
        assertThatThrownBy(answer::join).hasCauseInstanceOf(IOException.class);
    }

    @Test
    @Timeout(60)
    void cutsConnectionsForWhichThereIsNoThreadAndRecovers() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        ExecutorService executor = Executors.newCachedThreadPool();
        try (FhirHttpServer server = FhirHttpServer.builder(saying("r4"))
                .executor(task -> {
                    if (full.get()) {
                        throw new RejectedExecutionException();
                    }
                    executor.execute(task);
                })
                .start()) {
            assertThatThrownBy(() -> get(server, "/")).isInstanceOf(IOException.class);

            full.set(false);

            assertThat(get(server, "/").body()).isEqualTo("r4");
        }
        executor.shutdown();
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        FhirHttpServer server = FhirHttpServer.builder(saying("r4")).start();
        get(server, "/");
        Set<Thread> started = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .filter(thread -> !thread.getName().startsWith("HttpClient"))
                .collect(Collectors.toSet());

        server.close();

        assertThat(started).isNotEmpty();
        for (Thread thread : started) {
            thread.join(10_000);
        }
        assertThat(started).noneMatch(Thread::isAlive);
    }

    @Test
    void leavesAGivenExecutorRunning() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (FhirHttpServer server =
                FhirHttpServer.builder(saying("r4")).executor(executor).start()) {
            assertThat(get(server, "/").body()).isEqualTo("r4");
        }

        assertThat(executor.isShutdown()).isFalse();
        executor.shutdown();
    }

    private static FhirHandler saying(String text) {
        return request -> FhirResponse.of(200, HttpHeaders.none(), "text/plain", text);
    }

    private HttpResponse<String> get(FhirHttpServer server, String path) throws Exception {
        return client.send(request(server, path), BodyHandlers.ofString());
    }

    private static HttpRequest request(FhirHttpServer server, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .build();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertIsOutcome(HttpResponse<String> answer, String issue) {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/fhir+json");
        assertThat(OutcomeJson.read(answer.body().getBytes(StandardCharsets.UTF_8)))
                .hasValueSatisfying(outcome ->
                        assertThat(outcome.issues().get(0).code().code()).isEqualTo(issue));
    }
}
