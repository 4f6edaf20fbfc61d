package dev.atr.examples;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.ExportJob;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.TransportException;
import dev.atr.http.Sleeper;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The sample payer, served by {@code atr serve} in processes of its own that can be killed and started again on the same
 * port and data, and a Consumer in this one. For one thread.
 */
final class ServedSample implements AutoCloseable {
    private static final int MEMBERS = 20_000;
    static final ListId LIST = SamplePayer.OPEN_LIST;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int MOST_SILENCES = 20;
    private static final Duration GLANCE = Duration.ofMillis(2);

    private final Path folder;
    private final int members;
    private final List<String> databaseOptions;
    private final String url;
    private final String user;
    private final String password;
    private final int port = freePort();
    private final SigningKey key = SigningKey.generate("ES384");
    private final Path publicKey;
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final HttpClient http = HttpClient.newHttpClient();
    private final AccessTokenSource tokens;
    private final BulkExportClient client;
    private final List<AtrProcess> nodes = new ArrayList<>();
    private final ExecutorService waiting = Executors.newSingleThreadExecutor();
    private Map<String, Long> whole = Map.of();
    private String job = "";

    private ServedSample(
            Path folder, int members, List<String> databaseOptions, String url, String user, String password)
            throws IOException {
        this.folder = folder;
        this.members = members;
        this.databaseOptions = databaseOptions;
        this.url = url;
        this.user = user;
        this.password = password;
        this.publicKey = Files.writeString(folder.resolve("key.public.json"), key.publicJwks());
        this.tokens = BackendServices.builder(base(), "us", key).egress(egress).build();
        this.client = new BulkExportClient(ProducerConnection.of(base(), tokens, egress));
    }

    static ServedSample embedded(Path folder) throws IOException {
        String file = data(folder).resolve("ledger").toAbsolutePath().toString();
        return new ServedSample(folder, MEMBERS, List.of(), "jdbc:h2:file:" + file + ";IFEXISTS=TRUE", "atr", "");
    }

    static ServedSample onPostgres(Path folder) throws IOException, SQLException {
        return onPostgres(folder, MEMBERS);
    }

    static ServedSample onPostgres(Path folder, int members) throws IOException, SQLException {
        String url = Postgres.freshDatabase();
        return new ServedSample(
                folder,
                members,
                List.of("--jdbc-url", url, "--db-user", Postgres.USER),
                url,
                Postgres.USER,
                Postgres.PASSWORD);
    }

    /** Returns the address that the Consumer knows; all nodes hand out addresses below it. */
    URI base() {
        return URI.create("http://127.0.0.1:" + port + "/r4");
    }

    int port() {
        return port;
    }

    BulkExportClient client() {
        return client;
    }

    /** Starts a node at the address that the Consumer knows, and waits until it answers. */
    AtrProcess start() throws IOException {
        return start(port);
    }

    /** Starts a node at another port. */
    AtrProcess start(int at) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "serve",
                "--port",
                Integer.toString(at),
                "--base-url",
                "http://127.0.0.1:" + port,
                "--data",
                data(folder).toString(),
                "--sample",
                Integer.toString(members),
                "--client",
                "us=" + publicKey));
        words.addAll(databaseOptions);
        AtrProcess node =
                AtrProcess.start(folder, "128m", Map.of("ATR_DB_PASSWORD", password), words.toArray(String[]::new));
        nodes.add(node);
        node.awaitLine("Producer ready at ");
        return node;
    }

    /** Exports once without any harm, to learn which files there are and how long they get. */
    void measure() throws Exception {
        CompletedExport export = kickOff().get();
        whole = files();
        client.resume(export.statusUrl()).delete();
    }

    /** Kicks an export off and waits for it on a thread of its own, as a Consumer does. */
    Future<CompletedExport> kickOff() throws InterruptedException {
        ExportJob kickedOff = client.kickOff(ExportRequest.attributionList(LIST));
        job = kickedOff.statusUrl().getPath().replaceAll(".*/", "");
        return waiting.submit(() -> await(kickedOff));
    }

    /** A Producer that is silent for too long is asked again by whoever is patient. */
    private static CompletedExport await(ExportJob job) throws InterruptedException {
        for (int silences = 0; silences < MOST_SILENCES; silences++) {
            try {
                return job.await(PATIENCE);
            } catch (TransportException e) {
                // The job goes on.
            }
        }
        throw new AssertionError("the Producer does not answer any more");
    }

    /** Waits for a moment of the export that was kicked off last and is written by a node. */
    void await(Cut cut, AtrProcess node) throws IOException, InterruptedException {
        String published = "Export " + job + " is complete";
        while (!cut.hasCome(whole, files(), node.messages().contains(published))) {
            Sleeper.system().sleep(GLANCE);
        }
    }

    /** Returns how a file of the export that was kicked off last is answered. */
    int statusOf(String file) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base() + "/$export-file/" + job + "/" + file))
                .header("Authorization", "Bearer " + tokens.token())
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    /** Returns the files of exports on disk with their sizes, unfinished ones with a dot before their names. */
    Map<String, Long> files() {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(data(folder).resolve("exports").resolve("r4"), 2)) {
            files.filter(file -> file.toString().endsWith(".ndjson"))
                    .forEach(file -> sizes.put(
                            file.getFileName().toString(), file.toFile().length()));
            return sizes;
        } catch (IOException | UncheckedIOException e) {
            // Files come and go while we look.
            return Map.of();
        }
    }

    /** Opens the database past the Producer; the embedded one only when no process holds it. */
    Connection database() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    /** Counts the jobs that have not ended; needs the database as {@link #database} does. */
    long unendedJobs() throws SQLException {
        try (Connection database = database();
                Statement statement = database.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from atr.export_job where running")) {
            count.next();
            return count.getLong(1);
        }
    }

    /** Returns what the nodes said on standard error. */
    String messages() throws IOException {
        StringBuilder all = new StringBuilder();
        for (AtrProcess node : nodes) {
            all.append("--- node\n").append(node.messages());
        }
        return all.toString();
    }

    private static Path data(Path folder) {
        return folder.resolve("data");
    }

    /** Returns a port that nobody listens on. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        nodes.forEach(AtrProcess::close);
        waiting.shutdownNow();
        egress.close();
    }
}
