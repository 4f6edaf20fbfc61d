package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.tck.SampleList;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Earlier versions of lists and resources. The open list has three versions here, a minute apart, and the clinic two. */
class HistoryTest extends SampleProducerTest {
    private static final ResourceKey CLINIC = new ResourceKey(ResourceType.ORGANIZATION, "clinic");

    @BeforeEach
    void change() {
        fixture.clock.turn(Duration.ofMinutes(1));
        fixture.sample.replace(renamed("Second name").withoutResource(CLINIC));
        fixture.clock.turn(Duration.ofMinutes(1));
        fixture.sample.replace(renamed("Third name"));
    }

    @Test
    @Requirement({"ATR-CAP-004", "ATR-MDL-006", "FHIR-006", "FHIR-018"})
    void anEarlierVersionIsReadWithItsRows() {
        Answer answer = fixture.get("/Group/list-open/_history/1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(answer.header("Last-Modified")).isEqualTo("Mon, 02 Mar 2026 09:00:00 GMT");
        assertThat(answer.json().items("member")).hasSize(8);
        assertThat(answer.json().text("name")).contains("Éclair Valley Care");
        assertThat(fixture.get("/Group/list-open").json().text("name")).contains("Third name");
        assertThat(fixture.get("/Group/list-open/_history/3").json().text("name"))
                .contains("Third name");
    }

    @Test
    @Requirement({"ATR-CAP-004", "ATR-DISC-008"})
    void aSummaryOfAnEarlierVersionHasNoRows() {
        JsonObject group =
                fixture.get("/Group/list-open/_history/2?_summary=true").json();

        assertThat(group.find("member")).isEmpty();
        assertThat(texts(group, "meta.tag.code")).containsExactly("SUBSETTED");
        assertThat(group.text("name")).contains("Second name");
    }

    @Test
    @Requirement("FHIR-010")
    void anEarlierVersionNeverChanges() {
        Answer answer = fixture.get("/Group/list-open/_history/1", "If-None-Match", "W/\"1\"");

        assertThat(answer.status()).isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "0", "01", "1.0", "99999999999", "x"})
    @Requirement("FHIR-018")
    void aVersionThatNeverWasIsUnknown(String version) {
        assertThat(fixture.get("/Group/list-open/_history/" + version).status()).isEqualTo(404);
        assertThat(fixture.get("/Organization/clinic/_history/" + version).status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/1"})
    @Requirement({"ATR-SEC-012", "ATR-DISC-011"})
    void versionsOfOtherListsAreUnknown(String version) {
        Answer foreign = fixture.get("/Group/list-foreign/_history" + version);
        Answer unknown = fixture.get("/Group/no-such/_history" + version);

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(foreign.text()).isEqualTo(unknown.text());
    }

    @Test
    @Requirement({"ATR-CAP-005", "ATR-MDL-005", "FHIR-017"})
    void theHistoryOfAListIsNewestFirst() {
        JsonObject bundle = fixture.get("/Group/list-open/_history").json();

        assertThat(bundle.text("type")).contains("history");
        assertThat(bundle.find("total").flatMap(JsonValue::number)).contains(3L);
        assertThat(texts(bundle, "entry.resource.meta.versionId")).containsExactly("3", "2", "1");
        assertThat(texts(bundle, "entry.resource.name"))
                .containsExactly("Third name", "Second name", "Éclair Valley Care");
        assertThat(texts(bundle, "entry.request.method")).containsExactly("PUT", "PUT", "POST");
        assertThat(texts(bundle, "entry.request.url")).containsExactly("Group/list-open", "Group/list-open", "Group");
        assertThat(texts(bundle, "entry.response.etag")).containsExactly("W/\"3\"", "W/\"2\"", "W/\"1\"");
        assertThat(texts(bundle, "entry.response.lastModified").get(1)).isEqualTo("2026-03-02T09:01:00Z");
        assertThat(bundle.all("entry.resource.member")).isEmpty();
        assertThat(texts(bundle, "entry.resource.meta.tag.code")).containsOnly("SUBSETTED");
    }

    @Test
    @Requirement({"FHIR-017", "FHIR-024"})
    void aHistoryHasPagesThatNewVersionsDoNotMove() {
        JsonObject first = fixture.get("/Group/list-open/_history?_count=2").json();
        fixture.clock.turn(Duration.ofMinutes(1));
        fixture.sample.replace(renamed("Fourth name"));

        JsonObject second = fixture.get(next(first)).json();

        assertThat(texts(first, "entry.resource.meta.versionId")).containsExactly("3", "2");
        assertThat(texts(second, "entry.resource.meta.versionId")).containsExactly("1");
        assertThat(texts(second, "link.relation")).containsExactly("self");
    }

    @ParameterizedTest
    @CsvSource({
        "_since=2026-03-02T09:01:00Z, 2, 2",
        "_since=2026-03-02T09:01:00.001Z, 1, 1",
        "_count=0, 3, 0",
        "_summary=count, 3, 0",
        "_count=1, 3, 1",
        "_elements=name, 3, 3"
    })
    @Requirement({"FHIR-017", "FHIR-031"})
    void aHistoryIsNarrowed(String query, int total, int entries) {
        JsonObject bundle = fixture.get("/Group/list-open/_history?" + query).json();

        assertThat(bundle.find("total").flatMap(JsonValue::number)).contains((long) total);
        assertThat(bundle.items("entry")).hasSize(entries);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_since=yesterday", "_count=many", "_page=x", "_at=2026", "_sort=_lastUpdated"})
    void whatAHistoryDoesNotServeIsRefused(String query) {
        assertThat(fixture.get("/Group/list-open/_history?" + query).status()).isEqualTo(400);
    }

    @Test
    @Requirement({"ATR-CAP-002", "FHIR-017"})
    void theHistoryOfAResourceTellsItsDeletion() {
        JsonObject bundle = fixture.get("/Organization/clinic/_history").json();

        assertThat(texts(bundle, "entry.request.method")).containsExactly("PUT", "DELETE", "POST");
        assertThat(texts(bundle, "entry.response.status")).containsExactly("200", "204", "201");
        assertThat(texts(bundle, "entry.resource.meta.versionId")).containsExactly("3", "1");
        assertThat(fixture.get("/Organization/clinic/_history/1").header("ETag"))
                .isEqualTo("W/\"1\"");
        assertThat(fixture.get("/Organization/clinic/_history/2").status()).isEqualTo(410);
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
    @Requirement("ATR-CAP-002")
    void everyOtherTypeHasAHistory(String resource) {
        JsonObject bundle = fixture.get("/" + resource + "/_history?_count=1").json();

        assertThat(bundle.text("type")).contains("history");
        assertThat(texts(bundle, "entry.resource.resourceType"))
                .containsExactly(resource.substring(0, resource.indexOf('/')));
    }

    @Test
    @Requirement("FHIR-015")
    void aDeletedResourceIsGone() {
        fixture.sample.replace(renamed("Third name").withoutResource(CLINIC));

        Answer answer = fixture.get("/Organization/clinic");

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.issue()).isEqualTo("deleted");
        assertThat(fixture.get("/Organization/no-such").status()).isEqualTo(404);
    }

    @Test
    @Requirement("FHIR-015")
    void aDeletedListIsGoneForThoseWhoMightSeeIt() {
        SampleLists all = renamed("Third name");
        fixture.sample.replace(new SampleLists(
                all.lists().stream()
                        .filter(list -> !list.id().equals(SampleLists.OPEN))
                        .toList(),
                all.resources(),
                all.entitlements()));

        assertThat(fixture.get("/Group/list-open").status()).isEqualTo(410);
        assertThat(fixture.get("/Group/list-open/_history/4").status()).isEqualTo(410);
        assertThat(fixture.get("/Group/list-open/_history/3").status()).isEqualTo(200);
        assertThat(texts(fixture.get("/Group/list-open/_history?_count=1").json(), "entry.request.method"))
                .containsExactly("DELETE");
        assertThat(fixture.send("GET", "/Group/list-open", "", fixture.as(SampleLists.OTHER_CONSUMER))
                        .status())
                .isEqualTo(404);
    }

    @Test
    @Requirement("ATR-CAP-005")
    void withoutVersionsInTheBackendThereIsNoHistory() {
        try (ProducerFixture lesser = ProducerFixture.over(new BrokenBackend(fixture.sample), otherFiles)) {
            assertThat(lesser.get("/Group/list-open/_history").status()).isEqualTo(404);
            assertThat(lesser.get("/Patient/10/_history/1").status()).isEqualTo(404);
            assertThat(texts(lesser.get("/metadata").json(), "rest.resource.interaction.code"))
                    .doesNotContain("vread", "history-instance");
            assertThat(texts(fixture.get("/metadata").json(), "rest.resource.interaction.code"))
                    .contains("vread", "history-instance");
        }
    }

    @Test
    @Requirement("STU3-001")
    void inStu3AHistoryHasNoResponses() {
        try (ProducerFixture stu3 = ProducerFixture.stu3(otherFiles)) {
            JsonObject bundle = stu3.get("/Group/list-open/_history").json();

            assertThat(texts(bundle, "entry.request.method")).containsExactly("POST");
            assertThat(bundle.all("entry.response")).isEmpty();
        }
    }

    private static SampleLists renamed(String name) {
        SampleLists sample = SampleLists.standard();
        SampleList open = sample.list(new ListId("list-open")).orElseThrow();
        AttributionList header = open.header().withName(name);
        return sample.withList(new SampleList(header, open.rows()));
    }

    private static String next(JsonObject bundle) {
        return bundle.items("link").stream()
                .filter(link -> link.text("relation").filter("next"::equals).isPresent())
                .map(link -> ProducerFixture.below(link.text("url").orElseThrow()))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> texts(JsonObject json, String path) {
        List<String> texts = new ArrayList<>();
        json.all(path)
                .forEach(value -> texts.add(Objects.requireNonNull(value.text().orElse(null))));
        return texts;
    }
}
