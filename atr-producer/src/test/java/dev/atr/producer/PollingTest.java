package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How often a client may ask, and what ids of jobs give away. */
class PollingTest extends SampleProducerTest {
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";

    @Test
    @Requirement({"BULK-STAT-005", "BULK-CAP-005"})
    void whoPollsFasterThanRetryAfterIsToldToWait() {
        String status = fixture.kickOff(OPERATION);
        String[] other = fixture.as(SampleLists.OTHER_CONSUMER);
        Answer others = fixture.send("GET", "/Group/list-foreign/$export", "", other);
        String othersStatus = ProducerFixture.below(others.header("Content-Location"));
        fixture.clock.turn(Duration.ofMinutes(1));

        // The first poll is in time, and two early ones are forgiven
        assertThat(fixture.get(status).header("Retry-After")).isEqualTo("6");
        assertThat(fixture.get(status).status()).isEqualTo(202);
        assertThat(fixture.get(status).status()).isEqualTo(202);
        fixture.clock.turn(Duration.ofMillis(2500));
        Answer early = fixture.get(status);

        assertThat(early.status()).isEqualTo(429);
        assertThat(early.header("Retry-After")).isEqualTo("4");
        assertThat(early.issue()).isEqualTo("throttled");
        assertThat(fixture.send("GET", othersStatus, "", other).status()).isEqualTo(202);
        fixture.clock.turn(Duration.ofSeconds(4));
        assertThat(fixture.get(status).status()).isEqualTo(202);
    }

    @Test
    @Requirement("BULK-STAT-005")
    void aFinishedJobIsToldHoweverOftenItIsAskedFor() {
        String status = fixture.kickOff(OPERATION);
        for (int i = 0; i < 5; i++) {
            fixture.get(status);
        }
        assertThat(fixture.get(status).status()).isEqualTo(429);
        fixture.executor.runAll();

        for (int i = 0; i < 5; i++) {
            assertThat(fixture.get(status).status()).isEqualTo(200);
        }
    }

    @Test
    @Requirement({"BULK-STAT-005", "BULK-DEL-004"})
    void whoStormsHearsOfADeletionElsewhereWithinASecond() {
        ExportJobStore jobs = ExportJobs.inMemory();
        try (ProducerFixture node = ProducerFixture.of(otherFiles, builder -> builder.exportJobs(jobs))) {
            String status = node.kickOff(OPERATION);
            node.clock.turn(Duration.ofMinutes(5));
            for (int i = 0; i < 4; i++) {
                node.get(status);
            }
            jobs.remove(status.substring(status.lastIndexOf('/') + 1));

            node.clock.turn(Duration.ofMillis(999));
            assertThat(node.get(status).status()).isEqualTo(429);
            node.clock.turn(Duration.ofMillis(1));
            assertThat(node.get(status).status()).isEqualTo(404);
        }
    }

    @Test
    @Requirement("BULK-STAT-005")
    void whoStormsSomebodyElsesJobIsToldThatThereIsNone() {
        String status = fixture.kickOff(OPERATION);
        for (int i = 0; i < 5; i++) {
            fixture.get(status);
        }

        Answer other = fixture.send("GET", status, "", fixture.as(SampleLists.OTHER_CONSUMER));

        assertThat(fixture.get(status).status()).isEqualTo(429);
        assertThat(other.status()).isEqualTo(404);
    }

    @Test
    @Requirement("BULK-STAT-005")
    void whoKeepsToRetryAfterIsNeverRefused() {
        String status = fixture.kickOff(OPERATION);

        for (int i = 0; i < 100; i++) {
            Answer answer = fixture.get(status);
            assertThat(answer.status()).isEqualTo(202);
            fixture.clock.turn(Duration.ofSeconds(Long.parseLong(answer.header("Retry-After"))));
        }
    }

    @Test
    @Requirement("BULK-STAT-005")
    void aClockThatIsSetBackLetsNobodyWaitForLonger() {
        String status = fixture.kickOff(OPERATION);
        fixture.clock.turn(Duration.ofMinutes(1));
        fixture.get(status);

        fixture.clock.turn(Duration.ofHours(-1));

        for (int i = 0; i < 10; i++) {
            Answer answer = fixture.get(status);
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            fixture.clock.turn(Duration.ofSeconds(1));
        }
    }

    @Test
    @Requirement("BULK-STAT-005")
    void aClockThatIsSetForwardAsksForNoLongerWaitThanTheLongest() {
        String status = fixture.kickOff(OPERATION);

        fixture.clock.turn(Duration.ofHours(1));

        assertThat(fixture.get(status).header("Retry-After")).isEqualTo("120");
    }

    @Test
    void aClockThatIsSetByAnHourEndsNoExport() {
        String status = fixture.kickOff(OPERATION);
        fixture.clock.turn(Duration.ofHours(1));
        fixture.executor.runAll();
        String expires = fixture.get(status).header("Expires");

        fixture.clock.turn(Duration.ofHours(-1));
        Answer back = fixture.get(status);
        fixture.clock.turn(Duration.ofHours(2));
        Answer ahead = fixture.get(status);

        assertThat(back.status()).isEqualTo(200);
        assertThat(ahead.status()).isEqualTo(200);
        assertThat(ahead.header("Expires")).isEqualTo(expires);
        assertThat(fixture.get(ProducerFixture.file(ahead.json(), "output", "Patient"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @Requirement("ATR-SEC-010")
    void idsOfJobsHave160RandomBitsInNoOrder() {
        Set<String> ids = new HashSet<>();
        int rises = 0;
        String last = "";
        for (int i = 0; i < 200; i++) {
            String status = fixture.kickOff(OPERATION);
            String id = status.substring(status.lastIndexOf('/') + 1);
            assertThat(id).matches("[0-9a-f]{40}");
            rises += id.compareTo(last) > 0 ? 1 : 0;
            ids.add(id);
            last = id;
            fixture.send("DELETE", status, "", fixture.as(SampleLists.CONSUMER));
        }

        assertThat(ids).hasSize(200);
        assertThat(rises).isBetween(50, 150);
    }
}
