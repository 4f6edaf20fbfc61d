package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupSearchTest extends SampleProducerTest {
    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "identifier=http://hl7.org/fhir/sid/us-npi|1234567893; list-draft list-final list-open",
                "identifier=http%3A%2F%2Fhl7.org%2Ffhir%2Fsid%2Fus-npi%7C1234567893; list-draft list-final list-open",
                "identifier=urn:oid:2.16.840.1.113883.4.4|98-7654321; List-empty list-draft list-final list-open",
                "identifier=https://payer.example/contracts|CT-2; list-draft",
                "identifier=CT-2; list-draft",
                "identifier=CT-2,CT-3; list-draft list-final",
                "identifier=CT-2&identifier=http://hl7.org/fhir/sid/us-npi|; list-draft",
                "identifier=CT-2&identifier=CT-3;''",
                "identifier=|loose; List-empty",
                "identifier=|CT-2;''",
                "identifier=urn:other|CT-2;''",
                "identifier=CT\\,2;''",
                "name=valley; list-final",
                "name=ECLAIR; list-draft list-open",
                "name=%C3%A9clair%20v; list-open",
                "name=care;''",
                "_id=list-open; list-open",
                "_id=list-open,list-final,list-foreign,nothing; list-final list-open",
                "_id=../x;''",
                "_id=list-open&name=eclair; list-open",
                "_id=list-open&_id=list-final;''",
                "characteristic=attributed-to; list-final",
                "characteristic=http://hl7.org/fhir/us/davinci-atr/CodeSystem/davinci-group-characteristic-codes|;"
                        + " list-final",
                "characteristic=location;''",
                "characteristic=location,attributed-to&name=valley; list-final",
                "characteristic-value=attributed-to$Practitioner/dr-3; list-final",
                "characteristic-value=attributed-to%24Practitioner/dr-3; list-final",
                "characteristic-value=attributed-to$Practitioner/dr-2;''",
                "_lastUpdated=2026-03-02; List-empty list-draft list-final list-open",
                "_lastUpdated=ne2026-03-02;''",
                "_lastUpdated=2026; List-empty list-draft list-final list-open",
                "_lastUpdated=gt2026-03-02;''",
                "_lastUpdated=ge2026-03-02T09:00:00Z; List-empty list-draft list-final list-open",
                "_lastUpdated=gt2026-03-02T09:00:00Z;''",
                "_lastUpdated=lt2026-03-02T10:00:00%2B01:00;''",
                "_lastUpdated=le2026-03-02T10:00:00+01:00; List-empty list-draft list-final list-open",
                "_lastUpdated=sa2026-03-01&_lastUpdated=eb2026-04; List-empty list-draft list-final list-open",
                "_lastUpdated=2025,2026&_id=list-open; list-open",
                "_summary=false; List-empty list-draft list-final list-open",
                "_pretty=true&_format=json; List-empty list-draft list-final list-open",
                "''; List-empty list-draft list-final list-open"
            })
    @Requirement({
        "ATR-DISC-001",
        "ATR-DISC-002",
        "ATR-DISC-003",
        "ATR-DISC-004",
        "ATR-DISC-011",
        "ATR-CAP-009",
        "ATR-CAP-010",
        "ATR-CAP-011",
        "FHIR-028",
        "FHIR-031"
    })
    void findsTheListsThatFit(String query, String expected) {
        Answer answer = fixture.get("/Group" + (query.isEmpty() ? "" : "?" + query));

        assertThat(answer.status()).isEqualTo(200);
        List<String> ids = expected.isEmpty() ? List.of() : List.of(expected.split(" "));
        assertThat(ids(answer.json())).containsExactlyElementsOf(ids);
        assertThat(answer.json().find("total").flatMap(JsonValue::number)).contains((long) ids.size());
    }

    @ParameterizedTest
    @CsvSource({
        "unknown=1, not-supported",
        "period=2026, not-supported",
        "name:contains=x, not-supported",
        "identifier:of-type=x, not-supported",
        "identifier=, value",
        "identifier=a|b|c, value",
        "identifier=|, value",
        "identifier=a\\b, value",
        "name=, value",
        "characteristic=, value",
        "characteristic-value=attributed-to, value",
        "characteristic-value=a$b$c, value",
        "_lastUpdated=yesterday, value",
        "_lastUpdated=2026-13, value",
        "_lastUpdated=ap2026, value",
        "_count=-1, value",
        "_count=x, value",
        "_count=1&_count=2, invalid",
        "_page=!, value",
        "_summary=maybe, not-supported",
        "_summary=true&_elements=name, invalid",
        "_elements=a/b, value"
    })
    void refusesWhatItDoesNotServe(String query, String issue) {
        Answer answer = fixture.get("/Group?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.issue()).isEqualTo(issue);
    }

    @Test
    @Requirement({"FHIR-023", "FHIR-027"})
    void leavesAnUnknownParameterAsideWhenAskedToBeLenient() {
        Answer answer = fixture.get("/Group?_id=list-open&colour=red", "Prefer", "handling=lenient");

        assertThat(ids(answer.json())).containsExactly("list-open");
        assertThat(link(answer.json(), "self")).contains(ProducerFixture.BASE + "/Group?_id=list-open");
    }

    @Test
    void aRefusalDoesNotRepeatWhatMayBeData() {
        Answer answer = fixture.get("/Group?M100001%20Aalto=1");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).doesNotContain("Aalto");
    }

    @Test
    @Requirement({"ATR-DISC-008", "ATR-DISC-009", "FHIR-030", "FHIR-023", "FHIR-031"})
    void aSummaryKeepsWhatIsNeededToChooseAList() {
        JsonObject bundle = fixture.get("/Group?_id=list-open&_summary=true").json();

        assertThat(bundle.text("type")).contains("searchset");
        assertThat(bundle.all("entry.search.mode").get(0).text()).contains("match");
        assertThat(bundle.all("entry.fullUrl").get(0).text()).contains(ProducerFixture.BASE + "/Group/list-open");
        JsonValue group = bundle.all("entry.resource").get(0);
        assertThat(group.all("meta.tag.code").get(0).text()).contains("SUBSETTED");
        assertThat(group.all("extension.url").stream().map(url -> url.text().orElseThrow()))
                .contains(
                        "http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-contractValidityPeriod",
                        "http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributionListStatus");
        assertThat(group.find("member")).isEmpty();
        assertThat(group.text("name")).isPresent();
        assertThat(group.find("managingEntity")).isPresent();
    }

    @Test
    void aSearchNeverCarriesRows() {
        JsonObject bundle = fixture.get("/Group").json();

        assertThat(bundle.all("entry.resource.member")).isEmpty();
        assertThat(bundle.all("entry.resource.meta.tag")).hasSize(4);
    }

    @Test
    void elementsAreKeptAsAskedFor() {
        JsonObject bundle =
                fixture.get("/Group?_id=list-open&_elements=identifier,name").json();

        JsonValue group = bundle.all("entry.resource").get(0);
        assertThat(group.find("identifier")).isPresent();
        assertThat(group.find("name")).isPresent();
        assertThat(group.find("extension")).isEmpty();
        assertThat(group.find("managingEntity")).isEmpty();
        assertThat(group.find("type")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"_summary=count", "_count=0"})
    @Requirement("FHIR-031")
    void aCountHasNoEntries(String query) {
        JsonObject bundle = fixture.get("/Group?" + query).json();

        assertThat(bundle.find("total").flatMap(JsonValue::number)).contains(4L);
        assertThat(bundle.find("entry")).isEmpty();
        assertThat(link(bundle, "next")).isEmpty();
    }

    @Test
    @Requirement("FHIR-024")
    void pagesAreFollowedByTheirLinks() {
        List<String> found = new ArrayList<>();
        Optional<String> next = Optional.of(ProducerFixture.BASE + "/Group?_count=1&_summary=true");
        int pages = 0;
        while (next.isPresent()) {
            JsonObject bundle = fixture.get(ProducerFixture.below(next.get())).json();
            assertThat(link(bundle, "self")).isEqualTo(next);
            assertThat(bundle.find("total").flatMap(JsonValue::number)).contains(4L);
            found.addAll(ids(bundle));
            next = link(bundle, "next");
            pages++;
        }

        assertThat(pages).isEqualTo(4);
        assertThat(found).containsExactly("List-empty", "list-draft", "list-final", "list-open");
    }

    @Test
    void aFullLastPageHasNoNextLink() {
        assertThat(link(fixture.get("/Group?_count=4").json(), "next")).isEmpty();
    }

    @Test
    @Requirement({"FHIR-026", "ATR-DISC-003"})
    void searchesByPostWithAForm() {
        String[] headers = ProducerFixture.and(
                fixture.as(SampleLists.CONSUMER), "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");

        Answer answer = fixture.send(
                "POST", "/Group/_search", "identifier=https%3A%2F%2Fpayer.example%2Fcontracts%7CCT-2", headers);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ids(answer.json())).containsExactly("list-draft");
    }

    @Test
    @Requirement("FHIR-020")
    void aSearchByPostNeedsAForm() {
        String[] headers =
                ProducerFixture.and(fixture.as(SampleLists.CONSUMER), "Content-Type", "application/fhir+json");

        assertThat(fixture.send("POST", "/Group/_search", "{}", headers).status())
                .isEqualTo(415);
    }

    @Test
    @Requirement("ATR-DISC-011")
    void aClientWithoutListsFindsNone() {
        Answer answer = fixture.send("GET", "/Group", "", fixture.as("stranger"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().find("total").flatMap(JsonValue::number)).contains(0L);
        assertThat(answer.json().find("entry")).isEmpty();
    }

    private static List<String> ids(JsonObject bundle) {
        return bundle.all("entry.resource.id").stream()
                .map(id -> id.text().orElseThrow())
                .toList();
    }

    private static Optional<String> link(JsonObject bundle, String relation) {
        return bundle.items("link").stream()
                .filter(link -> link.text("relation").filter(relation::equals).isPresent())
                .findFirst()
                .flatMap(link -> link.text("url"));
    }
}
