package dev.atr.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.http.TestTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that sends, or takes, its bytes too slowly. */
@Timeout(120)
class SlowClientsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(10);

    /** Between two bytes of what trickles. */
    private static final int PAUSE_MILLIS = 20;

    /** More than the buffers between two sockets of this machine hold. */
    private static final int MUCH = 64 << 20;

    @TempDir
    static Path folder;

    private static TestTls tls;

    @BeforeAll
    static void makeKey() throws Exception {
        tls = TestTls.inside(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void closesTheConnectionOnWhichABodyTrickles(String scheme) throws Exception {
        CountDownLatch brokeOff = new CountDownLatch(1);
        FhirHandler reading = request -> {
            try {
                return text(Integer.toString(request.body().readAllBytes().length));
            } catch (IOException e) {
                brokeOff.countDown();
                throw new UncheckedIOException(e);
            }
        };
        try (FhirHttpServer server =
                        builder(scheme, reading).requestTimeout(SHORT).start();
                Socket socket = connect(scheme, server)) {
            send(socket, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");

            assertThat(trickle(socket)).isEmpty();
            brokeOff.await();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void closesTheConnectionOnWhichABodyTricklesThatNobodyReads(String scheme) throws Exception {
        try (FhirHttpServer server = builder(scheme, request -> text("enough"))
                        .requestTimeout(SHORT)
                        .start();
                Socket socket = connect(scheme, server)) {
            send(socket, "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n");

            assertThat(trickle(socket)).startsWith("HTTP/1.1 200").endsWith("enough");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void closesTheConnectionOnWhichHeadersTrickle(String scheme) throws Exception {
        try (FhirHttpServer server = builder(scheme, request -> text(""))
                        .requestTimeout(SHORT)
                        .start();
                Socket socket = connect(scheme, server)) {
            send(socket, "GET /x HTTP/1.1\r\nHost: x\r\nX: ");

            assertThat(trickle(socket)).isEmpty();
        }
    }

    @Test
    void closesTheConnectionOnWhichATlsHandshakeTrickles() throws Exception {
        try (FhirHttpServer server = builder("https", request -> text(""))
                        .requestTimeout(SHORT)
                        .start();
                Socket socket = connect("http", server)) {
            socket.getOutputStream().write(new byte[] {22, 3, 1, 2, 0});

            assertThat(trickle(socket)).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}, length known: {1}")
    @CsvSource({"http, true", "https, true", "http, false", "https, false"})
    void closesTheConnectionOfAClientThatStopsReading(String scheme, boolean lengthKnown) throws Exception {
        Much much = new Much(lengthKnown ? OptionalLong.of(MUCH) : OptionalLong.empty());
        try (FhirHttpServer server = builder(scheme, much).writeTimeout(SHORT).start();
                Socket socket = connect(scheme, server)) {
            send(socket, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
            much.brokeOff.await();

            assertThat(drain(socket)).isLessThan(MUCH);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void closesThoughAClientHasStoppedReading(String scheme) throws Exception {
        Much much = new Much(OptionalLong.of(MUCH));
        FhirHttpServer server = builder(scheme, much)
                .writeTimeout(LONG)
                .closeTimeout(Duration.ofMillis(500))
                .start();
        try (Socket socket = connect(scheme, server)) {
            send(socket, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
            much.begun.await();

            server.close();

            much.brokeOff.await();
        }
    }

    @Test
    void leavesNoThreadInterrupted() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        FhirHandler handler = request -> {
            try {
                request.body().readAllBytes();
            } catch (IOException e) {
                return text("too slow");
            }
            return text(Thread.currentThread().isInterrupted() ? "interrupted" : "at rest");
        };
        try (FhirHttpServer server = FhirHttpServer.builder(handler)
                .executor(one)
                .requestTimeout(SHORT)
                .start()) {
            try (Socket slow = connect("http", server)) {
                send(slow, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
                trickle(slow);
            }
            try (Socket good = connect("http", server)) {
                send(good, "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

                assertThat(new String(good.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .endsWith("at rest");
            }
        }
        one.shutdown();
    }

    @Test
    void servesALongAnswerToAClientThatReads() throws Exception {
        try (FhirHttpServer server =
                        FhirHttpServer.builder(new Much(OptionalLong.of(MUCH))).start();
                Socket socket = connect("http", server)) {
            send(socket, "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

            assertThat(drain(socket)).isGreaterThan(MUCH);
        }
    }

    @Test
    void givesABodyMoreTimeForEachByteThatCame() throws Exception {
        try (Deadlines deadlines = new Deadlines(LONG)) {
            Client client = new Client(deadlines, LONG, LONG, true);
            byte[] sixtySeconds = new byte[60 * FhirHttpServerBuilder.MIN_BODY_BYTES_A_SECOND];

            client.reading(new ByteArrayInputStream(sixtySeconds)).readAllBytes();

            // Less what the reads took, which is next to nothing.
            assertThat(client.patience()).isBetween(LONG.plusSeconds(30), LONG.plusSeconds(60));
        }
    }

    @Test
    void refusesATimeThatIsNone() {
        FhirHttpServerBuilder builder = FhirHttpServer.builder(request -> text(""));

        assertThatThrownBy(() -> builder.requestTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.writeTimeout(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private FhirHttpServerBuilder builder(String scheme, FhirHandler handler) throws IOException {
        FhirHttpServerBuilder builder = FhirHttpServer.builder(handler);
        return scheme.equals("https") ? builder.tls(tls.keystore(), TestTls.PASSWORD) : builder;
    }

    private static Socket connect(String scheme, FhirHttpServer server) throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        return scheme.equals("https")
                ? tls.trusting().getSocketFactory().createSocket(address, server.port())
                : new Socket(address, server.port());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Sends a byte from time to time until the connection is closed, and returns what was answered. */
    private static String trickle(Socket socket) throws IOException {
        socket.setSoTimeout(PAUSE_MILLIS);
        StringBuilder answer = new StringBuilder();
        while (true) {
            try {
                int read = socket.getInputStream().read();
                if (read < 0) {
                    return answer.toString();
                }
                answer.append((char) read);
            } catch (SocketTimeoutException e) {
                try {
                    send(socket, "x");
                } catch (IOException closed) {
                    return answer.toString();
                }
            } catch (IOException e) {
                // Closed with bytes that the server has not read.
                return answer.toString();
            }
        }
    }

    /** Reads until the connection is closed, and returns how much there was. */
    private static long drain(Socket socket) throws IOException {
        byte[] buffer = new byte[1 << 20];
        long all = 0;
        try {
            for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
                all += read;
            }
        } catch (SocketException | SSLException e) {
            // Cut in the midst.
        }
        return all;
    }

    private static FhirResponse text(String text) {
        return FhirResponse.of(200, HttpHeaders.none(), "text/plain", text);
    }

    /** Answers with very many bytes, and tells when it begins and when it can't go on. */
    private static final class Much implements FhirHandler, FhirResponse.Body {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch brokeOff = new CountDownLatch(1);
        private final OptionalLong length;

        Much(OptionalLong length) {
            this.length = length;
        }

        @Override
        public FhirResponse handle(FhirRequest request) {
            return new FhirResponse(200, HttpHeaders.none(), this);
        }

        @Override
        public OptionalLong length() {
            return length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            begun.countDown();
            byte[] piece = new byte[1 << 20];
            try {
                for (int done = 0; done < MUCH; done += piece.length) {
                    out.write(piece);
                }
            } catch (IOException e) {
                brokeOff.countDown();
                throw e;
            }
        }
    }
}
