package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.requirements.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadTest extends SampleProducerTest {
    @Test
    @Requirement({"ATR-CAP-001", "FHIR-006"})
    void aGroupIsReadWithAllItsRows() {
        Answer answer = fixture.get("/Group/list-open");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(answer.header("Last-Modified")).isEqualTo("Mon, 02 Mar 2026 09:00:00 GMT");
        JsonObject group = answer.json();
        assertThat(group.items("member")).hasSize(8);
        assertThat(group.all("meta.versionId").get(0).text()).contains("1");
        assertThat(group.all("meta.tag")).isEmpty();
    }

    @Test
    @Requirement({"ATR-DISC-008", "FHIR-030"})
    void aSummaryHasNoRows() {
        Answer answer = fixture.get("/Group/list-open?_summary=true");

        assertThat(answer.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(answer.json().find("member")).isEmpty();
        assertThat(answer.json().all("meta.tag.code").get(0).text()).contains("SUBSETTED");
    }

    @Test
    void theElementsAskedForComeWithoutRows() {
        JsonObject group = fixture.get("/Group/list-open?_elements=identifier,name,extension")
                .json();

        assertThat(group.find("member")).isEmpty();
        assertThat(group.find("extension")).isPresent();
        assertThat(group.find("quantity")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "If-None-Match, W/\"1\", 304",
        "If-None-Match, \"1\", 304",
        "If-None-Match, 'W/\"0\", W/\"1\"', 304",
        "If-None-Match, *, 304",
        "If-None-Match, W/\"2\", 200",
        "If-Modified-Since, 'Mon, 02 Mar 2026 09:00:00 GMT', 304",
        "If-Modified-Since, 'Mon, 02 Mar 2026 08:59:59 GMT', 200",
        "If-Modified-Since, yesterday, 200"
    })
    @Requirement("FHIR-010")
    void aConditionalReadAnswersOnlyWhatIsNew(String header, String value, int status) {
        for (String path : new String[] {"/Group/list-open", "/Group/list-open?_summary=true", "/Patient/10"}) {
            Answer answer = fixture.get(path, header, value);

            assertThat(answer.status()).as(path).isEqualTo(status);
            assertThat(answer.header("ETag")).isEqualTo("W/\"1\"");
            assertThat(answer.body().length == 0).isEqualTo(status == 304);
        }
    }

    @Test
    void aLongListMustBeExportedWhereThePayerSaysSo() {
        try (ProducerFixture limited = ProducerFixture.of(otherFiles, builder -> builder.maxInlineMembers(5))) {
            Answer answer = limited.get("/Group/list-open");

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.issue()).isEqualTo("too-costly");
            assertThat(limited.get("/Group/list-open?_summary=true").status()).isEqualTo(200);
            assertThat(limited.get("/Group/list-final").status()).isEqualTo(200);
        }
    }

    @Test
    void rowsOfInactiveMembersMakeAListLongToo() {
        try (ProducerFixture limited = ProducerFixture.of(otherFiles, builder -> builder.maxInlineMembers(3))) {
            Answer answer = limited.get("/Group/list-draft");

            assertThat(answer.status()).isEqualTo(413);
            assertThat(limited.get("/Group/list-draft?_summary=true")
                            .json()
                            .find("quantity")
                            .flatMap(JsonValue::number))
                    .contains(2L);
            assertThat(limited.get("/Group/list-draft/_history/1").status()).isEqualTo(413);
        }
    }

    @Test
    void aListThatIsAsLongAsItMayBeIsRead() {
        try (ProducerFixture limited = ProducerFixture.of(otherFiles, builder -> builder.maxInlineMembers(4))) {
            assertThat(limited.get("/Group/list-draft").json().items("member")).hasSize(4);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient/10",
                "Coverage/c-10",
                "RelatedPerson/parent-of-A",
                "Practitioner/dr-1",
                "PractitionerRole/role-1",
                "Organization/clinic",
                "Location/site-1"
            })
    @Requirement({"ATR-CAP-001", "FHIR-006"})
    void everyOtherTypeIsRead(String path) {
        Answer answer = fixture.get("/" + path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(answer.header("Content-Type")).isEqualTo("application/fhir+json");
        JsonObject resource = answer.json();
        assertThat(resource.text("resourceType").orElseThrow() + "/"
                        + resource.text("id").orElseThrow())
                .isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/Patient/foreign", "/Patient/nobody", "/Coverage/c-foreign", "/Organization/foreign-clinic"})
    @Requirement({"ATR-SEC-010", "ATR-SEC-012", "FHIR-015"})
    void whatBelongsToNoVisibleListIsUnknown(String path) {
        Answer answer = fixture.get(path);
        Answer unknown = fixture.get(path.substring(0, path.lastIndexOf('/')) + "/no-such");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo(unknown.text());
    }

    @Test
    void anUnknownParameterOfAReadIsRefused() {
        assertThat(fixture.get("/Patient/10?_include=x").status()).isEqualTo(400);
        assertThat(fixture.get("/Patient/10?_include=x", "Prefer", "handling=lenient")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aReadThatFailsHalfWayBreaksOff() {
        BrokenBackend broken = new BrokenBackend(fixture.sample);
        broken.onRow = () -> {
            throw new IllegalStateException(BrokenBackend.SECRET);
        };
        try (ProducerFixture over = ProducerFixture.over(broken, otherFiles)) {
            assertThatThrownBy(() -> over.get("/Group/list-open"))
                    .hasMessageContaining("incident")
                    .hasMessageNotContaining(BrokenBackend.SECRET);
            assertThat(broken.openSnapshots).isZero();
        }
    }

    @Test
    @Requirement("STU3-001")
    void stu3ReadsAreInStu3() {
        try (ProducerFixture stu3 = ProducerFixture.stu3(otherFiles)) {
            JsonObject group = stu3.get("/Group/list-open").json();
            JsonObject coverage = stu3.get("/Coverage/c-10").json();

            assertThat(group.items("member")).hasSize(8);
            assertThat(group.all("meta.profile")).isEmpty();
            assertThat(coverage.all("relationship.coding.system").stream()
                            .map(JsonValue::text)
                            .map(text -> text.orElseThrow()))
                    .containsOnly("http://hl7.org/fhir/policyholder-relationship");
        }
    }
}
