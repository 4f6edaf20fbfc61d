package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HandClock;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One file of an export as clients get it over sockets: its two forms, parts of them, conditions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FileServingTest {
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";
    private static final int COVERAGES = 400;

    private ProducerFixture fixture;
    private Served served;
    private String large;
    private String small;

    @BeforeAll
    void export(@TempDir Path files) throws IOException {
        fixture = ProducerFixture.over(LargeFiles.coverages(COVERAGES, new HandClock("2026-03-02T09:00:00Z")), files);
        served = new Served(fixture);
        JsonObject manifest = fixture.exported(OPERATION);
        large = ProducerFixture.file(manifest, "output", "Coverage");
        small = ProducerFixture.file(manifest, "output", "Patient");
    }

    @AfterAll
    void stop() {
        served.close();
        fixture.close();
    }

    @Test
    @Requirement("BULK-FILE-009")
    void comesCompressedToWhoAsksForIt() throws Exception {
        HttpResponse<byte[]> plain = get(large);
        HttpResponse<byte[]> gzip = get(large, "Accept-Encoding", "gzip");

        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(header(gzip, "Content-Encoding")).isEqualTo("gzip");
        assertThat(gzip.body().length).isLessThan(plain.body().length);
        assertThat(OneGzipMember.decode(gzip.body())).isEqualTo(plain.body());
        assertThat(plain.body().length).isGreaterThan(COVERAGES * 1500);
    }

    @Test
    void aFileOfConcatenatedMembersIsRefusedByTheCheck() throws IOException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        for (String part : List.of("one", "two")) {
            GZIPOutputStream member = new GZIPOutputStream(members);
            member.write(part.getBytes(StandardCharsets.US_ASCII));
            member.finish();
        }
        byte[] both = members.toByteArray();

        assertThat(OneGzipMember.decode(Arrays.copyOf(both, both.length / 2))).hasSize(3);
        assertThatThrownBy(() -> OneGzipMember.decode(both)).hasMessageContaining("behind the first member");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none                        | identity",
                "''                          | identity",
                "identity                    | identity",
                "br, deflate                 | identity",
                "*                           | identity",
                "gzip;q=0                    | identity",
                "gzip;q=0, *                 | identity",
                "identity, gzip;q=0.5        | identity",
                "gzip;q=1.5                  | identity",
                "gzip;level=1                | identity",
                "gzip                        | gzip",
                "x-gzip                      | gzip",
                "GZIP                        | gzip",
                "gzip, deflate, br           | gzip",
                "br, gzip;q=0.001            | gzip",
                "gzip;q=0.5, identity;q=0.5  | gzip",
                "gzip ; q=0.8 , identity;q=0 | gzip",
                "gzip, *;q=0                 | gzip",
                "identity;q=0, *             | gzip",
                "identity;q=0.5, *;q=0.8     | gzip"
            })
    @Requirement("BULK-FILE-009")
    void theClientChoosesTheForm(String accepted, String form) throws Exception {
        HttpResponse<byte[]> answer = accepted == null ? get(large) : get(large, "Accept-Encoding", accepted);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Encoding").orElse("identity"))
                .isEqualTo(form);
        assertThat(header(answer, "Vary")).isEqualTo("Accept-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*;q=0", "identity;q=0", "br, identity;q=0", "gzip;q=0, identity;q=0", "gzip;q=0, *;q=0.0"})
    void whoTakesNeitherFormIsToldSo(String accepted) throws Exception {
        HttpResponse<byte[]> answer = get(large, "Accept-Encoding", accepted);

        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(header(answer, "Vary")).isEqualTo("Accept-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "gzip, identity;q=0", "gzip, *;q=0"})
    void aShortFileIsNotCompressed(String accepted) throws Exception {
        HttpResponse<byte[]> answer = get(small, "Accept-Encoding", accepted);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(fixture.stored())
                .filteredOn(path -> path.toString().endsWith(".gz"))
                .hasSize(1);
    }

    @Test
    void theFormsHaveTheirOwnStrongValidators() throws Exception {
        String plain = header(get(large), "ETag");
        String gzip = header(get(large, "Accept-Encoding", "gzip"), "ETag");

        assertThat(plain).isNotEqualTo(gzip);
        assertThat(List.of(plain, gzip)).allSatisfy(etag -> assertThat(etag).matches("\"[0-9a-f]{64}\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void headersTellOfTheFormThatIsSent(String form) throws Exception {
        HttpResponse<byte[]> whole = get(large, "Accept-Encoding", form);
        HttpResponse<byte[]> part = get(large, "Accept-Encoding", form, "Range", "bytes=5-9");

        for (HttpResponse<byte[]> answer : List.of(whole, part)) {
            assertThat(header(answer, "Repr-Digest")).isEqualTo("sha-256=:" + digest(whole.body()) + ":");
            assertThat(header(answer, "Content-Type")).isEqualTo("application/fhir+ndjson");
            assertThat(header(answer, "Content-Disposition"))
                    .isEqualTo("attachment; filename=\"1.Coverage.0001.ndjson\"");
            assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
        assertThat(header(whole, "Content-Length")).isEqualTo(Integer.toString(whole.body().length));
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 5, 10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void headTellsWhatGetWould(String form) throws Exception {
        HttpResponse<byte[]> get = get(large, "Accept-Encoding", form);
        HttpResponse<byte[]> head = served.send("HEAD", large, "Accept-Encoding", form);
        HttpResponse<byte[]> headOfPart = served.send("HEAD", large, "Accept-Encoding", form, "Range", "bytes=0-0");

        for (HttpResponse<byte[]> answer : List.of(head, headOfPart)) {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
            for (String name : List.of("Content-Length", "ETag", "Content-Type", "Repr-Digest", "Vary")) {
                assertThat(header(answer, name)).isEqualTo(header(get, name));
            }
            assertThat(answer.headers().firstValue("Content-Encoding"))
                    .isEqualTo(get.headers().firstValue("Content-Encoding"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void everyPartIsServed(String form) throws Exception {
        byte[] whole = get(large, "Accept-Encoding", form).body();
        int size = whole.length;
        int middle = size / 2;

        assertPart(form, "bytes=0-", whole, 0, size);
        assertPart(form, "bytes=" + middle + "-", whole, middle, size);
        assertPart(form, "bytes=-" + middle, whole, size - middle, size);
        assertPart(form, "bytes=-" + size * 3L, whole, 0, size);
        assertPart(form, "bytes=0-0", whole, 0, 1);
        assertPart(form, "bytes=" + (size - 1) + "-" + (size - 1), whole, size - 1, size);
        assertPart(form, "bytes=-1", whole, size - 1, size);
        assertPart(form, "bytes=" + middle + "-" + size * 3L, whole, middle, size);
        assertPart(form, "Bytes=7-8", whole, 7, 9);
    }

    private void assertPart(String form, String range, byte[] whole, int from, int to) throws Exception {
        HttpResponse<byte[]> answer = get(large, "Accept-Encoding", form, "Range", range);

        assertThat(answer.statusCode()).as(range).isEqualTo(206);
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes " + from + "-" + (to - 1) + "/" + whole.length);
        assertThat(answer.body()).as(range).isEqualTo(Arrays.copyOfRange(whole, from, to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void aPartBeyondTheEndIsRefused(String form) throws Exception {
        int size = get(large, "Accept-Encoding", form).body().length;

        for (String range : List.of("bytes=" + size + "-", "bytes=" + size + "-" + (size + 9), "bytes=-0")) {
            HttpResponse<byte[]> answer = get(large, "Accept-Encoding", form, "Range", range);

            assertThat(answer.statusCode()).as(range).isEqualTo(416);
            assertThat(header(answer, "Content-Range")).isEqualTo("bytes */" + size);
        }
    }

    @Test
    void whatIsNoSinglePartIsAnsweredWithTheWhole() throws Exception {
        byte[] whole = get(large).body();
        String many = parts(1000);

        for (String range : List.of("bytes=9-5", "bytes=0-0,2-2", "bytes=" + many, "lines=0-1", "bytes=x")) {
            HttpResponse<byte[]> answer = get(large, "Range", range);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(whole);
        }
    }

    @Test
    void noNumberOfPartsIsTooMuchToLeaveAside() throws Exception {
        byte[] whole = get(large).body();

        HttpResponse<byte[]> answer = get(large, "Range", "bytes=" + parts(10_000));

        // The server beneath may have a limit of its own for headers
        assertThat(answer.statusCode()).isIn(200, 416, 431);
        if (answer.statusCode() == 200) {
            assertThat(answer.body()).isEqualTo(whole);
        }
        assertThat(get(large, "Range", "bytes=0-0").statusCode()).isEqualTo(206);
        assertThat(fixture.get(large, "Range", "bytes=" + parts(10_000)).status())
                .isEqualTo(200);
    }

    private static String parts(int count) {
        return IntStream.range(0, count).mapToObj(i -> i + "-" + i).collect(Collectors.joining(","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void aPartIsOnlyServedOfTheSameBytes(String form) throws Exception {
        String etag = header(get(large, "Accept-Encoding", form), "ETag");
        int size = get(large, "Accept-Encoding", form).body().length;

        assertThat(ifRange(form, etag)).isEqualTo(206);
        assertThat(ifRange(form, "W/" + etag)).isEqualTo(200);
        assertThat(ifRange(form, "\"" + "0".repeat(64) + "\"")).isEqualTo(200);
        assertThat(ifRange(form, "Mon, 02 Mar 2026 09:00:00 GMT")).isEqualTo(200);
        // What is beyond the end of something else is no error
        assertThat(get(large, "Accept-Encoding", form, "Range", "bytes=" + size + "-", "If-Range", "\"old\"")
                        .statusCode())
                .isEqualTo(200);
    }

    private int ifRange(String form, String validator) throws Exception {
        return get(large, "Accept-Encoding", form, "Range", "bytes=3-4", "If-Range", validator)
                .statusCode();
    }

    @Test
    void aTransferGoesOnInTheFormInWhichItBegan() throws Exception {
        HttpResponse<byte[]> plain = get(large);
        HttpResponse<byte[]> gzip = get(large, "Accept-Encoding", "gzip");

        HttpResponse<byte[]> restOfPlain =
                get(large, "Accept-Encoding", "gzip", "Range", "bytes=100000-", "If-Range", header(plain, "ETag"));
        HttpResponse<byte[]> restOfGzip = get(
                large,
                "Accept-Encoding",
                "gzip;q=0.1, identity",
                "Range",
                "bytes=9-",
                "If-Range",
                header(gzip, "ETag"));
        HttpResponse<byte[]> unasked = get(large, "Range", "bytes=9-", "If-Range", header(gzip, "ETag"));

        assertThat(restOfPlain.body()).isEqualTo(Arrays.copyOfRange(plain.body(), 100_000, plain.body().length));
        assertThat(restOfPlain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(restOfGzip.body()).isEqualTo(Arrays.copyOfRange(gzip.body(), 9, gzip.body().length));
        assertThat(unasked.statusCode()).isEqualTo(200);
        assertThat(unasked.body()).isEqualTo(plain.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void isNotSentAgainToWhoHoldsIt(String form) throws Exception {
        String etag = header(get(large, "Accept-Encoding", form), "ETag");
        String other = header(get(large, "Accept-Encoding", form.equals("gzip") ? "identity" : "gzip"), "ETag");

        for (String held : List.of(etag, "W/" + etag, "\"x\", " + etag, "*")) {
            HttpResponse<byte[]> answer = get(large, "Accept-Encoding", form, "If-None-Match", held);

            assertThat(answer.statusCode()).as(held).isEqualTo(304);
            assertThat(header(answer, "ETag")).isEqualTo(etag);
            assertThat(header(answer, "Vary")).isEqualTo("Accept-Encoding");
        }
        assertThat(get(large, "Accept-Encoding", form, "If-None-Match", other).statusCode())
                .isEqualTo(200);
    }

    @Test
    void isNotSentToWhoExpectsAnotherOne() throws Exception {
        String etag = header(get(large), "ETag");

        assertThat(get(large, "If-Match", etag).statusCode()).isEqualTo(200);
        assertThat(get(large, "If-Match", "*").statusCode()).isEqualTo(200);
        assertThat(get(large, "If-Match", "\"x\", " + etag, "Range", "bytes=1-2")
                        .statusCode())
                .isEqualTo(206);
        assertThat(get(large, "If-Match", "\"x\"").statusCode()).isEqualTo(412);
        assertThat(get(large, "If-Match", "W/" + etag).statusCode()).isEqualTo(412);
        // There is no date, so that there is nothing to compare
        assertThat(get(large, "If-Unmodified-Since", "Mon, 02 Mar 2020 09:00:00 GMT")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void isStoredAndServedAsItIsOnlyWhenToldSo(@TempDir Path files) throws Exception {
        try (ProducerFixture plainOnly = ProducerFixture.over(
                LargeFiles.coverages(COVERAGES, fixture.clock),
                files,
                builder -> builder.exportOptions(Set.of(ExportOption.NO_GZIP)))) {
            String path = ProducerFixture.file(plainOnly.exported(OPERATION), "output", "Coverage");

            ProducerFixture.Answer answer = plainOnly.get(path, "Accept-Encoding", "gzip");

            assertThat(answer.body()).isEqualTo(get(large).body());
            assertThat(answer.headers().first("Content-Encoding")).isEmpty();
            assertThat(plainOnly.stored()).noneMatch(file -> file.toString().endsWith(".gz"));
        }
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return served.get(path, headers);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElseThrow(() -> new AssertionError("no header " + name));
    }

    private static String digest(byte[] bytes) throws NoSuchAlgorithmException {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
