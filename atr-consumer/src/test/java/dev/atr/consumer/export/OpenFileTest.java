package dev.atr.consumer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.RawPeer;
import dev.atr.consumer.peer.ExportOptions;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenFileTest extends ExportTest {
    private static final String FILE = "/files/1";

    @Test
    @Requirement({"BULK-FILE-003", "BULK-FILE-008"})
    void readsLineByLineWithTheToken() throws Exception {
        producer.on("GET", FILE, patientFile(3));

        List<String> keys = keys(file("Patient", producer.at(FILE), 3L));

        assertThat(keys).containsExactly("Patient/pat-1", "Patient/pat-2", "Patient/pat-3");
        assertThat(producer.asked(FILE))
                .singleElement()
                .satisfies(asked -> assertThat(asked.headers())
                        .containsEntry("authorization", "Bearer token-1")
                        .containsEntry("accept-encoding", "gzip")
                        .containsEntry("accept", "application/fhir+ndjson"));
    }

    @Test
    @Requirement("BULK-KICK-029")
    void takesAllThatAProducerSendsThatLeavesFiltersAside() throws Exception {
        ExportRequest request =
                ExportRequest.attributionList(new ListId("list-1")).typeFilter("Patient?_id=pat-2");
        producer.on("GET", "/r4/Group/list-1/$davinci-data-export", accepted())
                .on("GET", STATUS, manifest(entry("Patient", producer.at(FILE), 3)))
                .on("GET", FILE, patientFile(3));
        CompletedExport export = exports.kickOff(request).await(Duration.ofHours(1));
        List<String> wanted = new ArrayList<>();

        try (ResourceStream patients = exports.open(export.filesOf("Patient").get(0))) {
            patients.forEach(patient -> {
                if (patient.key().id().equals("pat-2")) {
                    wanted.add(patient.key().reference());
                }
            });
        }

        assertThat(wanted).containsExactly("Patient/pat-2");
    }

    @Test
    void handsOverTheBytesAsTheyCame() throws Exception {
        String line = "{ \"resourceType\" : \"Patient\", \"id\":\"p\", \"text\":\"a\u2028b\u0085c\" }";
        producer.on("GET", FILE, Reply.status(200).body("\ufeff\r\n" + line + "\r\n\n" + patient(2)));
        List<String> lines = new ArrayList<>();

        try (ResourceStream stream = exports.open(file("Patient", producer.at(FILE), 2L))) {
            stream.forEach(resource -> lines.add(new String(resource.json(), StandardCharsets.UTF_8)));
        }

        assertThat(lines).containsExactly(line, patient(2));
    }

    @Test
    @Requirement("BULK-FILE-004")
    void sendsNoTokenWhenNoneIsAskedFor() throws Exception {
        producer.on("GET", FILE, patientFile(1));

        keys(new ExportFile(ExportFile.Kind.OUTPUT, ResourceType.PATIENT, producer.at(FILE), 1L, false));

        assertThat(producer.asked(FILE)).extracting(Asked::token).containsExactly("none");
    }

    @Test
    @Requirement({"BULK-FILE-005", "SMART-036"})
    void sendsNoTokenToAnotherOrigin() throws Exception {
        elsewhere.on("GET", FILE, patientFile(1));

        keys(file("Patient", elsewhere.at(FILE), 1L));

        assertThat(elsewhere.asked(FILE)).extracting(Asked::token).containsExactly("none");
    }

    @Test
    @Requirement("BULK-FILE-005")
    void sendsTheTokenToAnOriginOnTheList() throws Exception {
        elsewhere.on("GET", FILE, patientFile(1));
        BulkExportClient trusting = client(ExportOptions.AUTO, producer.base(), elsewhere.base());

        try (ResourceStream stream = trusting.open(file("Patient", elsewhere.at(FILE), 1L))) {
            assertThat(stream.next()).isNotNull();
        }

        assertThat(elsewhere.asked(FILE)).extracting(Asked::token).containsExactly("token-1");
    }

    @Test
    void tellsWhyAFileElsewhereWasRefused() {
        elsewhere.on("GET", FILE, Reply.status(401));

        assertThatThrownBy(() -> exports.open(file("Patient", elsewhere.at(FILE), 1L)))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("not on the list");
    }

    @Test
    void leavesTheTokenBehindOnARedirectToAnotherOrigin() throws Exception {
        producer.on(
                "GET",
                FILE,
                Reply.status(302).with("Location", elsewhere.at("/signed").toString()));
        elsewhere.on("GET", "/signed", patientFile(1));

        keys(file("Patient", producer.at(FILE), 1L));

        assertThat(producer.asked(FILE)).extracting(Asked::token).containsExactly("token-1");
        assertThat(elsewhere.asked("/signed")).extracting(Asked::token).containsExactly("none");
    }

    @Test
    void followsAtMostFiveRedirects() throws Exception {
        for (int i = 1; i <= 6; i++) {
            producer.on("GET", "/r" + i, Reply.status(307).with("Location", "/r" + (i + 1)));
        }
        producer.on("GET", "/r7", patientFile(1));

        assertThat(keys(file("Patient", producer.at("/r2"), 1L))).hasSize(1);
        assertThatThrownBy(() -> exports.open(file("Patient", producer.at("/r1"), 1L)))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void renewsTheTokenOnce() throws Exception {
        producer.on("GET", FILE, Reply.status(401), patientFile(1));

        keys(file("Patient", producer.at(FILE), 1L));

        assertThat(producer.asked(FILE)).extracting(Asked::token).containsExactly("token-1", "token-2");
    }

    @Test
    void reportsTokensThatAreNotAccepted() {
        producer.on("GET", FILE, Reply.status(403));

        assertThatThrownBy(() -> exports.open(file("Patient", producer.at(FILE), 1L)))
                .isInstanceOf(AuthorizationException.class)
                .hasMessage("file of Patient: refused with 403");
    }

    @Test
    @Requirement({"BULK-FILE-010", "BULK-FILE-009"})
    void readsGzipOfSeveralMembers() throws Exception {
        byte[] both = concatenated(
                gzip(patient(1) + "\n" + patient(2).substring(0, 7)),
                gzip(patient(2).substring(7)));
        producer.on(
                "GET", FILE, Reply.status(200).with("Content-Encoding", "gzip").body(both));

        assertThat(keys(file("Patient", producer.at(FILE), 2L))).containsExactly("Patient/pat-1", "Patient/pat-2");
    }

    @ParameterizedTest(name = "{0} bytes missing")
    @ValueSource(ints = {1, 8, 20})
    void noticesGzipThatIsCut(int missing) {
        byte[] whole = gzip(String.join("\n", patients(50)) + "\n");
        byte[] cut = Arrays.copyOf(whole, whole.length - missing);
        producer.on(
                "GET", FILE, Reply.status(200).with("Content-Encoding", "gzip").body(cut));

        assertThatThrownBy(() -> keys(file("Patient", producer.at(FILE), null))).isInstanceOf(TransportException.class);
    }

    @Test
    void refusesAnEncodingThatWasNotOffered() {
        producer.on(
                "GET", FILE, Reply.status(200).with("Content-Encoding", "br").body("x"));

        assertThatThrownBy(() -> exports.open(file("Patient", producer.at(FILE), 1L)))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    @Requirement("BULK-FILE-014")
    void noticesMissingLines() {
        producer.on("GET", FILE, patientFile(2));

        assertThatThrownBy(() -> keys(file("Patient", producer.at(FILE), 3L)))
                .isInstanceOf(TransportException.class)
                .hasMessage("file of Patient: expected 3 lines, got 2");
    }

    @Test
    void noticesTooManyLines() {
        producer.on("GET", FILE, patientFile(2));

        assertThatThrownBy(() -> keys(file("Patient", producer.at(FILE), 1L)))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("file of Patient: expected 1 lines, got 2");
    }

    @Test
    @Requirement("BULK-FILE-014")
    void noticesABodyShorterThanItsLength() {
        producer.on("GET", FILE, patientFile(2).cutShort());

        assertThatThrownBy(() -> keys(file("Patient", producer.at(FILE), null))).isInstanceOf(TransportException.class);
    }

    @Test
    void trustsNoFileWhoseEndNothingMarks() throws Exception {
        try (RawPeer raw = new RawPeer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + patient(1) + "\n")) {
            assertThatThrownBy(() -> exports.open(file("Patient", raw.at(FILE), null)))
                    .isInstanceOf(ProtocolException.class);
            assertThat(keys(file("Patient", raw.at(FILE), 1L))).hasSize(1);
            assertThatThrownBy(() -> keys(file("Patient", raw.at(FILE), 2L))).isInstanceOf(TransportException.class);
        }
    }

    @Test
    void noticesAChunkedBodyThatIsCut() throws Exception {
        try (RawPeer raw =
                new RawPeer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n28\r\n"
                        + patient(1) + "\n")) {
            assertThatThrownBy(() -> keys(file("Patient", raw.at(FILE), null))).isInstanceOf(TransportException.class);
        }
    }

    @Test
    void takesNoWebPageForAFile() {
        producer.on(
                "GET",
                FILE,
                Reply.status(200)
                        .with("Content-Type", "text/html; charset=utf-8")
                        .body("<p>Sign in"));

        assertThatThrownBy(() -> exports.open(file("Patient", producer.at(FILE), 1L)))
                .isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "broken JSON | {\"resourceType\":\"Patient\",\"id\":\"CANARY",
                "another type | {\"resourceType\":\"Coverage\",\"id\":\"CANARY\"}",
                "no id | {\"resourceType\":\"Patient\",\"gender\":\"CANARY\"}",
                "no resource | {\"CANARY\":1}",
            })
    void namesTheLineButNotItsContent(String what, String line) throws Exception {
        producer.on("GET", FILE, Reply.lines(patient(1), line));

        try (ResourceStream stream = exports.open(file("Patient", producer.at(FILE), 2L))) {
            assertThat(stream.next()).isNotNull();
            ExportedResource broken = stream.iterator().next();

            assertThatThrownBy(() -> broken.key())
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("file of Patient, line 2")
                    .hasMessageNotContaining("CANARY");
            assertThat(broken.toString()).doesNotContain("CANARY");
        }
    }

    @Test
    void readsDeletionsAndMessagesAsLines() throws Exception {
        producer.on("GET", FILE, Reply.lines("{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}"));
        ExportFile deletions =
                new ExportFile(ExportFile.Kind.DELETED, new ResourceType("Bundle"), producer.at(FILE), 1L, true);

        try (ResourceStream stream = exports.open(deletions)) {
            assertThat(stream.iterator().next().scanned().type().code()).isEqualTo("Bundle");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void readsGroupsOnlyAsRows() {
        assertThatThrownBy(() -> exports.open(file("Group", producer.at(FILE), 1L)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> exports.openGroup(file("Patient", producer.at(FILE), 1L)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private List<String> keys(ExportFile file) throws InterruptedException {
        List<String> keys = new ArrayList<>();
        try (ResourceStream stream = exports.open(file)) {
            stream.forEach(resource -> keys.add(resource.key().reference()));
        }
        return keys;
    }

    private static byte[] concatenated(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }
}
