package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.requirements.Requirement;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileDownloadTest extends SampleProducerTest {
    private String path = "";
    private Answer whole = new Answer(0, HttpHeaders.none(), new byte[0]);

    @BeforeEach
    void export() {
        JsonObject manifest = fixture.exported("/Group/list-open/$davinci-data-export");
        path = ProducerFixture.file(manifest, "output", "Patient");
        whole = fixture.get(path);
    }

    @Test
    @Requirement("BULK-FILE-001")
    void isNdjsonToBeStored() throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole.body());

        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.header("Content-Type")).isEqualTo("application/fhir+ndjson");
        assertThat(whole.header("ETag")).isEqualTo("\"" + HexFormat.of().formatHex(digest) + "\"");
        assertThat(whole.header("Content-Disposition")).isEqualTo("attachment; filename=\"1.Patient.0001.ndjson\"");
        assertThat(whole.header("Cache-Control")).isEqualTo("no-store");
        assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/fhir+ndjson", "text/html", "application/fhir+xml", "*/*"})
    void comesWhateverIsAccepted(String accept) {
        assertThat(fixture.get(path, "Accept", accept).header("Content-Type")).isEqualTo("application/fhir+ndjson");
    }

    @Test
    void isNotSentAgainToWhoHoldsIt() {
        Answer answer = fixture.get(path, "If-None-Match", whole.header("ETag"));

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bytes=0-0, 0, 1", "bytes=0-9, 0, 10", "bytes=5-9, 5, 10", "bytes= 5-9, -1, -1"})
    void partsAreServed(String range, int from, int to) {
        Answer answer = fixture.get(path, "Range", range);

        if (from < 0) {
            assertThat(answer.status()).isEqualTo(200);
        } else {
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(whole.body(), from, to));
            assertThat(answer.header("Content-Range"))
                    .isEqualTo("bytes " + from + "-" + (to - 1) + "/" + whole.body().length);
            assertThat(answer.header("ETag")).isEqualTo(whole.header("ETag"));
        }
    }

    @Test
    void theRestIsServedFromAnyByte() {
        int length = whole.body().length;

        Answer tail = fixture.get(path, "Range", "bytes=" + (length - 1) + "-");
        Answer suffix = fixture.get(path, "Range", "bytes=-1");
        Answer beyond = fixture.get(path, "Range", "bytes=0-" + length * 10L);

        assertThat(tail.body()).containsExactly('\n');
        assertThat(suffix.body()).containsExactly('\n');
        assertThat(beyond.status()).isEqualTo(206);
        assertThat(beyond.body()).isEqualTo(whole.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bytes=9-5", "bytes=-", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes=0-99999999999999999999"
            })
    void anOddRangeIsAnsweredWithTheWhole(String range) {
        Answer answer = fixture.get(path, "Range", range);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(whole.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=999999-", "bytes=-0", "bytes=999999-9999999"})
    void aRangeOutsideIsRefused(String range) {
        Answer answer = fixture.get(path, "Range", range);

        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.header("Content-Range")).isEqualTo("bytes */" + whole.body().length);
    }

    @Test
    void aRangeOfAnotherFormOfTheFileIsAnsweredWithTheWhole() {
        String etag = whole.header("ETag");

        assertThat(fixture.get(path, "Range", "bytes=0-0", "If-Range", etag).status())
                .isEqualTo(206);
        assertThat(fixture.get(path, "Range", "bytes=0-0", "If-Range", "W/" + etag)
                        .status())
                .isEqualTo(200);
        assertThat(fixture.get(path, "Range", "bytes=0-0", "If-Range", "\"other\"")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.Patient.0002.ndjson",
                "Patient.0001.ndjson",
                "..",
                "%2e%2e%2fx",
                ".1.Patient.0001.ndjson",
                "C:",
                "x%00"
            })
    @Requirement("BULK-FILE-013")
    void anyOtherNameLeadsNowhere(String name) {
        String folder = path.substring(0, path.lastIndexOf('/') + 1);

        assertThat(fixture.get(folder + name).status()).isEqualTo(404);
        assertThat(fixture.get(folder + name).issue()).isEqualTo("not-found");
    }
}
