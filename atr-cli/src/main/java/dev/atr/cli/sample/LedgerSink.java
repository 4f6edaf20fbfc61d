package dev.atr.cli.sample;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes the sample to a ledger: resources in transactions of some thousands, each publication of a list in one. */
final class LedgerSink implements SampleSink {
    /** Resources that are written together; about five megabytes. */
    private static final int BATCH = 5_000;

    private final Ledger ledger;
    private final List<Resource> waiting = new ArrayList<>(BATCH);

    LedgerSink(Ledger ledger) {
        this.ledger = ledger;
    }

    @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
    private record Resource(ResourceKey key, byte[] json) {}

    @Override
    public void resource(ResourceKey key, byte[] json) {
        waiting.add(new Resource(key, json));
        if (waiting.size() == BATCH) {
            flush();
        }
    }

    @Override
    public void list(AttributionList list, MemberCursor rows) {
        flush();
        ledger.importList(list, rows);
    }

    @Override
    public void changes(ListId list, Consumer<Changes> all) {
        ledger.write(tx -> {
            all.accept(new Written(tx, list));
            tx.publish(list);
        });
    }

    private void flush() {
        ledger.write(tx -> waiting.forEach(resource -> tx.putResource(resource.key(), resource.json())));
        waiting.clear();
    }

    /** Changes of one list in one transaction. */
    private record Written(LedgerTransaction tx, ListId list) implements Changes {
        @Override
        public void put(Member row) {
            tx.putMember(list, row);
        }

        @Override
        public void remove(MemberKey row) {
            tx.removeMember(list, row);
        }
    }
}
