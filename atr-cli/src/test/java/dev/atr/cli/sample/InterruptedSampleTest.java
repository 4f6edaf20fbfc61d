package dev.atr.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sample that is interrupted at whatever step is known for what it is, and completed to the same data. */
class InterruptedSampleTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 6, 15);
    private static final int MEMBERS = 40;
    private static final int PUBLICATIONS = 7;

    private final SamplePayer payer = SamplePayer.of(MEMBERS, TODAY);
    private final Ledger ledger = Ledger.open(LedgerOptions.inMemory());

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void anEmptyLedgerHoldsNoSample() {
        assertThat(SamplePayer.heldBy(ledger)).isEmpty();
    }

    @Test
    void aWholeSampleIsKnownWithItsSizeAndYear() {
        payer.writeTo(ledger, (done, total) -> {});

        assertThat(SamplePayer.heldBy(ledger)).contains(new SamplePayer.Held(MEMBERS, 2026, true));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, PUBLICATIONS})
    void whatWasBegunIsKnownAndCompleted(int publication) {
        interruptBefore(publication);
        SamplePayer.Held held = SamplePayer.heldBy(ledger).orElseThrow();

        held.payer().writeTo(ledger, (done, total) -> {});

        assertThat(held).isEqualTo(new SamplePayer.Held(MEMBERS, 2026, false));
        assertThat(SamplePayer.heldBy(ledger).orElseThrow().isComplete()).isTrue();
        try (Ledger whole = Ledger.open(LedgerOptions.inMemory())) {
            payer.writeTo(whole, (done, total) -> {});
            assertThat(content(ledger)).isEqualTo(content(whole));
        }
    }

    private void interruptBefore(int publication) {
        assertThatThrownBy(
                        () -> payer.writeTo(new Interrupted(new LedgerSink(ledger), publication), (done, total) -> {}))
                .hasMessage("interrupted");
    }

    /** Returns everything that a Consumer can see: lists with versions, rows with change codes, versions of resources. */
    private static List<String> content(Ledger ledger) {
        Caller caller = new Caller("client", "system/*.read", null);
        ledger.entitleToAll(caller.clientId());
        List<String> content = new ArrayList<>();
        for (ListId id : List.of(SamplePayer.OPEN_LIST, SamplePayer.DRAFT_LIST, SamplePayer.FINAL_LIST)) {
            try (ListSnapshot snapshot = ledger.backend().snapshot(caller, id).orElseThrow()) {
                AttributionList list = snapshot.list();
                content.add(id + " " + list.version() + " " + list.quantity());
                try (MemberCursor rows = snapshot.members()) {
                    for (Member row = rows.next(); row != null; row = rows.next()) {
                        content.add(row.key() + " " + row.changeType() + " " + row.period());
                    }
                }
                try (ResourceCursor patients = snapshot.resources(ResourceType.PATIENT)) {
                    for (StoredResource patient = patients.next(); patient != null; patient = patients.next()) {
                        content.add(patient.key() + " " + patient.version());
                    }
                }
            }
        }
        return content;
    }

    /** Passes on all that comes before one of the publications, and ends there. */
    private static final class Interrupted implements SampleSink {
        private final SampleSink sink;
        private int left;

        Interrupted(SampleSink sink, int publication) {
            this.sink = sink;
            this.left = publication;
        }

        @Override
        public void resource(ResourceKey key, byte[] json) {
            sink.resource(key, json);
        }

        @Override
        public void list(AttributionList list, MemberCursor rows) {
            count();
            sink.list(list, rows);
        }

        @Override
        public void changes(ListId list, Consumer<Changes> all) {
            count();
            sink.changes(list, all);
        }

        private void count() {
            left--;
            if (left == 0) {
                throw new IllegalStateException("interrupted");
            }
        }
    }
}
