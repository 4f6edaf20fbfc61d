package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.producer.jdbc.LedgerTransaction;
import dev.atr.producer.tck.ListCopy;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A Consumer that takes a whole export once, and then what changed, again and again, each time since the
 * {@code transactionTime} of the time before: while others write, it holds at each moment what a whole export would have
 * given.
 */
@Requirement({"ATR-EXP-022", "BULK-KICK-014", "BULK-KICK-035", "BULK-MAN-001", "BULK-MAN-010"})
class ChangesOverHttpTest {
    private static final ListId LIST = new ListId("list-1");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int WRITERS = 2;
    private static final int PEOPLE = 12;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void nothingIsMissedBetweenRuns(Database database) throws Exception {
        follow(database, 3, 20260302);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("soak")
    void nothingIsMissedBetweenManyRuns(Database database) throws Exception {
        follow(database, 100, 20260303);
    }

    private void follow(Database database, int runs, long seed) throws Exception {
        try (RunningProducer producer = RunningProducer.empty(database, folder)) {
            BulkExportClient client = producer.exports(FhirVersion.R4);
            producer.importList(list());
            ListCopy copy = new ListCopy();
            take(client, copy, whole());
            AtomicBoolean writing = new AtomicBoolean(true);
            ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(seed + i);
                writers.add(executor.submit(() -> {
                    while (writing.get()) {
                        producer.write(tx -> writeSomething(tx, random));
                    }
                }));
            }
            executor.shutdown();

            try {
                for (int run = 0; run < runs; run++) {
                    take(client, copy, whole().since(copy.time()));

                    ListCopy then = new ListCopy();
                    take(client, then, whole().until(copy.time().plusMillis(1)));
                    assertThat(copy.content()).isEqualTo(then.content());
                }
            } finally {
                writing.set(false);
            }
            for (Future<?> writer : writers) {
                writer.get(1, TimeUnit.MINUTES);
            }
            take(client, copy, whole().since(copy.time()));

            ListCopy fresh = new ListCopy();
            take(client, fresh, whole());
            assertThat(copy.content()).isEqualTo(fresh.content());
            assertThat(copy.rows()).isNotEmpty();
        }
    }

    private static void take(BulkExportClient client, ListCopy copy, ExportRequest request)
            throws InterruptedException {
        copy.take(ReceivedSnapshot.read(client, client.kickOff(request).await(PATIENCE)));
    }

    private static ExportRequest whole() {
        return ExportRequest.attributionList(LIST);
    }

    private static AttributionList list() {
        return AttributionList.of(
                        LIST,
                        ListStatus.OPEN,
                        List.of(Identifier.of("https://payer.example/contracts", "CT-1")),
                        Reference.to(ResourceType.ORGANIZATION, "o0"),
                        Period.of("2026-01-01", "2026-12-31"))
                .withQuantity(0);
    }

    /** Somebody joins, leaves, comes back, moves to another provider or coverage; a resource comes, changes or goes. */
    private static void writeSomething(LedgerTransaction tx, Random random) {
        String person = "p" + random.nextInt(PEOPLE);
        String coverage = "c" + random.nextInt(2) + "-" + person;
        String doctor = "d" + random.nextInt(3);
        switch (random.nextInt(6)) {
            case 0 -> tx.removeMember(LIST, member(person, coverage, doctor).key());
            case 1 -> {
                tx.removeMember(LIST, member(person, coverage, "d0").key());
                tx.putMember(LIST, member(person, coverage, doctor));
            }
            case 2 -> {
                tx.removeMember(LIST, member(person, "c0-" + person, doctor).key());
                tx.putMember(LIST, member(person, "c1-" + person, doctor));
            }
            case 3 -> tx.deleteResource(resource(random, person, coverage, doctor));
            case 4 -> put(tx, resource(random, person, coverage, doctor), random);
            default -> {
                tx.putMember(LIST, member(person, coverage, doctor));
                put(tx, new ResourceKey(ResourceType.PATIENT, person), random);
                put(tx, new ResourceKey(ResourceType.COVERAGE, coverage), random);
            }
        }
    }

    private static ResourceKey resource(Random random, String person, String coverage, String doctor) {
        return List.of(
                        new ResourceKey(ResourceType.PATIENT, person),
                        new ResourceKey(ResourceType.COVERAGE, coverage),
                        new ResourceKey(ResourceType.PRACTITIONER_ROLE, doctor),
                        new ResourceKey(ResourceType.ORGANIZATION, "o" + random.nextInt(3)))
                .get(random.nextInt(4));
    }

    private static void put(LedgerTransaction tx, ResourceKey key, Random random) {
        String site = "{\"reference\":\"Organization/o" + random.nextInt(3) + "\"}";
        String links = key.type().equals(ResourceType.COVERAGE)
                ? ",\"payor\":[" + site + "]"
                : key.type().equals(ResourceType.PRACTITIONER_ROLE) ? ",\"organization\":" + site : "";
        tx.putResource(
                key,
                ("{\"resourceType\":\"" + key.type() + "\",\"id\":\"" + key.id() + "\",\"language\":\"x-"
                                + random.nextInt(1000) + "\"" + links + "}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static Member member(String person, String coverage, String doctor) {
        return new Member(
                Reference.to(ResourceType.PATIENT, person),
                Reference.to(ResourceType.COVERAGE, coverage),
                Reference.to(ResourceType.PRACTITIONER_ROLE, doctor),
                Period.of("2026-01-01", null),
                false,
                null,
                OtherElements.NONE);
    }
}
