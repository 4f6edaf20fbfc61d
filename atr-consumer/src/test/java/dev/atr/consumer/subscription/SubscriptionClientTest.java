package dev.atr.consumer.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.NumberedTokens;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.peer.PeerProfile;
import dev.atr.consumer.peer.SubscriptionOptions;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Asked;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionClientTest {
    private static final ListId LIST = new ListId("list-1");
    private static final URI ENDPOINT = URI.create("https://provider.example/notify/3c6f");
    private static final NotificationSecret SECRET = NotificationSecret.of("8f2b7c318f2b7c318f2b7c31");
    private static final SubscriptionRequest REQUEST = SubscriptionRequest.of(LIST, ENDPOINT, SECRET);
    private static final String ALL = "/r4/Subscription";
    private static final String ONE = "/r4/Subscription/sub-77";
    private static final String REFUSAL =
            "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"%s\"}]}";

    private final ScriptedPeer producer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final ProducerConnection connection = ProducerConnection.of(
                    producer.base(), NumberedTokens.forOriginsOf(producer.base()), egress)
            .withFhirVersion(FhirVersion.R4);
    private final SubscriptionClient client = new SubscriptionClient(connection);

    @AfterEach
    void stop() {
        egress.close();
        producer.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://provider.example/notify", "http://192.0.2.1/notify", "ftp://provider.example/notify"})
    void membersAreNotSentWhereOthersReadThem(String endpoint) {
        assertThatThrownBy(() -> SubscriptionRequest.of(LIST, URI.create(endpoint), SECRET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http");
    }

    @Test
    @Requirement({
        "ATR-SUB-001",
        "ATR-SUB-002",
        "ATR-SUB-003",
        "ATR-SUB-004",
        "ATR-SUB-005",
        "ATR-SUB-006",
        "ATR-SUB-007",
        "FHIR-035",
        "FHIR-036",
        "SUBB-009",
        "SUBB-018"
    })
    void createsASubscriptionAsTheGuideSays() throws Exception {
        producer.on("POST", ALL, Reply.fhir(201, subscription("requested", "1")));

        ListSubscription created = client.create(
                REQUEST.withHeartbeat(Duration.ofHours(24)).withEnd(Instant.parse("2027-01-01T00:00:00Z")));

        assertThat(created.id()).isEqualTo("sub-77");
        assertThat(created.status()).isEqualTo(SubscriptionStatus.REQUESTED);
        assertThat(body(ALL)).isEqualTo(JsonValue.parseObject("""
                {"resourceType":"Subscription",
                 "meta":{"profile":["http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-list-change-subscription"]},
                 "status":"active","end":"2027-01-01T00:00:00Z","reason":"Changes of a member attribution list",
                 "criteria":"http://hl7.org/fhir/us/davinci-atr/SubscriptionTopic/atr-list-change",
                 "_criteria":{"extension":[{"valueString":"Group/list-1",
                  "url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria"}]},
                 "channel":{"type":"rest-hook","endpoint":"https://provider.example/notify/3c6f",
                  "extension":[{"valueUnsignedInt":86400,
                  "url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period"}],
                  "payload":"application/fhir+json","_payload":{"extension":[{"valueCode":"id-only",
                  "url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content"}]},
                  "header":["Authorization: Bearer 8f2b7c318f2b7c318f2b7c31"]}}
                """.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    @Requirement("ATR-SUB-003")
    void namesTheListAsThisProducerWantsIt() throws Exception {
        producer.on("POST", ALL, Reply.fhir(201, subscription("requested", "1")));
        SubscriptionOptions options =
                new SubscriptionOptions(SubscriptionOptions.Filter.SEARCH, SubscriptionStatus.REQUESTED);

        new SubscriptionClient(connection.withProfile(
                        PeerProfile.AUTO.withFhirVersion(FhirVersion.R4).withSubscriptions(options)))
                .create(REQUEST);

        assertThat(body(ALL).toJson()).contains("\"Group?_id=list-1\"", "\"status\":\"requested\"");
    }

    @Test
    @Requirement("ATR-SUB-004")
    void whereActiveIsRefusedItAsksOnceMoreForRequested() throws Exception {
        producer.on(
                "POST",
                ALL,
                Reply.fhir(422, REFUSAL.formatted("business-rule")),
                Reply.fhir(201, subscription("requested", "1")));

        client.create(REQUEST);

        assertThat(producer.asked(ALL))
                .extracting(asked -> JsonValue.parseObject(asked.body().getBytes(StandardCharsets.UTF_8))
                        .text("status")
                        .orElseThrow())
                .containsExactly("active", "requested");
    }

    @Test
    void whatIsRefusedWhateverTheStatusIsToldByTheFirstRefusal() {
        producer.on(
                "POST",
                ALL,
                Reply.fhir(422, REFUSAL.formatted("business-rule")),
                Reply.fhir(400, REFUSAL.formatted("invalid")));

        assertThatThrownBy(() -> client.create(REQUEST))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        refused -> assertThat(refused.status()).isEqualTo(422));
        assertThat(producer.asked(ALL)).hasSize(2);
    }

    @Test
    @Requirement("ATR-SUB-012")
    void aListThatIsNotOursIsAskedForTwiceAndNoMore() {
        producer.on("POST", ALL, Reply.fhir(401, REFUSAL.formatted("forbidden")));

        assertThatThrownBy(() -> client.create(REQUEST))
                .isInstanceOf(AuthorizationException.class)
                .hasMessageContaining("forbidden");
        assertThat(producer.asked(ALL)).extracting(Asked::token).containsExactly("token-1", "token-2");
    }

    @Test
    void whereNothingIsSentBackTheLocationIsRead() throws Exception {
        producer.on(
                        "POST",
                        ALL,
                        Reply.status(201).with("Location", producer.base() + "/Subscription/sub-77/_history/1"))
                .on("GET", ONE, Reply.fhir(200, subscription("active", "2")));

        assertThat(client.create(REQUEST).status()).isEqualTo(SubscriptionStatus.ACTIVE);
    }

    @Test
    @Requirement("ATR-SUB-008")
    void turnsOneOffAndLeavesTheRestAsItIs() throws Exception {
        producer.on("GET", ONE, Reply.fhir(200, subscription("active", "5")))
                .on("PUT", ONE, Reply.fhir(200, subscription("off", "6")));

        ListSubscription off = client.turnOff("sub-77");

        assertThat(off.status()).isEqualTo(SubscriptionStatus.OFF);
        Asked put = put();
        assertThat(put.headers()).containsEntry("if-match", "W/\"5\"");
        assertThat(put.body()).contains("\"status\":\"off\"", "Authorization: ********", "\"id\":\"sub-77\"");
    }

    @Test
    @Requirement("SUBB-025")
    void resumesOneWithTheSecretAnew() throws Exception {
        producer.on("GET", ONE, Reply.fhir(200, subscription("error", "5")))
                .on("PUT", ONE, Reply.fhir(200, subscription("requested", "6")));

        client.update("sub-77", REQUEST);

        assertThat(put().body())
                .contains("\"status\":\"active\"", "\"id\":\"sub-77\"", SECRET.value())
                .doesNotContain("****");
    }

    @Test
    void whatTheProducerChangedMeanwhileIsReadAgain() throws Exception {
        producer.on(
                        "GET",
                        ONE,
                        Reply.fhir(200, subscription("requested", "1")),
                        Reply.fhir(200, subscription("active", "2")))
                .on(
                        "PUT",
                        ONE,
                        Reply.fhir(412, REFUSAL.formatted("conflict")),
                        Reply.fhir(200, subscription("off", "3")));

        client.turnOff("sub-77");

        assertThat(producer.asked(ONE).stream().filter(asked -> asked.method().equals("PUT")))
                .extracting(asked -> asked.headers().get("if-match"))
                .containsExactly("W/\"1\"", "W/\"2\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204, 404, 410})
    void whatIsGoneIsDeleted(int status) throws Exception {
        producer.on("DELETE", ONE, Reply.status(status));

        client.delete("sub-77");

        assertThat(producer.asked(ONE)).hasSize(1);
    }

    @Test
    @Requirement("SUBB-027")
    void asksForTheStatus() throws Exception {
        JsonObject error = Notifications.status(producer.base() + ONE, "error", "query-status", 12);
        producer.on(ONE + "/$status", Reply.fhir(200, """
                {"resourceType":"Bundle","type":"searchset","entry":[{"resource":%s}]}
                """.formatted(error.toJson())));

        Notification status = client.status("sub-77").orElseThrow();

        assertThat(status.status()).isEqualTo(SubscriptionStatus.ERROR);
        assertThat(status.eventCount()).isEqualTo(12);
        assertThat(client.status("sub-78")).isEmpty();
    }

    @Test
    void anAnswerThatIsNoStatusIsAFaultOfTheProducer() {
        producer.on(ONE + "/$status", Reply.fhir(200, "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}"));

        assertThatThrownBy(() -> client.status("sub-77")).isInstanceOf(ProtocolException.class);
    }

    @Test
    @Requirement("SUBB-026")
    void asksForPastEventsWhereTheyAreOffered() throws Exception {
        producer.on(ONE + "/$events", Reply.fhir(200, Notifications.events(producer.base() + ONE, 21, 22)));

        assertThat(client.events("sub-77", 21, 22).orElseThrow().events())
                .extracting(Notification.Event::number)
                .containsExactly(21L, 22L);
        assertThat(producer.asked(ONE + "/$events").get(0).query())
                .isEqualTo("eventsSinceNumber=21&eventsUntilNumber=22");
        assertThat(client.events("sub-78", 1, 2)).isEmpty();
    }

    @Test
    void findsOursByTheEndpointPageByPage() throws Exception {
        String other = subscription("active", "1").replace("3c6f", "other").replace("sub-77", "sub-78");
        producer.on(ALL, Reply.fhir(200, """
                        {"resourceType":"Bundle","type":"searchset","entry":[{"resource":%s}],
                         "link":[{"relation":"next","url":"Subscription?page=2"}]}
                        """.formatted(other)), Reply.fhir(200, """
                        {"resourceType":"Bundle","type":"searchset","entry":[{"resource":%s}]}
                        """.formatted(
                        subscription("active", "1"))));

        List<ListSubscription> found = client.findByEndpoint(ENDPOINT);

        assertThat(found).extracting(ListSubscription::id).containsExactly("sub-77");
        assertThat(producer.asked(ALL).get(0).query()).isEqualTo("url=https%3A%2F%2Fprovider.example%2Fnotify%2F3c6f");
    }

    @Test
    @Requirement("SUBB-004")
    void tellsWhetherTheTopicIsAdvertised() throws Exception {
        String statement = """
                {"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"resource":[{"type":"Subscription",
                 "extension":[{"url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/%s",
                  "valueCanonical":"http://hl7.org/fhir/us/davinci-atr/SubscriptionTopic/atr-list-change"}]}]}]}
                """;
        producer.on(
                "/r4/metadata",
                Reply.fhir(200, statement.formatted("capabilitystatement-subscriptiontopic-canonical")),
                Reply.fhir(200, statement.formatted("another")));

        assertThat(client.isAdvertised()).isTrue();
        assertThat(client.isAdvertised()).isFalse();
    }

    @Test
    @Requirement("SUBB-025")
    void whereActiveIsRefusedItResumesByRequested() throws Exception {
        producer.on("GET", ONE, Reply.fhir(200, subscription("error", "5")))
                .on(
                        "PUT",
                        ONE,
                        Reply.fhir(422, REFUSAL.formatted("business-rule")),
                        Reply.fhir(200, subscription("requested", "6")));

        assertThat(client.update("sub-77", REQUEST).status()).isEqualTo(SubscriptionStatus.REQUESTED);

        assertThat(producer.asked(ONE))
                .filteredOn(asked -> asked.method().equals("PUT"))
                .extracting(asked -> JsonValue.parseObject(asked.body().getBytes(StandardCharsets.UTF_8))
                        .text("status")
                        .orElseThrow())
                .containsExactly("active", "requested");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 405, 501})
    void whereNoStatusIsToldThereIsNone(int status) throws Exception {
        producer.on(ONE + "/$status", Reply.status(status));

        assertThat(client.status("sub-77")).isEmpty();
    }

    @Test
    void noTextOfOursHoldsTheSecret() throws Exception {
        producer.on("POST", ALL, Reply.fhir(201, subscription("active", "1").replace("********", SECRET.value())));

        assertThat(REQUEST + " " + SECRET + " " + client.create(REQUEST)).doesNotContain(SECRET.value(), "3c6f");
    }

    private Asked put() {
        return producer.asked(ONE).stream()
                .filter(asked -> asked.method().equals("PUT"))
                .findFirst()
                .orElseThrow();
    }

    private JsonObject body(String path) {
        return JsonValue.parseObject(producer.asked(path).get(0).body().getBytes(StandardCharsets.UTF_8));
    }

    private static String subscription(String status, String version) {
        return """
                {"resourceType":"Subscription","id":"sub-77","meta":{"versionId":"%s"},"status":"%s","reason":"x",
                 "criteria":"http://hl7.org/fhir/us/davinci-atr/SubscriptionTopic/atr-list-change",
                 "channel":{"type":"rest-hook","endpoint":"https://provider.example/notify/3c6f",
                  "payload":"application/fhir+json","header":["Authorization: ********"]}}
                """.formatted(version, status).strip();
    }
}
