package dev.atr.cli.sample;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerTransaction;
import dev.atr.producer.spi.ListQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes the sample to a ledger: resources in transactions of some thousands, each publication of a list in one.
 * Publications that the ledger has already, as it does when the writing was interrupted, are passed over; resources that
 * it has make no new version there.
 */
final class LedgerSink implements SampleSink {
    /** Resources that are written together; about five megabytes. */
    private static final int BATCH = 5_000;

    private final Ledger ledger;
    private final List<Resource> waiting = new ArrayList<>(BATCH);
    private final Map<ListId, Integer> publications = new HashMap<>();

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
        if (isMissing(list.id())) {
            ledger.importList(list, rows);
        }
    }

    @Override
    public void changes(ListId list, Consumer<Changes> all) {
        if (isMissing(list)) {
            ledger.write(tx -> {
                all.accept(new Written(tx, list));
                tx.publish(list);
            });
        }
    }

    /** Returns whether the publication of a list that comes now is not in the ledger yet; each makes one version. */
    private boolean isMissing(ListId list) {
        return publications.merge(list, 1, Integer::sum) > version(ledger, list);
    }

    /** Returns the version of a list in the ledger, which counts from 1; 0 when the list is not there. */
    static int version(Ledger ledger, ListId list) {
        return ledger.lists(new ListQuery(Set.of(list), List.of(), List.of(), null, 1)).stream()
                .map(held -> Integer.parseInt(Objects.requireNonNull(held.version())))
                .findFirst()
                .orElse(0);
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
