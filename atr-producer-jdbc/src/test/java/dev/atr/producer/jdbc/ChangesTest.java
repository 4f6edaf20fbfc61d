package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.json;
import static dev.atr.producer.jdbc.LedgerFixture.patient;
import static dev.atr.producer.jdbc.LedgerFixture.putMembers;
import static dev.atr.producer.jdbc.LedgerFixture.resources;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static dev.atr.producer.jdbc.LedgerFixture.rows;
import static dev.atr.producer.jdbc.LedgerFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.KeyCursor;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.tck.ListCopy;
import dev.atr.requirements.Requirement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What has changed since an earlier export. */
class ChangesTest {
    private static final int WRITERS = 3;
    private static final int WRITES = 60;
    private static final int PEOPLE = 12;

    @OnEachDatabase
    @Requirement({"BULK-MAN-001", "ATR-EXP-022"})
    void noWriteIsMissedBetweenRunsWhileOthersWrite(TestDatabase database) throws Exception {
        try (Ledger ledger = database.open(Clock.systemUTC())) {
            importRows(ledger, ListStatus.OPEN);
            ListCopy copy = new ListCopy();
            take(ledger, copy, ListSlice.WHOLE);
            AtomicInteger writing = new AtomicInteger(WRITERS);
            ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(i);
                writers.add(executor.submit(() -> {
                    try {
                        for (int n = 0; n < WRITES; n++) {
                            ledger.write(tx -> writeSomething(tx, random));
                        }
                    } finally {
                        writing.decrementAndGet();
                    }
                }));
            }
            executor.shutdown();

            int runs = 0;
            while (writing.get() > 0 || runs < 3) {
                take(ledger, copy, since(copy.time()));
                ListCopy then = new ListCopy();
                take(ledger, then, new ListSlice(null, copy.time().plusMillis(1), Set.of()));
                assertThat(copy.content()).isEqualTo(then.content());
                runs++;
            }
            for (Future<?> writer : writers) {
                writer.get(1, TimeUnit.MINUTES);
            }
            take(ledger, copy, since(copy.time()));

            ListCopy fresh = new ListCopy();
            take(ledger, fresh, ListSlice.WHOLE);
            assertThat(copy.content()).isEqualTo(fresh.content());
            assertThat(copy.rows()).isNotEmpty();
        }
    }

    @OnEachDatabase
    @Requirement("BULK-MAN-001")
    void aWriteThatWasUnderWayIsInTheNextRun(TestDatabase database) throws Exception {
        HandClock clock = new HandClock("2026-06-01T12:00:00Z");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            CountDownLatch written = new CountDownLatch(1);
            CountDownLatch asked = new CountDownLatch(1);
            Future<?> writer = executor.submit(() -> ledger.write(tx -> {
                tx.putResource(patient("a"), json(patient("a"), ""));
                // Sent to the database, and its time taken
                tx.deleteResource(patient("b"));
                written.countDown();
                await(asked);
            }));
            await(written);
            clock.turn(Duration.ofMinutes(1));

            Instant time;
            try (ListSnapshot first = snapshot(ledger)) {
                assertThat(resources(first, ResourceType.PATIENT)).isEmpty();
                time = first.transactionTime();
            }
            asked.countDown();
            writer.get(1, TimeUnit.MINUTES);

            try (ListSnapshot second = slice(ledger, since(time))) {
                assertThat(resources(second, ResourceType.PATIENT))
                        .extracting(StoredResource::key)
                        .containsExactly(patient("a"));
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-EXP-022", "BULK-KICK-014"})
    void withoutAChangeThereIsNothingButTheRows(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            ledger.write(tx -> tx.putResource(patient("a"), json(patient("a"), "")));
            Instant time = time(ledger);

            try (ListSnapshot changes = slice(ledger, since(time))) {
                assertThat(resources(changes, ResourceType.PATIENT)).isEmpty();
                assertThat(rows(changes)).hasSize(1);
                assertThat(changes.transactionTime()).isEqualTo(time);
            }
        }
    }

    @OnEachDatabase
    @Requirement("BULK-KICK-015")
    void whoComesBackComesWithEverything(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"), row("b"));
            ledger.write(tx -> tx.putResource(patient("a"), json(patient("a"), "")));
            ledger.write(tx -> tx.removeMember(LIST, row("a").key()));
            Instant left = time(ledger);
            putMembers(ledger, row("a"));

            try (ListSnapshot changes = slice(ledger, since(left))) {
                assertThat(resources(changes, ResourceType.PATIENT)).hasSize(1);
            }
        }
    }

    @OnEachDatabase
    @Requirement("BULK-MAN-010")
    void aResourceIsDeletedWithItsReferencesAndTakesUpItsVersionsAgain(TestDatabase database) {
        ResourceKey doctor = new ResourceKey(ResourceType.PRACTITIONER, "doctor");
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            ledger.write(tx -> tx.putResource(doctor, json(doctor, "")));
            Instant before = time(ledger);

            ledger.write(tx -> {
                assertThat(tx.deleteResource(doctor)).isTrue();
                assertThat(tx.deleteResource(doctor)).isFalse();
                assertThat(tx.holds(doctor)).isFalse();
            });

            assertThat(ledger.backend().read(CALLER, doctor)).isEmpty();
            try (ListSnapshot changes = slice(ledger, since(before))) {
                assertThat(deleted(changes)).containsExactly(doctor);
            }
            ledger.write(tx -> tx.putResource(doctor, json(doctor, "")));
            assertThat(ledger.backend().read(CALLER, doctor).orElseThrow().version())
                    .isEqualTo("3");
            try (ListSnapshot changes = slice(ledger, since(before))) {
                assertThat(deleted(changes)).isEmpty();
                assertThat(resources(changes, ResourceType.PRACTITIONER)).hasSize(1);
            }
        }
    }

    @OnEachDatabase
    @Requirement("BULK-MAN-010")
    void ofTwoWhoDeleteAResourceAtOnceOneDoes(TestDatabase database) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (Ledger ledger = database.open()) {
            for (int round = 0; round < 20; round++) {
                ledger.write(tx -> tx.putResource(patient("a"), json(patient("a"), "")));
                CountDownLatch start = new CountDownLatch(1);
                AtomicInteger deletions = new AtomicInteger();
                List<Future<?>> both = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    both.add(executor.submit(() -> {
                        await(start);
                        ledger.write(tx -> deletions.addAndGet(tx.deleteResource(patient("a")) ? 1 : 0));
                    }));
                }

                start.countDown();
                for (Future<?> one : both) {
                    one.get(1, TimeUnit.MINUTES);
                }

                assertThat(deletions).hasValue(1);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @OnEachDatabase
    void whatOneTransactionPutsAndDeletesWasNeverThere(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            Instant before = time(ledger);

            ledger.write(tx -> {
                tx.putResource(patient("a"), json(patient("a"), ""));
                assertThat(tx.deleteResource(patient("a"))).isTrue();
            });

            assertThat(ledger.backend().read(CALLER, patient("a"))).isEmpty();
            try (ListSnapshot changes = slice(ledger, since(before))) {
                assertThat(resources(changes, ResourceType.PATIENT)).isEmpty();
            }
        }
    }

    @OnEachDatabase
    @Requirement("ATR-EXP-023")
    void untilAnInstantTheListIsAsItWasJustBefore(TestDatabase database) {
        HandClock clock = new HandClock("2026-06-01T12:00:00Z");
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("a"));
            clock.turn(Duration.ofSeconds(1));
            putMembers(ledger, row("b"));
            Instant second = time(ledger);
            clock.turn(Duration.ofSeconds(1));
            putMembers(ledger, row("c"));

            try (ListSnapshot then = slice(ledger, new ListSlice(null, second, Set.of()));
                    ListSnapshot just = slice(ledger, new ListSlice(null, second.plusNanos(1), Set.of()))) {
                assertThat(rows(then)).extracting(Member::key).containsExactly(row("a").key());
                assertThat(then.transactionTime()).isEqualTo("2026-06-01T12:00:00Z");
                assertThat(rows(just)).hasSize(2);
            }
        }
    }

    @OnEachDatabase
    @Requirement("ATR-EXP-022")
    void changesOfALongListComeInPages(TestDatabase database) {
        try (Ledger ledger = database.open()) {
            List<Member> members = new ArrayList<>();
            for (int i = 0; i < 2500; i++) {
                members.add(row("p" + i));
            }
            importRows(ledger, ListStatus.OPEN, members.toArray(new Member[0]));
            ledger.write(tx -> {
                for (int i = 0; i < 2500; i++) {
                    tx.putResource(patient("p" + i), json(patient("p" + i), ""));
                }
            });
            Instant before = time(ledger);
            ledger.write(tx -> {
                for (int i = 0; i < 2500; i++) {
                    ResourceKey key = patient("p" + i);
                    if (i % 2 == 0) {
                        tx.deleteResource(key);
                    } else if (i % 5 == 0) {
                        tx.putResource(key, json(key, ",\"active\":true"));
                    }
                }
            });

            try (ListSnapshot changes = slice(ledger, since(before))) {
                List<StoredResource> changed = resources(changes, ResourceType.PATIENT);
                assertThat(changed).hasSize(250);
                assertThat(changed).extracting(StoredResource::key).isSorted();
                assertThat(deleted(changes)).hasSize(1250).doesNotHaveDuplicates();
            }
        }
    }

    private static void writeSomething(LedgerTransaction tx, Random random) {
        String id = "p" + random.nextInt(PEOPLE);
        ResourceKey person = patient(id);
        ResourceKey coverage = new ResourceKey(ResourceType.COVERAGE, "c-" + id);
        ResourceKey doctor = new ResourceKey(ResourceType.PRACTITIONER_ROLE, "r" + random.nextInt(3));
        ResourceKey site = new ResourceKey(ResourceType.ORGANIZATION, "o" + random.nextInt(3));
        String mark = ",\"language\":\"x-" + random.nextInt(1000) + "\"";
        switch (random.nextInt(9)) {
            case 0 -> tx.putResource(person, json(person, mark));
            case 1 ->
                tx.putResource(
                        coverage,
                        json(
                                coverage,
                                mark + ",\"payor\":[{\"reference\":\"" + site.reference()
                                        + "\"}],\"subscriber\":{\"reference\":\"RelatedPerson/f" + random.nextInt(3)
                                        + "\"}"));
            case 2 ->
                tx.putResource(
                        doctor, json(doctor, mark + ",\"organization\":{\"reference\":\"" + site.reference() + "\"}"));
            case 3 -> tx.putResource(site, json(site, mark));
            case 4 -> {
                ResourceKey parent = new ResourceKey(ResourceType.RELATED_PERSON, "f" + random.nextInt(3));
                tx.putResource(parent, json(parent, mark));
            }
            case 5 -> tx.deleteResource(List.of(person, coverage, doctor, site).get(random.nextInt(4)));
            case 6 -> tx.removeMember(LIST, member(id, doctor).key());
            case 7 -> {
                tx.removeMember(
                        LIST,
                        member(id, new ResourceKey(ResourceType.PRACTITIONER_ROLE, "r0"))
                                .key());
                tx.putMember(LIST, member(id, doctor));
            }
            default -> tx.putMember(LIST, member(id, doctor));
        }
    }

    private static Member member(String id, ResourceKey provider) {
        return new Member(
                Reference.to(ResourceType.PATIENT, id),
                Reference.to(ResourceType.COVERAGE, "c-" + id),
                Reference.to(provider.type(), provider.id()),
                Period.of("2026-01-01", null),
                false,
                null,
                OtherElements.NONE);
    }

    private static void take(Ledger ledger, ListCopy copy, ListSlice slice) {
        try (ListSnapshot snapshot = slice(ledger, slice)) {
            copy.take(snapshot);
        }
    }

    private static ListSlice since(Instant time) {
        return new ListSlice(time, null, Set.of());
    }

    private static ListSnapshot slice(Ledger ledger, ListSlice slice) {
        return ledger.backend()
                .slices()
                .orElseThrow()
                .snapshot(CALLER, LIST, slice)
                .orElseThrow();
    }

    private static Instant time(Ledger ledger) {
        try (ListSnapshot snapshot = snapshot(ledger)) {
            return snapshot.transactionTime();
        }
    }

    private static List<ResourceKey> deleted(ListSnapshot snapshot) {
        List<ResourceKey> keys = new ArrayList<>();
        try (KeyCursor cursor = snapshot.deleted()) {
            for (ResourceKey key = cursor.next(); key != null; key = cursor.next()) {
                keys.add(key);
            }
        }
        return keys;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
