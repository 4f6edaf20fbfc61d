package dev.atr.examples.abuse;

import dev.atr.auth.server.AuthorizationServer;
import dev.atr.http.FhirHandler;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;

/** One node of a {@link Payer}: the whole Producer behind a socket. */
final class PayerNode implements AutoCloseable {
    /** No answer is waited for longer than this; a goal for good answers is far below. */
    private static final int PATIENCE_MILLIS = 30_000;

    private static final int MOST_OF_A_TOKEN_REQUEST = 100_000;

    /** For whom assertions are made out. */
    String audience = Payer.AUDIENCE;

    private final Payer payer;
    private final Clock clock;
    private final AuthorizationServer authorization;
    private final DirectoryExportFiles files;
    private final AtrProducer producer;
    private final FhirHttpServer server;

    PayerNode(Payer payer, Clock clock, AuthorizationServer authorization, Path exports) throws IOException {
        this.payer = payer;
        this.clock = clock;
        this.authorization = authorization;
        this.files = DirectoryExportFiles.open(exports);
        this.producer = AtrProducer.builder(payer.backend)
                .baseUrl(Payer.BASE)
                .authorizationServer(authorization)
                .exportFiles(files)
                // An export has ended when its kick-off is answered.
                .executor(Runnable::run)
                .clock(clock)
                .build();
        FhirHandler front = payer.defect.front(payer, producer);
        this.server = FhirHttpServer.builder(front).mount(Payer.BASE.getPath()).start();
    }

    Clock clock() {
        return clock;
    }

    AtrProducer producer() {
        return producer;
    }

    /** Opens a connection for what {@link #send} can't do. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /**
     * Sends one request on a connection of its own and reads the answer to its end. Of a very long token
     * request only the start is sent: the answer must not wait for the rest.
     */
    Answer send(Request request) throws IOException {
        try (Socket socket = connect()) {
            byte[] bytes = request.bytes();
            socket.getOutputStream()
                    .write(
                            bytes,
                            0,
                            request.isForTokens() ? Math.min(bytes.length, MOST_OF_A_TOKEN_REQUEST) : bytes.length);
            InputStream in = socket.getInputStream();
            Answer answer = request.method().equals("HEAD") ? Answer.head(in) : Answer.read(in);
            payer.seen(request, answer);
            return answer;
        }
    }

    /** Presents an assertion. */
    Answer present(String assertion) throws IOException {
        return send(Request.token(Payer.form(assertion).encode()));
    }

    @Override
    public void close() {
        server.close();
        producer.close();
        files.close();
        authorization.close();
    }
}
