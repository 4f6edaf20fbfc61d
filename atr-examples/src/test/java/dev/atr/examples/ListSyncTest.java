package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.export.DownloadListener;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.sync.ListDiff;
import dev.atr.consumer.sync.ListDiff.Outcome;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListSync;
import dev.atr.consumer.sync.MemberChange;
import dev.atr.consumer.sync.MemberChange.Kind;
import dev.atr.consumer.sync.MemberChanges;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AtrException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.http.Sleeper;
import dev.atr.producer.jdbc.LedgerTransaction;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our Consumer keeps copies of our Producer's lists, over sockets. The tests run side by side, since most of their time goes
 * into waiting for exports.
 */
@Execution(ExecutionMode.CONCURRENT)
class ListSyncTest {
    private static final ListId LIST = SyncedList.ID;

    @TempDir
    private Path folder;

    private RunningProducer producer;

    @BeforeEach
    void serve() throws Exception {
        producer = RunningProducer.empty(Database.H2, folder);
        fill(producer);
    }

    @AfterEach
    void stop() {
        producer.close();
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"ATR-EXP-028", "BULK-DEL-001"})
    void aFirstCopyHasEverybodyAsNew(Database kind) throws Exception {
        Copies copies = copies(kind);
        try (ListStore store = copies.open()) {
            ListDiff diff = sync(store).run(LIST);

            assertThat(diff.outcome()).isEqualTo(Outcome.UPDATED);
            assertThat(diff.count(Kind.NEW)).isEqualTo(6).isEqualTo(diff.changes());
            assertThat(diff.members()).isEqualTo(6);
            assertThat(changes(store, diff)).first().isEqualTo("new p0 null → d0/c-p0");
            assertThat(store.unreported(diff.producer(), LIST)).containsExactly(diff);
            assertThat(filesAtWork()).isEmpty();
        }
        try (Connection database = copies.connect()) {
            assertThat(SyncTables.rows(
                            database,
                            "select list_id, patient, given, family, plan, provider from atr_sync.current_member"
                                    + " where patient = 'Patient/p1'"))
                    .containsExactly("synced|Patient/p1|Ann|Doe|gold|PractitionerRole/d1");
            assertThat(SyncTables.rows(database, "select ref from atr_sync.provider order by ref"))
                    .containsExactly(
                            "Organization/o0",
                            "Organization/o1",
                            "Organization/o2",
                            "PractitionerRole/d0",
                            "PractitionerRole/d1",
                            "PractitionerRole/d2");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"BULK-KICK-035", "BULK-MAN-012"})
    void tellsExactlyWhatHasChangedBetweenTwoRuns(Database kind) throws Exception {
        Copies copies = copies(kind);
        try (ListStore store = copies.open()) {
            store.markReported(sync(store).run(LIST));
            producer.write(tx -> {
                SyncedList.join(tx, LIST, "p9", "d2");
                SyncedList.leave(tx, LIST, "p0", "d0");
                SyncedList.leave(tx, LIST, "p1", "d1");
                tx.putMember(LIST, SyncedList.row("p1", "c-p1", "d2", null));
                SyncedList.coverage(tx, "c2-p2", "p2", "silver");
                SyncedList.leave(tx, LIST, "p2", "d2");
                tx.putMember(LIST, SyncedList.row("p2", "c2-p2", "d2", null));
                SyncedList.coverage(tx, "c-p3", "p3", "bronze");
                SyncedList.patient(tx, "p4", "Roe");
                tx.putMember(LIST, SyncedList.row("p5", "c-p5", "d2", "2026-12-24"));
                tx.publish(LIST);
            });

            ListDiff diff = sync(store).run(LIST);

            assertThat(changes(store, diff))
                    .containsExactly(
                            "dropped p0 d0/c-p0 → null",
                            "re-attributed p1 d1/c-p1 → d2/c-p1",
                            "coverage-changed p2 d2/c-p2 → d2/c2-p2",
                            "coverage-changed p3 d0/c-p3 → d0/c-p3",
                            "member-changed p4 null → null",
                            "period-changed p5 d2/c-p5 → d2/c-p5",
                            "new p9 null → d2/c-p9");
            assertThat(store.unreported(diff.producer(), LIST)).containsExactly(diff);
            store.markReported(diff);
            assertThat(store.unreported(diff.producer(), LIST)).isEmpty();
        }
        try (Connection database = copies.connect()) {
            assertThat(SyncTables.rows(database, "select plan from atr_sync.coverage where ref = 'Coverage/c-p3'"))
                    .containsExactly("bronze");
            assertThat(SyncTables.rows(database, "select since is null from atr_sync.sync_run order by run"))
                    .containsExactly("true", "false");
        }
    }

    @Test
    void anUnchangedListIsNotExported() throws Exception {
        try (ListStore store = copies(Database.H2).open()) {
            ListDiff first = sync(store).run(LIST);

            ListDiff second = sync(store).run(LIST);

            assertThat(second.outcome()).isEqualTo(Outcome.UNCHANGED);
            assertThat(second.version()).isEqualTo(first.version());
            assertThat(second.run()).isNull();
        }
    }

    @Test
    void aListThatIsNotThereChangesNothing() throws Exception {
        try (ListStore store = copies(Database.H2).open()) {
            assertThat(sync(store).run(new ListId("nowhere")).outcome()).isEqualTo(Outcome.NOT_FOUND);
        }
    }

    @Test
    void stopsWhenTooManyWouldVanish() throws Exception {
        Copies copies = copies(Database.H2);
        try (ListStore store = copies.open()) {
            store.markReported(sync(store).run(LIST));
            producer.write(tx -> {
                SyncedList.leave(tx, LIST, "p0", "d0");
                SyncedList.leave(tx, LIST, "p1", "d1");
            });

            ListDiff stopped = builder(store).maxChurn(20).build().run(LIST);

            assertThat(stopped.outcome()).isEqualTo(Outcome.STOPPED);
            assertThat(stopped.count(Kind.DROPPED)).isEqualTo(2);
            assertThat(store.unreported(stopped.producer(), LIST)).isEmpty();
            assertThat(filesAtWork()).isEmpty();

            ListDiff accepted = builder(store).maxChurn(100).build().run(LIST);
            assertThat(accepted.outcome()).isEqualTo(Outcome.UPDATED);
            assertThat(accepted.membersBefore()).isEqualTo(6);
            assertThat(accepted.members()).isEqualTo(4);
        }
    }

    @Test
    void twoPayersWithTheSameIdsShareADatabase() throws Exception {
        Copies copies = copies(Database.H2);
        try (RunningProducer other = RunningProducer.empty(Database.H2, folder);
                ListStore store = copies.open();
                Connection database = copies.connect()) {
            fill(other);
            other.write(tx -> SyncedList.patient(tx, "p0", "Other"));

            sync(store).run(LIST);
            sync(store, other).run(LIST);
            other.write(tx -> SyncedList.leave(tx, LIST, "p5", "d2"));
            ListDiff diff = builder(store, other).maxChurn(50).build().run(LIST);

            assertThat(changes(store, diff)).containsExactly("dropped p5 d2/c-p5 → null");
            assertThat(
                            SyncTables.rows(
                                    database,
                                    "select payer_key, family from atr_sync.patient where ref = 'Patient/p0' order by payer_key"))
                    .containsExactly("1|Doe", "2|Other");
            assertThat(SyncTables.rows(
                            database,
                            "select fhir_base, count(*) from atr_sync.current_member group by fhir_base order by 2"))
                    .containsExactly(other.base(FhirVersion.R4) + "|5", producer.base(FhirVersion.R4) + "|6");
        }
    }

    @Test
    void aResourceGoesWhenNoListOfItsPayerRefersToIt() throws Exception {
        ListId second = new ListId("second");
        Copies copies = copies(Database.H2);
        producer.importList(SyncedList.header(second));
        producer.write(tx -> tx.putMember(second, SyncedList.row("p0", "c-p0", "d0", null)));
        try (ListStore store = copies.open();
                Connection database = copies.connect()) {
            ListSync all = builder(store).maxChurn(100).build();
            all.run(LIST);
            all.run(second);
            producer.write(tx -> SyncedList.leave(tx, LIST, "p0", "d0"));
            producer.administration().finalise(LIST);

            all.run(LIST);
            assertThat(refsOfFirst(database)).containsExactly("Coverage/c-p0", "Patient/p0");

            producer.write(tx -> SyncedList.leave(tx, second, "p0", "d0"));
            producer.administration().finalise(second);
            all.run(second);
            assertThat(refsOfFirst(database)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListThatIsForgottenLeavesWhatOthersReferTo(Database kind) throws Exception {
        ListId second = new ListId("second");
        producer.importList(SyncedList.header(second));
        producer.write(tx -> tx.putMember(second, SyncedList.row("p0", "c-p0", "d0", null)));
        Copies both = copies(kind);
        Copies one = copies(kind);
        try (ListStore store = both.open();
                ListStore alone = one.open();
                Connection left = both.connect();
                Connection undisturbed = one.connect()) {
            sync(store).run(LIST);
            sync(store).run(second);
            sync(alone).run(second);

            URI payer = producer.base(FhirVersion.R4);
            assertThat(ListSync.forget(store, payer, LIST, folder.resolve("work")))
                    .isTrue();

            assertThat(SyncTables.content(left)).isEqualTo(SyncTables.content(undisturbed));
            assertThat(SyncTables.rows(
                            left,
                            "select distinct list_id from atr_sync.member_change c"
                                    + " join atr_sync.attribution_list l on l.list_key = c.list_key"))
                    .containsExactly("second");
            assertThat(ListSync.forget(store, payer, LIST, folder.resolve("work")))
                    .isFalse();
            assertThat(sync(store).run(LIST).count(MemberChange.Kind.NEW)).isEqualTo(6);

            ListSync.forget(store, payer, LIST, folder.resolve("work"));
            ListSync.forget(store, payer, second, folder.resolve("work"));
            assertThat(SyncTables.content(left).values()).allMatch(List::isEmpty);
            assertThat(SyncTables.rows(left, "select fhir_base from atr_sync.payer"))
                    .isEmpty();
        }
    }

    @Test
    void filesOfARunThatDidNotEndGoWithTheList() throws Exception {
        try (ListStore store = copies(Database.H2).open()) {
            ListSync failing = builder(store)
                    .downloads(DownloadOptions.DEFAULT.withListener(new DownloadListener() {
                        @Override
                        public void finished(DownloadedFile file) {
                            throw new IllegalStateException("killed");
                        }
                    }))
                    .build();
            assertThatThrownBy(() -> failing.run(LIST)).hasMessage("killed");
            assertThat(filesAtWork()).isNotEmpty();

            ListSync.forget(store, producer.base(FhirVersion.R4), LIST, folder.resolve("work"));

            assertThat(filesAtWork()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachListTellsOfTheChangeOfASharedResource(Database kind) throws Exception {
        ListId second = new ListId("second");
        producer.importList(SyncedList.header(second));
        producer.write(tx -> tx.putMember(second, SyncedList.row("p0", "c-p0", "d0", null)));
        try (ListStore store = copies(kind).open()) {
            ListSync all = builder(store).maxChurn(100).build();
            all.run(LIST);
            all.run(second);
            producer.write(tx -> {
                SyncedList.coverage(tx, "c-p0", "p0", "bronze");
                SyncedList.patient(tx, "p0", "Roe");
                tx.publish(LIST);
                tx.publish(second);
            });
            String[] both = {"coverage-changed p0 d0/c-p0 → d0/c-p0", "member-changed p0 null → null"};

            assertThat(changes(store, all.run(LIST))).containsExactly(both);
            assertThat(changes(store, all.run(second))).containsExactly(both);

            assertThat(full(store).run(LIST).changes()).isZero();
            assertThat(full(store).run(second).changes()).isZero();
        }
    }

    private ListSync full(ListStore store) {
        return builder(store).maxChurn(100).since(ListSync.Since.FULL).build();
    }

    @Test
    void anExportThatIsOfNoUseIsNotLookedAtAgain() throws Exception {
        try (ListStore store = copies(Database.H2).open()) {
            DownloadListener spoiling = new DownloadListener() {
                @Override
                public void finished(DownloadedFile file) {
                    try {
                        if (file.type().equals(ResourceType.GROUP)) {
                            Files.writeString(file.path(), "{\"resourceType\":\"Group\"");
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
            ListSync spoilt = builder(store)
                    .downloads(DownloadOptions.DEFAULT.withListener(spoiling))
                    .build();
            assertThatThrownBy(() -> spoilt.run(LIST)).isInstanceOf(AtrException.class);

            assertThat(sync(store).run(LIST).outcome()).isEqualTo(Outcome.UPDATED);
            assertThat(filesAtWork()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Patient/p9", "Coverage/c-p9", "PractitionerRole/d9"})
    void changesThatLeaveOutWhatANewMemberNeedsAreReplacedByTheWhole(String ref) throws Exception {
        Copies copies = copies(Database.H2);
        AtomicBoolean leftOut = new AtomicBoolean();
        DownloadListener leavesOut = new DownloadListener() {
            @Override
            public void finished(DownloadedFile file) {
                try {
                    if (ref.startsWith(file.type() + "/") && leftOut.compareAndSet(false, true)) {
                        String id = "\"id\":\"" + ref.substring(ref.indexOf('/') + 1) + "\"";
                        String lines = Files.readString(file.path());
                        Files.writeString(file.path(), lines.replace(id, "\"id\":\"other\""));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        try (ListStore store = copies.open()) {
            sync(store).run(LIST);
            producer.write(tx -> {
                SyncedList.put(
                        tx,
                        ResourceType.PRACTITIONER_ROLE,
                        "d9",
                        "\"organization\":{\"reference\":\"Organization/o0\"}");
                SyncedList.join(tx, LIST, "p9", "d9");
                tx.publish(LIST);
            });

            ListDiff diff = builder(store)
                    .downloads(DownloadOptions.DEFAULT.withListener(leavesOut))
                    .build()
                    .run(LIST);

            assertThat(changes(store, diff)).containsExactly("new p9 null → d9/c-p9");
        }
        try (Connection database = copies.connect()) {
            assertThat(SyncTables.rows(
                            database,
                            "select ref from (select ref from atr_sync.patient union select ref from atr_sync.coverage"
                                    + " union select ref from atr_sync.provider) held where ref = '" + ref + "'"))
                    .containsExactly(ref);
            assertThat(SyncTables.rows(database, "select since is null, state from atr_sync.sync_run order by run"))
                    .containsExactly("true|applied", "false|abandoned", "true|applied");
        }
    }

    @Test
    void aClockThatWasAheadDoesNotKeepACopyAsItIs() throws Exception {
        try (ListStore store = copies(Database.H2).open()) {
            Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofDays(400));
            ListSync.builder(
                            producer.connection(FhirVersion.R4).withClock(ahead, Sleeper.system()),
                            store,
                            folder.resolve("work"))
                    .build()
                    .run(LIST);
            producer.write(tx -> SyncedList.coverage(tx, "c-p0", "p0", "bronze"));

            ListDiff diff = sync(store).run(LIST);

            assertThat(changes(store, diff)).containsExactly("coverage-changed p0 d0/c-p0 → d0/c-p0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsOfANewPayerAreCopiedAtOnce(Database kind) throws Exception {
        int number = 4;
        for (int i = 0; i < number; i++) {
            producer.importList(SyncedList.header(new ListId("many-" + i)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(number);
        CyclicBarrier together = new CyclicBarrier(number);
        try (ListStore store = copies(kind).open()) {
            List<Future<ListDiff>> diffs = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                ListSync sync = ListSync.builder(
                                producer.connection(FhirVersion.R4), store, folder.resolve("work-" + i))
                        .build();
                ListId id = new ListId("many-" + i);
                diffs.add(threads.submit(() -> {
                    together.await();
                    return sync.run(id);
                }));
            }

            for (Future<ListDiff> diff : diffs) {
                assertThat(diff.get().outcome()).isEqualTo(Outcome.UPDATED);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Requirement("BULK-KICK-035")
    void oneListThatIsCopiedTwiceAtOnceHasEachChangeOnce(Database kind) throws Exception {
        int number = 4;
        ExecutorService threads = Executors.newFixedThreadPool(number);
        CyclicBarrier together = new CyclicBarrier(number);
        Copies copies = copies(kind);
        try (ListStore store = copies.open()) {
            List<Future<ListDiff>> diffs = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                ListSync sync = ListSync.builder(
                                producer.connection(FhirVersion.R4), store, folder.resolve("work-" + i))
                        .build();
                diffs.add(threads.submit(() -> {
                    together.await();
                    return sync.run(LIST);
                }));
            }

            for (Future<ListDiff> diff : diffs) {
                assertThat(diff.get().version()).isNotNull();
            }
        } finally {
            threads.shutdownNow();
        }
        try (Connection database = copies.connect()) {
            assertThat(SyncTables.rows(
                            database, "select kind, count(*) from atr_sync.member_change group by kind order by kind"))
                    .containsExactly("new|6");
        }
    }

    private static List<String> refsOfFirst(Connection database) throws Exception {
        return SyncTables.rows(
                database,
                "select ref from atr_sync.patient where ref = 'Patient/p0' union"
                        + " select ref from atr_sync.coverage where ref = 'Coverage/c-p0' order by 1");
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"BULK-KICK-035", "BULK-MAN-012"})
    void runsOfChangesAndWholeRunsGiveEqualDatabases(Database kind) throws Exception {
        compare(kind, 20261123, 4);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("soak")
    void manyRunsOfChangesAndWholeRunsGiveEqualDatabases(Database kind) throws Exception {
        for (int i = 0; i < 10; i++) {
            compare(kind, 20261124 + i, 30);
        }
    }

    private void compare(Database kind, long seed, int rounds) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Copies followed = copies(kind);
        Copies fresh = copies(kind);
        try (ListStore changes = followed.open();
                ListStore whole = fresh.open()) {
            for (int round = 0; round < rounds; round++) {
                int writes = 1 + random.nextInt(5);
                for (int i = 0; i < writes; i++) {
                    producer.write(tx -> writeSomething(tx, random));
                }
                if (random.nextBoolean()) {
                    producer.write(tx -> tx.publish(LIST));
                }

                ListDiff one = builder(changes).maxChurn(100).build().run(LIST);
                ListDiff other = builder(whole)
                        .maxChurn(100)
                        .since(ListSync.Since.FULL)
                        .build()
                        .run(LIST);

                try (Connection first = followed.connect();
                        Connection second = fresh.connect()) {
                    assertThat(SyncTables.content(first))
                            .as("seed %d, round %d", seed, round)
                            .isEqualTo(SyncTables.content(second));
                }
                if (one.outcome() == Outcome.UPDATED) {
                    assertThat(changes(changes, one))
                            .as("seed %d, round %d", seed, round)
                            .isEqualTo(changes(whole, other));
                }
            }
        }
    }

    /** Somebody joins, leaves, comes back, moves to another provider or coverage; a resource changes or goes. */
    private static void writeSomething(LedgerTransaction tx, SplittableRandom random) {
        String person = "p" + random.nextInt(9);
        String doctor = "d" + random.nextInt(3);
        String coverage = (random.nextBoolean() ? "c-" : "c2-") + person;
        switch (random.nextInt(7)) {
            case 0 -> SyncedList.join(tx, LIST, person, doctor);
            case 1 -> SyncedList.leave(tx, LIST, person, doctor);
            case 2 -> {
                SyncedList.coverage(tx, coverage, person, "plan" + random.nextInt(3));
                tx.putMember(LIST, SyncedList.row(person, coverage, doctor, null));
            }
            case 3 ->
                tx.removeMember(
                        LIST, SyncedList.row(person, coverage, doctor, null).key());
            case 4 -> SyncedList.patient(tx, person, "Family" + random.nextInt(3));
            case 5 ->
                SyncedList.put(
                        tx,
                        ResourceType.PRACTITIONER_ROLE,
                        doctor,
                        "\"organization\":{\"reference\":\"Organization/o" + random.nextInt(3) + "\"}");
            default -> tx.deleteResource(new ResourceKey(ResourceType.COVERAGE, coverage));
        }
    }

    private static void fill(RunningProducer producer) {
        producer.importList(SyncedList.header(LIST));
        producer.write(tx -> {
            SyncedList.network(tx);
            for (int i = 0; i < 6; i++) {
                SyncedList.join(tx, LIST, "p" + i, "d" + i % 3);
            }
            tx.publish(LIST);
        });
    }

    private ListSync sync(ListStore store) {
        return sync(store, producer);
    }

    private ListSync sync(ListStore store, RunningProducer of) {
        return builder(store, of).build();
    }

    private ListSync.Builder builder(ListStore store) {
        return builder(store, producer);
    }

    private ListSync.Builder builder(ListStore store, RunningProducer of) {
        return ListSync.builder(of.connection(FhirVersion.R4), store, folder.resolve("work"));
    }

    private List<String> filesAtWork() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("work"))) {
            return files.map(Path::toString).toList();
        }
    }

    private static List<String> changes(ListStore store, ListDiff diff) {
        List<String> changes = new ArrayList<>();
        try (MemberChanges found = store.changes(diff)) {
            for (MemberChange change = found.next(); change != null; change = found.next()) {
                changes.add(change.kind().code() + " " + id(change.patient()) + " " + text(change.before()) + " → "
                        + text(change.after()));
            }
        }
        return changes;
    }

    private static String text(MemberChange.@Nullable Attribution row) {
        return row == null ? "null" : id(row.provider()) + "/" + id(row.coverage());
    }

    private static String id(@Nullable String reference) {
        return String.valueOf(reference).replaceAll(".*/", "");
    }

    private Copies copies(Database kind) throws Exception {
        return kind == Database.H2
                ? new Copies("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", "")
                : new Copies(Postgres.freshDatabase(), Postgres.USER, Postgres.PASSWORD);
    }

    /** A database for copies. */
    private record Copies(String url, String user, String password) {
        ListStore open() {
            return ListStore.at(url, user, password);
        }

        Connection connect() throws Exception {
            return DriverManager.getConnection(url, user, password);
        }
    }
}
