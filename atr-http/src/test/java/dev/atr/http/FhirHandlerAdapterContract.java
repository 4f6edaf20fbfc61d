package dev.atr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.http.FhirResponse.Body;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every adapter between a web stack and {@link FhirHandler} must do. Extend it and mount the handler. */
@Timeout(60)
public abstract class FhirHandlerAdapterContract {
    /** A mounted handler. */
    public interface Mounted extends AutoCloseable {
        /** Returns where the handler is mounted, without a slash at the end. */
        URI base();

        @Override
        void close();
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<FhirRequest> received = new LinkedBlockingQueue<>();
    private final List<Mounted> mounted = new ArrayList<>();
    private URI base = URI.create("");

    /** Mounts the handler at a path of one segment, on a free port of the loopback address. */
    protected abstract Mounted mount(FhirHandler handler) throws Exception;

    @AfterEach
    void stop() {
        mounted.forEach(Mounted::close);
    }

    @Test
    void passesMethodPathAndQueryOnAsTheyCame() throws Exception {
        mountRecorder(empty(200));

        send("GET", "/Group/a%2Fb%20c/$export?_type=Patient%2CCoverage&x=%41+1", "");

        FhirRequest request = received.take();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.path()).isEqualTo("/Group/a%2Fb%20c/$export");
        assertThat(request.rawQuery()).isEqualTo("_type=Patient%2CCoverage&x=%41+1");
    }

    @Test
    void passesAnAbsentQueryOnAsAbsent() throws Exception {
        mountRecorder(empty(200));

        send("GET", "/metadata", "");

        assertThat(received.take().rawQuery()).isNull();
    }

    @Test
    void passesTheMountItselfOnAsItsRoot() throws Exception {
        mountRecorder(empty(200));

        send("GET", "", "");

        assertThat(received.take().path()).isEqualTo("/");
    }

    @Test
    void comparesHeaderNamesWithoutCaseAndKeepsRepeats() throws Exception {
        mountRecorder(empty(200));

        send("GET", "/metadata", "pReFeR: respond-async\r\nPREFER: handling=lenient\r\n");

        assertThat(received.take().headers().all("Prefer")).containsExactly("respond-async", "handling=lenient");
    }

    @Test
    void passesTheRequestBodyOn() throws Exception {
        BlockingQueue<String> bodies = mountBodyRecorder();

        client.send(
                HttpRequest.newBuilder(uri("/Group"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"ü\":1}"))
                        .build(),
                BodyHandlers.discarding());

        assertThat(bodies.take()).isEqualTo("{\"ü\":1}");
    }

    @Test
    void passesAnAbsentBodyOnAsEmpty() throws Exception {
        BlockingQueue<String> bodies = mountBodyRecorder();

        send("POST", "/Group/1/$export", "");

        assertThat(bodies.take()).isEmpty();
    }

    @Test
    void letsTheHandlerReadWhatHasComeOfABodyThatIsStillOnItsWay() throws Exception {
        BlockingQueue<Integer> read = new LinkedBlockingQueue<>();
        serve(request -> {
            try {
                read.add(request.body().read());
                return FhirResponse.of(200, HttpHeaders.none(), "text/plain", "rest " + readAll(request.body()).length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        try (Socket socket = connect("POST", "/Group", "Connection: close\r\nContent-Length: 4\r\n")) {
            socket.getOutputStream().write('{');
            int first = read.take();
            socket.getOutputStream().write(new byte[] {' ', ' ', '}'});

            assertThat(first).isEqualTo('{');
            assertThat(new String(readAll(socket.getInputStream()), StandardCharsets.ISO_8859_1))
                    .endsWith("rest 3");
        }
    }

    @Test
    void failsTheReadingOfABodyThatBreaksOff() throws Exception {
        BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
        serve(request -> {
            try {
                outcomes.add("took " + request.body().readAllBytes().length + " bytes for the whole");
            } catch (IOException e) {
                outcomes.add("failed");
            }
            return empty(200);
        });

        try (Socket socket = connect("POST", "/Group", "Content-Length: 4\r\n")) {
            socket.getOutputStream().write('{');
        }

        assertThat(outcomes.take()).isEqualTo("failed");
    }

    @Test
    void passesAFormOnUnread() throws Exception {
        BlockingQueue<String> bodies = mountBodyRecorder();

        client.send(
                HttpRequest.newBuilder(uri("/token?x=1"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                        .build(),
                BodyHandlers.discarding());

        assertThat(bodies.take()).isEqualTo("grant_type=client_credentials");
    }

    @Test
    void servesNothingWhereTheMountIsWrittenOtherwise() throws Exception {
        mountRecorder(empty(200));
        String mount = base.getRawPath();
        String last = "%" + Integer.toHexString(mount.charAt(mount.length() - 1));

        int beside = status(base.resolve(mount + "x/Group"));
        int encoded = status(base.resolve(mount.substring(0, mount.length() - 1) + last + "/Group"));

        assertThat(beside).isEqualTo(404);
        assertThat(encoded).isEqualTo(404);
        assertThat(received).isEmpty();
    }

    @Test
    void sendsStatusHeadersRepeatsAndBody() throws Exception {
        HttpHeaders headers = HttpHeaders.copyOf(Map.of("Link", List.of("<a>", "<b>"), "ETag", List.of("W/\"1\"")));
        mountRecorder(FhirResponse.of(422, headers, "application/fhir+json", "{}"));

        HttpResponse<String> response = get("/Group");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.headers().allValues("link")).containsExactly("<a>", "<b>");
        assertThat(response.headers().firstValue("etag")).contains("W/\"1\"");
        assertThat(response.headers().firstValue("content-type")).contains("application/fhir+json");
        assertThat(response.headers().firstValue("content-length")).contains("2");
        assertThat(response.body()).isEqualTo("{}");
    }

    @Test
    void answersHeadWithTheLengthAndNoBody() throws Exception {
        WatchedBody body =
                new WatchedBody(OptionalLong.of(5), out -> out.write("12345".getBytes(StandardCharsets.US_ASCII)));
        mountRecorder(new FhirResponse(200, HttpHeaders.none(), body));

        String answer = send("HEAD", "/Group/1", "");

        assertThat(answer.toLowerCase(Locale.ROOT))
                .startsWith("http/1.1 200")
                .contains("content-length: 5\r\n")
                .endsWith("\r\n\r\n");
        assertThat(body.written).hasValue(0);
        assertThat(body.awaitClosed()).isOne();
    }

    @Test
    void answersHeadOfAnUnknownLengthWithoutOne() throws Exception {
        WatchedBody body = new WatchedBody(OptionalLong.empty(), out -> out.write(1));
        mountRecorder(new FhirResponse(200, HttpHeaders.none(), body));

        String answer = send("HEAD", "/Group/1", "");

        assertThat(answer.toLowerCase(Locale.ROOT))
                .startsWith("http/1.1 200")
                .doesNotContain("content-length")
                .endsWith("\r\n\r\n");
        assertThat(body.awaitClosed()).isOne();
    }

    @ParameterizedTest(name = "status {0}")
    @ValueSource(ints = {204, 304})
    void sendsNoBodyWhereTheStatusForbidsOne(int status) throws Exception {
        WatchedBody body =
                new WatchedBody(OptionalLong.of(2), out -> out.write("{}".getBytes(StandardCharsets.US_ASCII)));
        mountRecorder(new FhirResponse(status, HttpHeaders.none(), body));

        String answer = send("GET", "/Group/1", "");

        assertThat(answer).startsWith("HTTP/1.1 " + status).endsWith("\r\n\r\n");
        assertThat(body.awaitClosed()).isOne();
    }

    @Test
    void ignoresALengthAmongTheHeaders() throws Exception {
        mountRecorder(FhirResponse.of(
                200, HttpHeaders.of("Content-Length", "9", "Transfer-Encoding", "gzip"), "text/plain", "four"));

        String answer = send("GET", "/", "").toLowerCase(Locale.ROOT);

        assertThat(answer)
                .contains("content-length: 4\r\n")
                .doesNotContain("gzip")
                .endsWith("\r\n\r\nfour");
    }

    @Test
    void streamsABodyOfUnknownLengthToItsEnd() throws Exception {
        WatchedBody body = new WatchedBody(OptionalLong.empty(), out -> {
            for (int i = 0; i < 1_000; i++) {
                out.write(new byte[8_191]);
            }
        });
        mountRecorder(new FhirResponse(200, HttpHeaders.none(), body));

        HttpResponse<byte[]> response =
                client.send(HttpRequest.newBuilder(uri("/file")).build(), BodyHandlers.ofByteArray());

        assertThat(response.body()).hasSize(8_191_000);
        assertThat(body.awaitClosed()).isOne();
    }

    @Test
    void waitsForAClientThatDoesNotRead() throws Exception {
        AtomicLong written = new AtomicLong();
        CountDownLatch started = new CountDownLatch(1);
        long length = 256L << 20;
        WatchedBody body = new WatchedBody(OptionalLong.of(length), out -> {
            byte[] block = new byte[64 << 10];
            for (long sent = 0; sent < length; sent += block.length) {
                out.write(block);
                written.addAndGet(block.length);
                started.countDown();
            }
        });
        mountRecorder(new FhirResponse(200, HttpHeaders.none(), body));

        try (Socket socket = connect("GET", "/file", "")) {
            started.await();
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            // However fast the body writes, what no socket buffer holds waits with it.
            assertThat(written.get()).isLessThan(length);
        }

        assertThat(body.awaitClosed()).isOne();
        assertThat(written.get()).isLessThan(length);
    }

    // Broken bodies here are so long that a part is sent: a client may ask again for one of which nothing came.

    @ParameterizedTest(name = "length known: {0}")
    @ValueSource(booleans = {true, false})
    void breaksTheConnectionWhenTheBodyFails(boolean lengthKnown) throws Exception {
        WatchedBody body = new WatchedBody(lengthKnown ? OptionalLong.of(100_000) : OptionalLong.empty(), out -> {
            out.write(new byte[50_000]);
            throw new IOException("the source broke");
        });
        mountRecorder(new FhirResponse(200, HttpHeaders.none(), body));

        assertThatThrownBy(() -> get("/file")).isInstanceOf(IOException.class);

        assertThat(body.awaitClosed()).isOne();
    }

    @ParameterizedTest(name = "length known: {0}")
    @ValueSource(booleans = {true, false})
    void breaksTheConnectionWhenTheBodyThrows(boolean lengthKnown) throws Exception {
        WatchedBody body = new WatchedBody(lengthKnown ? OptionalLong.of(100_000) : OptionalLong.empty(), out -> {
            out.write(new byte[50_000]);
            throw new StackOverflowError();
        });
        mountRecorder(new FhirResponse(200, HttpHeaders.none(), body));

        assertThatThrownBy(() -> get("/file")).isInstanceOf(IOException.class);

        assertThat(body.awaitClosed()).isOne();
    }

    @ParameterizedTest(name = "length known: {0}")
    @ValueSource(booleans = {true, false})
    void breaksTheConnectionWhenTheBodyFailsAtItsFirstByte(boolean lengthKnown) throws Exception {
        WatchedBody body = new WatchedBody(lengthKnown ? OptionalLong.of(100_000) : OptionalLong.empty(), out -> {
            throw new IOException("the source broke: member 4711");
        });
        mountRecorder(new FhirResponse(200, HttpHeaders.none(), body));

        String answer = send("GET", "/file", "");

        assertThat(answer).endsWith("\r\n\r\n").doesNotEndWith("\r\n0\r\n\r\n").doesNotContain("4711", "IOException");
        assertThat(body.awaitClosed()).isOne();
    }

    @Test
    void breaksTheConnectionWhenTheBodyIsShorterThanItsLength() throws Exception {
        WatchedBody body = new WatchedBody(OptionalLong.of(100_000), out -> out.write(new byte[99_999]));
        mountRecorder(new FhirResponse(200, HttpHeaders.none(), body));

        assertThatThrownBy(() -> get("/file")).isInstanceOf(IOException.class);

        assertThat(body.awaitClosed()).isOne();
    }

    @Test
    void servesTheNextRequestAfterABrokenOne() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        serve(request -> calls.getAndIncrement() == 0
                ? new FhirResponse(200, HttpHeaders.none(), new WatchedBody(OptionalLong.empty(), out -> {
                    out.write(new byte[50_000]);
                    throw new IOException("the source broke");
                }))
                : FhirResponse.of(200, HttpHeaders.none(), "text/plain", "whole"));

        assertThatThrownBy(() -> get("/file")).isInstanceOf(IOException.class);

        assertThat(get("/file").body()).isEqualTo("whole");
    }

    @Test
    void answersAThrowingHandlerWith500AndNothingOfTheException() throws Exception {
        serve(request -> {
            throw new IllegalStateException("member 4711");
        });

        HttpResponse<String> response = get("/Group/1");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.headers().firstValue("content-type")).contains("application/fhir+json");
        assertThat(response.body())
                .startsWith("{\"resourceType\":\"OperationOutcome\"")
                .doesNotContain("4711", "IllegalState");
    }

    @Test
    void refusesTrace() throws Exception {
        mountRecorder(empty(200));

        assertThat(send("TRACE", "/", "")).startsWith("HTTP/1.1 405").contains("\"OperationOutcome\"");
        assertThat(received).isEmpty();
    }

    @Test
    void refusesAnOverlongTarget() throws Exception {
        mountRecorder(empty(200));

        assertThat(send("GET", "/Group?name=" + "x".repeat(100_000), ""))
                .startsWith("HTTP/1.1 414")
                .contains("\"OperationOutcome\"");
        assertThat(received).isEmpty();
    }

    @Test
    void refusesOverlongHeaders() throws Exception {
        mountRecorder(empty(200));

        assertThat(send("GET", "/Group", "X-Long: " + "x".repeat(100_000) + "\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("\"OperationOutcome\"");
        assertThat(received).isEmpty();
    }

    @Test
    void servesManyRequestsAtOnce() throws Exception {
        int many = 20;
        CountDownLatch allThere = new CountDownLatch(many);
        serve(request -> {
            allThere.countDown();
            try {
                assertThat(allThere.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return FhirResponse.of(200, HttpHeaders.none(), "text/plain", request.path());
        });

        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            sent.add(client.sendAsync(HttpRequest.newBuilder(uri("/" + i)).build(), BodyHandlers.ofString()));
        }

        for (int i = 0; i < many; i++) {
            assertThat(sent.get(i).join().body()).isEqualTo("/" + i);
        }
    }

    @Test
    void answersSeveralRequestsOnOneConnection() throws Exception {
        mountRecorder(FhirResponse.of(200, HttpHeaders.none(), "text/plain", "x"));

        try (Socket socket = connect("GET", "/1", "")) {
            String first = readUntil(socket.getInputStream(), "\r\n\r\nx");
            socket.getOutputStream().write(head("GET", "/2", "Connection: close\r\n"));
            String second = new String(readAll(socket.getInputStream()), StandardCharsets.ISO_8859_1);

            assertThat(first).startsWith("HTTP/1.1 200");
            assertThat(second).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nx");
        }
    }

    @Test
    void refusesConnectionsOnceItIsClosed() throws Exception {
        mountRecorder(empty(200));
        URI address = uri("/metadata");

        stop();

        assertThatThrownBy(() -> client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding()))
                .isInstanceOf(IOException.class);
    }

    private void serve(FhirHandler handler) throws Exception {
        Mounted server = mount(handler);
        mounted.add(server);
        base = server.base();
    }

    private void mountRecorder(FhirResponse response) throws Exception {
        serve(request -> {
            received.add(request);
            return response;
        });
    }

    private BlockingQueue<String> mountBodyRecorder() throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        serve(request -> {
            bodies.add(new String(readAll(request.body()), StandardCharsets.UTF_8));
            return empty(200);
        });
        return bodies;
    }

    private static FhirResponse empty(int status) {
        return FhirResponse.of(status, HttpHeaders.none());
    }

    private URI uri(String path) {
        return URI.create(base + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private int status(URI address) throws Exception {
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /** Sends one request as it stands and returns the whole answer as it came. */
    private String send(String method, String target, String headers) throws IOException {
        try (Socket socket = connect(method, target, headers + "Connection: close\r\n")) {
            return new String(readAll(socket.getInputStream()), StandardCharsets.ISO_8859_1);
        }
    }

    private Socket connect(String method, String target, String headers) throws IOException {
        Socket socket = new Socket(base.getHost(), base.getPort());
        socket.getOutputStream().write(head(method, target, headers));
        return socket;
    }

    private byte[] head(String method, String target, String headers) {
        return (method + " " + base.getRawPath() + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = in.read();
            assertThat(next).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    private static byte[] readAll(InputStream in) {
        try {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a body. */
    private interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A body that counts how it is used. */
    private static final class WatchedBody implements Body {
        private final OptionalLong length;
        private final Writer writer;
        private final AtomicInteger written = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();
        private final CountDownLatch firstClose = new CountDownLatch(1);

        WatchedBody(OptionalLong length, Writer writer) {
            this.length = length;
            this.writer = writer;
        }

        @Override
        public OptionalLong length() {
            return length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            written.incrementAndGet();
            writer.writeTo(out);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
            firstClose.countDown();
        }

        /** Waits until it was closed, and returns how often. */
        int awaitClosed() throws InterruptedException {
            firstClose.await();
            return closed.get();
        }
    }
}
