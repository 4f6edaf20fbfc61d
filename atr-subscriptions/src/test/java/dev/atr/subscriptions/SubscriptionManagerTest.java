package dev.atr.subscriptions;

import static dev.atr.subscriptions.Host.ACME;
import static dev.atr.subscriptions.Host.await;
import static dev.atr.subscriptions.Host.body;
import static dev.atr.subscriptions.Host.withChannel;
import static dev.atr.subscriptions.Host.withNumber;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.atr.core.Backport;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.subscription.SubscriptionRefusal;
import dev.atr.producer.spi.subscription.SubscriptionRefusal.Reason;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken and kept, and what is refused, before anything is sent. */
final class SubscriptionManagerTest {
    private static final String ENDPOINT = "http://127.0.0.1:9/notify";

    private static Host host;

    @BeforeAll
    static void open() {
        host = new Host(builder -> builder.perClient(10_000).withoutHandshake());
    }

    @AfterAll
    static void close() {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Group/list-1", Host.BASE + "/Group/list-1", "Group?_id=list-1", "_id=list-1", "Group._id=list-1"
            })
    @Requirement({"ATR-SUB-003", "SUBB-008"})
    void theListIsNamedInAnyOfTheFormsAndWhatWasSentIsKept(String filter) {
        String id = host.subscribe(withFilter(filter));

        assertThat(host.store.find(id).orElseThrow().list()).isEqualTo(new ListId("list-1"));
        assertThat(host.read(id).toJson()).contains("\"valueString\":\"" + filter + "\"");
    }

    static Stream<Arguments> refused() {
        JsonObject good = body(ENDPOINT);
        return Stream.of(
                Arguments.of("resourceType", good.with("resourceType", JsonValue.of("Group")), Reason.INVALID),
                Arguments.of("reason", good.without("reason"), Reason.INVALID),
                Arguments.of("status", good.without("status"), Reason.INVALID),
                Arguments.of("status", good.with("status", JsonValue.of("error")), Reason.NOT_SERVED),
                Arguments.of("criteria", good.with("criteria", JsonValue.of("Group?_id=list-1")), Reason.NOT_SERVED),
                Arguments.of("criteria.extension", good.without("_criteria"), Reason.NOT_SERVED),
                Arguments.of("criteria.extension", withFilter("Patient?identifier=1"), Reason.NOT_SERVED),
                Arguments.of("criteria.extension", withFilter("Group/*"), Reason.NOT_SERVED),
                Arguments.of("criteria.extension", withFilter("Group/list-1,list-2"), Reason.NOT_SERVED),
                Arguments.of("criteria.extension", withFilter("Group/list-1/_history/2"), Reason.NOT_SERVED),
                Arguments.of("criteria.extension", withFilter("Group/list-1?x=y"), Reason.NOT_SERVED),
                Arguments.of("criteria.extension", withFilter("https://other.example/Group/list-1"), Reason.NOT_SERVED),
                Arguments.of("criteria.extension", withFilter("Group/list-unknown"), Reason.LIST),
                Arguments.of("end", good.with("end", JsonValue.of("2020-01-01T00:00:00Z")), Reason.INVALID),
                Arguments.of("end", good.with("end", JsonValue.of("2030-01-01")), Reason.INVALID),
                Arguments.of("end", good.with("end", JsonValue.of("+294300-01-01T00:00:00Z")), Reason.INVALID),
                Arguments.of("end", good.with("end", JsonValue.of(5)), Reason.INVALID),
                Arguments.of("contained", good.with("contained", JsonValue.array()), Reason.INVALID),
                Arguments.of("channel", good.without("channel"), Reason.INVALID),
                Arguments.of("channel.type", withChannel(good, "type", JsonValue.of("email")), Reason.NOT_SERVED),
                Arguments.of(
                        "channel.endpoint", withChannel(good, "endpoint", JsonValue.of("/notify")), Reason.INVALID),
                Arguments.of(
                        "channel.endpoint",
                        withChannel(good, "endpoint", JsonValue.of("https://e.example/" + "x".repeat(3000))),
                        Reason.INVALID),
                Arguments.of(
                        "channel.payload",
                        withChannel(good, "payload", JsonValue.of("application/fhir+xml")),
                        Reason.NOT_SERVED),
                Arguments.of(
                        "channel.payload",
                        withChannel(good, "payload", JsonValue.of("application/fhir+json; fhirVersion=5.0")),
                        Reason.NOT_SERVED),
                Arguments.of(
                        "channel.payload",
                        withChannel(good, "payload", JsonValue.of("application/fhir+json\r\n")),
                        Reason.INVALID),
                Arguments.of(
                        "channel.payload",
                        withChannel(good, "payload", JsonValue.of("application/fhir+json;x=\"\n\"")),
                        Reason.INVALID),
                Arguments.of(
                        "channel.payload.extension", withChannel(good, "_payload", JsonObject.EMPTY), Reason.INVALID),
                Arguments.of("channel.payload.extension", replaced("id-only", "full-resource"), Reason.NOT_SERVED),
                Arguments.of(
                        "modifierExtension",
                        good.with(
                                "extension",
                                JsonValue.array(JsonValue.object()
                                        .put("url", "http://x.example/y")
                                        .put("modifierExtension", JsonValue.array())
                                        .build())),
                        Reason.NOT_SERVED),
                Arguments.of(
                        "extension",
                        good.with(
                                "extension",
                                JsonValue.array(JsonValue.object()
                                        .put("url", Backport.CROSS_VERSION + "StructureDefinition/x")
                                        .put("valueString", "y")
                                        .build())),
                        Reason.NOT_SERVED),
                Arguments.of(
                        "channel.extension",
                        withNumber(good, Backport.HEARTBEAT, "valueUnsignedInt", 59),
                        Reason.NOT_SERVED),
                Arguments.of(
                        "channel.extension",
                        withNumber(good, Backport.MAX_COUNT, "valuePositiveInt", 0),
                        Reason.INVALID),
                Arguments.of(
                        "channel.extension",
                        withNumber(good, Backport.TIMEOUT, "valueUnsignedInt", 0),
                        Reason.NOT_SERVED),
                Arguments.of(
                        "channel.extension",
                        withNumber(good, Backport.CHANNEL_TYPE, "valuePositiveInt", 1),
                        Reason.NOT_SERVED));
    }

    @ParameterizedTest
    @MethodSource("refused")
    @Requirement({
        "ATR-SUB-002",
        "ATR-SUB-011",
        "ATR-SUB-016",
        "SUBB-007",
        "SUBB-010",
        "SUBB-011",
        "SUBB-012",
        "SUBB-013",
        "SUBB-018",
        "FHIR-035"
    })
    void whatIsNotServedIsRefusedByTheNameOfItsElement(String place, JsonObject body, Reason reason) {
        SubscriptionRefusal refusal = catchThrowableOfType(SubscriptionRefusal.class, () -> host.subscribe(body));

        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.expression()).contains("Subscription." + place);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: internal",
                "content-length: 0",
                "Transfer-Encoding: chunked",
                "Connection: close",
                "Expect: 100-continue",
                "Proxy-Authorization: x",
                "X-Forwarded-For: 127.0.0.1",
                "Cookie: a=b",
                "Content-Type: text/html",
                "Accept-Encoding: gzip",
                "no colon",
                ": empty name",
                "Line: a\nOther: b",
                "Line: a\rb",
                "Umlaut: \u00e4",
                "Na me: x"
            })
    void aHeaderThatIsNotTheirsToSayIsRefused(String header) {
        assertThatThrownBy(() -> host.subscribe(withHeaders(header))).isInstanceOf(SubscriptionRefusal.class);
    }

    @Test
    void tooManyOrTooLongHeadersAreRefused() {
        String[] eleven = IntStream.range(0, 11).mapToObj(i -> "X-" + i + ": y").toArray(String[]::new);

        assertThatThrownBy(() -> host.subscribe(withHeaders(eleven))).isInstanceOf(SubscriptionRefusal.class);
        assertThatThrownBy(() -> host.subscribe(withHeaders("X: " + "y".repeat(9000))))
                .isInstanceOf(SubscriptionRefusal.class);
        host.subscribe(withHeaders("X: " + "y".repeat(8000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"resourceType\":\"Subscription\",\"resourceType\":\"Subscription\"}", "[]", ""})
    void aBodyThatIsNoDocumentIsRefused(String body) {
        assertThatThrownBy(() -> host.manager().create(ACME, Host.utf8(body)))
                .isInstanceOf(SubscriptionRefusal.class)
                .hasMessageContaining("can't be read");
    }

    @Test
    void secretsAreNeitherShownNorKeptInTheClear() {
        String id = host.subscribe(withHeaders("X-Notify-Secret: open sesame"));

        assertThat(host.read(id).toJson())
                .contains("X-Notify-Secret: " + HeaderSecrets.MASK)
                .doesNotContain("sesame");
        assertThat(new String(host.store.find(id).orElseThrow().content(), StandardCharsets.UTF_8))
                .doesNotContain("sesame");
    }

    @Test
    void aMaskedSecretThatComesBackStaysWhatItWas() {
        try (Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));

            assertThat(host.manager().update(ACME, id, host.read(id).toBytes(), null))
                    .isPresent();
            host.change(1);

            await(() -> !receiver.received().isEmpty());
            assertThat(receiver.received().get(0).headers().get("X-notify-secret"))
                    .containsExactly("8f2b7c31");
        }
    }

    @Test
    void aMaskWithoutASecretBehindItIsRefused() {
        assertThatThrownBy(() -> host.subscribe(withHeaders("X-New: " + HeaderSecrets.MASK)))
                .isInstanceOf(SubscriptionRefusal.class);
    }

    @Test
    void anotherClientsSubscriptionIsNotThere() {
        String id = host.subscribe(body(ENDPOINT));
        Caller other = new Caller("other", "system/*.*", null);

        assertThat(host.manager().read(other, id)).isEmpty();
        assertThat(host.manager().update(other, id, body(ENDPOINT).toBytes(), null))
                .isEmpty();
        assertThat(host.manager().delete(other, id, null)).isFalse();
        assertThat(host.manager().events(other, id, 1, 2)).isEmpty();
        assertThat(host.manager().status(other, Set.of(id), Set.of())).isEmpty();
        assertThat(host.manager().search(other, null, Set.of())).isEmpty();
    }

    @Test
    @Requirement({"ATR-SUB-010", "SUBB-001"})
    void anUpdateOfAnotherVersionIsRefused() {
        String id = host.subscribe(body(ENDPOINT).with("status", JsonValue.of("off")));
        byte[] body = identified(body(ENDPOINT), id)
                .with("status", JsonValue.of("off"))
                .toBytes();

        assertThat(host.manager().update(ACME, id, body, "1")).isPresent();

        assertThatThrownBy(() -> host.manager().update(ACME, id, body, "1"))
                .isInstanceOfSatisfying(
                        SubscriptionRefusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.VERSION));
        assertThat(host.read(id).toJson()).contains("\"versionId\":\"2\"");
    }

    @Test
    void anUpdateToAListThatIsNotTheClientsIsRefusedAndNothingIsChanged() {
        String id = host.subscribe(body(ENDPOINT).with("status", JsonValue.of("off")));

        assertThatThrownBy(() -> host.manager()
                        .update(
                                ACME,
                                id,
                                identified(withFilter("Group/list-unknown"), id).toBytes(),
                                null))
                .isInstanceOfSatisfying(
                        SubscriptionRefusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.LIST));
        assertThat(host.read(id).toJson()).contains("Group/list-1").contains("\"versionId\":\"1\"");
    }

    @Test
    void anotherEndpointIsAskedAnewAndEventsGoOn() {
        try (Host asked = new Host();
                Receiver first = new Receiver();
                Receiver second = new Receiver()) {
            String id = asked.subscribeActive(body(first.url()));
            asked.change(1);
            await(() -> first.numbers().size() == 1);

            byte[] moved = identified(body(second.url()), id).toBytes();
            assertThat(asked.manager().update(ACME, id, moved, null)).isPresent();
            asked.change(1);

            await(() -> second.numbers().size() == 1);
            assertThat(second.received().get(0).text("type")).isEqualTo("handshake");
            assertThat(second.numbers()).containsExactly(2);
            assertThat(first.numbers()).containsExactly(1);
        }
    }

    @Test
    @Requirement("FHIR-007")
    void anUpdateHasTheIdOfWhatItChanges() {
        String id = host.subscribe(body(ENDPOINT).with("status", JsonValue.of("off")));

        for (JsonObject body : List.of(identified(body(ENDPOINT), "another"), body(ENDPOINT))) {
            assertThatThrownBy(() -> host.manager().update(ACME, id, body.toBytes(), null))
                    .isInstanceOfSatisfying(SubscriptionRefusal.class, refusal -> {
                        assertThat(refusal.reason()).isEqualTo(Reason.INVALID);
                        assertThat(refusal.expression()).contains("Subscription.id");
                    });
        }
        assertThat(host.status(id)).isEqualTo("off");
    }

    @Test
    void theSameSecretSentAgainIsNoChange() {
        try (Host asked = new Host();
                Receiver receiver = new Receiver()) {
            String id = asked.subscribeActive(body(receiver.url()));

            JsonObject renewed = identified(body(receiver.url()), id).with("reason", JsonValue.of("Still wanted"));
            JsonObject answer = JsonValue.parseObject(asked.manager()
                    .update(ACME, id, renewed.toBytes(), null)
                    .orElseThrow()
                    .json());

            assertThat(answer.text("status")).contains("active");
            assertThat(answer.text("reason")).contains("Still wanted");
        }
    }

    @Test
    void anotherSecretIsAskedAnew() {
        try (Host asked = new Host();
                Receiver receiver = new Receiver()) {
            String id = asked.subscribeActive(body(receiver.url()));

            JsonObject changed = withChannel(
                    identified(body(receiver.url()), id),
                    "header",
                    JsonValue.array(JsonValue.of("X-Notify-Secret: another")));
            assertThat(asked.manager().update(ACME, id, changed.toBytes(), null))
                    .isPresent();

            await(() -> receiver.received().size() == 2);
            assertThat(receiver.received().get(1).text("type")).isEqualTo("handshake");
            assertThat(receiver.received().get(1).headers().get("X-notify-secret"))
                    .containsExactly("another");
        }
    }

    @Test
    void ofTwoMaskedHeadersOfOneNameNobodyKnowsWhichIsWhich() {
        String id = host.subscribe(withHeaders("X-A: one", "x-a: two"));

        assertThatThrownBy(() -> host.manager().update(ACME, id, host.read(id).toBytes(), null))
                .isInstanceOfSatisfying(
                        SubscriptionRefusal.class,
                        refusal -> assertThat(refusal.expression()).contains("Subscription.channel.header"));
    }

    @Test
    void aClientHasNoMoreThanItMay() {
        try (Host few = new Host(builder -> builder.perClient(2))) {
            few.subscribe(body(ENDPOINT));
            few.subscribe(body(ENDPOINT));

            assertThatThrownBy(() -> few.subscribe(body(ENDPOINT)))
                    .isInstanceOfSatisfying(
                            SubscriptionRefusal.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.TOO_MANY));
        }
    }

    @Test
    @Requirement("SUBB-043")
    void aSearchIsByEndpointAndStatus() {
        try (Host searched = new Host(SubscriptionManager.Builder::withoutHandshake)) {
            String off = searched.subscribe(body(ENDPOINT).with("status", JsonValue.of("off")));
            String active = searched.subscribeActive(body("http://127.0.0.1:9/other"));

            assertThat(ids(searched, ENDPOINT, Set.of())).containsExactly(off);
            assertThat(ids(searched, null, Set.of(SubscriptionStatus.ACTIVE))).containsExactly(active);
            assertThat(ids(searched, null, Set.of())).containsExactlyInAnyOrder(off, active);
            assertThat(ids(searched, ENDPOINT, Set.of(SubscriptionStatus.ACTIVE)))
                    .isEmpty();
        }
    }

    @Test
    @Requirement("SUBB-044")
    void whatIsDeletedIsNotThereAndHearsNothing() {
        try (Host deleting = new Host();
                Receiver receiver = new Receiver()) {
            String id = deleting.subscribeActive(body(receiver.url()));

            assertThat(deleting.manager().delete(ACME, id, null)).isTrue();

            deleting.changeAndLetOthersHear();
            assertThat(deleting.manager().delete(ACME, id, null)).isFalse();
            assertThat(receiver.numbers()).isEmpty();
        }
    }

    @Test
    @Requirement("FHIR-008")
    void onlyTheVersionThatTheClientMeansIsRemoved() {
        String id = host.subscribe(body(ENDPOINT).with("status", JsonValue.of("off")));

        assertThatThrownBy(() -> host.manager().delete(ACME, id, "2"))
                .isInstanceOfSatisfying(
                        SubscriptionRefusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.VERSION));
        assertThat(host.manager().delete(ACME, id, "1")).isTrue();
    }

    @Test
    void whatHasEndedCanStillBeTurnedOff() {
        try (Host ending = new Host(SubscriptionManager.Builder::withoutHandshake)) {
            String end = ending.clock.instant().plus(Duration.ofHours(1)).toString();
            String id = ending.subscribeActive(body(ENDPOINT).with("end", JsonValue.of(end)));
            ending.clock.turn(Duration.ofHours(2));

            ending.ask(id, "off");

            assertThat(ending.status(id)).isEqualTo("off");
            assertThatThrownBy(() -> ending.ask(id, "active")).isInstanceOf(SubscriptionRefusal.class);
        }
    }

    @Test
    void aHeaderThatWasSealedWithAnotherKeyIsSaidToBeLost() {
        HeaderSecrets one = new HeaderSecrets(HeaderSecrets.newKey());
        HeaderSecrets other = new HeaderSecrets(HeaderSecrets.newKey());
        String kept = one.seal("X: secret", List.of());

        assertThat(one.open(kept)).contains("secret");
        assertThat(other.open(kept)).isEmpty();
        assertThat(one.open("X: sealed:!")).isEmpty();
        assertThat(one.seal("X: secret", List.of())).isNotEqualTo(kept);
    }

    @Test
    void waitsGrowUpToTheLongestAndVaryByHalf() {
        Retries retries = new Retries(Duration.ofMinutes(15), Duration.ofHours(75));
        Random random = new Random(1);

        for (int failures = 1; failures < 100; failures++) {
            long most = Math.min(
                    1000L << Math.min(failures - 1, 30), Duration.ofMinutes(15).toMillis());
            assertThat(retries.after(failures, random).toMillis()).isBetween(most / 2, most);
        }
    }

    private static Set<String> ids(Host searched, @Nullable String endpoint, Set<SubscriptionStatus> statuses) {
        return searched.manager().search(ACME, endpoint, statuses).stream()
                .map(resource -> resource.key().id())
                .collect(Collectors.toSet());
    }

    private static JsonObject identified(JsonObject body, String id) {
        return body.with("id", JsonValue.of(id));
    }

    private static JsonObject withFilter(String filter) {
        return replaced("Group/list-1", filter);
    }

    private static JsonObject withHeaders(String... headers) {
        return withChannel(
                body(ENDPOINT),
                "header",
                JsonValue.array(Stream.of(headers).map(JsonValue::of).toList()));
    }

    private static JsonObject replaced(String old, String text) {
        return JsonValue.parseObject(Host.utf8(body(ENDPOINT).toJson().replace("\"" + old + "\"", "\"" + text + "\"")));
    }
}
