package dev.atr.subscriptions;

import static dev.atr.subscriptions.Host.ACME;
import static dev.atr.subscriptions.Host.await;
import static dev.atr.subscriptions.Host.body;
import static dev.atr.subscriptions.Host.withChannel;
import static dev.atr.subscriptions.Host.withNumber;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.atr.core.Backport;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HandClock;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.spi.subscription.StoredSubscription;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notifications as an endpoint sees them, over real sockets. */
final class DeliveryTest {
    @Test
    @Requirement({"SUBB-019", "SUBB-020", "SUBB-028", "SUBB-029", "SUBB-030", "SUBB-032", "SUBB-033"})
    void aHandshakeComesFirstAndMakesTheSubscriptionActive() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            JsonObject created = JsonValue.parseObject(
                    host.manager().create(ACME, body(receiver.url()).toBytes()).json());
            String id = created.text("id").orElseThrow();

            assertThat(created.text("status")).contains("requested");
            await(() -> host.status(id).equals("active"));
            assertThat(receiver.received()).hasSize(1);
            Receiver.Received handshake = receiver.received().get(0);
            assertThat(handshake.text("type")).isEqualTo("handshake");
            assertThat(handshake.text("status")).isEqualTo("requested");
            assertThat(handshake.text("events-since-subscription-start")).isEqualTo("0");
            assertThat(handshake.text("subscription")).isEqualTo(Host.BASE + "/Subscription/" + id);
            assertThat(handshake.text("topic")).isEqualTo(Backport.LIST_CHANGE);
            assertThat(handshake.headers().get("Content-type")).containsExactly("application/fhir+json");
            assertThat(handshake.headers().get("X-notify-secret")).containsExactly("8f2b7c31");
            assertThat(handshake.bundle().text("type")).contains("history");
        }
    }

    @Test
    @Requirement({"ATR-SUB-013", "ATR-SUB-014", "ATR-SUB-015", "ATR-SUB-018", "SUBB-031", "SUBB-034", "SUBB-036"})
    void eachVersionIsOneEventThatNamesTheListAndNothingElse() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            host.subscribeActive(body(receiver.url()));

            host.change(3);

            await(() -> receiver.numbers().size() == 3);
            assertThat(receiver.numbers()).containsExactly(1, 2, 3);
            Receiver.Received last = receiver.received().get(receiver.received().size() - 1);
            assertThat(last.text("events-since-subscription-start")).isEqualTo("3");
            assertThat(last.bundle().items("entry")).hasSize(1);
            assertThat(last.bundle().toJson()).contains("\"" + Host.BASE + "/Group/list-1\"");
        }
    }

    @Test
    @Requirement("SUBB-008")
    void anotherListIsNoEvent() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));

            host.payer.change("list-2");
            host.change(1);

            await(() -> receiver.numbers().size() == 1);
            assertThat(host.count(id)).isEqualTo("1");
        }
    }

    @Test
    @Requirement("SUBB-035")
    void anEmptyNotificationNamesNeitherTopicNorList() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            JsonObject empty = JsonValue.parseObject(
                    body(receiver.url()).toJson().replace("id-only", "empty").getBytes(StandardCharsets.UTF_8));
            host.subscribeActive(empty);

            host.change(1);

            await(() -> receiver.numbers().size() == 1);
            Receiver.Received event = receiver.received().get(1);
            assertThat(event.text("topic")).isEmpty();
            assertThat(event.bundle().toJson()).doesNotContain("list-1").doesNotContain("focus");
        }
    }

    @Test
    @Requirement("SUBB-017")
    void noMoreEventsThanWantedComeAtOnce() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id =
                    host.subscribeActive(withNumber(body(receiver.url()), Backport.MAX_COUNT, "valuePositiveInt", 20));
            host.ask(id, "off");
            receiver.answerWith(503);
            host.ask(id, "active");
            await(() -> host.status(id).equals("error"));
            receiver.answerWith(200);
            host.change(50);

            host.ask(id, "active");

            await(() -> receiver.numbers().size() == 50);
            List<Integer> sizes = receiver.received().stream()
                    .map(received -> received.numbers().size())
                    .filter(size -> size > 0)
                    .toList();
            assertThat(sizes).containsExactly(20, 20, 10);
            assertThat(receiver.numbers())
                    .isEqualTo(IntStream.rangeClosed(1, 50).boxed().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 503})
    @Requirement("SUBB-022")
    void whatWasNotTakenIsSentAgainInOrderAndWithTheSameNumber(int status) {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            receiver.answerWith(status);
            host.change(1);
            await(() -> receiver.numbers().size() == 1);
            host.change(1);
            assertThat(host.count(id)).isEqualTo("2");

            receiver.answerWith(200);
            await(() -> host.store.find(id).orElseThrow().failures() == 1);
            host.clock.turn(Duration.ofSeconds(2));

            await(() -> receiver.numbers().size() == 3);
            assertThat(receiver.numbers()).containsExactly(1, 1, 2);
            assertThat(host.status(id)).isEqualTo("active");
        }
    }

    @Test
    void whatIsSentAgainHasTheSameIds() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            receiver.answerWith(500);
            host.change(1);
            await(() -> host.store.find(id).orElseThrow().failures() == 1);
            host.clock.turn(Duration.ofSeconds(2));
            await(() -> receiver.numbers().size() == 2);

            assertThat(receiver.received().stream()
                            .filter(received -> !received.numbers().isEmpty())
                            .map(received -> received.bundle().text("id").orElseThrow())
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    @Requirement("SUBB-024")
    void anEndpointThatFailsForTooLongIsInErrorUntilItsOwnerAsks() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            receiver.answerWith(503);
            host.change(1);
            await(() -> host.store.find(id).orElseThrow().failures() == 1);
            host.clock.turn(SubscriptionManager.DEFAULT_RETRY_SPAN);
            await(() -> host.status(id).equals("error"));

            receiver.answerWith(200);
            host.change(1);
            host.clock.turn(Duration.ofDays(1));
            assertThat(host.error(id)).contains("503");
            assertThat(host.count(id)).isEqualTo("2");
            host.ask(id, "active");

            await(() -> receiver.numbers().contains(2));
            assertThat(receiver.numbers()).containsExactly(1, 1, 1, 2);
            assertThat(host.error(id)).isEmpty();
        }
    }

    @Test
    void anEndpointIsHeededThatAsksToWait() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            receiver.behave(exchange -> {
                exchange.getResponseHeaders().set("Retry-After", "3600");
                Receiver.answer(exchange, 429);
            });
            host.change(1);

            await(() -> host.store.find(id).orElseThrow().failures() == 1);

            assertThat(host.store.find(id).orElseThrow().dueAt())
                    .isEqualTo(host.clock.instant().plus(Duration.ofHours(1)));
        }
    }

    @Test
    void noWaitIsLongerThanTheSubscriptionLives() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            Instant end = host.clock.instant().plus(Duration.ofMinutes(30));
            String id = host.subscribeActive(body(receiver.url()).with("end", JsonValue.of(end.toString())));
            receiver.behave(exchange -> {
                exchange.getResponseHeaders().set("Retry-After", "3600");
                Receiver.answer(exchange, 503);
            });
            host.change(1);
            await(() -> host.store.find(id).orElseThrow().failures() == 1);

            host.clock.turn(Duration.ofMinutes(30));

            await(() -> host.status(id).equals("off"));
            assertThat(receiver.numbers()).containsExactly(1);
        }
    }

    @Test
    void anEndpointThatWantsNoMoreIsSentNoMore() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            receiver.answerWith(410);
            host.change(1);

            await(() -> host.status(id).equals("off"));
            assertThat(host.error(id)).contains("410");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 400, 401, 403, 404})
    void whatWouldNotDoBetterLaterIsAnErrorAtOnce(int status) {
        try (Host host = new Host();
                Receiver receiver = new Receiver();
                Receiver elsewhere = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            receiver.behave(exchange -> {
                exchange.getResponseHeaders().set("Location", elsewhere.url());
                Receiver.answer(exchange, status);
            });
            host.change(1);

            await(() -> host.status(id).equals("error"));
            assertThat(host.error(id)).contains(Integer.toString(status)).doesNotContain("http");
            assertThat(elsewhere.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 404, 410, 500})
    @Requirement("SUBB-020")
    void aFailedHandshakeIsAnErrorAndNoEventFollows(int status) {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            receiver.answerWith(status);
            String id = host.subscribe(body(receiver.url()));

            await(() -> host.status(id).equals("error"));
            host.changeAndLetOthersHear();
            assertThat(host.error(id)).contains("handshake").contains(Integer.toString(status));
            assertThat(receiver.numbers()).isEmpty();
        }
    }

    @Test
    void anEndpointThatIsNotThereIsAnError() {
        String gone;
        try (Receiver receiver = new Receiver()) {
            gone = receiver.url();
        }
        try (Host host = new Host()) {
            String id = host.subscribe(body(gone));

            await(() -> host.status(id).equals("error"));
            assertThat(host.error(id)).contains("did not answer");
        }
    }

    @Test
    @Requirement("SUBB-016")
    void anEndpointThatHangsIsWaitedForNoLongerThanItsTimeout() {
        CountDownLatch end = new CountDownLatch(1);
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            receiver.behave(exchange -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            String id = host.subscribe(withNumber(body(receiver.url()), Backport.TIMEOUT, "valueUnsignedInt", 1));

            await(() -> host.status(id).equals("error"));
            end.countDown();
            assertThat(host.error(id)).contains("did not answer");
        }
    }

    @Test
    @Requirement({"SUBB-015", "SUBB-032"})
    void heartbeatsComeAfterEachPeriodOfSilenceAndCountNothing() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id =
                    host.subscribeActive(withNumber(body(receiver.url()), Backport.HEARTBEAT, "valueUnsignedInt", 60));
            host.change(1);
            await(() -> host.store.find(id).orElseThrow().told() == 1);

            for (int beats = 1; beats <= 2; beats++) {
                Instant due = host.clock.instant().plus(Duration.ofSeconds(60));
                await(() -> due.equals(host.store.find(id).orElseThrow().dueAt()));
                host.clock.turn(Duration.ofSeconds(60));
                int received = 2 + beats;
                await(() -> receiver.received().size() == received);
            }

            assertThat(receiver.received().subList(2, 4))
                    .extracting(
                            received -> received.text("type"),
                            received -> received.text("events-since-subscription-start"))
                    .containsOnly(tuple("heartbeat", "1"));
        }
    }

    @Test
    void aFailedHeartbeatThatIsNotWantedAnyMoreIsLetGo() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            JsonObject beating = withNumber(body(receiver.url()), Backport.HEARTBEAT, "valueUnsignedInt", 60);
            String id = host.subscribeActive(beating);
            receiver.answerWith(503);
            host.clock.turn(Duration.ofSeconds(60));
            await(() -> host.store.find(id).orElseThrow().failures() == 1);
            JsonObject silent = host.read(id).with("status", JsonValue.of("active"));
            silent = withChannel(silent, "extension", JsonValue.array());
            assertThat(host.manager().update(ACME, id, silent.toBytes(), null)).isPresent();

            host.clock.turn(Duration.ofSeconds(2));

            await(() -> host.store.find(id).orElseThrow().failures() == 0);
            assertThat(host.store.due(host.clock.instant(), 1)).isEmpty();
            assertThat(host.status(id)).isEqualTo("active");
        }
    }

    @Test
    void withoutAPeriodThereAreNoHeartbeats() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            host.subscribeActive(body(receiver.url()));
            host.clock.turn(Duration.ofDays(30));
            host.change(1);

            await(() -> receiver.numbers().size() == 1);
            assertThat(receiver.received())
                    .extracting(received -> received.text("type"))
                    .containsExactly("handshake", "event-notification");
        }
    }

    @Test
    @Requirement({"ATR-SUB-008", "ATR-SUB-015"})
    void offIsSilentAndActiveBeginsAnewWithAHandshake() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            host.ask(id, "off");
            host.change(3);
            assertThat(host.status(id)).isEqualTo("off");

            host.ask(id, "active");
            await(() -> host.status(id).equals("active"));
            host.change(1);

            await(() -> receiver.numbers().size() == 1);
            assertThat(receiver.received())
                    .extracting(received -> received.text("type"))
                    .containsExactly("handshake", "handshake", "event-notification");
        }
    }

    @Test
    void aRestartLosesNothingOfWhatChangedMeanwhile() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            host.subscribeActive(body(receiver.url()));
            host.change(2);
            await(() -> receiver.numbers().size() == 2);

            host.restart(() -> host.change(3));

            await(() -> receiver.numbers().size() == 5);
            assertThat(receiver.numbers()).containsExactly(1, 2, 3, 4, 5);
        }
    }

    @Test
    void whateverGoesWrongInOneLookTheNextOneComes() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            host.subscribeActive(body(receiver.url()));
            host.payer.failOnce(new StackOverflowError());
            await(() -> !host.payer.isToFail());

            host.change(1);

            await(() -> receiver.numbers().equals(List.of(1)));
        }
    }

    @Test
    void whoWasTakenForDeadStopsWhereAnotherNodeWentOn() {
        try (OutgoingClient egress = OutgoingClient.builder().build();
                Receiver receiver = new Receiver()) {
            HandClock clock = new HandClock("2026-03-02T09:20:00Z");
            Payer payer = new Payer(clock);
            payer.change("list-1");
            SubscriptionStore store = new InMemorySubscriptions();
            StoredSubscription held =
                    active(withNumber(body(receiver.url()), Backport.MAX_COUNT, "valuePositiveInt", 1));
            store.add(held, 1);
            payer.change("list-1");
            payer.change("list-1");
            payer.change("list-1");
            receiver.behave(exchange -> {
                store.replace(Revision.of(held).taken(1).next());
                Receiver.answer(exchange, 200);
            });

            Optional<Duration> again = delivery(store, payer, egress, clock).handle("sub1");

            assertThat(again).isEmpty();
            assertThat(receiver.numbers()).containsExactly(1);
        }
    }

    private static StoredSubscription active(JsonObject body) {
        return new StoredSubscription(
                "sub1",
                ACME,
                new ListId("list-1"),
                SubscriptionStatus.ACTIVE,
                null,
                1,
                Instant.EPOCH,
                withChannel(body, "header", JsonValue.array()).toBytes(),
                1,
                0,
                0,
                null,
                null,
                0);
    }

    private static Delivery delivery(SubscriptionStore store, Payer payer, OutgoingClient egress, HandClock clock) {
        return new Delivery(new Delivery.Context(
                store,
                payer,
                payer,
                Optional::of,
                new Notifications(Host.BASE),
                new Endpoint(egress, new HeaderSecrets(HeaderSecrets.newKey()), clock),
                new Retries(Duration.ofMinutes(15), Duration.ofHours(75)),
                true,
                clock));
    }

    @Test
    @Requirement("SUBB-040")
    void whoMayNotSeeTheListAnyMoreHearsNothing() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            host.payer.hideFrom("acme");

            host.change(1);

            await(() -> host.status(id).equals("error"));
            assertThat(receiver.numbers()).isEmpty();
        }
    }

    @Test
    @Requirement("SUBB-040")
    void whoMayNotSeeTheListAnyMoreReadsNothingNewOfItEither() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            host.change(1);
            await(() -> host.store.find(id).orElseThrow().told() == 1);
            host.payer.hideFrom("acme");

            host.change(2);

            assertThat(host.count(id)).isEqualTo("1");
            assertThat(events(host, id, 1, 10)).containsExactly(1);
        }
    }

    @Test
    void aClientThatIsNotRegisteredAnyMoreHearsNothing() {
        AtomicInteger registered = new AtomicInteger(1);
        try (Host host = new Host(builder ->
                        builder.rights(caller -> registered.get() == 1 ? Optional.of(caller) : Optional.empty()));
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            registered.set(0);

            host.change(1);

            await(() -> host.status(id).equals("error"));
            assertThat(receiver.numbers()).isEmpty();
        }
    }

    @Test
    void theDeletionOfAListIsTheLastEvent() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            host.change(1);

            host.payer.delete("list-1");

            await(() -> host.status(id).equals("off"));
            assertThat(receiver.numbers()).containsExactly(1, 2);
            assertThat(host.error(id)).contains("deleted");
        }
    }

    @Test
    void itEndsWhenItsEndHasCome() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String end = host.clock.instant().plus(Duration.ofHours(1)).toString();
            String id = host.subscribeActive(body(receiver.url()).with("end", JsonValue.of(end)));

            host.clock.turn(Duration.ofHours(2));

            await(() -> host.status(id).equals("off"));
            host.changeAndLetOthersHear();
            assertThat(receiver.numbers()).isEmpty();
        }
    }

    @Test
    void aHandshakeIsLeftOutForPeersThatCannotAnswerOne() {
        try (Host host = new Host(SubscriptionManager.Builder::withoutHandshake);
                Receiver receiver = new Receiver()) {
            host.subscribeActive(body(receiver.url()));
            host.change(1);

            await(() -> receiver.numbers().size() == 1);
            assertThat(receiver.received()).hasSize(1);
        }
    }

    @Test
    @Requirement({"SUBB-022", "ATR-SUB-018"})
    void whoWasAwayForHoursHearsAllOfItInOrder() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            receiver.answerWith(503);
            host.change(1);
            Instant up = host.clock.instant().plus(Duration.ofHours(6));
            while (host.clock.instant().isBefore(up)) {
                int failures = host.store.find(id).orElseThrow().failures();
                host.change(420);
                host.clock.turn(Duration.ofMinutes(15));
                await(() -> host.store.find(id).orElseThrow().failures() > failures);
            }
            int changes = host.payer.newest(new ListId("list-1")).orElseThrow().version() - 1;
            int before = receiver.numbers().size();

            receiver.answerWith(200);
            host.clock.turn(Duration.ofMinutes(15));

            await(() -> host.store.find(id).orElseThrow().told() == changes);
            List<Integer> taken =
                    receiver.numbers().subList(before, receiver.numbers().size());
            assertThat(taken.subList(taken.size() - changes, taken.size()))
                    .isEqualTo(IntStream.rangeClosed(1, changes).boxed().toList());
            assertThat(host.status(id)).isEqualTo("active");
        }
    }

    @Test
    void endpointsThatHangDoNotKeepAGoodOneWaiting() {
        CountDownLatch end = new CountDownLatch(1);
        try (Host host = new Host();
                Receiver good = new Receiver();
                Receiver hanging = new Receiver()) {
            for (int i = 0; i < 30; i++) {
                host.subscribeActive(body(hanging.url()));
            }
            String id = host.subscribeActive(body(good.url()));
            hanging.answerWith(503);
            host.change(1);
            await(() -> host.store.ofClient("acme").stream()
                            .filter(subscription -> subscription.failures() == 1)
                            .count()
                    == 30);
            hanging.behave(exchange -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });

            host.clock.turn(Duration.ofHours(1));
            host.change(1);

            await(() -> host.store.find(id).orElseThrow().told() == 2);
            assertThat(host.store.ofClient("acme").stream().filter(subscription -> subscription.failures() > 1))
                    .isEmpty();
            end.countDown();
        }
    }

    @Test
    void manyChangesAndManySubscribersKeepEachOrder() {
        try (Host host = new Host();
                Receiver receiver = new Receiver();
                Receiver other = new Receiver()) {
            host.subscribeActive(body(receiver.url()));
            host.subscribeActive(withChannel(body(other.url()), "header", JsonValue.array(JsonValue.of("X-Other: 1"))));

            for (int i = 0; i < 200; i++) {
                host.change(1);
            }

            List<Integer> all = IntStream.rangeClosed(1, 200).boxed().toList();
            await(() -> receiver.numbers().size() >= 200 && other.numbers().size() >= 200);
            assertThat(receiver.numbers()).isEqualTo(all);
            assertThat(other.numbers()).isEqualTo(all);
        }
    }

    @Test
    @Requirement({"SUBB-002", "SUBB-041"})
    void statusIsReadByIdAndByStatus() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String active = host.subscribeActive(body(receiver.url()));
            String off = host.subscribe(body(receiver.url()).with("status", JsonValue.of("off")));

            assertThat(host.manager().status(ACME, Set.of(), Set.of())).hasSize(2);
            assertThat(host.manager().status(ACME, Set.of(active), Set.of())).hasSize(1);
            byte[] silent = host.manager()
                    .status(ACME, Set.of(), Set.of(SubscriptionStatus.OFF))
                    .get(0);
            assertThat(new String(silent, StandardCharsets.UTF_8)).contains(off);
        }
    }

    @Test
    @Requirement("SUBB-042")
    void eventsAreReadByRangeAndBounded() {
        try (Host host = new Host();
                Receiver receiver = new Receiver()) {
            String id = host.subscribeActive(body(receiver.url()));
            host.change(150);

            assertThat(events(host, id, 3, 5)).containsExactly(3, 4, 5);
            assertThat(events(host, id, 1, Long.MAX_VALUE)).hasSize(100);
            assertThat(events(host, id, 149, Long.MAX_VALUE)).containsExactly(149, 150);
            assertThat(events(host, id, 151, 160)).isEmpty();
        }
    }

    private static List<Integer> events(Host host, String id, long from, long to) {
        JsonObject bundle =
                JsonValue.parseObject(host.manager().events(ACME, id, from, to).orElseThrow());
        return new Receiver.Received(Map.of(), bundle).numbers();
    }
}
