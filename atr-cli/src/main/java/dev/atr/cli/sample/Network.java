package dev.atr.cli.sample;

import dev.atr.cli.sample.Dice.Use;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Npi;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import java.util.List;

/**
 * A provider group with its contract: the list that stands for the contract, the group's sites, and the practitioners
 * who work there, each at one site.
 *
 * @param listId id of the list
 * @param status of the list
 * @param name of the provider group
 * @param organization id of the group's Organization
 * @param contract number of the contract
 * @param number tells the groups apart, 0 to 9
 * @param sites how many sites it has
 * @param practitioners how many work there; a multiple of the sites, so that the next practitioner works at another
 *     site
 */
record Network(
        ListId listId,
        ListStatus status,
        String name,
        String organization,
        String contract,
        int number,
        int sites,
        int practitioners) {
    /** First nine digits of the first NPI of the groups; each takes one hundred thousand numbers. */
    private static final int FIRST_NPI = 152_000_000;

    private static final int NPIS_EACH = 100_000;
    private static final int IDS_EACH = 10_000;
    private static final int FIRST_TIN = 31_4000_000;

    /** The list without its rows. */
    AttributionList list(Period contractPeriod) {
        Identifier npi =
                Identifier.of(CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "NPI"), Canonicals.NPI, npi().value());
        return AttributionList.of(
                        listId,
                        status,
                        List.of(
                                Identifier.of(
                                        CodeableConcept.ofText("Contract"), SamplePayer.CONTRACT_SYSTEM, contract),
                                npi,
                                Identifier.of(
                                        CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "TAX"), Canonicals.TIN, tin())),
                        Reference.to(SampleResources.PAYER),
                        contractPeriod)
                .withName(name + ", " + SamplePayer.PAYER_NAME)
                .withIntendedRecipient(npi)
                .withQuantity(0); // the ledger counts where a list says how many it has
    }

    Npi npi() {
        return Npi.ofFirstNine(FIRST_NPI + number * NPIS_EACH);
    }

    String tin() {
        return String.valueOf(FIRST_TIN + number * 1_111);
    }

    Npi siteNpi(int site) {
        return Npi.ofFirstNine(FIRST_NPI + number * NPIS_EACH + 1 + site);
    }

    Npi practitionerNpi(int practitioner) {
        return Npi.ofFirstNine(FIRST_NPI + number * NPIS_EACH + NPIS_EACH / 2 + practitioner);
    }

    /** Tells practitioners apart where the dice fall. */
    long practitionerSeed(int practitioner) {
        return Long.parseLong(practitionerNpi(practitioner).value());
    }

    String siteId(int site) {
        return id("site", site);
    }

    String locationId(int site) {
        return id("location", site);
    }

    String practitionerId(int practitioner) {
        return id("practitioner", practitioner);
    }

    String roleId(int practitioner) {
        return id("role", practitioner);
    }

    int siteOf(int practitioner) {
        return practitioner % sites;
    }

    /**
     * Returns to whom a person is attributed.
     *
     * @param person number of the person
     * @param turn 0 for the first provider, 1 for the one the person moved to, 2 for a second one beside the first,
     *     who is always somebody in a role
     */
    Reference providerOf(Dice dice, long person, int turn) {
        int practitioner = (dice.roll(Use.PROVIDER, person, practitioners) + turn) % practitioners;
        int level = turn == 2 ? 0 : dice.roll(Use.PROVIDER_LEVEL, person, 10);
        if (level < 6) {
            return Reference.to(ResourceType.PRACTITIONER_ROLE, roleId(practitioner));
        }
        return level < 8
                ? Reference.to(ResourceType.PRACTITIONER, practitionerId(practitioner))
                : Reference.to(ResourceType.ORGANIZATION, siteId(siteOf(practitioner)));
    }

    private String id(String kind, int index) {
        return kind + "-" + (number * IDS_EACH + index);
    }
}
