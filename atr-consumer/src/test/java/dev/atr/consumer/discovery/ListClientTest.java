package dev.atr.consumer.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.NumberedTokens;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.peer.PeerProfile;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListClientTest {
    private static final String SEARCH = "/r4/Group";
    private static final String NPI = "{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1357902463\"}";
    private static final String CONTRACTS = "https://payer.example/ids/contract";

    private final ScriptedPeer producer = new ScriptedPeer();
    private final ScriptedPeer elsewhere = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final ListClient lists = client(FhirVersion.R4);

    @AfterEach
    void stop() {
        egress.close();
        producer.close();
        elsewhere.close();
    }

    private ListClient client(@Nullable FhirVersion version) {
        ProducerConnection connection =
                ProducerConnection.of(producer.base(), NumberedTokens.forOriginsOf(producer.base()), egress);
        return new ListClient(version == null ? connection : connection.withFhirVersion(version));
    }

    @Test
    @Requirement({"ATR-DISC-005", "ATR-DISC-007"})
    void searchesByNpiForSummaries() throws Exception {
        producer.on("GET", SEARCH, bundle(null, group("cvmg-2026", NPI, "2026")));

        List<AttributionList> found = lists.findByNpi("1357902463");

        assertThat(found).singleElement().satisfies(list -> {
            assertThat(list.id()).isEqualTo(new ListId("cvmg-2026"));
            assertThat(list.status()).isEqualTo(ListStatus.DRAFT);
        });
        assertThat(producer.asked(SEARCH)).singleElement().satisfies(asked -> {
            assertThat(asked.query())
                    .isEqualTo("identifier=http%3A%2F%2Fhl7.org%2Ffhir%2Fsid%2Fus-npi%7C1357902463&_summary=true");
            assertThat(asked.headers()).containsEntry("accept", "application/fhir+json");
            assertThat(asked.token()).isEqualTo("token-1");
        });
    }

    @Test
    @Requirement("ATR-DISC-005")
    void searchesByTinAndByContract() throws Exception {
        producer.on("GET", SEARCH, bundle(null));

        lists.findByTin("471234567");
        lists.findByIdentifier(CONTRACTS, "A|1,2");

        assertThat(producer.asked(SEARCH))
                .extracting(Asked::query)
                .containsExactly(
                        "identifier=urn%3Aoid%3A2.16.840.1.113883.4.4%7C471234567&_summary=true",
                        "identifier=https%3A%2F%2Fpayer.example%2Fids%2Fcontract%7CA%5C%7C1%5C%2C2&_summary=true");
    }

    @Test
    @Requirement("ATR-DISC-015")
    void takesNoMatchForAnEmptyResult() throws Exception {
        producer.on("GET", SEARCH, Reply.fhir(200, "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"total\":0}"));

        assertThat(lists.findByNpi("1357902463")).isEmpty();
    }

    @Test
    @Requirement("ATR-DISC-006")
    void dropsListsThatDoNotCarryTheIdentifier() throws Exception {
        producer.on(
                "GET", SEARCH, bundle(null, group("cvmg-2026", NPI, "2026"), group("other", contract("x"), "2026")));

        assertThat(lists.findByNpi("1357902463"))
                .extracting(AttributionList::id)
                .containsExactly(new ListId("cvmg-2026"));
    }

    @Test
    @Requirement({"ATR-DISC-010", "ATR-DISC-009"})
    void completesASummaryThatLacksStatusAndPeriod() throws Exception {
        String stripped =
                "{\"resourceType\":\"Group\",\"id\":\"cvmg-2026\",\"identifier\":[" + NPI + "],\"quantity\":7}";
        producer.on("GET", SEARCH, bundle(null, stripped))
                .on("GET", "/r4/Group/cvmg-2026", Reply.fhir(200, group("cvmg-2026", NPI, "2026")));

        AttributionList list = lists.findByNpi("1357902463").get(0);

        assertThat(list.status()).isEqualTo(ListStatus.DRAFT);
        assertThat(list.contractPeriod()).isNotNull();
        assertThat(list.quantity()).isEqualTo(7);
        assertThat(producer.asked("/r4/Group/cvmg-2026"))
                .extracting(Asked::query)
                .containsExactly("_elements=identifier,name,extension");
    }

    @Test
    void leavesASummaryAsItIsWhenTheSecondReadIsNotTaken() throws Exception {
        String stripped = "{\"resourceType\":\"Group\",\"id\":\"cvmg-2026\",\"identifier\":[" + NPI + "]}";
        producer.on("GET", SEARCH, bundle(null, stripped)).on("GET", "/r4/Group/cvmg-2026", Reply.status(400));

        assertThat(lists.findByNpi("1357902463"))
                .singleElement()
                .satisfies(list -> assertThat(list.status()).isNull());
    }

    @Test
    void refusesAPageThatIsTooLarge() {
        String padding = " ".repeat(ListClient.MAX_PAGE_BYTES);
        producer.on("GET", SEARCH, Reply.fhir(200, "{\"resourceType\":\"Bundle\"" + padding + "}"));

        assertThatThrownBy(lists::findAll).isInstanceOf(TransportException.class);
    }

    @Test
    void keepsNoRowsOfAServerThatSendsTheWholeGroup() throws Exception {
        String rows = ",\"member\":[{\"entity\":{\"reference\":\"Patient/1\"}}]}";
        String whole = group("cvmg-2026", NPI, "2026");
        producer.on("GET", "/r4/Group/cvmg-2026", Reply.fhir(200, whole.substring(0, whole.length() - 1) + rows));

        AttributionList list = lists.find(new ListId("cvmg-2026")).orElseThrow();

        assertThat(list.other().properties())
                .noneMatch(property -> property.name().equals("member"));
    }

    @Test
    @Requirement("FHIR-025")
    void followsNextLinks() throws Exception {
        producer.on("GET", SEARCH, bundle(producer.at("/r4/page2?x=1").toString(), group("a", NPI, "2025")))
                .on("GET", "/r4/page2", bundle("Group/_page3", group("b", NPI, "2026")))
                .on("GET", "/r4/Group/_page3", bundle(null, group("c", NPI, "2027"), group("a", NPI, "2025")));

        List<AttributionList> found = lists.findByNpi("1357902463");

        assertThat(found).extracting(list -> list.id().value()).containsExactly("a", "b", "c");
    }

    @Test
    @Requirement("FHIR-025")
    void followsNoNextLinkToAnotherOrigin() {
        producer.on("GET", SEARCH, bundle(elsewhere.at("/r4/page2").toString()));

        assertThatThrownBy(lists::findAll).isInstanceOf(ProtocolException.class);

        assertThat(elsewhere.asked()).isEmpty();
    }

    @Test
    @Requirement("FHIR-025")
    void stopsWhenPagesGoRound() {
        producer.on("GET", SEARCH, bundle(producer.at("/r4/page2").toString()))
                .on("GET", "/r4/page2", bundle(producer.at("/r4/page2").toString()));

        assertThatThrownBy(lists::findAll)
                .isInstanceOf(ProtocolException.class)
                .hasMessage("search for lists: the next links do not end");
    }

    @Test
    void asksForANameWhereThatIsOffered() throws Exception {
        producer.on("GET", "/r4/metadata", metadata("4.0.1", "{\"name\":\"name\",\"type\":\"string\"}"))
                .on("GET", SEARCH, bundle(null, group("cvmg-2026", NPI, "2026")));

        assertThat(lists.findByName("cedar vall")).hasSize(1);

        assertThat(producer.asked(SEARCH)).extracting(Asked::query).containsExactly("name=cedar%20vall&_summary=true");
    }

    @Test
    void comparesNamesItselfWhereNoSearchIsOffered() throws Exception {
        producer.on("GET", "/r4/metadata", metadata("4.0.1", ""))
                .on("GET", SEARCH, bundle(null, group("cvmg-2026", NPI, "2026")));

        assertThat(lists.findByName("Cédar")).hasSize(1);
        assertThat(lists.findByName("Valley")).isEmpty();

        assertThat(producer.asked(SEARCH)).extracting(Asked::query).containsOnly("_summary=true");
    }

    @Test
    @Requirement("ATR-DISC-007")
    void readsOneSummary() throws Exception {
        producer.on("GET", "/r4/Group/cvmg-2026", Reply.fhir(200, group("cvmg-2026", NPI, "2026")));

        assertThat(lists.find(new ListId("cvmg-2026"))).isPresent();

        assertThat(producer.asked()).extracting(Asked::query).containsExactly("_summary=true");
    }

    @Test
    void takesAListThatIsNotOursForNone() throws Exception {
        assertThat(lists.find(new ListId("lakeside-2026"))).isEmpty();
    }

    @Test
    void refusesAnotherListThanAskedFor() {
        producer.on("GET", "/r4/Group/cvmg-2026", Reply.fhir(200, group("lakeside-2026", NPI, "2026")));

        assertThatThrownBy(() -> lists.find(new ListId("cvmg-2026"))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void reportsScopesThatAreTooSmall() {
        producer.on(
                "GET",
                SEARCH,
                Reply.fhir(
                        403,
                        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"forbidden\"}]}"));

        assertThatThrownBy(lists::findAll)
                .isInstanceOf(AuthorizationException.class)
                .hasMessage("search for lists: refused with 403 (forbidden)");
    }

    @Test
    void readsAResourceAsBytes() throws Exception {
        String json = "{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1971-04-09\"}";
        producer.on("GET", "/r4/Patient/p", Reply.fhir(200, json));

        assertThat(lists.read(new ResourceKey(ResourceType.PATIENT, "p")))
                .hasValueSatisfying(bytes ->
                        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(json));
        assertThat(lists.read(new ResourceKey(ResourceType.COVERAGE, "c"))).isEmpty();
    }

    @Test
    void refusesAnotherResourceThanAskedFor() {
        producer.on("GET", "/r4/Patient/p", Reply.fhir(200, "{\"resourceType\":\"Patient\",\"id\":\"q\"}"));

        assertThatThrownBy(() -> lists.read(new ResourceKey(ResourceType.PATIENT, "p")))
                .isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @Requirement("ATR-GEN-010")
    @CsvSource({"4.0.1, R4", "3.0.2, STU3"})
    void learnsTheFhirVersionFromMetadata(String number, FhirVersion expected) throws Exception {
        producer.on("GET", "/r4/metadata", metadata(number, ""));

        ListClient unknowing = client(null);

        assertThat(unknowing.fhirVersion()).isEqualTo(expected);
        assertThat(unknowing.fhirVersion()).isEqualTo(expected);

        assertThat(producer.asked("/r4/metadata"))
                .singleElement()
                .satisfies(asked -> assertThat(asked.token()).isEqualTo("none"));
    }

    @Test
    void speaksNoOtherFhirVersion() {
        producer.on("GET", "/r4/metadata", metadata("5.0.0", ""));

        assertThatThrownBy(() -> client(null).fhirVersion()).isInstanceOf(ProtocolException.class);
    }

    @Test
    @Requirement("ATR-DISC-006")
    void selectsByContractAndDay() throws Exception {
        producer.on(
                "GET",
                SEARCH,
                bundle(
                        null,
                        group("last-year", NPI + "," + contract("A"), "2025"),
                        group("this-year", NPI + "," + contract("A"), "2026"),
                        group("other-contract", NPI + "," + contract("B"), "2026")));
        List<AttributionList> found = lists.findByNpi("1357902463");

        ListSelector selector = ListSelector.ANY.identifiedBy(CONTRACTS, "A").inForceOn(LocalDate.of(2026, 12, 31));

        assertThat(selector.select(found))
                .hasValueSatisfying(list -> assertThat(list.id().value()).isEqualTo("this-year"));
        assertThat(selector.inForceOn(LocalDate.of(2027, 1, 1)).select(found)).isEmpty();
    }

    @Test
    @Requirement("ATR-DISC-006")
    void neverPicksTheFirstOfSeveral() throws Exception {
        producer.on("GET", SEARCH, bundle(null, group("a", NPI, "2026"), group("b", NPI, "2026")));
        List<AttributionList> found = lists.findByNpi("1357902463");

        assertThatThrownBy(() -> ListSelector.ANY.select(found))
                .isInstanceOfSatisfying(
                        AmbiguousListException.class,
                        e -> assertThat(e.candidates()).hasSize(2))
                .hasMessageContaining("2 lists fit (a, b)");
    }

    @Test
    @Requirement("ATR-CAP-017")
    void asksForEitherWithACommaAndForAllByRepeating() throws Exception {
        producer.on(
                "GET",
                SEARCH,
                bundle(
                        null,
                        group("fits", contract("C-1") + "," + NPI, "2026"),
                        group("another-contract", contract("C-2") + "," + NPI, "2026"),
                        group("no-number", contract("C-1"), "2026")));
        Identifier npi = Identifier.of(Canonicals.NPI, "1357902463");
        Identifier tin = Identifier.of(Canonicals.TIN, "471234567");

        List<AttributionList> found =
                lists.findByIdentifiers(List.of(List.of(Identifier.of(CONTRACTS, "C-1")), List.of(npi, tin)));

        assertThat(found).extracting(list -> list.id().value()).containsExactly("fits");
        assertThat(producer.asked(SEARCH))
                .extracting(Asked::query)
                .containsExactly("identifier=https%3A%2F%2Fpayer.example%2Fids%2Fcontract%7CC-1"
                        + "&identifier=http%3A%2F%2Fhl7.org%2Ffhir%2Fsid%2Fus-npi%7C1357902463"
                        + "%2Curn%3Aoid%3A2.16.840.1.113883.4.4%7C471234567&_summary=true");
    }

    @Test
    void aChoiceNeedsIdentifiersWithBothParts() {
        assertThatThrownBy(() -> lists.findByIdentifiers(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lists.findByIdentifiers(List.of(List.of())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lists.findByIdentifiers(List.of(List.of(Identifier.of(CONTRACTS, " ")))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(producer.asked()).isEmpty();
    }

    @Test
    @Requirement("FHIR-011")
    void aListThatIsReadAgainIsOnlySentWhenItChanged() throws Exception {
        String path = SEARCH + "/a";
        producer.on(
                "GET",
                path,
                Reply.fhir(200, group("a", NPI, "2026")),
                Reply.status(304),
                Reply.fhir(200, group("a", NPI, "2026").replace("\"3\"", "\"4\"")),
                Reply.status(404));
        AttributionList first = lists.find(new ListId("a")).orElseThrow();

        AttributionList same = lists.refresh(first).orElseThrow();
        AttributionList newer = lists.refresh(same).orElseThrow();

        assertThat(same).isSameAs(first);
        assertThat(newer.version()).isEqualTo("4");
        assertThat(lists.refresh(newer)).isEmpty();
        assertThat(producer.asked(path))
                .extracting(asked -> asked.headers().getOrDefault("if-none-match", ""))
                .containsExactly("", "W/\"3\"", "W/\"3\"", "W/\"4\"");
    }

    @Test
    @Requirement("ATR-CAP-016")
    void readsOneVersionOfAListAndItsHistory() throws Exception {
        String path = SEARCH + "/a/_history";
        String first = group("a", NPI, "2026").replace("\"3\"", "\"1\"");
        producer.on("GET", path + "/1", Reply.fhir(200, first));
        producer.on("GET", path, bundle(null, group("a", NPI, "2026").replace("\"3\"", "\"2\""), first));

        assertThat(lists.findVersion(new ListId("a"), "1").orElseThrow().version())
                .isEqualTo("1");
        assertThat(lists.findVersion(new ListId("a"), "9")).isEmpty();
        assertThat(lists.history(new ListId("a").key(), 10))
                .extracting(ReceivedVersion::id)
                .containsExactly("2", "1");
        assertThatThrownBy(() -> lists.findVersion(new ListId("a"), "../b"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Coverage",
                "Location",
                "Organization",
                "Patient",
                "Practitioner",
                "PractitionerRole",
                "RelatedPerson"
            })
    @Requirement({"ATR-CAP-014", "ATR-CAP-015"})
    void readsTheOtherTypesTheirVersionsAndHistories(String type) throws Exception {
        ResourceKey key = new ResourceKey(new ResourceType(type), "x");
        String path = "/r4/" + type + "/x";
        String json = "{\"resourceType\":\"" + type + "\",\"id\":\"x\",\"meta\":{\"versionId\":\"%s\"}}";
        String next = producer.at(path + "/_history/page").toString();
        producer.on("GET", path, Reply.fhir(200, json.formatted("2")));
        producer.on("GET", path + "/_history/1", Reply.fhir(200, json.formatted("1")));
        producer.on(
                "GET",
                path + "/_history",
                Reply.fhir(
                        200,
                        "{\"resourceType\":\"Bundle\",\"type\":\"history\",\"link\":[{\"relation\":\"next\",\"url\":\""
                                + next + "\"}],\"entry\":[{\"request\":{\"method\":\"DELETE\"},\"response\":{\"etag\":"
                                + "\"W/\\\"3\\\"\",\"lastModified\":\"2026-03-02T09:00:00Z\"}}]}"));
        producer.on("GET", path + "/_history/page", bundle(null, json.formatted("2"), json.formatted("1")));

        assertThat(lists.read(key)).contains(json.formatted("2").getBytes(StandardCharsets.UTF_8));
        assertThat(lists.readVersion(key, "1")).contains(json.formatted("1").getBytes(StandardCharsets.UTF_8));
        List<ReceivedVersion> history = lists.history(key, 10);
        assertThat(history).extracting(ReceivedVersion::id).containsExactly("3", "2", "1");
        assertThat(history.get(0).isDeletion()).isTrue();
        assertThat(history.get(0).lastUpdated()).isEqualTo("2026-03-02T09:00:00Z");
        assertThat(lists.history(key, 2)).hasSize(2);
    }

    @Test
    void aHistoryOfNothingIsEmpty() throws Exception {
        assertThat(lists.history(new ResourceKey(ResourceType.PATIENT, "nobody"), 5))
                .isEmpty();
    }

    @Test
    @Requirement("ATR-MDL-023")
    void numbersOfProvidersAreInNoMessageAndNoText() throws Exception {
        producer.on("GET", SEARCH, bundle(null, group("a", NPI, "2026")));
        AttributionList found = lists.findByNpi("1357902463").get(0);
        producer.on("GET", SEARCH, Reply.status(500));

        assertThat(found.toString() + found.identifiers()).doesNotContain("1357902463");
        assertThatThrownBy(() -> lists.findByNpi("1357902463"))
                .hasMessageNotContaining("1357902463")
                .hasNoCause();
    }

    private static Reply metadata(String version, String parameters) {
        return Reply.fhir(
                200,
                "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"" + version
                        + "\",\"rest\":[{\"mode\":\"server\",\"resource\":[{\"type\":\"Group\",\"searchParam\":["
                        + parameters + "]}]}]}");
    }

    private static Reply bundle(@Nullable String next, String... groups) {
        StringBuilder entries = new StringBuilder();
        for (String group : groups) {
            entries.append(entries.length() == 0 ? "" : ",")
                    .append("{\"resource\":")
                    .append(group)
                    .append(",\"search\":{\"mode\":\"match\"}}");
        }
        String link = next == null ? "" : ",\"link\":[{\"relation\":\"next\",\"url\":\"" + next + "\"}]";
        return Reply.fhir(
                200, "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"" + link + ",\"entry\":[" + entries + "]}");
    }

    private static String contract(String value) {
        return "{\"system\":\"" + CONTRACTS + "\",\"value\":\"" + value + "\"}";
    }

    private static String group(String id, String identifiers, String year) {
        return "{\"resourceType\":\"Group\",\"id\":\"" + id + "\",\"meta\":{\"versionId\":\"3\",\"tag\":[{\"system\":"
                + "\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\",\"code\":\"SUBSETTED\"}]},"
                + "\"extension\":[{\"url\":\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/"
                + "ext-contractValidityPeriod\",\"valuePeriod\":{\"start\":\"" + year + "-01-01\",\"end\":\"" + year
                + "-12-31\"}},{\"url\":\"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/"
                + "ext-attributionListStatus\",\"valueCode\":\"draft\"}],\"identifier\":[" + identifiers
                + "],\"type\":\"person\",\"actual\":true,\"name\":\"Cedar Valley\"}";
    }

    @Test
    @Requirement("ATR-DISC-010")
    void asksForElementsWhereASummaryCameWithRows() throws Exception {
        String whole = group("cvmg-2026", NPI, "2026");
        String rows = ",\"member\":[{\"entity\":{\"reference\":\"Patient/1\"}}]}";
        producer.on("GET", SEARCH, bundle(null, whole.substring(0, whole.length() - 1) + rows));

        lists.findAll();
        lists.findAll();

        assertThat(producer.asked(SEARCH).get(1).query()).startsWith("_elements=identifier%2Cactive");
    }

    @Test
    @Requirement("ATR-DISC-010")
    void asksForElementsWhereASummaryWasTooLarge() throws Exception {
        String padding = " ".repeat(ListClient.MAX_PAGE_BYTES);
        producer.on(
                "GET",
                SEARCH,
                Reply.fhir(200, "{\"resourceType\":\"Bundle\"" + padding + "}"),
                bundle(null, group("cvmg-2026", NPI, "2026")));

        assertThat(lists.findAll()).hasSize(1);
    }

    @Test
    void comparesNamesItselfWhereThePeerIsKnownToIgnoreThem() throws Exception {
        producer.on("GET", SEARCH, bundle(null, group("cvmg-2026", NPI, "2026")));
        ListClient told = new ListClient(ProducerConnection.of(
                        producer.base(), NumberedTokens.forOriginsOf(producer.base()), egress)
                .withProfile(PeerProfile.of(Map.of("fhir-version", "r4", "names", "here", "summaries", "elements"))));

        assertThat(told.findByName("Cedar")).hasSize(1);

        assertThat(producer.paths()).containsExactly("GET " + SEARCH);
    }
}
