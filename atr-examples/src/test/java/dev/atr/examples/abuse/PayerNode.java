package dev.atr.examples.abuse;

import dev.atr.auth.server.AuthorizationServer;
import dev.atr.http.FhirHandler;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

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
    private final Path folder;
    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
    private volatile boolean holding;

    PayerNode(
            Payer payer,
            Clock clock,
            AuthorizationServer authorization,
            ProducerBackend backend,
            ExportJobStore jobs,
            Path folder)
            throws IOException {
        this.payer = payer;
        this.clock = clock;
        this.authorization = authorization;
        this.folder = folder;
        this.files = DirectoryExportFiles.open(folder);
        this.producer = AtrProducer.builder(backend)
                .baseUrl(Payer.BASE)
                .authorizationServer(authorization)
                .exportJobs(jobs)
                .exportFiles(files)
                .executor(this::export)
                .attributionPolicy(AttributionPolicy.anyMemberOfThisPayer())
                .clock(clock)
                .build();
        FhirHandler front = payer.defect.front(payer, producer);
        this.server = FhirHttpServer.builder(front).mount(Payer.BASE.getPath()).start();
    }

    /** An export has ended when its kick-off is answered, unless exports are held. */
    private void export(Runnable work) {
        if (holding) {
            held.add(work);
        } else {
            work.run();
        }
    }

    /** Lets exports that are kicked off from now on wait. */
    void holdExports() {
        holding = true;
    }

    /** Has the exports that wait written, here and now, and those to come at once. */
    void letExportsGo() {
        holding = false;
        for (Runnable work = held.poll(); work != null; work = held.poll()) {
            work.run();
        }
    }

    /** Returns the names of all files of exports on disk, finished or not. */
    List<String> filesOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> name.contains("/"))
                    .toList();
        }
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
