package dev.atr.egress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.TransportException;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import dev.atr.http.client.RawServer;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The guard on real sockets. The address 127.0.0.2 stands for the public Internet: the operator of these tests allows it.
 * What must not be reached listens at 127.0.0.3.
 */
@Timeout(60)
class GuardedEgressTest {
    private static final String PUBLIC = "127.0.0.2";
    private static final String PRIVATE = "127.0.0.3";
    private static final String OK = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

    @TempDir
    static Path folder;

    private static Certificates certificates;

    private final List<AutoCloseable> open = new ArrayList<>();
    private volatile String[] answer = {PUBLIC};
    private final AtomicInteger lookups = new AtomicInteger();

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = Certificates.in(folder);
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.add(part);
        return part;
    }

    /** A peer with a certificate at one of our addresses. */
    private RawServer peer(String certificate, String address, RawServer.Answer answer) throws Exception {
        return opened(new RawServer(certificates.listen(certificate, InetAddress.getByName(address)), answer));
    }

    private static RawServer.Answer saying(String text) {
        return (request, out) -> out.write(RawServer.bytes(text));
    }

    /** Listens at the private address, where nobody may come. */
    private RawServer canary(int port) throws Exception {
        return opened(new RawServer(new ServerSocket(port, 50, InetAddress.getByName(PRIVATE)), saying(OK)));
    }

    private InetAddress[] scripted(String name) throws UnknownHostException {
        lookups.incrementAndGet();
        InetAddress[] addresses = new InetAddress[answer.length];
        for (int i = 0; i < answer.length; i++) {
            addresses[i] =
                    InetAddress.getByAddress(name, Literals.parse(answer[i]).orElseThrow());
        }
        return addresses;
    }

    private GuardedEgress.Builder settings(int port) throws Exception {
        return GuardedEgress.builder()
                .allow(PUBLIC)
                .allowPort(port)
                .trust(certificates.trust())
                .lookup(this::scripted);
    }

    private GuardedEgress guard(RawServer peer) throws Exception {
        return opened(settings(peer.port()).build());
    }

    private static HttpCall get(int port, int redirects, Duration total) {
        Duration wait = Duration.ofSeconds(30);
        return new HttpCall(
                "GET",
                URI.create("https://" + Certificates.HOST + ":" + port + "/jwks.json"),
                HttpHeaders.none(),
                new byte[0],
                redirects,
                new HttpCall.Limits(1000, wait, wait, total));
    }

    private static HttpCall get(RawServer peer) {
        return get(peer.port(), 0, Duration.ofSeconds(20));
    }

    private static HttpCall hasty(RawServer peer) {
        return get(peer.port(), 0, Duration.ofMillis(700));
    }

    @Test
    void answerOfAPublicPeerComesThrough() throws Exception {
        RawServer peer = peer("good", PUBLIC, saying("HTTP/1.1 200 OK\nContent-Length: 2\nX-A: 1\nx-a: 2\n\nok"));

        try (HttpReply reply = guard(peer).send(get(peer))) {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.headers().all("X-A")).containsExactly("1", "2");
            assertThat(reply.endMarked()).isTrue();
            assertThat(reply.bytes()).asString(US_ASCII).isEqualTo("ok");
        }
        assertThat(peer.request()).startsWith("GET /jwks.json HTTP/1.1\r\n").contains("Host: " + Certificates.HOST);
    }

    @Test
    void requestCarriesHeadersAndBody() throws Exception {
        RawServer peer = peer("good", PUBLIC, saying("HTTP/1.1 204 No Content\n\n"));
        HttpCall call = new HttpCall(
                "POST",
                get(peer).uri(),
                HttpHeaders.of("Content-Type", "application/fhir+json", "Authorization", "Bearer x"),
                "{}".getBytes(US_ASCII),
                0,
                get(peer).limits());

        try (HttpReply reply = guard(peer).send(call)) {
            assertThat(reply.status()).isEqualTo(204);
            assertThat(reply.bytes()).isEmpty();
        }

        assertThat(peer.request())
                .contains("Content-Type: application/fhir+json\r\n", "Authorization: Bearer x\r\n")
                .contains("Content-Length: 2\r\n")
                .endsWith("{}");
    }

    static Stream<String> forbiddenAddresses() {
        return AddressRules.REFUSED.stream().map(range -> range.addresses().text());
    }

    @ParameterizedTest(name = "T61 {0}")
    @MethodSource("forbiddenAddresses")
    void nameWithAForbiddenAddressIsRefusedByTheNameOfTheRange(String range) throws Exception {
        answer = new String[] {range.substring(0, range.indexOf('/'))};
        GuardedEgress guard =
                opened(GuardedEgress.builder().lookup(this::scripted).build());

        assertThatThrownBy(() -> guard.send(get(443, 0, Duration.ofSeconds(20))))
                .isInstanceOf(TransportException.class)
                .hasMessageMatching("GET https://keys.example.com:443: the host has an address that may not be called: "
                        + "[0-9a-f.:]+/\\d+ \\(.+\\)");
    }

    @Test
    void t62OnePrivateAddressAmongFiftyRefusesAll() throws Exception {
        RawServer peer = peer("good", PUBLIC, saying(OK));
        RawServer canary = canary(peer.port());
        answer = new String[50];
        Arrays.fill(answer, PUBLIC);
        answer[49] = PRIVATE;

        assertThatThrownBy(() -> guard(peer).send(get(peer)))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("127.0.0.0/8 (loopback)");
        assertThat(peer.connections() + canary.connections()).isZero();
    }

    @Test
    void t62EachConnectionIsLookedUpOnceAndGoesToTheCheckedAddress() throws Exception {
        RawServer peer = peer("good", PUBLIC, saying(OK));
        RawServer canary = canary(peer.port());
        GuardedEgress guard = guard(peer);

        guard.send(get(peer)).close();
        answer = new String[] {PRIVATE};

        assertThatThrownBy(() -> guard.send(get(peer))).hasMessageContaining("may not be called");
        assertThat(lookups).hasValue(2);
        assertThat(peer.connections()).isEqualTo(1);
        assertThat(canary.connections()).isZero();
    }

    @Test
    void s04NamesThatChangeWithEveryLookUpNeverLeadToAForbiddenAddress() throws Exception {
        rebind(10_000);
    }

    @Test
    @Tag("soak")
    void s04NamesThatChangeWithEveryLookUpNeverLeadToAForbiddenAddressInTheLongRun() throws Exception {
        rebind(100_000);
    }

    private void rebind(int sends) throws Exception {
        RawServer peer = peer("good", PUBLIC, saying(OK));
        RawServer canary = canary(peer.port());
        GuardedEgress guard = guard(peer);
        Random random = new Random(6204);
        int refused = 0;

        for (int i = 0; i < sends; i++) {
            String[] next = new String[1 + random.nextInt(4)];
            Arrays.setAll(next, each -> random.nextInt(100) == 0 ? PUBLIC : PRIVATE);
            answer = next;
            try {
                guard.send(get(peer)).close();
            } catch (TransportException e) {
                refused++;
            }
        }

        assertThat(refused).isPositive();
        assertThat(peer.connections()).isEqualTo(sends - refused);
        assertThat(canary.connections()).isZero();
    }

    @Test
    void socketItselfConnectsToNoForbiddenAddress() throws Exception {
        RawServer canary = canary(0);
        AddressRules rules = new AddressRules(List.of(), List.of(), address -> false);

        try (GuardedSocket socket = new GuardedSocket(rules::refusal)) {
            assertThatThrownBy(() ->
                            socket.connect(new InetSocketAddress(InetAddress.getByName(PRIVATE), canary.port()), 1000))
                    .isInstanceOf(RefusedAddressException.class);
        }
        assertThat(canary.connections()).isZero();
    }

    @Test
    void nameThatNobodyKnowsIsATransportError() throws Exception {
        GuardedEgress guard = opened(GuardedEgress.builder()
                .lookup(name -> {
                    throw new UnknownHostException(name);
                })
                .build());

        assertThatThrownBy(() -> guard.send(get(443, 0, Duration.ofSeconds(20))))
                .isInstanceOf(TransportException.class)
                .hasMessage("GET https://keys.example.com:443: unknown host");
    }

    @ParameterizedTest(name = "T63/S05 {0}")
    @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308})
    void redirectIsHandedBackAndNotFollowed(int status) throws Exception {
        RawServer peer = peer(
                "good",
                PUBLIC,
                (request, out) -> out.write(RawServer.bytes("HTTP/1.1 " + status + " Elsewhere\nLocation: https://"
                        + Certificates.HOST + "/other\nContent-Length: 0\n\n")));

        try (HttpReply reply = guard(peer).send(get(peer.port(), 5, Duration.ofSeconds(20)))) {
            assertThat(reply.status()).isEqualTo(status);
        }
        assertThat(peer.connections()).isEqualTo(1);
    }

    private static void trickle(OutputStream out, String text) throws Exception {
        while (true) {
            out.write(text.getBytes(US_ASCII));
            out.flush();
            // Until the client hangs up.
            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        }
    }

    static Stream<Arguments> endlessHeads() {
        RawServer.Answer silent = (request, out) -> new CountDownLatch(1).await();
        RawServer.Answer trickled = (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX-A: ".getBytes(US_ASCII));
            trickle(out, "a");
        };
        RawServer.Answer interim = (request, out) -> trickle(out, "HTTP/1.1 103 Early Hints\r\n\r\n");
        RawServer.Answer manyHeaders = (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
            trickle(out, "X-A: a\r\n".repeat(1000));
        };
        RawServer.Answer oneHeader = (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX-A: ".getBytes(US_ASCII));
            trickle(out, "a".repeat(100_000));
        };
        return Stream.of(
                Arguments.of("no answer", silent),
                Arguments.of("trickled header", trickled),
                Arguments.of("interim answers", interim),
                Arguments.of("headers without end", manyHeaders),
                Arguments.of("header without end", oneHeader));
    }

    @ParameterizedTest(name = "T64/S17 {0}")
    @MethodSource("endlessHeads")
    void headWithoutEndIsGivenUp(String name, RawServer.Answer answer) throws Exception {
        RawServer peer = peer("good", PUBLIC, answer);

        assertThatThrownBy(() -> guard(peer).send(hasty(peer))).isInstanceOf(TransportException.class);
    }

    static Stream<Arguments> endlessBodies() {
        String head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
        RawServer.Answer stalled = (request, out) -> {
            out.write((head + "Content-Length: 100\r\n\r\nabc").getBytes(US_ASCII));
            out.flush();
            new CountDownLatch(1).await();
        };
        RawServer.Answer trickled = (request, out) -> {
            out.write((head + "Content-Length: 100\r\n\r\n").getBytes(US_ASCII));
            trickle(out, "a");
        };
        RawServer.Answer chunks = (request, out) -> {
            out.write((head + "Transfer-Encoding: chunked\r\n\r\n").getBytes(US_ASCII));
            trickle(out, "1\r\na\r\n");
        };
        RawServer.Answer announced = (request, out) -> {
            out.write((head + "Content-Length: 1000000000\r\n\r\n").getBytes(US_ASCII));
            trickle(out, "a".repeat(10_000));
        };
        RawServer.Answer unmarked = (request, out) -> {
            out.write((head + "\r\n").getBytes(US_ASCII));
            trickle(out, "a".repeat(10_000));
        };
        return Stream.of(
                Arguments.of("stalled", stalled, "longer than 700 ms"),
                Arguments.of("trickled", trickled, "longer than 700 ms"),
                Arguments.of("trickled chunks", chunks, "longer than 700 ms"),
                Arguments.of("large", announced, "larger than 1000 bytes"),
                Arguments.of("without end", unmarked, "larger than 1000 bytes"));
    }

    @ParameterizedTest(name = "T64/S17 {0}")
    @MethodSource("endlessBodies")
    void bodyWithoutEndIsGivenUp(String name, RawServer.Answer answer, String why) throws Exception {
        RawServer peer = peer("good", PUBLIC, answer);

        try (HttpReply reply = guard(peer).send(hasty(peer))) {
            assertThat(reply.status()).isEqualTo(200);
            assertThatThrownBy(() -> reply.body().readAllBytes())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(why);
        }
    }

    @Test
    void t64SilenceInTheBodyIsGivenUpBeforeTheWholeTimeIsOver() throws Exception {
        RawServer peer = peer("good", PUBLIC, (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc".getBytes(US_ASCII));
            out.flush();
            new CountDownLatch(1).await();
        });
        Duration wait = Duration.ofSeconds(50);
        HttpCall call = new HttpCall(
                "GET",
                get(peer).uri(),
                HttpHeaders.none(),
                new byte[0],
                0,
                new HttpCall.Limits(1000, wait, Duration.ofMillis(300), wait));

        try (HttpReply reply = guard(peer).send(call)) {
            assertThatThrownBy(() -> reply.body().readAllBytes()).hasMessage("no byte of the body for 300 ms");
        }
    }

    @Test
    void t64GzipBombStaysPacked() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[500_000]);
        }
        RawServer peer = peer("good", PUBLIC, (request, out) -> {
            out.write(RawServer.bytes(
                    "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: " + packed.size() + "\n\n"));
            out.write(packed.toByteArray());
        });

        try (HttpReply reply = guard(peer).send(get(peer))) {
            assertThat(reply.bytes()).isEqualTo(packed.toByteArray());
        }
        assertThat(peer.request()).doesNotContainIgnoringCase("accept-encoding");
    }

    @Test
    void bodyCutShortIsAnError() throws Exception {
        RawServer peer = peer("good", PUBLIC, saying("HTTP/1.1 200 OK\nContent-Length: 100\n\nabc"));

        try (HttpReply reply = guard(peer).send(get(peer))) {
            assertThatThrownBy(() -> reply.body().readAllBytes())
                    .hasMessage("the connection broke before the end of the body");
        }
    }

    @Test
    void peerThatStallsTheHandshakeIsGivenUp() throws Exception {
        RawServer peer = opened(new RawServer(
                new ServerSocket(0, 50, InetAddress.getByName(PUBLIC)),
                (request, out) -> new CountDownLatch(1).await()));

        assertThatThrownBy(() -> guard(peer).send(hasty(peer))).isInstanceOf(TransportException.class);
    }

    @Test
    void nameServerThatStallsIsGivenUp() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        GuardedEgress guard = opened(GuardedEgress.builder()
                .lookup(name -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        // The guard was closed.
                    }
                    throw new UnknownHostException(name);
                })
                .build());

        assertThatThrownBy(() -> guard.send(get(443, 0, Duration.ofMillis(300))))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("within the time allowed");
    }

    @ParameterizedTest(name = "T69 {0}")
    @ValueSource(strings = {"expired", "otherHost", "selfSigned"})
    void certificateThatIsNotGoodEndsTheCallBeforeTheRequest(String certificate) throws Exception {
        RawServer peer = peer(certificate, PUBLIC, saying(OK));

        assertThatThrownBy(() -> guard(peer).send(get(peer)))
                .isInstanceOf(TransportException.class)
                .hasMessage("GET https://keys.example.com:" + peer.port() + ": no trusted TLS connection");
    }

    @Test
    void t69CertificateThatTheRuntimeDoesNotTrustEndsTheCall() throws Exception {
        RawServer peer = peer("good", PUBLIC, saying(OK));
        GuardedEgress guard = opened(GuardedEgress.builder()
                .allow(PUBLIC)
                .allowPort(peer.port())
                .lookup(this::scripted)
                .build());

        assertThatThrownBy(() -> guard.send(get(peer))).hasMessageContaining("no trusted TLS connection");
    }

    /** Two answers to a hello: a server that speaks TLS 1.1 at most, and one that speaks no TLS. */
    static Stream<Arguments> wrongTongues() {
        byte[] hello = new byte[47];
        // Handshake record and ServerHello of version 3.2, any random, no session, RSA with AES-128, no compression.
        byte[] start = {22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2};
        System.arraycopy(start, 0, hello, 0, start.length);
        hello[45] = 0x2f;
        return Stream.of(
                Arguments.of("TLS 1.1", hello), Arguments.of("plain http", RawServer.bytes("HTTP/1.1 200 OK\n\n")));
    }

    @ParameterizedTest(name = "T69 {0}")
    @MethodSource("wrongTongues")
    void peerWithoutCurrentTlsIsRefused(String name, byte[] hello) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(PUBLIC))) {
            Thread speaker = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read(new byte[2000]);
                    socket.getOutputStream().write(hello);
                    socket.getOutputStream().flush();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The client has hung up, as it should.
                }
            });
            speaker.start();
            GuardedEgress guard = opened(settings(server.getLocalPort()).build());

            assertThatThrownBy(() -> guard.send(get(server.getLocalPort(), 0, Duration.ofSeconds(20))))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("no trusted TLS connection");
            speaker.join();
        }
    }

    @Test
    void s06ProxiesOfTheEnvironmentAreNotUsed() throws Exception {
        RawServer peer = peer("good", PUBLIC, saying(OK));
        RawServer proxy = canary(0);
        Map<String, String> settings = Map.of(
                "https.proxyHost",
                PRIVATE,
                "https.proxyPort",
                String.valueOf(proxy.port()),
                "socksProxyHost",
                PRIVATE,
                "socksProxyPort",
                String.valueOf(proxy.port()),
                "java.net.useSystemProxies",
                "true");

        settings.forEach(System::setProperty);
        try (HttpReply reply = guard(peer).send(get(peer))) {
            assertThat(reply.status()).isEqualTo(200);
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
        assertThat(proxy.connections()).isZero();
    }

    @Test
    void s06CookiesAreNotKept() throws Exception {
        RawServer peer =
                peer("good", PUBLIC, saying("HTTP/1.1 200 OK\nSet-Cookie: a=b; Path=/\nContent-Length: 0\n\n"));
        GuardedEgress guard = guard(peer);

        guard.send(get(peer)).close();
        guard.send(get(peer)).close();

        assertThat(peer.request()).doesNotContain("Cookie");
        assertThat(peer.request()).doesNotContain("Cookie");
    }

    @ParameterizedTest(name = "S07 {0}")
    @ValueSource(
            strings = {"Host", "content-length", "Transfer-Encoding", "Connection", "Upgrade", "Expect", "TE", "Trailer"
            })
    void headersAboutTheConnectionAreOurs(String name) throws Exception {
        RawServer peer = peer("good", PUBLIC, saying(OK));
        HttpCall call = new HttpCall(
                "GET",
                get(peer).uri(),
                HttpHeaders.of(name, "canary"),
                new byte[0],
                0,
                get(peer).limits());

        assertThatThrownBy(() -> guard(peer).send(call))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("header " + name + " can't be sent");
    }

    @Test
    void callWithoutATotalLimitIsRefused() {
        GuardedEgress guard = opened(GuardedEgress.builder().build());

        assertThatThrownBy(() -> guard.send(get(443, 0, Duration.ZERO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("total timeout");
    }

    @Test
    void oneCallMoreThanAllowedFailsAtOnceAndTheOthersGoOn() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        RawServer peer = peer("good", PUBLIC, (request, out) -> {
            arrived.countDown();
            go.await();
            out.write(RawServer.bytes(OK));
        });
        GuardedEgress guard = opened(settings(peer.port()).maxCalls(1).build());
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<HttpReply> first = threads.submit(() -> guard.send(get(peer)));
            arrived.await();

            assertThatThrownBy(() -> guard.send(get(peer)))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("too many calls");
            go.countDown();
            try (HttpReply reply = first.get()) {
                assertThat(reply.status()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void repliesLeftUnreadGiveTheirPlaceBackWhenClosed() throws Exception {
        RawServer peer = peer("good", PUBLIC, (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nabc".getBytes(US_ASCII));
            out.flush();
            new CountDownLatch(1).await();
        });
        GuardedEgress guard = opened(settings(peer.port()).maxCalls(2).build());

        for (int i = 0; i < 10; i++) {
            guard.send(get(peer)).close();
        }

        assertThat(peer.connections()).isEqualTo(10);
    }

    @Test
    void badPeersDoNotKeepAGoodOneWaiting() throws Exception {
        RawServer bad = peer("good", PUBLIC, (request, out) -> new CountDownLatch(1).await());
        RawServer good = peer("good", PUBLIC, saying(OK));
        GuardedEgress guard = opened(settings(bad.port()).allowPort(good.port()).build());
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (int i = 0; i < 40; i++) {
                Future<?> unused = threads.submit(() -> guard.send(get(bad)));
            }
            for (int i = 0; i < 40; i++) {
                bad.request();
            }

            try (HttpReply reply = guard.send(get(good))) {
                assertThat(reply.status()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closingEndsCallsBodiesAndThreads() throws Exception {
        RawServer silent = peer("good", PUBLIC, (request, out) -> new CountDownLatch(1).await());
        RawServer stalled = peer("good", PUBLIC, (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc".getBytes(US_ASCII));
            out.flush();
            new CountDownLatch(1).await();
        });
        GuardedEgress guard = settings(silent.port()).allowPort(stalled.port()).build();
        HttpReply reply = guard.send(get(stalled));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<HttpReply> call = threads.submit(() -> guard.send(get(silent)));
            silent.request();

            guard.close();

            assertThatThrownBy(call::get).hasMessageContaining("the guard was closed");
            assertThatThrownBy(() -> reply.body().readAllBytes()).hasMessageContaining("the guard was closed");
            assertThatThrownBy(() -> guard.send(get(silent))).isInstanceOf(IllegalStateException.class);
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().startsWith("atr-egress-")) {
                    thread.join();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void interruptedCallerStopsWaiting() throws Exception {
        RawServer silent = peer("good", PUBLIC, (request, out) -> new CountDownLatch(1).await());
        GuardedEgress guard = guard(silent);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Future<HttpReply> call = threads.submit(() -> guard.send(get(silent)));
        silent.request();

        threads.shutdownNow();

        assertThatThrownBy(call::get).hasCauseInstanceOf(InterruptedException.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void thisMachineAnswersPlainHttpOnceThatIsAllowed(String host) throws Exception {
        RawServer peer = opened(RawServer.saying(OK));
        GuardedEgress guard = opened(
                GuardedEgress.builder().allowLoopback().lookup(this::scripted).build());
        URI address = URI.create("http://" + host + ":" + peer.port() + "/");

        try (HttpReply reply = guard.send(HttpCall.get(address, HttpHeaders.none()))) {
            assertThat(reply.bytes()).asString(US_ASCII).isEqualTo("ok");
        }
        assertThat(lookups).hasValue(0);
    }

    @Test
    void nameOfThisMachineIsRefusedEvenWhenLoopbackIsAllowed() throws Exception {
        RawServer peer = peer("good", PRIVATE, saying(OK));
        answer = new String[] {PRIVATE};
        GuardedEgress guard = opened(GuardedEgress.builder()
                .allowLoopback()
                .allowPort(peer.port())
                .trust(certificates.trust())
                .lookup(this::scripted)
                .build());

        assertThatThrownBy(() -> guard.send(get(peer))).hasMessageContaining("may not be called");
        assertThat(peer.connections()).isZero();
    }

    @Test
    @Requirement("ATR-SEC-011")
    void messagesHoldNothingOfPathsAndHeaders() throws Exception {
        GuardedEgress guard = opened(GuardedEgress.builder().build());
        HttpCall call = new HttpCall(
                "GET",
                URI.create("https://10.0.0.1/canary?canary=1"),
                HttpHeaders.of("Authorization", "Bearer canary"),
                new byte[0],
                0,
                HttpCall.Limits.DOCUMENT);

        assertThatThrownBy(() -> guard.send(call))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }
}
