package dev.atr.benchmarks;

import dev.atr.auth.client.AccessTokenSource;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.reconcile.ListReconciliation;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerTransaction;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.reconcile.AddEffect;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Change;
import dev.atr.producer.spi.reconcile.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Adds members to lists: people of whom the payer holds a Patient and a Coverage, and who are on no list yet. */
final class AddWork implements Work {
    /** A list that nobody is on in the beginning. */
    static final ListId EMPTY = list(0);

    private static final ResourceKey PROVIDER = new ResourceKey(ResourceType.PRACTITIONER, "spare");
    private static final Period PERIOD = Period.of("2026-01-01", null);

    private final Target target;
    private final int count;
    private final int most;
    private final ExecutorService threads;
    private int next;

    private AddWork(Target target, int sizeAtFirst, int atOnce, int count) throws InterruptedException {
        this.target = target;
        this.count = count;
        this.most = atOnce;
        this.threads = Executors.newFixedThreadPool(atOnce);
        // Whoever worked before has taken as many people as the list has grown by
        this.next = target.size() - sizeAtFirst;
    }

    /**
     * Adds to a list in the ledger, with nothing around it.
     *
     * @param sizeAtFirst members that the list had when it was made
     * @param atOnce how many add at the same time
     * @param count how many are added each time
     */
    static AddWork toLedger(String url, ListId list, int sizeAtFirst, int atOnce, int count)
            throws InterruptedException {
        return new AddWork(new InLedger(LedgerDatabase.open(url), list), sizeAtFirst, atOnce, count);
    }

    /** Adds to {@link #EMPTY} with requests to a Producer; the key is that of its client. */
    static AddWork overHttp(URI base, Path key, int atOnce, int count) throws IOException, InterruptedException {
        return new AddWork(OverHttp.open(base, key), 0, atOnce, count);
    }

    /** Returns the list that was made of so many rows; some of them are of the same member. */
    static ListId list(int size) {
        return new ListId("first-" + size);
    }

    /**
     * Makes lists out of the first members of the sample, among them {@link #EMPTY}, and people to add to them.
     *
     * @param url a database with the sample
     * @return how many members these and the sample's open list have
     */
    static Map<ListId, Integer> makeLists(String url, List<Integer> sizes, int people) throws SQLException {
        System.out.println("  making lists, and " + people + " people to add");
        try (Ledger ledger = LedgerDatabase.open(url)) {
            Caller caller = caller();
            AttributionList sample =
                    ledger.backend().find(caller, SamplePayer.OPEN_LIST).orElseThrow();
            Reference payer = Objects.requireNonNull(sample.payer());
            List<Integer> all = new ArrayList<>(sizes);
            all.add(0);
            for (int size : all) {
                ListId id = list(size);
                AttributionList list = AttributionList.of(
                                id,
                                ListStatus.OPEN,
                                List.of(Identifier.of(SamplePayer.CONTRACT_SYSTEM, id.value())),
                                payer,
                                PERIOD)
                        .withQuantity(0);
                try (ListSnapshot snapshot =
                                ledger.backend().snapshot(caller, sample.id()).orElseThrow();
                        MemberCursor rows = snapshot.members()) {
                    ledger.importList(list, new First(rows, size));
                }
            }
            ledger.write(tx -> {
                put(tx, PROVIDER, "");
                for (int i = 0; i < people; i++) {
                    put(tx, patient(i), "");
                    put(
                            tx,
                            new ResourceKey(ResourceType.COVERAGE, "spare-" + i),
                            ",\"status\":\"active\",\"beneficiary\":{\"reference\":\""
                                    + patient(i).reference() + "\"},\"payor\":[{\"reference\":\"" + payer.reference()
                                    + "\"}]");
                }
            });
            LedgerDatabase.settle(url);
            Map<ListId, Integer> members = new HashMap<>();
            members.put(sample.id(), size(ledger, sample.id()));
            all.forEach(size -> members.put(list(size), size(ledger, list(size))));
            return members;
        }
    }

    @Override
    public long once() throws Exception {
        List<Future<?>> adding = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            int first = next + i;
            adding.add(threads.submit(() -> {
                for (int person = first; person < next + count; person += most) {
                    target.add(request(person));
                }
                return true;
            }));
        }
        for (Future<?> each : adding) {
            each.get();
        }
        next += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        target.close();
    }

    private static int size(Ledger ledger, ListId list) {
        return Objects.requireNonNull(
                ledger.backend().find(caller(), list).orElseThrow().quantity());
    }

    private static MemberAddRequest request(int person) {
        return new MemberAddRequest.OfPatient(patient(person), PROVIDER, PERIOD);
    }

    private static ResourceKey patient(int number) {
        return new ResourceKey(ResourceType.PATIENT, "spare-" + number);
    }

    private static void put(LedgerTransaction tx, ResourceKey key, String more) {
        tx.putResource(
                key,
                ("{\"resourceType\":\"" + key.type() + "\",\"id\":\"" + key.id() + "\"" + more + "}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static Caller caller() {
        return new Caller(LedgerDatabase.CLIENT, "system/*.read system/*.write", null);
    }

    /** Where members are added. Thread-safe. */
    private interface Target extends AutoCloseable {
        int size() throws InterruptedException;

        void add(MemberAddRequest request) throws InterruptedException;

        @Override
        void close() throws IOException;
    }

    private record InLedger(Ledger ledger, ListId list) implements Target {
        @Override
        public int size() {
            return AddWork.size(ledger, list);
        }

        @Override
        public void add(MemberAddRequest request) {
            Outcome<Change<AddEffect>> outcome = ledger.backend()
                    .reconciliation()
                    .orElseThrow()
                    .memberAdd(caller(), list, request, null, AttributionPolicy.anyMemberOfThisPayer());
            if (!outcome.map(change -> change.effect() == AddEffect.ADDED, reason -> false, why -> false)) {
                throw new IllegalStateException("not added: " + outcome);
            }
        }

        @Override
        public void close() {
            ledger.close();
        }
    }

    private record OverHttp(OutgoingClient egress, ListClient lists, ListReconciliation reconciliation)
            implements Target {
        static OverHttp open(URI base, Path key) throws IOException {
            OutgoingClient egress = OutgoingClient.builder().build();
            AccessTokenSource tokens = ProducerServer.credentials(base, key, egress);
            ProducerConnection connection = ProducerConnection.of(base, tokens, egress);
            return new OverHttp(egress, new ListClient(connection), new ListReconciliation(connection));
        }

        @Override
        public int size() throws InterruptedException {
            return Objects.requireNonNull(lists.find(EMPTY).orElseThrow().quantity());
        }

        @Override
        public void add(MemberAddRequest request) throws InterruptedException {
            // Refusals are thrown
            reconciliation.memberAdd(EMPTY, request);
        }

        @Override
        public void close() {
            egress.close();
        }
    }

    /** The first rows of others; these are not closed. */
    private static final class First implements MemberCursor {
        private final MemberCursor rows;
        private int left;

        First(MemberCursor rows, int most) {
            this.rows = rows;
            this.left = most;
        }

        @Override
        public @Nullable Member next() {
            left--;
            return left >= 0 ? rows.next() : null;
        }

        @Override
        public void close() {}
    }
}
