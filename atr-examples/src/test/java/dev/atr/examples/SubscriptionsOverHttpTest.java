package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.requirements.Requirement;
import dev.atr.subscriptions.Receiver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Parameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions as a client meets them: over a socket, with a token, over the ledger; and what its endpoint is sent. */
class SubscriptionsOverHttpTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TOPIC = "http://hl7.org/fhir/us/davinci-atr/SubscriptionTopic/atr-list-change";
    static final String BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest
    @EnumSource
    @Requirement({
        "ATR-SUB-009",
        "ATR-SUB-013",
        "ATR-SUB-014",
        "ATR-SUB-015",
        "ATR-SUB-018",
        "SUBB-001",
        "SUBB-005",
        "SUBB-032"
    })
    void whateverChangesTheListItsSubscribersHearOfIt(Database database) throws Exception {
        try (RunningProducer producer = RunningProducer.notifying(database, folder);
                Receiver receiver = new Receiver()) {
            String id = subscribed(producer, receiver);

            JsonObject row = firstRow(producer);
            assertThat(post(producer, "/Group/" + list(producer) + "/$member-remove", removal(row))
                            .statusCode())
                    .isEqualTo(200);
            producer.administration().finalise(new ListId(list(producer)));

            await(() -> receiver.numbers().size() == 2);
            assertThat(receiver.numbers()).containsExactly(1, 2);
            JsonObject status = json(get(producer, "/Subscription/" + id + "/$status"));
            assertThat(status.toJson()).contains("\"events-since-subscription-start\",\"valueString\":\"2\"");
            assertThat(receiver.received().get(1).bundle().toJson())
                    .contains(producer.base(FhirVersion.R4) + "/Group/" + list(producer))
                    .doesNotContain("Patient/");
        }
    }

    @Test
    @Requirement({"SUBB-029", "SUBB-030", "SUBB-031", "SUBB-033", "SUBB-034"})
    void anotherParserReadsEachNotificationAndFindsNothingWrong() throws Exception {
        try (RunningProducer producer = RunningProducer.notifying(Database.H2, folder);
                Receiver receiver = new Receiver()) {
            subscribed(producer, receiver);
            producer.administration().finalise(new ListId(list(producer)));
            await(() -> receiver.numbers().size() == 1);

            FhirContext r4 = FhirContext.forR4();
            r4.setParserErrorHandler(new StrictErrorHandler());
            for (Receiver.Received received : receiver.received()) {
                Bundle bundle = r4.newJsonParser()
                        .parseResource(Bundle.class, received.bundle().toJson());
                assertThat(bundle.getType()).isEqualTo(Bundle.BundleType.HISTORY);
                Parameters status = (Parameters) bundle.getEntryFirstRep().getResource();
                assertThat(status.getParameterFirstRep().getName()).isEqualTo("subscription");
                assertThat(bundle.getEntryFirstRep().getRequest().getUrl()).endsWith("/$status");
                assertThat(bundle.getEntryFirstRep().getResponse().getStatus()).isEqualTo("200");
            }
        }
    }

    @Test
    @Requirement({"ATR-SUB-016", "SUBB-006"})
    void theSubscriptionAndItsNotificationsMeetTheProfiles() throws Exception {
        assumeTrue(OfficialProfiles.areHere(), "the published guides are not beside the project");
        OfficialProfiles profiles = OfficialProfiles.withUsCore("us_core_700.tgz");
        try (RunningProducer producer = RunningProducer.notifying(Database.H2, folder);
                Receiver receiver = new Receiver()) {
            String id = subscribed(producer, receiver);
            producer.administration().finalise(new ListId(list(producer)));
            await(() -> receiver.numbers().size() == 1);

            assertThat(profiles.errorsIn(get(producer, "/Subscription/" + id).body()))
                    .isEmpty();
            for (Receiver.Received received : receiver.received()) {
                assertThat(profiles.errorsIn(received.bundle().toJson()))
                        // The profile of notifications is not among the published guides that are here.
                        .filteredOn(error -> !error.matches(".*backport-subscription-(notification|status)-r4.*"))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-list", "list-of-another"})
    @Requirement({"ATR-SUB-011", "ATR-SUB-012"})
    void aListThatIsNotTheClientsIsRefusedWithTheGuidesStatus(String foreign) throws Exception {
        try (RunningProducer producer = RunningProducer.notifying(Database.H2, folder);
                Receiver receiver = new Receiver()) {
            HttpResponse<String> refused = post(producer, "/Subscription", body(foreign, receiver.url()));

            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate"))
                    .contains("Bearer error=\"insufficient_scope\"");
            assertThat(refused.body()).contains("\"forbidden\"").doesNotContain(foreign);
            assertThat(receiver.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://subscriber.example.com/notify",
                "https://10.0.0.1/notify",
                "https://169.254.169.254/latest",
                "https://user:word@subscriber.example.com/notify",
                "https://subscriber.example.com:22/notify",
                "ftp://subscriber.example.com/notify"
            })
    @Requirement({"SUBB-013", "SUBB-014"})
    void anEndpointThatMayNotBeCalledIsRefusedAtOnce(String endpoint) throws Exception {
        try (RunningProducer producer = RunningProducer.notifying(Database.H2, folder)) {
            HttpResponse<String> refused = post(producer, "/Subscription", body(list(producer), endpoint));

            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body()).contains("Subscription.channel.endpoint").doesNotContain("subscriber");
        }
    }

    @Test
    @Tag("soak")
    void aThousandSubscriptionsHearOfOneChange() throws Exception {
        try (RunningProducer producer = RunningProducer.notifying(Database.POSTGRES, folder);
                Receiver receiver = new Receiver()) {
            for (int i = 0; i < 1000; i++) {
                assertThat(post(producer, "/Subscription", body(list(producer), receiver.url()))
                                .statusCode())
                        .isEqualTo(201);
            }
            await(() -> receiver.received().size() == 1000);
            await(() -> areActive(producer, 1000));
            long start = System.nanoTime();

            producer.administration().finalise(new ListId(list(producer)));

            await(() -> receiver.numbers().size() == 1000);
            System.out.printf(
                    "1000 Subscriptions on one list: all told of one change after %.1f s%n",
                    (System.nanoTime() - start) / 1e9);
            assertThat(receiver.numbers()).containsOnly(1);
        }
    }

    private boolean areActive(RunningProducer producer, int count) {
        try {
            return json(get(producer, "/Subscription?status=active"))
                    .find("total")
                    .flatMap(JsonValue::number)
                    .orElseThrow()
                    .equals((long) count);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Requirement({"SUBB-003", "SUBB-006"})
    void theCapabilityStatementNamesTopicProfilesAndOperations() throws Exception {
        try (RunningProducer producer = RunningProducer.notifying(Database.H2, folder)) {
            String statement = get(producer, "/metadata").body();

            assertThat(statement)
                    .contains("\"valueCanonical\":\"" + TOPIC + "\"")
                    .contains("backport-subscription-server-r4")
                    .contains("atr-list-change-subscription")
                    .contains("OperationDefinition/backport-subscription-status");
            assertThat(get(producer, "/.well-known/smart-configuration").body()).contains("system/Subscription.cruds");
        }
    }

    @Test
    @Requirement({"ATR-SUB-008", "ATR-SUB-010", "SUBB-042", "SUBB-043", "SUBB-044", "FHIR-008"})
    void itIsReadSearchedChangedAskedAndRemoved() throws Exception {
        try (RunningProducer producer = RunningProducer.notifying(Database.H2, folder);
                Receiver receiver = new Receiver()) {
            String id = subscribed(producer, receiver);
            HttpResponse<String> read = get(producer, "/Subscription/" + id);
            assertThat(read.headers().firstValue("ETag")).contains("W/\"2\"");
            assertThat(read.body()).doesNotContain("8f2b7c31");

            assertThat(get(producer, "/Subscription?status=active").body()).contains(id);
            assertThat(get(producer, "/Subscription?status=off").body()).doesNotContain(id);
            assertThat(get(producer, "/Subscription?url=" + receiver.url()).body())
                    .contains(id);
            assertThat(get(producer, "/Subscription/$status?id=" + id).body()).contains("query-status");
            assertThat(get(producer, "/Subscription/" + id + "/$events").body()).contains("query-event");

            String off = json(read).with("status", JsonValue.of("off")).toJson();
            assertThat(send(producer, "PUT", "/Subscription/" + id, off, "W/\"1\"")
                            .statusCode())
                    .isEqualTo(412);
            assertThat(send(producer, "PUT", "/Subscription/" + id, off, "W/\"2\"")
                            .statusCode())
                    .isEqualTo(200);
            producer.administration().finalise(new ListId(list(producer)));
            assertThat(send(producer, "DELETE", "/Subscription/" + id, "", null).statusCode())
                    .isEqualTo(204);

            assertThat(get(producer, "/Subscription/" + id).statusCode()).isEqualTo(404);
            assertThat(receiver.numbers()).isEmpty();
        }
    }

    @Test
    @Requirement({"FHIR-005", "FHIR-007", "FHIR-016"})
    void itIsChangedByItsOwnIdAndRemovedTwice() throws Exception {
        try (RunningProducer producer = RunningProducer.notifying(Database.H2, folder);
                Receiver receiver = new Receiver()) {
            String id = subscribed(producer, receiver);
            JsonObject read = json(get(producer, "/Subscription/" + id));
            String another = read.with("id", JsonValue.of("another")).toJson();

            HttpResponse<String> refused = send(producer, "PUT", "/Subscription/" + id, another, null);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("Subscription.id").doesNotContain("another");

            for (int i = 0; i < 2; i++) {
                assertThat(send(producer, "DELETE", "/Subscription/" + id, "", null)
                                .statusCode())
                        .isEqualTo(204);
            }
            assertThat(send(producer, "PUT", "/Subscription/" + id, read.toJson(), null)
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void manyChangesComeInOrder() throws Exception {
        try (RunningProducer producer = RunningProducer.notifying(Database.POSTGRES, folder);
                Receiver receiver = new Receiver()) {
            subscribed(producer, receiver);
            ListId list = new ListId(list(producer));

            for (int i = 0; i < 15; i++) {
                producer.administration().finalise(list);
                producer.administration().reopen(list);
            }

            List<Integer> all = IntStream.rangeClosed(1, 30).boxed().toList();
            await(() -> receiver.numbers().size() >= all.size());
            assertThat(receiver.numbers()).isEqualTo(all);
        }
    }

    /** Subscribes to the open list, and returns the id when events are sent. */
    private String subscribed(RunningProducer producer, Receiver receiver) throws Exception {
        HttpResponse<String> created = post(producer, "/Subscription", body(list(producer), receiver.url()));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        String id = json(created).text("id").orElseThrow();
        assertThat(created.headers().firstValue("Location"))
                .contains(producer.base(FhirVersion.R4) + "/Subscription/" + id + "/_history/1");
        await(() -> isActive(producer, id));
        return id;
    }

    private boolean isActive(RunningProducer producer, String id) {
        try {
            return json(get(producer, "/Subscription/" + id))
                    .text("status")
                    .orElseThrow()
                    .equals("active");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonObject firstRow(RunningProducer producer) throws Exception {
        return (JsonObject) json(get(producer, "/Group/" + list(producer))).items("member").stream()
                .filter(row -> !row.find("inactive").flatMap(JsonValue::flag).orElse(false))
                .findFirst()
                .orElseThrow();
    }

    private static String removal(JsonObject row) {
        JsonValue patient = row.find("entity").orElseThrow();
        JsonValue provider = row.items("extension").stream()
                .filter(extension -> extension.text("url").orElse("").endsWith("ext-attributedProvider"))
                .findFirst()
                .flatMap(extension -> extension.find("valueReference"))
                .orElseThrow();
        JsonValue coverage = row.items("extension").stream()
                .filter(extension -> extension.text("url").orElse("").endsWith("ext-coverageReference"))
                .findFirst()
                .flatMap(extension -> extension.find("valueReference"))
                .orElseThrow();
        return JsonValue.object()
                .put("resourceType", "Parameters")
                .put(
                        "parameter",
                        JsonValue.array(
                                parameter("patientReference", patient),
                                parameter("providerReference", provider),
                                parameter("coverageReference", coverage)))
                .build()
                .toJson();
    }

    private static JsonObject parameter(String name, JsonValue reference) {
        return JsonValue.object()
                .put("name", name)
                .put("valueReference", reference)
                .build();
    }

    private static String list(RunningProducer producer) {
        return producer.openList().value();
    }

    /** Returns a Subscription to a list. */
    static String body(String list, String endpoint) {
        return """
                {"resourceType":"Subscription","status":"active","reason":"Changes of the list",
                 "criteria":"%s",
                 "_criteria":{"extension":[{"url":"%sfilter-criteria","valueString":"Group/%s"}]},
                 "channel":{"type":"rest-hook","endpoint":"%s","payload":"application/fhir+json",
                  "_payload":{"extension":[{"url":"%spayload-content","valueCode":"id-only"}]},
                  "header":["X-Notify-Secret: 8f2b7c31"]}}
                """.formatted(TOPIC, BACKPORT, list, endpoint, BACKPORT);
    }

    private HttpResponse<String> get(RunningProducer producer, String path) throws Exception {
        return send(producer, "GET", path, "", null);
    }

    private HttpResponse<String> post(RunningProducer producer, String path, String body) throws Exception {
        return send(producer, "POST", path, body, null);
    }

    private HttpResponse<String> send(
            RunningProducer producer, String method, String path, String body, @Nullable String ifMatch)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(producer.base(FhirVersion.R4) + path))
                .header("Accept", "application/fhir+json")
                .header("Content-Type", "application/fhir+json")
                .header(
                        "Authorization",
                        "Bearer " + producer.changing(FhirVersion.R4).token())
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (ifMatch != null) {
            request.header("If-Match", ifMatch);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonObject json(HttpResponse<String> response) {
        return JsonValue.parseObject(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("came to pass in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
