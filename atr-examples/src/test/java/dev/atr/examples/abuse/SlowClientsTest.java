package dev.atr.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.http.jdk.FhirHttpServerBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Clients that send their request, or take their answer, too slowly. That nobody waits for them is shown where their time
 * is longer than that of a good client; that their time ends, where it is short.
 */
class SlowClientsTest extends AbuseCases {
    private static final int SLOW_SENDERS = 500;
    private static final int SLOW_READERS = 200;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    /** Texts of a million characters in one Patient: together more than the buffers between two sockets hold. */
    private static final int TEXTS = 8;

    static List<Row> rows() {
        return List.of(
                new Row(
                        "T12 500 bodies that trickle keep nobody waiting",
                        SlowClientsTest::askBesideSlowSenders,
                        Expected.TOKEN),
                new Row("T12 a body that trickles ends at its time", SlowClientsTest::trickle, Expected.TOKEN),
                new Row(
                        "E22 200 clients that do not read keep nobody waiting",
                        SlowClientsTest::downloadBesideSlowReaders,
                        Expected.status(200)),
                new Row("E22 a client that does not read is cut off", SlowClientsTest::stopReading, Expected.TOKEN));
    }

    private static Answer askBesideSlowSenders(Payer payer) throws Exception {
        Answer answer;
        try (Front front =
                new Front(payer, server -> server.requestTimeout(LONG).closeTimeout(Duration.ZERO))) {
            for (int i = 0; i < SLOW_SENDERS; i++) {
                front.beginToAsk();
            }
            answer = front.send(Request.token(payer.form().encode()));
        }
        awaitRefusals(payer, SLOW_SENDERS);
        return answer;
    }

    private static Answer trickle(Payer payer) throws Exception {
        try (Front front = new Front(payer, server -> server.requestTimeout(SHORT))) {
            trickleUntilClosed(front.beginToAsk());
        }
        awaitRefusals(payer, 1);
        return payer.present(payer.assertion().text());
    }

    private static Answer downloadBesideSlowReaders(Payer payer) throws Exception {
        Request download = bigFile(payer);
        try (Front front = new Front(payer, server -> server.writeTimeout(LONG).closeTimeout(Duration.ZERO))) {
            for (int i = 0; i < SLOW_READERS; i++) {
                front.beginToRead(download);
            }
            Answer answer = front.send(download);
            assertThat(answer.body()).hasSizeGreaterThan(TEXTS * 1_000_000);
            return answer;
        }
    }

    private static Answer stopReading(Payer payer) throws Exception {
        Request download = bigFile(payer);
        try (Front front = new Front(payer, server -> server.writeTimeout(SHORT))) {
            writeUntilClosed(front.beginToRead(download));
        }
        return payer.present(payer.assertion().text());
    }

    /** Returns the request for an exported file that is long. */
    private static Request bigFile(Payer payer) throws IOException {
        String name = "{\"family\":\"" + "x".repeat(1_000_000) + "\"}";
        payer.sample.replace(payer.sample
                .lists()
                .withResource(
                        new ResourceKey(ResourceType.PATIENT, "10"),
                        "{\"resourceType\":\"Patient\",\"id\":\"10\",\"name\":["
                                + String.join(",", Collections.nCopies(TEXTS, name)) + "]}"));
        return Request.get(Guarded.of(payer).file("Patient")).bearer(payer.token());
    }

    /** Sends a byte from time to time until the connection is closed without an answer. */
    private static void trickleUntilClosed(Socket socket) throws IOException {
        socket.setSoTimeout(20);
        try {
            while (isOpen(socket)) {
                socket.getOutputStream().write('x');
            }
        } catch (SocketException e) {
            // Closed with a byte that the server has not read.
        }
    }

    private static boolean isOpen(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isNegative();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    /** Sends a byte after the other, of what would be a very long body, until the connection is closed. */
    private static void writeUntilClosed(Socket socket) {
        try {
            OutputStream out = socket.getOutputStream();
            while (true) {
                out.write('x');
            }
        } catch (IOException closed) {
            // As it must be.
        }
    }

    /** Waits until so many token requests were given up, which nobody has been told of. */
    private static void awaitRefusals(Payer payer, int count) {
        while (payer.refusals().size() < count) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < count; i++) {
            payer.seen(Request.token(""), Answer.NONE);
        }
    }

    /** The web server of a node, with patience of its own, and connections to it. */
    private static final class Front implements AutoCloseable {
        private final Payer payer;
        private final FhirHttpServer server;
        private final Deque<Socket> sockets = new ArrayDeque<>();

        Front(Payer payer, UnaryOperator<FhirHttpServerBuilder> patience) throws IOException {
            this.payer = payer;
            this.server = patience.apply(FhirHttpServer.builder(payer.first().producer()))
                    .mount(Payer.BASE.getPath())
                    .start();
        }

        /** Begins a token request whose body does not come. */
        Socket beginToAsk() throws IOException {
            Socket socket = connect();
            String head = Request.token("").headers().stream()
                    .map(line -> line + "\r\n")
                    .collect(Collectors.joining(
                            "",
                            "POST " + Payer.BASE.getPath() + "/auth/token HTTP/1.1\r\nHost: x\r\n",
                            "Content-Length: 60000\r\n\r\ngrant_type="));
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return socket;
        }

        /** Begins a download of which no more is read than its first byte. */
        Socket beginToRead(Request download) throws IOException {
            Socket socket = connect();
            socket.getOutputStream().write(download.bytes());
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            return socket;
        }

        /** Sends a request and reads the answer to its end. */
        Answer send(Request request) throws IOException {
            Socket socket = connect();
            socket.getOutputStream().write(request.bytes());
            Answer answer = Answer.read(socket.getInputStream());
            payer.seen(request, answer);
            return answer;
        }

        private Socket connect() throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            sockets.push(socket);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
