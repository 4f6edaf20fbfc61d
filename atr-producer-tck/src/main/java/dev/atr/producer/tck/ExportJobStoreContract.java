package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJob.Form;
import dev.atr.producer.spi.ExportJob.OutputFile;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ExportParameters;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ExportJobStore} keeps. Extend this class and hand it an empty store. */
public abstract class ExportJobStoreContract {
    private static final Instant TIME = Instant.parse("2026-03-02T09:00:00.123Z");
    private static final int NO_LIMIT = 1000;

    private ExportJobStore store;

    /** For subclasses. */
    protected ExportJobStoreContract() {}

    /**
     * Returns a store without jobs. Called once for each test; what has to be closed afterwards is closed by the
     * subclass.
     *
     * @throws Exception when the store can't be made; the test fails
     */
    protected abstract ExportJobStore emptyStore() throws Exception;

    /** Opens the store of a test. */
    @BeforeEach
    protected final void openStore() throws Exception {
        store = emptyStore();
    }

    /** A job comes back with every component as it was. */
    @Test
    protected final void keepsEveryPartOfAJob() {
        ExportJob full = new ExportJob(
                "a1",
                new Caller("client", "system/*.rs", Set.of(new ListId("l-1"), new ListId("l-2"))),
                new ListId("l-1"),
                Canonicals.EXPORT_TYPE,
                List.of(ResourceType.PATIENT, ResourceType.GROUP),
                new ExportParameters(
                        TIME.minusMillis(1),
                        TIME,
                        List.of(
                                new ResourceKey(ResourceType.PATIENT, "p-2"),
                                new ResourceKey(ResourceType.PATIENT, "p-1")),
                        List.of("id", "Patient.name"),
                        List.of("Patient?name=a,b", "Coverage?status=active"),
                        true),
                URI.create("https://payer.example/r4/Group/l-1/$davinci-data-export?_type=Group%2CPatient"),
                TIME,
                ExportJob.State.COMPLETE,
                3,
                "2 of 2 resource types written",
                TIME.plusSeconds(1),
                List.of(
                        new OutputFile(
                                ResourceType.PATIENT,
                                OutputFile.Kind.OUTPUT,
                                7,
                                new Form("3.Patient.0001.ndjson", 1L << 40, "ab"),
                                new Form("3.Patient.0001.ndjson.gz", 1L << 33, "ef")),
                        new OutputFile(
                                new ResourceType("Bundle"),
                                OutputFile.Kind.DELETED,
                                1,
                                new Form("deleted.0001.ndjson", 9, "cd"),
                                null)),
                List.of(
                        new Issue(Severity.WARNING, IssueCode.NOT_SUPPORTED, "Ignored.", "_elements"),
                        new Issue(Severity.WARNING, IssueCode.FORBIDDEN, null, null)),
                null,
                TIME.plusSeconds(2));

        store.add(full, NO_LIMIT);
        store.add(job("b2", "client"), NO_LIMIT);

        assertThat(store.find("a1")).contains(full);
        assertThat(store.find("b2")).contains(job("b2", "client"));
    }

    /** An unknown id is absent everywhere. */
    @Test
    protected final void knowsNothingOfOtherIds() {
        assertThat(store.find("a1")).isEmpty();
        assertThat(store.remove("a1")).isFalse();
        assertThat(store.update("a1", job -> job)).isEmpty();
        assertThat(store.begin("a1", NO_LIMIT)).isEmpty();
        assertThat(store.running()).isEmpty();
    }

    /** An id is taken once. */
    @Test
    protected final void refusesAnIdThatExists() {
        store.add(job("a1", "client"), NO_LIMIT);

        assertThatThrownBy(() -> store.add(job("a1", "other"), NO_LIMIT)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A client has at most so many running jobs; ended jobs and those of others do not count. */
    @Test
    protected final void addsUpToTheLimitOfAClient() {
        assertThat(store.add(job("a1", "client"), 2)).isTrue();
        assertThat(store.add(job("a2", "client"), 2)).isTrue();
        assertThat(store.add(job("a3", "client"), 2)).isFalse();
        assertThat(store.find("a3")).isEmpty();
        assertThat(store.add(job("b1", "other"), 2)).isTrue();

        store.update("a1", job -> job.failed("gave up", TIME));
        assertThat(store.add(job("a3", "client"), 2)).isTrue();
        store.remove("a2");
        assertThat(store.add(job("a4", "client"), 2)).isTrue();
        assertThat(store.add(job("a5", "client"), 2)).isFalse();
    }

    /** Counting and adding are one step. */
    @Test
    protected final void holdsTheLimitAgainstConcurrentCalls() throws InterruptedException {
        AtomicInteger added = new AtomicInteger();

        concurrently(16, n -> {
            if (store.add(job("a" + n, "client"), 2)) {
                added.incrementAndGet();
            }
        });

        assertThat(added).hasValue(2);
    }

    /** Each attempt has the next number, and the rest of the job is as before. */
    @Test
    protected final void numbersTheAttempts() {
        store.add(job("a1", "client"), NO_LIMIT);

        assertThat(store.begin("a1", NO_LIMIT)).contains(job("a1", "client").begun());
        assertThat(store.begin("a1", NO_LIMIT).orElseThrow().attempt()).isEqualTo(2);
        assertThat(store.find("a1").orElseThrow().attempt()).isEqualTo(2);
    }

    /** Of attempts that begin at the same time no two have the same number. */
    @Test
    protected final void givesEachNumberOnce() throws InterruptedException {
        store.add(job("a1", "client"), NO_LIMIT);
        Set<Integer> numbers = ConcurrentHashMap.newKeySet();

        concurrently(
                16, n -> numbers.add(store.begin("a1", NO_LIMIT).orElseThrow().attempt()));

        assertThat(numbers).hasSize(16).contains(1, 16);
    }

    /** A job that has ended is not begun again. */
    @Test
    protected final void beginsNoEndedJob() {
        store.add(job("a1", "client"), NO_LIMIT);
        store.add(job("a2", "client"), NO_LIMIT);
        store.update("a1", job -> job.completed(List.of(), TIME));
        store.update("a2", job -> job.failed("gave up", TIME));

        assertThat(store.begin("a1", NO_LIMIT)).isEmpty();
        assertThat(store.begin("a2", NO_LIMIT)).isEmpty();
        assertThat(store.find("a1").orElseThrow().attempt()).isZero();
    }

    /** A job waits while enough others of its client are at work, and no longer; one that has begun may go on. */
    @Test
    protected final void beginsUpToTheLimitOfAClient() {
        for (String id : List.of("a1", "a2", "a3")) {
            store.add(job(id, "client"), NO_LIMIT);
        }
        store.add(job("b1", "other"), NO_LIMIT);

        assertThat(store.begin("a1", 2)).isPresent();
        assertThat(store.begin("a2", 2)).isPresent();
        assertThat(store.begin("a3", 2)).isEmpty();
        assertThat(store.begin("a2", 2)).isPresent();
        assertThat(store.begin("b1", 2)).isPresent();

        store.update("a1", job -> job.failed("gave up", TIME));
        assertThat(store.begin("a3", 2)).isPresent();
    }

    /** Counting and beginning are one step. */
    @Test
    protected final void holdsTheLimitAgainstConcurrentBeginnings() throws InterruptedException {
        for (int n = 0; n < 16; n++) {
            store.add(job("a" + n, "client"), NO_LIMIT);
        }
        AtomicInteger begun = new AtomicInteger();

        concurrently(16, n -> {
            if (store.begin("a" + n, 2).isPresent()) {
                begun.incrementAndGet();
            }
        });

        assertThat(begun).hasValue(2);
    }

    /** A change that holds for the newest attempt only is not made by an older one. */
    @Test
    protected final void letsAnOlderAttemptChangeNothing() {
        store.add(job("a1", "client"), NO_LIMIT);
        ExportJob first = store.begin("a1", NO_LIMIT).orElseThrow();
        ExportJob second = store.begin("a1", NO_LIMIT).orElseThrow();

        store.update("a1", job -> job.attempt() == first.attempt() ? job.completed(List.of(), TIME) : job);

        assertThat(store.find("a1")).contains(second);
    }

    /** Jobs that should be at work are known, whether or not they have begun. */
    @Test
    protected final void tellsWhichJobsRun() {
        store.add(job("a1", "client"), NO_LIMIT);
        store.add(job("a2", "client", TIME.minusSeconds(1)), NO_LIMIT);
        store.add(job("a3", "other"), NO_LIMIT);
        store.begin("a1", NO_LIMIT);
        store.update("a3", job -> job.failed("gave up", TIME));

        assertThat(store.running()).containsExactly("a2", "a1");
    }

    /** A change is returned and found afterwards. */
    @Test
    protected final void changesAJob() {
        store.add(job("a1", "client"), NO_LIMIT);

        ExportJob changed =
                store.update("a1", job -> job.withProgress("1 of 2", TIME)).orElseThrow();

        assertThat(changed.progress()).isEqualTo("1 of 2");
        assertThat(changed.transactionTime()).isEqualTo(TIME);
        assertThat(store.find("a1")).contains(changed);
    }

    /** Of two concurrent changes the second sees the first. */
    @Test
    protected final void losesNoChange() throws InterruptedException {
        store.add(job("a1", "client"), NO_LIMIT);

        concurrently(16, n -> store.update("a1", job -> job.withProgress(job.progress() + "x", TIME)));

        assertThat(store.find("a1").orElseThrow().progress()).isEqualTo("waiting" + "x".repeat(16));
    }

    /** What is removed is gone, once. */
    @Test
    protected final void removesAJob() {
        store.add(job("a1", "client"), NO_LIMIT);

        assertThat(store.remove("a1")).isTrue();
        assertThat(store.remove("a1")).isFalse();
        assertThat(store.find("a1")).isEmpty();
        assertThat(store.update("a1", job -> job)).isEmpty();
    }

    /** Only ended jobs expire, at their instant and not before. */
    @Test
    protected final void tellsWhichJobsAreOver() {
        for (String id : List.of("a1", "a2", "a3")) {
            store.add(job(id, "client"), NO_LIMIT);
        }
        store.update("a1", job -> job.completed(List.of(), TIME));
        store.update("a2", job -> job.failed("gave up", TIME.plusMillis(1)));

        assertThat(store.expired(TIME.minusMillis(1))).isEmpty();
        assertThat(store.expired(TIME)).extracting(ExportJob::id).containsExactly("a1");
        assertThat(store.expired(TIME.plusMillis(1))).extracting(ExportJob::id).containsExactlyInAnyOrder("a1", "a2");
    }

    private static ExportJob job(String id, String client) {
        return job(id, client, TIME);
    }

    private static ExportJob job(String id, String client, Instant created) {
        return new ExportJob(
                id,
                new Caller(client, "system/*.rs", null),
                new ListId("l-1"),
                Canonicals.EXPORT_TYPE,
                ResourceType.ATTRIBUTION_TYPES,
                ExportParameters.NONE,
                URI.create("https://payer.example/r4/Group/l-1/$export"),
                created,
                ExportJob.State.RUNNING,
                0,
                "waiting",
                null,
                List.of(),
                List.of(),
                null,
                null);
    }

    private static void concurrently(int times, IntConsumer work) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < times; i++) {
                int n = i;
                threads.execute(() -> work.accept(n));
            }
        } finally {
            threads.shutdown();
        }
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
}
