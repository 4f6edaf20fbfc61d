package dev.atr.producer.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.Scopes;
import dev.atr.auth.TestKeys;
import dev.atr.auth.TokenForm;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.SigningKeys;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.requirements.Requirement;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Abuse cases T50 and T51: one assertion, presented by 64 requests at once to two nodes that share a PostgreSQL, gives
 * one token. The connections stay open and the requests are bytes, so that the time goes to the servers.
 */
class OneAssertionTwoNodesTest {
    private static final int ROUNDS = Integer.getInteger("atr.replay.rounds", 1000);
    private static final int PRESENTERS = 64;
    private static final String CLIENT = "acme";
    private static final URI BASE = URI.create("https://payer.example.com/fhir");

    private final AtomicIntegerArray tokens = new AtomicIntegerArray(ROUNDS);
    private final AtomicIntegerArray refusals = new AtomicIntegerArray(ROUNDS);
    private byte @Nullable [] request;

    @Test
    @Requirement("SMART-020")
    void exactlyOneTokenEachRound() throws Exception {
        LedgerOptions options = Postgres.freshSchema().connections(10);
        ExecutorService threads = Executors.newFixedThreadPool(PRESENTERS);
        try (Node one = new Node(options);
                Node two = new Node(options)) {
            CyclicBarrier start = new CyclicBarrier(PRESENTERS, this::nextRound);
            List<Future<?>> presenters = new ArrayList<>();
            for (int i = 0; i < PRESENTERS; i++) {
                int port = (i % 2 == 0 ? one : two).server.port();
                presenters.add(threads.submit(() -> present(port, start)));
            }
            for (Future<?> presenter : presenters) {
                presenter.get(30, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }

        for (int round = 0; round < ROUNDS; round++) {
            assertThat(tokens.get(round)).as("tokens in round %s", round).isEqualTo(1);
            assertThat(refusals.get(round)).as("refusals in round %s", round).isEqualTo(PRESENTERS - 1);
        }
    }

    /** Signs the assertion of the next round, while all presenters wait. */
    private void nextRound() {
        String assertion = ClientAssertion.good(
                        TestKeys.RSA,
                        CLIENT,
                        BASE + "/auth/token",
                        Clock.systemUTC().instant())
                .text();
        byte[] body = TokenForm.of("system/*.read", assertion).encode().getBytes(StandardCharsets.US_ASCII);
        String head = "POST /auth/token HTTP/1.1\r\nHost: payer.example.com\r\nContent-Type: " + TokenForm.CONTENT_TYPE
                + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        byte[] whole = new byte[head.length() + body.length];
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, whole, 0, head.length());
        System.arraycopy(body, 0, whole, head.length(), body.length);
        request = whole;
    }

    private @Nullable Void present(int port, CyclicBarrier start) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int round = 0; round < ROUNDS; round++) {
                start.await(1, TimeUnit.MINUTES);
                socket.getOutputStream().write(request);
                int status = readAnswer(in);
                if (status == 200) {
                    tokens.incrementAndGet(round);
                } else if (status == 400) {
                    refusals.incrementAndGet(round);
                }
            }
        }
        return null;
    }

    private static int readAnswer(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).split(" ", -1)[1]);
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring("content-length:".length()).strip());
            }
        }
        in.skipNBytes(length);
        return status;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection was cut");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    /** A node of the payer: its own ledger object, keys and server; the database alone is shared. */
    private static final class Node implements AutoCloseable {
        private final Ledger ledger;
        private final AuthorizationServer authorization;
        private final FhirHttpServer server;

        Node(LedgerOptions options) throws IOException {
            ledger = Ledger.open(options);
            SigningKeys keys = SigningKeys.rotating(
                    ledger.signingKeyStore(), Clock.systemUTC(), SigningKeys.DEFAULT_PERIOD, SigningKeys.DEFAULT_LEAD);
            ClientRegistration client = new ClientRegistration(
                    CLIENT, ClientKeys.ofJwks(TestKeys.RSA.publicJwks()), Scopes.READ_ALL, null, true);
            authorization = AuthorizationServer.builder(BASE, ClientRegistry.of(List.of(client)))
                    .replayMemory(ledger.replayMemory())
                    .signingKeys(keys)
                    .clientTokenRate(1_000_000)
                    .auditTrail(event -> {})
                    .build();
            server = FhirHttpServer.builder(authorization::token).start();
        }

        @Override
        public void close() {
            server.close();
            authorization.close();
            ledger.close();
        }
    }
}
