package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.core.json.JsonValue;
import dev.atr.http.Sleeper;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database goes away in the midst of an export, or takes a commit and is gone before it has said so. Clients are asked
 * to come back, and in the end each export is whole and nothing is left of what went wrong.
 */
class DatabaseAwayTest {
    private static final String OPERATION = "/Group/" + SamplePayer.OPEN_LIST.value() + "/$davinci-data-export";
    private static final int MEMBERS = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration GLANCE = Duration.ofMillis(5);
    private static final int MANY = 1_000;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final SigningKey key = SigningKey.generate("ES384");
    private String url;
    private int databasePort;
    private Gateway gateway;
    private BusyProducer producer;
    private AccessTokenSource tokens;
    private BulkExportClient exports;

    @BeforeEach
    void startProducer() throws IOException, SQLException {
        url = Postgres.freshDatabase();
        try (Ledger ledger = Ledger.open(LedgerOptions.ofUrl(url).credentials(Postgres.USER, Postgres.PASSWORD))) {
            SamplePayer.of(MEMBERS, LocalDate.now(ZoneOffset.UTC)).writeTo(ledger, (done, total) -> {});
        }
        databasePort = URI.create(url.substring("jdbc:".length())).getPort();
        int port = ServedSample.freePort();
        gateway = new Gateway(port);
        gateway.leadTo(databasePort);
        producer = new BusyProducer(
                url.replace("localhost:" + databasePort, "127.0.0.1:" + port) + "&prepareThreshold=0",
                folder,
                1,
                1,
                key.publicJwks());
        tokens = BackendServices.builder(producer.base(), "c0", key)
                .egress(egress)
                .build();
        exports = new BulkExportClient(ProducerConnection.of(producer.base(), tokens, egress));
    }

    @AfterEach
    void stopProducer() throws IOException {
        gateway.leadTo(databasePort);
        producer.close();
        gateway.close();
        egress.close();
    }

    @Test
    @Requirement({"BULK-STAT-001", "BULK-STAT-011", "BULK-STAT-014"})
    void anExportOutlivesItsDatabaseGoingAway() throws Exception {
        URI status = kickOff();
        while (files().isEmpty()) {
            Sleeper.system().sleep(GLANCE);
        }

        gateway.cut();
        HttpResponse<String> poll = get(status);
        HttpResponse<String> another = get(URI.create(producer.base() + OPERATION));
        gateway.leadTo(databasePort);

        assertThatIsAskedToComeBack(poll);
        assertThatIsAskedToComeBack(another);
        assertThatEndsWhole(status);
    }

    @Test
    @Requirement({"BULK-KICK-001", "BULK-STAT-011"})
    void aKickOffWhoseCommitIsNotAnsweredCanBeRepeated() throws Exception {
        String ours = token();
        gateway.loseAnswerToCommit(1);

        HttpResponse<String> lost = get(URI.create(producer.base() + OPERATION), ours);

        assertThat(lost.statusCode()).isEqualTo(503);
        assertThat(lost.headers().firstValue("Retry-After")).isPresent();
        assertThatEndsWhole(kickOff());
    }

    @Test
    @Requirement({"BULK-STAT-001", "BULK-STAT-014"})
    void noCommitOfAnExportIsLostOrMadeTwice() throws Exception {
        gateway.loseAnswerToCommit(MANY);
        URI undisturbed = kickOff();
        exports.resume(undisturbed).await(PATIENCE);
        int commits = gateway.commitsSince(MANY);
        assertThatEndsWhole(undisturbed);
        assertThat(commits).isBetween(5, 50);

        // The kick-off is the first; the second begins the attempt, the last one publishes the export.
        for (int commit : new int[] {2, 3, commits}) {
            gateway.loseAnswerToCommit(commit);
            assertThatEndsWhole(kickOff());
        }
    }

    private void assertThatEndsWhole(URI status) throws Exception {
        CompletedExport export = exports.resume(status).await(PATIENCE);
        Exported exported = Exported.read(exports, export, SamplePayer.OPEN_LIST);
        String job = status.getPath().replaceAll(".*/", "");

        try (Connection database = DriverManager.getConnection(url, Postgres.USER, Postgres.PASSWORD)) {
            exported.assertEqualTo(database, SamplePayer.OPEN_LIST);
            assertThat(count(database, "export_job where running and id = '" + job + "'"))
                    .isZero();
        }
        assertThat(filesOf(job)).isEqualTo(Exported.names(export));
        exports.resume(status).delete();
        assertThat(filesOf(job)).isEmpty();
    }

    private static void assertThatIsAskedToComeBack(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
        assertThat(JsonValue.parseObject(answer.body().getBytes(StandardCharsets.UTF_8))
                        .all("issue.code")
                        .get(0)
                        .text())
                .contains("transient");
    }

    private URI kickOff() throws IOException, InterruptedException {
        HttpResponse<String> answer = get(URI.create(producer.base() + OPERATION));
        assertThat(answer.statusCode()).isEqualTo(202);
        return URI.create(answer.headers().firstValue("Content-Location").orElseThrow());
    }

    private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return get(address, token());
    }

    private HttpResponse<String> get(URI address, String token) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address)
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }

    private String token() throws InterruptedException {
        return tokens.token();
    }

    private static long count(Connection database, String what) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from atr." + what)) {
            count.next();
            return count.getLong(1);
        }
    }

    private Set<String> files() throws IOException {
        return files(folder);
    }

    private Set<String> filesOf(String job) throws IOException {
        Path ofJob = folder.resolve(job);
        return Files.isDirectory(ofJob) ? files(ofJob) : Set.of();
    }

    private static Set<String> files(Path below) throws IOException {
        try (Stream<Path> found = Files.walk(below)) {
            return found.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".ndjson"))
                    .collect(Collectors.toSet());
        }
    }
}
