package dev.atr.spring.boot.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.client.BackendServices;
import dev.atr.consumer.ProducerConnection;
import dev.atr.http.HandClock;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What health is told by: asked seldom, answered at once, and nothing secret in it. */
class ProbesTest {
    private static final String SMART = "/r4/.well-known/smart-configuration";

    private final HandClock clock = new HandClock("2026-03-01T10:00:00Z");
    private final ScriptedPeer payer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();

    @AfterEach
    void close() {
        egress.close();
        payer.close();
    }

    private Probe probe() {
        ProducerConnection connection = ProducerConnection.of(
                payer.base(),
                BackendServices.withSecret(payer.base(), "acme", "s3cret")
                        .egress(egress)
                        .build(),
                egress);
        return Objects.requireNonNull(Probes.ofPayers(new PayerConnections(Map.of("cedar", connection)), clock)
                .get("cedar"));
    }

    @Test
    void payerIsUpWhenItPublishesWhereItsTokensAre() {
        payer.on(SMART, Reply.status(200));

        Probe.Finding finding = probe().look();

        assertThat(finding.up()).isTrue();
        assertThat(finding.details())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("fhirBase", payer.base().toString(), "status", "200"));
        assertThat(payer.asked())
                .singleElement()
                .satisfies(request -> assertThat(request.headers()).doesNotContainKey("authorization"));
    }

    @Test
    void payerWithoutSmartIsUpWhenItHasMetadata() {
        payer.on("/r4/metadata", Reply.status(200));

        assertThat(probe().look().up()).isTrue();
        assertThat(payer.paths()).containsExactly("GET " + SMART, "GET /r4/metadata");
    }

    @Test
    void payerThatIsBusyOrAnotherServerAltogetherIsDown() {
        payer.on(SMART, Reply.status(503));

        assertThat(probe().look())
                .isEqualTo(
                        new Probe.Finding(false, Map.of("fhirBase", payer.base().toString(), "status", "503")));
        payer.on(SMART, Reply.status(404));
        assertThat(probe().look().details()).containsEntry("status", "404");
    }

    @Test
    void payerThatDoesNotAnswerIsDownWithinSeconds() {
        payer.on(SMART, ScriptedPeer.NEVER);
        long began = System.nanoTime();

        Probe.Finding finding = probe().look();

        assertThat(finding.up()).isFalse();
        assertThat(finding.details().get("error")).contains("no answer within the time allowed");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void payerIsAskedOnceInThirtySeconds() {
        payer.on(SMART, Reply.status(503), Reply.status(200));
        Probe probe = probe();

        assertThat(probe.look().up()).isFalse();
        clock.turn(Duration.ofSeconds(29));
        assertThat(probe.look().up()).isFalse();
        clock.turn(Duration.ofSeconds(1));
        assertThat(probe.look().up()).isTrue();
        assertThat(payer.asked()).hasSize(2);
    }

    @Test
    void oneCheckIsUnderWayAtMost() throws Exception {
        AtomicInteger checks = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Probe probe = new Probe(
                () -> {
                    checks.incrementAndGet();
                    begun.countDown();
                    goOn.await();
                    return new Probe.Finding(true, Map.of());
                },
                Duration.ofSeconds(5),
                clock);
        Thread first = new Thread(probe::look);
        first.start();
        begun.await();

        Probe.Finding meanwhile = probe.look();
        goOn.countDown();
        first.join();

        assertThat(meanwhile.details()).containsEntry("error", "no answer yet");
        assertThat(probe.look().up()).isTrue();
        assertThat(checks).hasValue(1);
    }
}
