package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.requirements.Requirement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who stands for the payer in lists that clients create, as long as the payer has no list of its own. */
class PayersOfCreatedListsTest {
    private static final ResourceKey PAYER = new ResourceKey(ResourceType.ORGANIZATION, "payer");
    private static final ResourceKey CLINIC = new ResourceKey(ResourceType.ORGANIZATION, "clinic");

    @OnEachDatabase
    @Requirement("ATR-REC-014")
    void nobodyDoesByItself(TestDatabase database) {
        try (Ledger ledger = opened(database.options())) {
            assertThat(begin(ledger, PAYER).kind()).isEqualTo(Creation.Kind.DECLINED);
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-REC-014", "ATR-CAP-006"})
    void whoeverIsConfiguredDoesAndNobodyElse(TestDatabase database) {
        try (Ledger ledger = opened(database.options().payers(Set.of(PAYER)))) {
            Creation<AttributionList> byAnother = begin(ledger, CLINIC);

            assertThat(begin(ledger, PAYER).kind()).isEqualTo(Creation.Kind.CREATED);
            assertThat(byAnother.kind()).isEqualTo(Creation.Kind.DECLINED);
        }
    }

    @OnEachDatabase
    @Requirement("ATR-REC-014")
    void whoeverIsConfiguredMustBeHeld(TestDatabase database) {
        ResourceKey unknown = new ResourceKey(ResourceType.ORGANIZATION, "unknown");

        try (Ledger ledger = opened(database.options().payers(Set.of(unknown)))) {
            assertThat(begin(ledger, unknown).kind()).isEqualTo(Creation.Kind.DECLINED);
        }
    }

    @Test
    void onlyOrganizationsAreConfigured() {
        LedgerOptions options = LedgerOptions.inMemory();

        assertThatThrownBy(() -> options.payers(Set.of(new ResourceKey(ResourceType.PRACTITIONER, "doctor"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Organization");
    }

    private static Ledger opened(LedgerOptions options) {
        Ledger ledger = Ledger.open(options);
        ledger.write(tx -> {
            for (ResourceKey organization : List.of(PAYER, CLINIC)) {
                tx.putResource(organization, json(organization, ""));
            }
        });
        return ledger;
    }

    private static Creation<AttributionList> begin(Ledger ledger, ResourceKey payer) {
        AttributionList wanted = AttributionList.of(
                new ListId("begun"),
                ListStatus.DRAFT,
                List.of(Identifier.of("https://payer.example/contracts", "CT-1")),
                Reference.to(payer),
                Period.of("2026-01-01", "2026-12-31"));
        return ledger.backend().listCreation().orElseThrow().create(CALLER, wanted, null, null);
    }
}
