package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.bulk.ExportManifest;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HandClock;
import dev.atr.producer.tck.SampleList;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the files of an export: cut, durable, listed, the same to their end, gone. */
class FileLifeTest {
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";
    private static final HandClock STILL = new HandClock("2026-03-02T09:00:00Z");
    private static final long SIZE = 100_000;

    @TempDir
    Path files;

    @TempDir
    Path otherFiles;

    @Test
    @Requirement({"BULK-MAN-004", "BULK-MAN-005"})
    void filesEndWithTheLineThatBringsThemToTheirSize() {
        try (ProducerFixture whole = ProducerFixture.over(LargeFiles.coverages(400, STILL), otherFiles);
                ProducerFixture cut = ProducerFixture.over(
                        LargeFiles.coverages(400, STILL), files, builder -> builder.exportFileBytes(SIZE))) {
            byte[] all = whole.get(ProducerFixture.file(whole.exported(OPERATION), "output", "Coverage"))
                    .body();

            List<ExportManifest.Entry> parts = coverages(cut.exported(OPERATION));
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            long lines = 0;
            for (ExportManifest.Entry part : parts) {
                String text =
                        cut.get(ProducerFixture.below(part.url().toString())).text();
                int last = text.lastIndexOf('\n', text.length() - 2) + 1;
                assertThat(text).endsWith("\n");
                assertThat(text.lines()).hasSize(Math.toIntExact(known(part.count())));
                assertThat(last).as("bytes before the last line").isLessThan((int) SIZE);
                joined.writeBytes(text.getBytes(StandardCharsets.UTF_8));
                lines += known(part.count());
            }

            assertThat(parts.stream().map(part -> part.url().getPath().replaceFirst(".*/", "")))
                    .startsWith("1.Coverage.0001.ndjson", "1.Coverage.0002.ndjson")
                    .hasSizeBetween(6, 7);
            assertThat(parts.subList(0, parts.size() - 1))
                    .allSatisfy(part -> assertThat(part.bytes()).isGreaterThanOrEqualTo(SIZE));
            assertThat(lines).isEqualTo(400);
            assertThat(joined.toByteArray()).isEqualTo(all);
        }
    }

    @Test
    void theSameLinesAreCutAtTheSamePlaces() {
        try (ProducerFixture cut = ProducerFixture.over(
                LargeFiles.coverages(400, STILL), files, builder -> builder.exportFileBytes(SIZE))) {
            List<String> once = digests(cut.exported(OPERATION));
            List<String> again = digests(cut.exported(OPERATION));

            assertThat(once).isEqualTo(again).hasSizeGreaterThan(5);
        }
    }

    @Test
    @Requirement("ATR-EXP-014")
    void aGroupIsOneFileHoweverLong() {
        try (ProducerFixture cut = ProducerFixture.of(files, builder -> builder.exportFileBytes(1))) {
            JsonObject manifest = cut.exported(OPERATION);

            List<String> types = manifest.all("output.type").stream()
                    .map(type -> type.text().orElseThrow())
                    .toList();
            assertThat(types.stream().filter("Group"::equals)).hasSize(1);
            assertThat(types.stream().filter("Patient"::equals)).hasSize(6);
        }
    }

    @Test
    void nothingIsListedOrServedBeforeAllOfItIsDurable() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        try (DirectoryExportFiles sound = DirectoryExportFiles.open(otherFiles.resolve("sound"))) {
            FaultyFiles watched = new FaultyFiles(sound, 0);
            try (ProducerFixture fixture = ProducerFixture.over(
                            LargeFiles.coverages(60, STILL), files, builder -> builder.exportFiles(watched));
                    Served served = new Served(fixture)) {
                String status = fixture.kickOff(OPERATION);
                String job = status.substring(status.lastIndexOf('/') + 1);
                watched.onStep = () -> {
                    statuses.add(status(served, status));
                    statuses.add(status(served, "/$export-file/" + job + "/1.Group.0001.ndjson"));
                };

                fixture.executor.runAll();

                assertThat(statuses).hasSizeGreaterThan(40).containsOnly(202, 429, 404);
                JsonObject manifest = JsonValue.parseObject(served.get(status).body());
                for (ExportManifest.Entry entry :
                        ExportManifest.read(manifest.toBytes()).output()) {
                    assertThat(served.get(ProducerFixture.below(entry.url().toString()))
                                    .statusCode())
                            .isEqualTo(200);
                }
            }
        }
    }

    @Test
    void aListedFileIsTheSameToItsEnd() throws Exception {
        try (ProducerFixture fixture = ProducerFixture.over(LargeFiles.coverages(60, STILL), files);
                Served served = new Served(fixture)) {
            ExportManifest.Entry entry = coverages(fixture.exported(OPERATION)).get(0);
            String path = ProducerFixture.below(entry.url().toString());
            byte[] compressed = served.get(path, "Accept-Encoding", "gzip").body();

            fixture.clock.turn(AtrProducer.DEFAULT_EXPORT_LIFE.minusMillis(1));

            assertThat(sha256(served.get(path).body())).isEqualTo(entry.sha256());
            assertThat(served.get(path, "Accept-Encoding", "gzip").body()).isEqualTo(compressed);
            fixture.clock.turn(Duration.ofMillis(1));
            assertThat(served.get(path).statusCode()).isEqualTo(404);
            assertThat(fixture.stored()).isEmpty();
        }
    }

    @Test
    @Requirement("BULK-FILE-012")
    void aTransferThatIsUnderWayGoesOnWhenTheFileExpires() throws Exception {
        // More than all buffers between the two sides hold
        try (ProducerFixture fixture = ProducerFixture.over(LargeFiles.coverages(5000, STILL), files);
                Served served = new Served(fixture);
                Socket reader = new Socket()) {
            ExportManifest.Entry entry = coverages(fixture.exported(OPERATION)).get(0);
            String path = ProducerFixture.below(entry.url().toString());
            reader.setReceiveBufferSize(64 * 1024);
            reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.port()));
            reader.getOutputStream()
                    .write(("GET /r4" + path + " HTTP/1.1\r\nHost: payer\r\n" + served.token()[0] + ": "
                                    + served.token()[1] + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            DataInputStream answer = new DataInputStream(reader.getInputStream());
            skipHead(answer);

            fixture.clock.turn(AtrProducer.DEFAULT_EXPORT_LIFE);
            assertThat(served.get(path).statusCode()).isEqualTo(404);
            assertThat(fixture.stored()).isEmpty();

            byte[] body = new byte[Math.toIntExact(known(entry.bytes()))];
            answer.readFully(body);
            assertThat(sha256(body)).isEqualTo(entry.sha256());
        }
    }

    @Test
    @Requirement("BULK-FILE-002")
    void oddTextStaysOnItsLineAndValid() throws Exception {
        String odd = "\u2028 \u2029 \u0085 \" \\ \ud83d\ude00 x";
        // As a payer's system may hold it: raw where JSON allows that, and half a character in an escape
        String dependent = "\u2028 \u2029 \u0085 \\\" \\\\ \ud83d\ude00 \\ud800 x";
        BrokenBackend backend = LargeFiles.over(openListCalled(odd), STILL, 2, number -> dependent);
        // Our own check refuses half a character; what a backend vouches for passes as it is
        backend.isChecked = true;
        try (ProducerFixture fixture = ProducerFixture.over(backend, files);
                Served served = new Served(fixture)) {
            JsonObject manifest = fixture.exported(OPERATION);

            String groups = utf8(served.get(ProducerFixture.file(manifest, "output", "Group")));
            String coverages = utf8(served.get(ProducerFixture.file(manifest, "output", "Coverage")));

            assertThat(groups.split("\n", -1)).hasSize(2);
            assertThat(coverages.split("\n", -1)).hasSize(3).allMatch(line -> line.isEmpty() || line.endsWith("\"}"));
            assertThat(coverages).contains(dependent);
            assertThat(JsonValue.parseObject(groups.strip().getBytes(StandardCharsets.UTF_8))
                            .text("name")
                            .orElseThrow())
                    .isEqualTo(odd);
        }
    }

    @Test
    @Requirement({"BULK-STAT-008", "BULK-STAT-009"})
    void whatIsNoTextFailsTheExportAndLeavesNoFile() throws Exception {
        BrokenBackend backend =
                LargeFiles.over(openListCalled(BrokenBackend.SECRET + "\ud800"), STILL, 1, number -> "");
        try (ProducerFixture fixture = ProducerFixture.over(backend, files);
                Served served = new Served(fixture)) {
            String status = fixture.kickOff(OPERATION);
            fixture.executor.runAll();

            HttpResponse<byte[]> answer = served.get(status);
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                    .contains("text for the Group", "half a character")
                    .doesNotContain(BrokenBackend.SECRET);
            assertThat(fixture.stored()).isEmpty();
        }
    }

    private static SampleLists openListCalled(String name) {
        SampleList open = SampleLists.standard().list(SampleLists.OPEN).orElseThrow();
        return SampleLists.standard().withList(new SampleList(open.header().withName(name), open.rows()));
    }

    private static List<ExportManifest.Entry> coverages(JsonObject manifest) {
        return ExportManifest.read(manifest.toBytes()).output().stream()
                .filter(entry -> "Coverage".equals(entry.type()))
                .toList();
    }

    private static long known(@Nullable Long number) {
        return Objects.requireNonNull(number, "number");
    }

    private static List<String> digests(JsonObject manifest) {
        return coverages(manifest).stream()
                .map(entry -> String.valueOf(entry.sha256()))
                .toList();
    }

    private static int status(Served served, String path) {
        try {
            return served.get(path).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void skipHead(DataInputStream answer) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int next = answer.readUnsignedByte();
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
    }

    private static String utf8(HttpResponse<byte[]> file) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(file.body()))
                .toString();
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
