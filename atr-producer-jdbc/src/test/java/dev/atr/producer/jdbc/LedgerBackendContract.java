package dev.atr.producer.jdbc;

import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.tck.ProducerBackendContract;
import dev.atr.producer.tck.SampleList;
import dev.atr.producer.tck.SampleLists;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The contract of a backend, kept by the ledger on each database. */
abstract class LedgerBackendContract extends ProducerBackendContract {
    private @Nullable Ledger ledger;
    private Set<ResourceKey> keys = Set.of();

    abstract LedgerOptions options() throws Exception;

    @Override
    protected ProducerBackend backendHolding(SampleLists lists) throws Exception {
        ledger = Ledger.open(options());
        load(ledger, lists);
        keys = lists.resources().keySet();
        return ledger.backend();
    }

    @Override
    protected boolean change(ProducerBackend held, SampleLists lists) {
        Ledger open = Objects.requireNonNull(ledger);
        Set<ResourceKey> gone = new TreeSet<>(keys);
        gone.removeAll(lists.resources().keySet());
        open.write(tx -> gone.forEach(tx::deleteResource));
        load(open, lists);
        keys = lists.resources().keySet();
        return true;
    }

    @AfterEach
    void close() {
        if (ledger != null) {
            ledger.close();
        }
    }

    static void load(Ledger ledger, SampleLists lists) {
        ledger.write(tx ->
                lists.resources().forEach((key, json) -> tx.putResource(key, json.getBytes(StandardCharsets.UTF_8))));
        for (SampleList list : lists.lists()) {
            ledger.importList(list.header(), MemberCursor.of(list.rows()));
        }
        lists.entitlements().forEach(ledger::entitle);
    }
}
