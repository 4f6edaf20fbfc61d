package dev.atr.consumer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.export.DownloadedFile.Proof;
import dev.atr.core.error.TransportException;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers of a file that break off, and go on where they were. */
class ResumedTransferTest extends ExportTest {
    private static final DownloadOptions HOW = DownloadOptions.DEFAULT;
    private static final String ETAG = "\"v1\"";
    private static final byte[] FILE = text(300).getBytes(StandardCharsets.UTF_8);
    private static final byte[] GZIP = gzip(text(300));
    private static final int REACHED = 1_000;
    private static final int AGAIN_BYTES = 8 << 20;

    @TempDir
    Path parent;

    @BeforeEach
    void offerAFile() {
        producer.on("GET", KICK_OFF, accepted()).on("GET", STATUS, manifest(entry("Patient", producer.at("/p"), 300)));
    }

    @Test
    @Requirement("BULK-FILE-014")
    void goesOnAtTheByteThatItHadReached() throws Exception {
        producer.on("GET", "/p", cut(FILE, REACHED), rest(FILE, REACHED));
        AtomicLong received = new AtomicLong();

        DownloadedFile file = download(HOW.withListener(new DownloadListener() {
            @Override
            public void received(ExportFile part, int bytes) {
                received.addAndGet(bytes);
            }
        }));

        assertThat(file.path()).hasBinaryContent(FILE);
        assertThat(received).as("each byte came once").hasValue(FILE.length);
        assertThat(asked()).hasSize(2);
        assertThat(asked().get(0).headers()).doesNotContainKeys("range", "if-range");
        assertThat(asked().get(1).headers())
                .containsEntry("range", "bytes=" + REACHED + "-")
                .containsEntry("if-range", ETAG)
                .containsEntry("accept-encoding", "identity");
        assertThat(names()).containsExactly("1-Patient.ndjson", "export.json", "export.lock");
    }

    @Test
    @Requirement({"BULK-FILE-010", "BULK-FILE-014"})
    void goesOnInGzip() throws Exception {
        int reached = GZIP.length / 2;
        producer.on(
                "GET",
                "/p",
                cut(GZIP, reached).with("Content-Encoding", "gzip"),
                rest(GZIP, reached).with("Content-Encoding", "gzip"));

        DownloadedFile file = download(HOW);

        assertThat(file.path()).hasBinaryContent(FILE);
        assertThat(asked().get(1).headers())
                .containsEntry("range", "bytes=" + reached + "-")
                .containsEntry("accept-encoding", "gzip");
        assertThat(names()).containsExactly("1-Patient.ndjson", "export.json", "export.lock");
    }

    @ParameterizedTest
    @MethodSource
    void takesTheFileWholeWhereTheRestIsNotThatRest(Reply answer) throws Exception {
        producer.on("GET", "/p", cut(FILE, REACHED), answer, whole(FILE));

        assertThat(download(HOW).path()).hasBinaryContent(FILE);
        assertThat(asked().get(1).headers()).containsKey("range");
        assertThat(asked().get(2).headers()).doesNotContainKey("range");
    }

    static Stream<Reply> takesTheFileWholeWhereTheRestIsNotThatRest() {
        Reply rest = rest(FILE, REACHED);
        String end = (FILE.length - 1) + "/" + FILE.length;
        return Stream.of(
                Reply.status(416).with("Content-Range", "bytes */" + FILE.length),
                rest.with("Content-Range", "bytes 0-" + end),
                rest.with("Content-Range", "bytes " + (REACHED + 1) + "-" + end),
                rest.with("Content-Range", "bytes " + REACHED + "-" + (FILE.length - 2) + "/" + FILE.length),
                rest.with("Content-Range", "bytes " + REACHED + "-" + FILE.length + "/" + (FILE.length + 1)),
                rest.with("Content-Range", "lines 1-2/3"),
                rest.with("Content-Range", ""),
                rest.with("ETag", "\"v2\""),
                rest.with("Content-Encoding", "gzip"));
    }

    @Test
    void takesAnotherFileThatIsSentInItsPlace() throws Exception {
        byte[] other = text(300).replace("pat-", "p-").getBytes(StandardCharsets.UTF_8);
        producer.on("GET", "/p", cut(FILE, REACHED), whole(other).with("ETag", "\"v2\""));

        assertThat(download(HOW).path()).hasBinaryContent(other);
        assertThat(asked()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "W/\"v1\"", "v1", "\"v\"1\""})
    void asksForNoRestOfWhatItCannotTellFromAnother(String etag) throws Exception {
        producer.on("GET", "/p", cut(FILE, REACHED).with("ETag", etag), whole(FILE));

        assertThat(download(HOW).path()).hasBinaryContent(FILE);
        assertThat(asked())
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.headers()).doesNotContainKeys("range", "if-range"));
    }

    @Test
    void goesOnHoweverOftenItBreaksOffThatComesFurther() throws Exception {
        byte[] file = text(300_000).getBytes(StandardCharsets.UTF_8);
        int piece = file.length / 7;
        List<Reply> pieces = new ArrayList<>(List.of(cut(file, piece)));
        for (int i = 1; i < 7; i++) {
            pieces.add(i == 6 ? rest(file, i * piece) : cutRest(file, i * piece, (i + 1) * piece));
        }
        offer(300_000);
        producer.on("GET", "/p", pieces.toArray(Reply[]::new));

        assertThat(download(HOW).path()).hasBinaryContent(file);
        assertThat(asked()).hasSize(7);
    }

    @Test
    void givesUpWhereNothingMoreComes() {
        producer.on(
                "GET",
                "/p",
                cut(FILE, REACHED),
                cutRest(FILE, REACHED, REACHED + 10),
                cutRest(FILE, REACHED + 10, REACHED + 20));

        assertThatThrownBy(() -> download(HOW)).isInstanceOf(TransportException.class);

        assertThat(asked()).hasSize(3);
    }

    @Test
    @Requirement("BULK-FILE-014")
    void anotherProcessReadsAtMostEightMegabytesAgain() throws Exception {
        byte[] file = text(500_000).getBytes(StandardCharsets.UTF_8);
        int reached = 12 << 20;
        offer(500_000);
        producer.on("GET", "/p", cut(file, reached), Reply.status(500));
        assertThatThrownBy(() -> download(HOW)).hasMessageContaining("500");
        assertThat(names()).contains("1-Patient.ndjson.part");
        int from = reached - AGAIN_BYTES;
        producer.on("GET", "/p", rest(file, from));
        // What was written last may not have come to the disk
        Path part = parent.resolve("export/1-Patient.ndjson.part");
        byte[] torn = Files.readAllBytes(part);
        Arrays.fill(torn, from, torn.length, (byte) 0);
        Files.write(part, torn);

        DownloadedFile whole = download(HOW);

        assertThat(whole.path()).hasBinaryContent(file);
        assertThat(asked().get(asked().size() - 1).headers()).containsEntry("range", "bytes=" + from + "-");
        assertThat(names()).containsExactly("1-Patient.ndjson", "export.json", "export.lock");
    }

    @Test
    void beginsAnewWhenWhatCameTogetherIsNotWhatWasOffered() throws Exception {
        byte[] wrong = FILE.clone();
        wrong[REACHED + 20] ^= 1;
        String digest = "sha-256=:" + Base64.getEncoder().encodeToString(sha256(FILE)) + ":";
        producer.on(
                "GET",
                "/p",
                cut(FILE, REACHED).with("Repr-Digest", digest),
                rest(wrong, REACHED).with("Repr-Digest", digest),
                whole(FILE).with("Repr-Digest", digest));

        DownloadedFile file = download(HOW);

        assertThat(file.path()).hasBinaryContent(FILE);
        assertThat(file.proof()).isEqualTo(Proof.DIGEST);
        assertThat(asked().get(2).headers()).doesNotContainKey("range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"fileSize\":%d}", "{\"sha256\":\"%2$s\"}"})
    void holdsAFileAgainstTheManifest(String says) throws Exception {
        byte[] other = FILE.clone();
        other[FILE.length - 3] = '\n';
        String extension = String.format(says, FILE.length, HexFormat.of().formatHex(sha256(FILE)));
        String entry = entry("Patient", producer.at("/p")).replace("}", ",\"extension\":" + extension + "}");
        producer.on("GET", STATUS, manifest(entry))
                .on("GET", "/p", whole(Arrays.copyOf(other, other.length - 1)), whole(FILE));

        assertThat(download(HOW).path()).hasBinaryContent(FILE);
        assertThat(asked()).hasSize(2);
    }

    @Test
    void saysWhatShowedThatAFileIsWhole() throws Exception {
        String digest = "sha-512=:AAAA:, SHA-256=:" + Base64.getEncoder().encodeToString(sha256(GZIP)) + ":";
        producer.on(
                        "GET",
                        STATUS,
                        manifest(
                                entry("Patient", producer.at("/counted"), 300),
                                entry("Patient", producer.at("/not-counted")),
                                entry("Patient", producer.at("/digested"))))
                .on("GET", "/counted", whole(FILE))
                .on("GET", "/not-counted", whole(FILE))
                .on(
                        "GET",
                        "/digested",
                        whole(GZIP).with("Content-Encoding", "gzip").with("Repr-Digest", digest));

        DownloadedExport export = exports.download(REQUEST, parent.resolve("export"), HOW);

        assertThat(export.files())
                .extracting(DownloadedFile::proof)
                .containsExactly(Proof.COUNT, Proof.LENGTH, Proof.DIGEST);
    }

    private DownloadedFile download(DownloadOptions how) throws Exception {
        return exports.download(REQUEST, parent.resolve("export"), how).files().get(0);
    }

    private void offer(int patients) {
        producer.on("GET", STATUS, manifest(entry("Patient", producer.at("/p"), patients)));
    }

    private List<Asked> asked() {
        return producer.asked("/p");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(parent.resolve("export"))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private static Reply whole(byte[] file) {
        return Reply.lines().with("ETag", ETAG).body(file);
    }

    /** The file, of which so many bytes come. */
    private static Reply cut(byte[] file, int bytes) {
        return new Reply(200, whole(file).headers(), Arrays.copyOf(file, bytes), file.length);
    }

    private static Reply rest(byte[] file, int from) {
        return cutRest(file, from, file.length);
    }

    /** The rest of the file, of which no more comes than up to this byte. */
    private static Reply cutRest(byte[] file, int from, int to) {
        Reply rest = whole(file).with("Content-Range", "bytes " + from + "-" + (file.length - 1) + "/" + file.length);
        return new Reply(206, rest.headers(), Arrays.copyOfRange(file, from, to), file.length - from);
    }

    private static String text(int patients) {
        return String.join("\n", patients(patients)) + "\n";
    }

    private static byte[] sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
