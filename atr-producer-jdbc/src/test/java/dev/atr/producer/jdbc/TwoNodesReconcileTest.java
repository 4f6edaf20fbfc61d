package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.codes;
import static dev.atr.producer.jdbc.LedgerFixture.header;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.json;
import static dev.atr.producer.jdbc.LedgerFixture.patient;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.producer.spi.reconcile.AddEffect;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Change;
import dev.atr.producer.spi.reconcile.Outcome;
import dev.atr.producer.spi.reconcile.Reconciliation;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many clients add members to one list on two nodes that share a database. */
class TwoNodesReconcileTest {
    private static final ResourceKey DOCTOR = new ResourceKey(ResourceType.PRACTITIONER, "doctor");

    @Test
    @Requirement({"ATR-REC-042", "ATR-MDL-005"})
    void noMemberIsLostAndVersionsAreContiguous() throws Exception {
        addAtOnce(8, 10);
    }

    @Test
    @Tag("soak")
    @Requirement({"ATR-REC-042", "ATR-MDL-005"})
    void noneOfSixtyFourThousandIsLost() throws Exception {
        addAtOnce(64, 1000);
    }

    private static void addAtOnce(int clients, int additions) throws Exception {
        LedgerOptions shared = Postgres.freshSchema();
        try (Ledger one = Ledger.open(shared);
                Ledger two = Ledger.open(shared)) {
            hold(one, clients * additions);
            ExecutorService threads = Executors.newFixedThreadPool(clients);
            try {
                List<Future<List<Integer>>> running = new ArrayList<>();
                for (int i = 0; i < clients; i++) {
                    int client = i;
                    Ledger node = client % 2 == 0 ? one : two;
                    running.add(threads.submit(() -> add(node, client * additions, additions)));
                }
                TreeSet<Integer> versions = new TreeSet<>();
                for (Future<List<Integer>> each : running) {
                    List<Integer> mine = each.get();
                    assertThat(mine).isSorted();
                    versions.addAll(mine);
                }

                int all = clients * additions;
                assertThat(versions).hasSize(all);
                assertThat(versions.first()).isEqualTo(2);
                assertThat(versions.last()).isEqualTo(1 + all);
                assertThat(header(two).version()).isEqualTo(String.valueOf(1 + all));
                assertThat(header(two).quantity()).isEqualTo(all);
                assertThat(codes(one)).hasSize(all);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static List<Integer> add(Ledger node, int first, int count) {
        Reconciliation reconciliation = node.backend().reconciliation().orElseThrow();
        List<Integer> versions = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            Outcome<Change<AddEffect>> outcome = reconciliation.memberAdd(
                    LedgerFixture.CALLER,
                    LIST,
                    new MemberAddRequest.OfPatient(patient("p" + i), DOCTOR, null),
                    null,
                    AttributionPolicy.anyMemberOfThisPayer());
            int version = outcome.map(
                    change -> Integer.parseInt(
                            Objects.requireNonNull(change.list().version())),
                    reason -> -1,
                    why -> -2);
            // Every read sees at least what was acknowledged
            assertThat(Integer.parseInt(Objects.requireNonNull(header(node).version())))
                    .isGreaterThanOrEqualTo(version);
            versions.add(version);
        }
        return versions;
    }

    private static void hold(Ledger ledger, int members) {
        ledger.entitleToAll(LedgerFixture.CALLER.clientId());
        importRows(ledger, ListStatus.OPEN);
        ledger.write(tx -> {
            tx.putResource(DOCTOR, json(DOCTOR, ""));
            for (int i = 0; i < members; i++) {
                ResourceKey patient = patient("p" + i);
                ResourceKey coverage = new ResourceKey(ResourceType.COVERAGE, "c-p" + i);
                tx.putResource(patient, json(patient, ""));
                tx.putResource(
                        coverage,
                        json(
                                coverage,
                                ",\"status\":\"active\",\"beneficiary\":{\"reference\":\"" + patient.reference()
                                        + "\"},\"payor\":[{\"reference\":\"Organization/payer\"}]"));
            }
        });
    }
}
