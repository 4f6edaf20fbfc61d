package dev.atr.producer.jdbc;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known about a list that a roster makes: a roster holds rows only. For a list that is there already it has
 * no effect.
 *
 * @param status draft or open
 * @param name for people; may be absent
 * @param contract the contract's identifier
 * @param npi of the organization that the list is for; may be absent
 * @param tin of the organization that the list is for; may be absent
 * @param start first day of the contract
 * @param end last day of the contract; absent when open
 * @param payerName name of the payer
 * @param payerNumber a number of the payer, such as NAIC's; may be absent
 */
public record RosterList(
        ListStatus status,
        @Nullable String name,
        Identifier contract,
        @Nullable String npi,
        @Nullable String tin,
        LocalDate start,
        @Nullable LocalDate end,
        String payerName,
        @Nullable Identifier payerNumber) {
    /** Checks what can't be absent. */
    public RosterList {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(contract, "contract");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(payerName, "payerName");
    }

    AttributionList header(ListId id) {
        List<Identifier> identifiers = new ArrayList<>();
        identifiers.add(contract);
        if (npi != null) {
            identifiers.add(Identifier.of(CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "NPI"), Canonicals.NPI, npi));
        }
        if (tin != null) {
            identifiers.add(Identifier.of(CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "TAX"), Canonicals.TIN, tin));
        }
        AttributionList list = AttributionList.of(
                        id, status, identifiers, Reference.to(RosterResources.payerKey(this)), Period.of(start, end))
                .withQuantity(0);
        return name == null ? list : list.withName(name);
    }

    /** Returns the status only. */
    @Override
    public String toString() {
        return "RosterList[" + status.code() + "]";
    }
}
