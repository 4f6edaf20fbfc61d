package dev.atr.consumer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.DeadlineException;
import dev.atr.core.error.ExportFailedException;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.error.TransportException;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTest extends ExportTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Reply RUNNING = Reply.status(202);
    private static final Reply DONE = manifest();

    @Test
    @Requirement({"ATR-EXP-025", "BULK-STAT-007"})
    void asksUntilTheExportIsFinished() throws Exception {
        Reply running = RUNNING.with("Retry-After", "120");
        Reply done = manifest(entry("Patient", producer.at("/f1"), 3), entry("Coverage", producer.at("/f2")));
        producer.on("GET", STATUS, running, running, done);

        CompletedExport export = job().await(HOUR);

        assertThat(export.transactionTime()).isEqualTo(Instant.parse("2026-03-02T08:59:12Z"));
        assertThat(export.filesOf("Patient")).singleElement().satisfies(file -> {
            assertThat(file.url()).isEqualTo(producer.at("/f1"));
            assertThat(file.expectedCount()).hasValue(3);
        });
        assertThat(export.files()).hasSize(2);
        assertThat(clock.sleeps()).containsExactly(Duration.ofMinutes(2), Duration.ofMinutes(2));
        assertThat(producer.asked(STATUS))
                .extracting(asked -> asked.headers().get("accept"))
                .containsOnly("application/json");
    }

    @Test
    @Requirement("BULK-STAT-019")
    void judgesTheJobByItsOwnStatusWhereThereIsOne() throws Exception {
        Reply running =
                Reply.status(200).with("X-Export-Status", "202 Accepted").with("Retry-After", "120");
        producer.on("GET", STATUS, running, running, DONE.with("X-Export-Status", "200 OK"));

        job().await(HOUR);

        assertThat(clock.sleeps()).containsExactly(Duration.ofMinutes(2), Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"500 Internal Server Error", "500", "404 Not Found", "429"})
    @Requirement("BULK-STAT-019")
    void aJobHasFailedThatSaysSoOfItself(String status) {
        producer.on(
                "GET",
                STATUS,
                Reply.fhir(
                                200,
                                "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\","
                                        + "\"code\":\"exception\"}]}")
                        .with("X-Export-Status", status));

        assertThatThrownBy(() -> job().await(HOUR))
                .isInstanceOf(ExportFailedException.class)
                .hasMessage("status request: the export failed with " + status.substring(0, 3) + " (exception)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fine", "9999"})
    @Requirement("BULK-STAT-019")
    void goesByTheStatusOfTheReplyWithoutOneOfTheJob(String status) throws Exception {
        producer.on("GET", STATUS, RUNNING.with("Retry-After", "1"), DONE.with("X-Export-Status", status));

        assertThat(job().await(HOUR).allFiles()).isEmpty();
    }

    @Test
    void refusesFilesOfSeveralTypesWhichNobodyAskedFor() {
        producer.on(
                "GET",
                STATUS,
                manifest("{\"url\":\"" + producer.at("/f1") + "\"}").with("X-Export-Status", "200"));

        assertThatThrownBy(() -> job().await(HOUR))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("expected the name of a resource type for each file");
    }

    @Test
    @Requirement("ATR-EXP-027")
    void takesAMissingTypeForNoData() throws Exception {
        producer.on("GET", STATUS, DONE);

        CompletedExport export = job().await(HOUR);

        assertThat(export.filesOf("Location")).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1} s")
    @Requirement("BULK-STAT-004")
    @CsvSource({
        "30, 30",
        "1.5, 2",
        "0, 1",
        "-1, 1",
        "1000000000000, 600",
        "'Mon, 02 Mar 2026 09:02:30 GMT', 150",
        "'Mon, 02 Mar 2026 08:00:00 GMT', 1",
        "'Sun, 02 Mar 2036 09:00:00 GMT', 600",
    })
    void keepsRetryAfterWithinBounds(String retryAfter, long seconds) throws Exception {
        producer.on("GET", STATUS, RUNNING.with("Retry-After", retryAfter), DONE);

        job().await(HOUR);

        assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(seconds));
    }

    @Test
    @Requirement("BULK-STAT-004")
    void waitsLongerAndLongerWhenThePeerDoesNotSayHowLong() throws Exception {
        List<Reply> replies = new ArrayList<>(Collections.nCopies(9, RUNNING));
        replies.set(4, RUNNING.with("Retry-After", "tomorrow"));
        replies.add(DONE);
        producer.on("GET", STATUS, replies.toArray(new Reply[0]));

        job().await(HOUR);

        assertThat(clock.sleeps()).hasSize(9);
        assertThat(clock.sleeps().get(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(clock.sleeps().get(8)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void stopsAtTheDeadlineAndLeavesTheJobAlone() {
        producer.on("GET", STATUS, RUNNING.with("Retry-After", "240"));

        assertThatThrownBy(() -> job().await(HOUR)).isInstanceOf(DeadlineException.class);

        assertThat(clock.passed()).isEqualTo(HOUR);
        assertThat(producer.asked())
                .extracting(Asked::method)
                .containsOnly("GET")
                .hasSize(16);
    }

    @Test
    void keepsThePeersWaitAcrossTwoCalls() throws Exception {
        producer.on("GET", STATUS, RUNNING.with("Retry-After", "300"), DONE);
        ExportJob job = job();

        assertThatThrownBy(() -> job.await(Duration.ofSeconds(100))).isInstanceOf(DeadlineException.class);
        job.await(HOUR);

        assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(100), Duration.ofSeconds(200));
    }

    @Test
    @Requirement("BULK-STAT-006")
    void takesThrottlingAsASignalToWait() throws Exception {
        Reply busy = Reply.status(429).with("Retry-After", "60");
        producer.on("GET", STATUS, busy, Reply.status(429), Reply.status(503), DONE);

        job().await(HOUR);

        assertThat(clock.sleeps()).hasSize(3).first().isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    @Requirement("BULK-STAT-012")
    void asksAgainAfterATransientFailure() throws Exception {
        producer.on("GET", STATUS, outcome(500, "transient"), DONE);

        assertThat(job().await(HOUR).files()).isEmpty();
    }

    @Test
    void reportsAnExportThatFailed() {
        producer.on("GET", STATUS, outcome(500, "exception"));

        assertThatThrownBy(() -> job().await(HOUR))
                .isInstanceOfSatisfying(
                        ExportFailedException.class, e -> assertThat(e.issues()).hasSize(1))
                .hasMessage("status request: the export failed with 500 (exception)");
        assertThat(producer.asked()).hasSize(1);
    }

    @Test
    @Requirement("BULK-STAT-010")
    void bringsTheTextOfAFailureThatIsNoOutcome() {
        producer.on(
                "GET",
                STATUS,
                Reply.status(500).with("Content-Type", "text/html").body("<h1>Oops\u0007</h1>" + "x".repeat(5000)));

        assertThatThrownBy(() -> job().await(HOUR)).isInstanceOfSatisfying(ExportFailedException.class, e -> {
            assertThat(e.getMessage()).doesNotContain("Oops");
            assertThat(e.issues())
                    .singleElement()
                    .satisfies(issue -> assertThat(issue.text())
                            .startsWith("<h1>Oops </h1>")
                            .hasSize(200));
        });
    }

    @Test
    void givesUpOnAGatewayThatStaysDown() {
        producer.on("GET", STATUS, Reply.status(502));

        assertThatThrownBy(() -> job().await(HOUR)).isInstanceOf(TransportException.class);

        assertThat(producer.asked()).hasSize(ExportJob.MAX_SILENT_FAILURES);
    }

    @Test
    void reportsAJobThatIsGone() {
        assertThatThrownBy(() -> job().await(HOUR))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    @Requirement("SMART-030")
    void renewsTheTokenInTheMiddle() throws Exception {
        Reply running = RUNNING.with("Retry-After", "10");
        producer.on("GET", STATUS, running, Reply.status(401), running, Reply.status(401), DONE);

        job().await(HOUR);

        assertThat(producer.asked())
                .extracting(Asked::token)
                .containsExactly("token-1", "token-1", "token-2", "token-2", "token-3");
    }

    @Test
    void cutsAndCleansThePeersProgress() throws Exception {
        producer.on("GET", STATUS, RUNNING.with("X-Progress", "3 of 8\t\u0085" + "x".repeat(4000)), RUNNING, DONE);
        List<String> progress = new ArrayList<>();

        job().await(HOUR, progress::add);

        assertThat(progress).hasSize(2);
        assertThat(progress.get(0)).startsWith("3 of 8  xxx").hasSize(100);
        assertThat(progress.get(1)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a web page | <html></html>",
                "nothing | ''",
                "no transaction time | {\"output\":[],\"error\":[]}",
                "a text for requiresAccessToken | {\"transactionTime\":\"2026-03-02T08:59:12Z\",\"requiresAccessToken\":"
                        + "\"yes\",\"output\":[]}",
            })
    void refusesAManifestThatIsNone(String what, String body) {
        producer.on("GET", STATUS, Reply.status(200).body(body));

        assertThatThrownBy(() -> job().await(HOUR)).isInstanceOf(InvalidContentException.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "file:///etc/passwd",
        "ftp://payer.example/f",
        "https://user:secret@payer.example/f",
    })
    void refusesFilesThatAreNotOnTheWeb(String url) {
        producer.on("GET", STATUS, manifest("{\"type\":\"Patient\",\"url\":\"" + url + "\"}"));

        assertThatThrownBy(() -> job().await(HOUR))
                .isInstanceOfAny(ProtocolException.class, InvalidContentException.class)
                .hasMessageNotContainingAny("passwd", "secret");
    }

    @ParameterizedTest(name = "type ''{0}''")
    @CsvSource({"../../x", "CON.txt", "Pat ient", "''"})
    void refusesATypeThatIsNoName(String type) {
        producer.on("GET", STATUS, manifest(entry(type, producer.at("/f"))));

        assertThatThrownBy(() -> job().await(HOUR)).isInstanceOf(ProtocolException.class);
    }

    @Test
    @Requirement({"BULK-MAN-008", "BULK-MAN-017"})
    void offersMessagesAndDeletionsOfAnyManifestShape() throws Exception {
        producer.on(
                "GET",
                STATUS,
                Reply.status(200)
                        .body("{\"transactionTime\":\"2026-03-02T08:59:12Z\",\"requiresAccessToken\":true,"
                                + "\"output\":[],\"deleted\":[{\"type\":\"Bundle\",\"url\":\"" + producer.at("/d")
                                + "\"}],\"outcome\":[{\"url\":\"" + producer.at("/m")
                                + "\"}],\"extension\":[{\"url\":\"x\"}],\"surprise\":{}}"));

        CompletedExport export = job().await(HOUR);

        assertThat(export.deleted())
                .singleElement()
                .satisfies(file -> assertThat(file.type().code()).isEqualTo("Bundle"));
        assertThat(export.messages())
                .singleElement()
                .satisfies(file -> assertThat(file.type().code()).isEqualTo("OperationOutcome"));
    }

    @Test
    @Requirement("BULK-MAN-014")
    void readsEveryPageOfAManifest() throws Exception {
        producer.on("GET", STATUS, page("Group", producer.at("/p2").toString()))
                .on("GET", "/p2", page("Patient", producer.at("/p3").toString()))
                .on("GET", "/p3", page("Coverage", null));

        CompletedExport export = job().await(HOUR);

        assertThat(export.files())
                .extracting(file -> file.type().code())
                .containsExactly("Group", "Patient", "Coverage");
    }

    @Test
    void stopsWhenPagesGoRound() {
        producer.on("GET", STATUS, page("Group", producer.at("/p2").toString()))
                .on("GET", "/p2", page("Patient", producer.at(STATUS).toString()));

        assertThatThrownBy(() -> job().await(HOUR))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("manifest: the next links do not end");
    }

    @Test
    void takesNoPageFromAnotherOrigin() {
        producer.on("GET", STATUS, page("Group", elsewhere.at("/p2").toString()));

        assertThatThrownBy(() -> job().await(HOUR)).isInstanceOf(ProtocolException.class);

        assertThat(elsewhere.asked()).isEmpty();
    }

    @Test
    @Requirement("BULK-DEL-001")
    void deletesTheJob() throws Exception {
        producer.on("DELETE", STATUS, Reply.status(202));

        boolean noted = job().delete();

        assertThat(noted).isTrue();
        assertThat(producer.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.method()).isEqualTo("DELETE");
            assertThat(asked.token()).isEqualTo("token-1");
        });
    }

    @ParameterizedTest(name = "{0}")
    @Requirement("BULK-DEL-006")
    @CsvSource({"404, true", "410, true", "405, false", "501, false"})
    void takesAProducerThatDoesNotDeleteForNoTrouble(int status, boolean noted) throws Exception {
        producer.on("DELETE", STATUS, Reply.status(status));

        assertThat(job().delete()).isEqualTo(noted);
    }

    @Test
    @Requirement("BULK-DEL-006")
    void stopsAskingOnceCancelled() throws Exception {
        producer.on("GET", STATUS, RUNNING.with("Retry-After", "10")).on("DELETE", STATUS, Reply.status(202));
        ExportJob job = job();

        assertThatThrownBy(() -> job.await(HOUR, progress -> cancel(job)))
                .isInstanceOf(ExportFailedException.class)
                .hasMessage("export: cancelled by this client");

        assertThat(producer.paths()).containsExactly("GET " + STATUS, "DELETE " + STATUS);
    }

    @Test
    void resumesOnlyWhereTheTokenMayGo() {
        assertThatThrownBy(() -> exports.resume(elsewhere.at("/status"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsStatusAddressesOutOfTexts() {
        assertThat(job().toString()).doesNotContain("7f3c9a");
    }

    private static void cancel(ExportJob job) {
        try {
            job.cancel();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply outcome(int status, String code) {
        return Reply.fhir(
                status,
                "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"" + code
                        + "\"}]}");
    }

    private Reply page(String type, @Nullable String next) {
        String link = next == null ? "[]" : "[{\"relation\":\"next\",\"url\":\"" + next + "\"}]";
        return Reply.status(200)
                .body("{\"transactionTime\":\"2026-03-02T08:59:12Z\",\"requiresAccessToken\":true,\"output\":["
                        + entry(type, producer.at("/" + type)) + "],\"error\":[],\"link\":" + link + "}");
    }
}
