package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.json;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.requirements.Requirement;
import java.util.List;

/** Whether the contract identifier of a list that the payer deleted is free for another list. */
class ContractOfADeletedListTest {
    private static final ResourceKey PAYER = new ResourceKey(ResourceType.ORGANIZATION, "payer");

    @OnEachDatabase
    @Requirement("ATR-MDL-001")
    void isFreeUnlessThePayerSaysOtherwise(TestDatabase database) {
        try (Ledger ledger = Ledger.open(database.options())) {
            deleteOne(ledger);

            assertThat(begin(ledger, "CT-1").kind()).isEqualTo(Creation.Kind.CREATED);
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-001")
    void staysTakenWhenThePayerSaysSo(TestDatabase database) {
        try (Ledger ledger = Ledger.open(database.options().contractsStayTaken())) {
            deleteOne(ledger);

            Creation<AttributionList> again = begin(ledger, "CT-1");

            assertThat(again.kind()).isEqualTo(Creation.Kind.DECLINED);
            assertThat(again.reason()).contains("contract identifier");
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-001")
    void takesNoOtherContractWithIt(TestDatabase database) {
        try (Ledger ledger = Ledger.open(database.options().contractsStayTaken())) {
            deleteOne(ledger);

            assertThat(begin(ledger, "CT-2").kind()).isEqualTo(Creation.Kind.CREATED);
        }
    }

    private static void deleteOne(Ledger ledger) {
        ledger.write(tx -> tx.putResource(PAYER, json(PAYER, "")));
        importRows(ledger, ListStatus.OPEN, row("a"));
        assertThat(ledger.backend().listAdministration().orElseThrow().delete(LIST, null))
                .isEqualTo(Deletion.DELETED);
    }

    private static Creation<AttributionList> begin(Ledger ledger, String contract) {
        AttributionList wanted = AttributionList.of(
                new ListId("another"),
                ListStatus.DRAFT,
                List.of(Identifier.of("https://payer.example/contracts", contract)),
                Reference.to(PAYER.type(), PAYER.id()),
                Period.of("2026-01-01", "2026-12-31"));
        return ledger.backend().listCreation().orElseThrow().create(CALLER, wanted, null, null);
    }
}
