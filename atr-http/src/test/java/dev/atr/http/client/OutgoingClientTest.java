package dev.atr.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.http.HttpHeaders;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OutgoingClientTest {
    private static final HttpHeaders NONE = HttpHeaders.none();
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final OutgoingClient client = OutgoingClient.builder().build();

    @AfterEach
    void close() {
        client.close();
    }

    // What goes out and comes back

    @Test
    void sendsMethodHeadersAndBody() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 201 Created\nContent-Length: 0\n\n")) {
            HttpHeaders headers = HttpHeaders.of("Accept", "application/fhir+json", "Authorization", "Bearer t");

            try (HttpReply reply = client.send(
                    HttpCall.post(server.uri("/Group?x=%2C"), headers, "{}".getBytes(StandardCharsets.UTF_8)))) {
                assertThat(reply.status()).isEqualTo(201);
                assertThat(reply.uri()).isEqualTo(server.uri("/Group?x=%2C"));
            }

            String request = server.request();
            assertThat(request).startsWith("POST /Group?x=%2C HTTP/1.1\r\n").endsWith("\r\n\r\n{}");
            assertThat(request).containsIgnoringCase("accept: application/fhir+json\r\n");
            assertThat(request).containsIgnoringCase("authorization: bearer t\r\n");
        }
    }

    @Test
    void offersNeitherAnUpgradeNorAnEncodingByItself() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\nContent-Length: 0\n\n")) {
            client.send(HttpCall.get(server.uri("/"), NONE)).close();

            assertThat(server.request()).doesNotContainIgnoringCase("upgrade").doesNotContainIgnoringCase("encoding");
        }
    }

    @Test
    void handsOverStatusHeadersAndBody() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 404 Not Found\nX-A: 1\nx-a: 2\nContent-Length: 5\n\nthere");
                HttpReply reply = client.send(HttpCall.get(server.uri("/"), NONE))) {
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.headers().all("X-a")).containsExactly("1", "2");
            assertThat(reply.bytes()).asString().isEqualTo("there");
            assertThat(reply.endMarked()).isTrue();
        }
    }

    @Test
    void readsABodyByteByByteAndInBlocks() throws Exception {
        try (RawServer server =
                        RawServer.saying("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n4\ndefg\n0\n\n");
                HttpReply reply = client.send(HttpCall.get(server.uri("/"), NONE))) {
            InputStream body = reply.body();

            assertThat(body.read()).isEqualTo('a');
            assertThat(body.read(new byte[0])).isZero();
            assertThat(body.readNBytes(5)).asString().isEqualTo("bcdef");
            assertThat(body.read()).isEqualTo('g');
            assertThat(body.read()).isEqualTo(-1);
            assertThat(body.read(new byte[10])).isEqualTo(-1);
        }
    }

    @Test
    void refusesHeadersThatAreTheClientsOwnWithoutShowingTheirValues() {
        HttpCall call = HttpCall.get(URI.create("https://a.example"), HttpHeaders.of("Host", "secret"));

        assertThatThrownBy(() -> client.send(call))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("header Host can't be sent")
                .hasNoCause();
    }

    // Which addresses may be called

    @ParameterizedTest(name = "refuses {0}")
    @ValueSource(
            strings = {
                "http://fhir.example/r4",
                "http://10.0.0.1/",
                "ftp://127.0.0.1/",
                "/r4",
                "https://user:pw@fhir.example/",
                "file:///etc/passwd",
                "http://localhost.example/",
                "https:///r4"
            })
    @Requirement("BULK-CAP-004")
    void refusesAddressesThatMayNotBeCalled(URI address) {
        assertThatThrownBy(() -> client.send(HttpCall.get(address, NONE)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("example", "pw", "passwd");
    }

    @Test
    void refusesAClientThatFollowsRedirectsByItself() {
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();

        assertThatThrownBy(() -> OutgoingClient.builder().httpClient(following))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void worksWithAClientOfTheCallers() throws Exception {
        try (OutgoingClient own = OutgoingClient.builder()
                        .httpClient(HttpClient.newHttpClient())
                        .build();
                RawServer server = RawServer.saying("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
                HttpReply reply = own.send(HttpCall.get(server.uri("/"), NONE))) {
            assertThat(reply.bytes()).asString().isEqualTo("ok");
            assertThat(server.request()).doesNotContainIgnoringCase("upgrade");
        }
    }

    // Redirects

    @Test
    void handsARedirectBackWhenNoneIsToBeFollowed() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 302 Found\nLocation: /there\nContent-Length: 0\n\n");
                HttpReply reply = client.send(HttpCall.get(server.uri("/"), NONE))) {
            assertThat(reply.status()).isEqualTo(302);
            assertThat(reply.headers().first("Location")).contains("/there");
        }
    }

    @ParameterizedTest(name = "status {0}")
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void leavesCredentialsBehindWhenTheOriginChanges(int status) throws Exception {
        try (RawServer other = RawServer.saying("HTTP/1.1 200 OK\nContent-Length: 4\n\nfile");
                RawServer first = RawServer.saying("HTTP/1.1 " + status + " Moved\nLocation: "
                        + other.uri("/file?sig=1") + "\nContent-Length: 0\n\n");
                HttpReply reply = client.send(get(
                        first.uri("/"),
                        HttpHeaders.of("Authorization", "Bearer t", "cookie", "a=b", "Accept", "x/y"),
                        5))) {
            assertThat(first.request()).containsIgnoringCase("authorization: bearer t");
            assertThat(other.request())
                    .startsWith("GET /file?sig=1 ")
                    .containsIgnoringCase("accept: x/y")
                    .doesNotContainIgnoringCase("authorization")
                    .doesNotContainIgnoringCase("cookie");
            assertThat(reply.uri()).isEqualTo(other.uri("/file?sig=1"));
            assertThat(reply.bytes()).asString().isEqualTo("file");
        }
    }

    @Test
    void keepsCredentialsWithinTheOrigin() throws Exception {
        try (RawServer server = new RawServer((request, out) -> out.write(RawServer.bytes(
                        request.startsWith("GET /a ")
                                ? "HTTP/1.1 302 Found\nLocation: ../b\nContent-Length: 0\n\n"
                                : "HTTP/1.1 200 OK\nContent-Length: 0\n\n")));
                HttpReply reply = client.send(get(server.uri("/a"), HttpHeaders.of("Authorization", "Bearer t"), 1))) {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(server.request()).containsIgnoringCase("authorization");
            assertThat(server.request()).containsIgnoringCase("authorization");
        }
    }

    @Test
    void doesNotTakeCredentialsUpAgainOnTheWayBack() throws Exception {
        CompletableFuture<URI> back = new CompletableFuture<>();
        try (RawServer other = new RawServer((request, out) -> out.write(
                        RawServer.bytes("HTTP/1.1 302 Found\nLocation: " + back.join() + "\nContent-Length: 0\n\n")));
                RawServer first = new RawServer((request, out) -> out.write(RawServer.bytes(
                        request.startsWith("GET /back ")
                                ? "HTTP/1.1 200 OK\nContent-Length: 0\n\n"
                                : "HTTP/1.1 302 Found\nLocation: " + other.uri("/") + "\nContent-Length: 0\n\n")))) {
            back.complete(first.uri("/back"));

            client.send(get(first.uri("/"), HttpHeaders.of("Authorization", "Bearer t"), 5))
                    .close();

            assertThat(first.request()).containsIgnoringCase("authorization");
            assertThat(first.request()).startsWith("GET /back ").doesNotContainIgnoringCase("authorization");
        }
    }

    @ParameterizedTest(name = "{0} {1} becomes {2}")
    @CsvSource({
        "POST, 301, GET",
        "POST, 302, GET",
        "POST, 303, GET",
        "PUT, 303, GET",
        "HEAD, 303, HEAD",
        "HEAD, 302, HEAD",
        "POST, 307, POST",
        "POST, 308, POST",
        "PUT, 302, PUT",
        "DELETE, 301, DELETE"
    })
    void choosesTheMethodOfTheNextRequest(String method, int status, String next) throws Exception {
        boolean withBody = method.startsWith("P");
        try (RawServer server = new RawServer((request, out) -> out.write(RawServer.bytes(
                request.contains(" /a ")
                        ? "HTTP/1.1 " + status + " Moved\nLocation: /b\nContent-Length: 0\n\n"
                        : "HTTP/1.1 200 OK\nContent-Length: 0\n\n")))) {
            HttpCall call = new HttpCall(
                    method,
                    server.uri("/a"),
                    withBody ? HttpHeaders.of("Content-Type", "x/y") : NONE,
                    withBody ? new byte[] {'q'} : new byte[0],
                    1,
                    HttpCall.Limits.DOCUMENT);

            client.send(call).close();

            server.request();
            String second = server.request();
            assertThat(second).startsWith(next + " /b ");
            if (next.startsWith("P")) {
                assertThat(second).containsIgnoringCase("content-type: x/y").endsWith("\r\n\r\nq");
            } else {
                assertThat(second).doesNotContainIgnoringCase("content-type").endsWith("\r\n\r\n");
            }
        }
    }

    @Test
    void neverTakesABodyToAnotherOrigin() throws Exception {
        try (RawServer other = RawServer.saying("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
                RawServer first = RawServer.saying(
                        "HTTP/1.1 307 Moved\nLocation: " + other.uri("/") + "\nContent-Length: 0\n\n")) {
            HttpCall call = new HttpCall("POST", first.uri("/"), NONE, new byte[] {1}, 5, HttpCall.Limits.DOCUMENT);

            assertThatThrownBy(() -> client.send(call)).isInstanceOf(ProtocolException.class);
        }
    }

    @ParameterizedTest(name = "refuses a redirect to {0}")
    @ValueSource(
            strings = {
                "http://files.example/x",
                "ftp://127.0.0.1/x",
                "file:///etc/passwd",
                "https://user@files.example/",
                "//",
                "https://good.example:x/",
                "jar:file:/x!/y",
                "http://[::2]/"
            })
    void refusesRedirectsToAddressesThatMayNotBeCalled(String location) throws Exception {
        try (RawServer server =
                RawServer.saying("HTTP/1.1 302 Found\nLocation: " + location + "\nContent-Length: 0\n\n")) {
            assertThatThrownBy(() -> client.send(get(server.uri("/secret"), NONE, 5)))
                    .isInstanceOf(ProtocolException.class)
                    .message()
                    .doesNotContain("secret", "example");
        }
    }

    @Test
    void refusesARedirectFromAnotherHostToThisMachine() {
        HttpReply reply = new HttpReply(
                302,
                HttpHeaders.of("Location", "https://127.0.0.1/admin"),
                URI.create("https://fhir.example/"),
                InputStream.nullInputStream());

        assertThatThrownBy(() -> Redirects.next(get(reply.uri(), NONE, 5), reply))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void stopsAtTheLastAllowedRedirect() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 302 Found\nLocation: /again\nContent-Length: 0\n\n")) {
            assertThatThrownBy(() -> client.send(get(server.uri("/"), NONE, 3))).isInstanceOf(ProtocolException.class);

            for (int i = 0; i < 4; i++) {
                server.request();
            }
        }
    }

    // Bodies that break off

    @Test
    @Requirement("BULK-FILE-014")
    void failsWhenTheBodyIsShorterThanItsLength() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\nContent-Length: 100\n\nonly this");
                HttpReply reply = client.send(HttpCall.get(server.uri("/"), NONE))) {
            InputStream body = reply.body();

            assertThat(body.readNBytes(9)).asString().isEqualTo("only this");
            assertThatThrownBy(body::read).isInstanceOf(IOException.class);
            assertThatThrownBy(body::read).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5\nab", "2\nab\n", "2\nab\n0\n", "zz\nab\n0\n\n", ""})
    void failsWhenAChunkedBodyIsCut(String chunks) throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n" + chunks)) {
            // A broken first chunk may be seen together with the headers.
            assertThatThrownBy(() -> {
                        try (HttpReply reply = client.send(HttpCall.get(server.uri("/"), NONE))) {
                            reply.bytes();
                        }
                    })
                    .isInstanceOf(TransportException.class);
        }
    }

    @Test
    void tellsThatNothingMarksTheEndOfABody() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\nContent-Type: text/plain\n\nperhaps whole");
                HttpReply reply = client.send(HttpCall.get(server.uri("/"), NONE))) {
            assertThat(reply.endMarked()).isFalse();
            assertThat(reply.bytes()).asString().isEqualTo("perhaps whole");
        }
    }

    // Limits

    @ParameterizedTest(name = "{0} bytes allowed")
    @ValueSource(ints = {0, 1, 999})
    void failsPastTheLargestBody(int maxBytes) throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\nContent-Length: 1000\n\n" + "x".repeat(1000));
                HttpReply reply = client.send(get(server.uri("/"), maxBytes, LONG, LONG, Duration.ZERO))) {
            assertThatThrownBy(() -> reply.body().readAllBytes()).hasMessageContaining("larger than " + maxBytes);
        }
    }

    @Test
    void readsTheLargestBodyToItsEnd() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\nContent-Length: 1000\n\n" + "x".repeat(1000));
                HttpReply reply = client.send(get(server.uri("/"), 1000, LONG, LONG, Duration.ZERO))) {
            assertThat(reply.bytes()).hasSize(1000);
        }
    }

    @Test
    void givesUpOnAnEndlessBody() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {
                    out.write(RawServer.bytes("HTTP/1.1 200 OK\n\n"));
                    while (true) {
                        out.write(new byte[1 << 16]);
                    }
                });
                HttpReply reply = client.send(get(server.uri("/"), 10 << 20, LONG, LONG, Duration.ZERO))) {
            assertThatThrownBy(() -> reply.body().transferTo(OutputStream.nullOutputStream()))
                    .hasMessageContaining("larger than");
        }
    }

    @Test
    void givesUpWhenNoAnswerComes() throws Exception {
        try (RawServer server = new RawServer((request, out) -> new CountDownLatch(1).await())) {
            assertThatThrownBy(() -> client.send(get(server.uri("/secret"), 10, SHORT, LONG, Duration.ZERO)))
                    .isInstanceOf(TransportException.class)
                    .hasMessage("GET http://127.0.0.1:" + server.uri("/").getPort()
                            + ": no answer within the time allowed");
        }
    }

    @Test
    void givesUpOnEndlessHeaders() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {
            out.write(RawServer.bytes("HTTP/1.1 200 OK\n"));
            for (int i = 0; true; i++) {
                out.write(RawServer.bytes("X-" + i + ": " + "x".repeat(1000) + "\n"));
            }
        })) {
            assertThatThrownBy(() -> client.send(get(server.uri("/"), 10, Duration.ofSeconds(5), LONG, Duration.ZERO)))
                    .isInstanceOf(TransportException.class);
        }
    }

    @Test
    void givesUpOnABodyThatStalls() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {
                    out.write(RawServer.bytes("HTTP/1.1 200 OK\nContent-Length: 100\n\nab"));
                    new CountDownLatch(1).await();
                });
                HttpReply reply = client.send(get(server.uri("/"), 1000, LONG, SHORT, Duration.ZERO))) {
            assertThat(reply.body().readNBytes(2)).asString().isEqualTo("ab");
            assertThatThrownBy(() -> reply.body().read())
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasMessage("no byte of the body for 200 ms");
        }
    }

    @Test
    void givesUpOnABodyThatTricklesPastTheWholeTime() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {
                    out.write(RawServer.bytes("HTTP/1.1 200 OK\n\n"));
                    trickle(out);
                });
                HttpReply reply = client.send(get(server.uri("/"), Long.MAX_VALUE, LONG, LONG, SHORT))) {
            assertThatThrownBy(() -> reply.body().transferTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasMessage("the answer took longer than 200 ms");
        }
    }

    @Test
    void countsRedirectsInTheWholeTime() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 302 Found\nLocation: /again\nContent-Length: 0\n\n")) {
            HttpCall call = new HttpCall(
                    "GET",
                    server.uri("/"),
                    NONE,
                    new byte[0],
                    Integer.MAX_VALUE,
                    new HttpCall.Limits(10, LONG, LONG, SHORT));

            assertThatThrownBy(() -> client.send(call)).isInstanceOf(TransportException.class);
        }
    }

    @Test
    void givesUpOnABodyThatIsHardlyAlive() throws Exception {
        ReplyBody body = new ReplyBody(
                new HttpCall.Limits(1 << 20, LONG, LONG, Duration.ZERO),
                new ReplyBody.RateFloor(1L << 40, SHORT),
                ReplyBody.NO_DEADLINE,
                ended -> {});
        try (RawServer server = new RawServer((request, out) -> {
                    out.write(RawServer.bytes("HTTP/1.1 200 OK\n\n"));
                    trickle(out);
                });
                body) {
            HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(server.uri("/")).build(), info -> body);

            assertThatThrownBy(() -> body.transferTo(OutputStream.nullOutputStream()))
                    .hasMessage("fewer than 1099511627776 bytes of the body in 200 ms");
        }
    }

    // A body is held back while nobody reads

    @Test
    void holdsTheePeerBackWhileNobodyReads() throws Exception {
        long length = 256L << 20;
        AtomicLong written = new AtomicLong();
        try (RawServer server = new RawServer((request, out) -> {
                    out.write(RawServer.bytes("HTTP/1.1 200 OK\nContent-Length: " + length + "\n\n"));
                    byte[] block = new byte[1 << 16];
                    for (long sent = 0; sent < length; sent += block.length) {
                        Arrays.fill(block, (byte) (sent >> 16));
                        out.write(block);
                        written.addAndGet(block.length);
                    }
                });
                HttpReply reply = client.send(get(server.uri("/"), length, LONG, LONG, Duration.ZERO))) {
            assertThat(reply.body().readNBytes(1 << 16)).containsOnly(0);
            long early = written.get();
            byte[] block = new byte[1 << 16];
            for (int i = 1; i < length >> 16; i++) {
                assertThat(reply.body().readNBytes(block, 0, block.length)).isEqualTo(block.length);
                assertThat(block[0]).isEqualTo((byte) i);
                assertThat(block[block.length - 1]).isEqualTo((byte) i);
            }

            assertThat(early).isLessThan(length);
            assertThat(reply.body().read()).isEqualTo(-1);
        }
    }

    // Failures and their words

    @Test
    void saysThatTheConnectionWasRefused() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }

        assertThatThrownBy(
                        () -> client.send(HttpCall.get(URI.create("http://localhost:" + port + "/secret?q=1"), NONE)))
                .isInstanceOf(TransportException.class)
                .hasMessage("GET http://localhost:" + port + ": connection refused, or no way to the host");
    }

    @Test
    void saysThatTheHostIsUnknown() {
        assertThatThrownBy(() -> client.send(HttpCall.get(URI.create("https://no-such-host.invalid/secret"), NONE)))
                .isInstanceOf(TransportException.class)
                .hasMessage("GET https://no-such-host.invalid:443: unknown host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage\n\n", "HTTP/1.1 200"})
    void saysThatTheConnectionBroke(String answer) throws Exception {
        try (RawServer server = RawServer.saying(answer)) {
            assertThatThrownBy(() -> client.send(HttpCall.get(server.uri("/"), NONE)))
                    .isInstanceOf(TransportException.class)
                    .hasMessageEndingWith(": the connection broke before an answer came");
        }
    }

    // Interrupts and the end

    @Test
    void endsWhenTheWaitingThreadIsInterrupted() throws Exception {
        try (RawServer server = new RawServer((request, out) -> new CountDownLatch(1).await())) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> client.send(HttpCall.get(server.uri("/"), NONE)))
                    .isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void endsReadingWhenTheReadingThreadIsInterrupted() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {
                    out.write(RawServer.bytes("HTTP/1.1 200 OK\nContent-Length: 100\n\n"));
                    new CountDownLatch(1).await();
                });
                HttpReply reply = client.send(HttpCall.get(server.uri("/"), NONE))) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> reply.body().read()).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void breaksOffWhatIsUnderWayWhenItCloses() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (RawServer server = new RawServer((request, out) -> {
                    if (request.startsWith("GET /body ")) {
                        out.write(RawServer.bytes("HTTP/1.1 200 OK\nContent-Length: 100\n\n"));
                    } else {
                        asked.countDown();
                    }
                    new CountDownLatch(1).await();
                });
                HttpReply reply = client.send(HttpCall.get(server.uri("/body"), NONE))) {
            CompletableFuture<HttpReply> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return client.send(HttpCall.get(server.uri("/silent"), NONE));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            asked.await();

            client.close();

            assertThatThrownBy(waiting::join)
                    .hasCauseInstanceOf(TransportException.class)
                    .hasMessageEndingWith(": broken off, since the client was closed");
            assertThatThrownBy(() -> reply.body().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesCallsOnceItIsClosed() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\nContent-Length: 0\n\n")) {
            client.close();

            assertThatThrownBy(() -> client.send(HttpCall.get(server.uri("/"), NONE)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesToReadAClosedBody() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\nContent-Length: 2\n\nab")) {
            HttpReply reply = client.send(HttpCall.get(server.uri("/"), NONE));

            reply.close();
            reply.close();

            assertThatThrownBy(() -> reply.body().read()).isInstanceOf(IOException.class);
        }
    }

    private static void trickle(OutputStream out) throws IOException {
        while (true) {
            out.write('x');
        }
    }

    private static HttpCall get(URI uri, HttpHeaders headers, int redirects) {
        return new HttpCall("GET", uri, headers, new byte[0], redirects, HttpCall.Limits.DOCUMENT);
    }

    private static HttpCall get(URI uri, long maxBytes, Duration answer, Duration idle, Duration total) {
        return new HttpCall("GET", uri, NONE, new byte[0], 0, new HttpCall.Limits(maxBytes, answer, idle, total));
    }
}
