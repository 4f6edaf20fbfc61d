package dev.atr.core.rules;

import static dev.atr.core.rules.Checks.isBlank;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Characteristic;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Coding;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The guide's rules for lists and their rows, those of the narrative included, which no profile states. Run it on any
 * list before it is published.
 *
 * <p>Rows pass by one at a time; memory does not grow with the list. For that reason a doubled row is found only next
 * to its twin, as it is in a cursor that ascends by {@link MemberKey}. Immutable.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/spec.html">ATR 2.1.0, "Member Attribution List Data Model
 *     requirements"</a>
 */
public final class AttributionListRules {
    private static final Set<ResourceType> PATIENT = Set.of(ResourceType.PATIENT);
    private static final Set<ResourceType> COVERAGE = Set.of(ResourceType.COVERAGE);
    private static final Set<ResourceType> ORGANIZATION = Set.of(ResourceType.ORGANIZATION);
    private static final Set<ResourceType> PROVIDERS =
            Set.of(ResourceType.ORGANIZATION, ResourceType.PRACTITIONER, ResourceType.PRACTITIONER_ROLE);
    private static final Set<String> CHARACTERISTICS =
            Set.of("location", "careteam", "organization", "practitioner", "attributed-to");

    private static final String IDENTIFIER = "Group.identifier";
    private static final String STATUS = "Group.extension(attributionListStatus)";
    private static final String CONTRACT_PERIOD = "Group.extension(contractValidityPeriod)";

    private final ListRuleOptions options;

    /** Creates the rules for a payer and a day. */
    public AttributionListRules(ListRuleOptions options) {
        this.options = Objects.requireNonNull(options, "options");
    }

    /**
     * Checks a whole list. Reads the rows to the end; the caller closes them.
     *
     * @param list the list
     * @param rows its rows
     * @param found receives each violation as it is found; {@link RuleReport} keeps them in bounded memory
     */
    public void check(AttributionList list, MemberCursor rows, Consumer<RuleViolation> found) {
        checkList(list, found);
        MemberKey previous = null;
        long index = 0;
        for (Member row = rows.next(); row != null; row = rows.next()) {
            checkRow(list, row, index, found);
            MemberKey key = row.key();
            if (key.equals(previous)) {
                found.accept(RuleViolation.error(
                        "C-37",
                        row(index),
                        "the same patient, provider, coverage and start as in the row before; leave one of them out"));
            }
            previous = key;
            index++;
        }
        if (index == 0 && ListStatus.FINAL.equals(list.status())) {
            found.accept(RuleViolation.warning(
                    "ATR-MDL-024",
                    "Group.member",
                    "a final list has at least one member; add one or leave it a draft"));
        }
    }

    /** Checks what a list says about itself, without its rows. */
    public void checkList(AttributionList list, Consumer<RuleViolation> found) {
        checkStatus(list.status(), found);
        checkIdentifiers(list.identifiers(), found);
        checkContractPeriod(list.contractPeriod(), found);
        checkRecipient(list.intendedRecipient(), found);
        if (!Checks.refersTo(list.payer(), ORGANIZATION)) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-035", "Group.managingEntity", "refer to the payer's Organization by a literal reference"));
        }
        for (OtherElements.Property property : list.other().properties()) {
            if (property.name().equals("type") || property.name().equals("actual")) {
                found.accept(RuleViolation.error(
                        "ATR-MDL-034", "Group." + property.name(), "a list has type 'person' and actual 'true'"));
            }
        }
        for (int i = 0; i < list.characteristics().size(); i++) {
            checkCharacteristic(list.characteristics().get(i), "Group.characteristic[" + i + "]", found);
        }
        RepeatedExtensions.check(
                list.other(),
                "Group",
                List.of(
                        new RepeatedExtensions.Single(
                                Canonicals.EXT_LIST_STATUS, "ATR-MDL-028", "attributionListStatus"),
                        new RepeatedExtensions.Single(
                                Canonicals.EXT_CONTRACT_PERIOD, "ATR-MDL-029", "contractValidityPeriod"),
                        new RepeatedExtensions.Single(
                                Canonicals.EXT_INTENDED_RECIPIENT, "ATR-MDL-030", "intendedRecipientIdentifier")),
                found);
    }

    /**
     * Checks one row by itself.
     *
     * @param list the list it belongs to
     * @param row the row
     * @param index its place, counted from 0
     * @param found receives each violation
     */
    public void checkRow(AttributionList list, Member row, long index, Consumer<RuleViolation> found) {
        String place = row(index);
        if (!Checks.refersTo(row.patient(), PATIENT)) {
            found.accept(
                    RuleViolation.error("ATR-MDL-038", place + ".entity", "refer to a Patient by a literal reference"));
        }
        if (row.coverage() == null) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-010",
                    place + ".extension(coverageReference)",
                    "refer to the Coverage on which the attribution rests"));
        } else if (!Checks.refersTo(row.coverage(), COVERAGE)) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-041",
                    place + ".extension(coverageReference)",
                    "refer to a Coverage by a literal reference"));
        }
        if (row.provider() != null && !Checks.refersTo(row.provider(), PROVIDERS)) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-042",
                    place + ".extension(attributedProvider)",
                    "refer to an Organization, a Practitioner or a PractitionerRole by a literal reference"));
        }
        checkRowPeriod(list, row, place, found);
        checkRowState(list, row, place, found);
        RepeatedExtensions.check(
                row.other(),
                place,
                List.of(
                        new RepeatedExtensions.Single(Canonicals.EXT_CHANGE_TYPE, "ATR-MDL-040", "changeType"),
                        new RepeatedExtensions.Single(
                                Canonicals.EXT_COVERAGE_REFERENCE, "ATR-MDL-041", "coverageReference"),
                        new RepeatedExtensions.Single(
                                Canonicals.EXT_ATTRIBUTED_PROVIDER, "ATR-MDL-042", "attributedProvider")),
                found);
    }

    /**
     * Checks a row against the coverage that it refers to.
     *
     * @param list the list it belongs to
     * @param row the row
     * @param index its place, counted from 0
     * @param coverage the coverage that the row refers to
     * @param found receives each violation
     */
    public void checkCoverageOf(
            AttributionList list, Member row, long index, MemberCoverage coverage, Consumer<RuleViolation> found) {
        String place = row(index) + ".extension(coverageReference)";
        if (!sameTarget(coverage.beneficiary(), row.patient())) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-010", place, "the Coverage has another beneficiary than the row has a member"));
        }
        if (coverage.payors().stream().noneMatch(payor -> sameTarget(payor, list.payer()))) {
            found.accept(RuleViolation.warning(
                    "C-91", place, "the Coverage has another payor than the list has a managingEntity"));
        }
    }

    private static void checkStatus(@Nullable ListStatus status, Consumer<RuleViolation> found) {
        if (status == null) {
            found.accept(RuleViolation.error("ATR-MDL-028", STATUS, "say draft, open or final"));
        } else if (!status.isKnown()) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-045", STATUS, "no such code; say draft, open or final, in lower case"));
        }
    }

    private void checkIdentifiers(List<Identifier> identifiers, Consumer<RuleViolation> found) {
        long contracts = 0;
        boolean hasProviderNumber = false;
        for (int i = 0; i < identifiers.size(); i++) {
            Identifier identifier = identifiers.get(i);
            String place = IDENTIFIER + "[" + i + "]";
            boolean npi = Canonicals.NPI.equals(identifier.system());
            boolean tin = Canonicals.TIN.equals(identifier.system());
            boolean valued = !isBlank(identifier.value());
            if (npi || tin) {
                checkProviderNumber(identifier, npi, place, found);
                hasProviderNumber |= valued;
            } else if (valued && isContract(identifier)) {
                contracts++;
            }
        }
        if (contracts == 0) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-003",
                    IDENTIFIER,
                    options.contractSystem() == null
                            ? "no contract identifier; add one whose system is neither that of NPIs nor that of TINs"
                            : "no contract identifier; add one of the system configured for contracts"));
        } else if (contracts > 1 && options.contractSystem() != null) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-001", IDENTIFIER, "several contract identifiers; a list stands for exactly one contract"));
        }
        if (!hasProviderNumber) {
            found.accept(RuleViolation.warning(
                    "ATR-MDL-012", IDENTIFIER, "neither NPI nor TIN; Consumers look for lists by their own numbers"));
        }
    }

    private static void checkProviderNumber(
            Identifier identifier, boolean npi, String place, Consumer<RuleViolation> found) {
        if (isBlank(identifier.value())) {
            found.accept(RuleViolation.error(
                    npi ? "ATR-MDL-032" : "ATR-MDL-033", place + ".value", "a number without a value; add it"));
        } else if (Checks.isBrokenNpi(identifier)) {
            found.accept(RuleViolation.error(
                    "C-78", place + ".value", "not an NPI: it has ten digits, the last a check digit that fits"));
        }
        if (!Checks.isOfType(identifier.type(), npi ? "NPI" : "TAX")) {
            found.accept(RuleViolation.warning(
                    "C-41", place + ".type", "add the type coding " + (npi ? "NPI" : "TAX") + " of table v2-0203"));
        }
    }

    /** Without a configured system, whatever is left when NPIs and TINs are taken out may be the contract. */
    private boolean isContract(Identifier identifier) {
        return options.contractSystem() == null || options.contractSystem().equals(identifier.system());
    }

    private void checkContractPeriod(@Nullable Period period, Consumer<RuleViolation> found) {
        if (period == null) {
            found.accept(
                    RuleViolation.error("ATR-MDL-008", CONTRACT_PERIOD, "say from when to when the contract runs"));
            return;
        }
        if (period.start() == null) {
            found.accept(
                    RuleViolation.error("ATR-MDL-008", CONTRACT_PERIOD + ".start", "say when the contract starts"));
        }
        if (period.end() == null) {
            found.accept(RuleViolation.warning(
                    "ATR-MDL-008", CONTRACT_PERIOD + ".end", "say when the contract ends, if that is known"));
        }
        if (Checks.endsBeforeStart(period, options.zone())) {
            found.accept(RuleViolation.error("ATR-MDL-008", CONTRACT_PERIOD, "the end lies before the start"));
        } else if (period.endedBefore(options.today(), options.zone())) {
            found.accept(RuleViolation.warning("ATR-MDL-008", CONTRACT_PERIOD, "the contract is over"));
        }
    }

    private static void checkRecipient(@Nullable Identifier recipient, Consumer<RuleViolation> found) {
        if (recipient != null && Checks.isBrokenNpi(recipient)) {
            found.accept(RuleViolation.error(
                    "C-78",
                    "Group.extension(intendedRecipientIdentifier).value",
                    "not an NPI: it has ten digits, the last a check digit that fits"));
        }
    }

    private static void checkCharacteristic(
            Characteristic characteristic, String place, Consumer<RuleViolation> found) {
        CodeableConcept code = characteristic.code();
        boolean known = code.codings().stream().anyMatch(AttributionListRules::isKnownCharacteristic);
        if (code.codings().isEmpty() && isBlank(code.text())) {
            found.accept(RuleViolation.error("ATR-MDL-037", place + ".code", "say which trait it is"));
        } else if (!known) {
            found.accept(RuleViolation.warning(
                    "ATR-MDL-048", place + ".code", "use a code of the guide where one of them fits"));
        }
        boolean hasValue = characteristic.other().properties().stream()
                .anyMatch(property -> property.name().startsWith("value"));
        if (!hasValue) {
            found.accept(RuleViolation.error("ATR-MDL-037", place + ".value[x]", "say what the trait's value is"));
        }
    }

    /** Codes of other systems are the business of those systems: the binding is extensible. */
    private static boolean isKnownCharacteristic(Coding coding) {
        return coding.code() != null
                && (!Canonicals.CHARACTERISTIC_SYSTEM.equals(coding.system())
                        || CHARACTERISTICS.contains(coding.code()));
    }

    private void checkRowPeriod(AttributionList list, Member row, String place, Consumer<RuleViolation> found) {
        Period period = row.period();
        if (period == null || period.start() == null) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-014", place + ".period.start", "say from which day the member is attributed"));
        }
        if (period == null) {
            return;
        }
        ZoneId zone = options.zone();
        if (Checks.endsBeforeStart(period, zone)) {
            found.accept(RuleViolation.error("ATR-MDL-014", place + ".period", "the end lies before the start"));
            return;
        }
        if (!row.inactive() && period.endedBefore(options.today(), zone)) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-017",
                    place + ".inactive",
                    "the attribution period is over; say inactive and dropped, or correct the period"));
        }
        if (isOutside(period, list.contractPeriod(), zone)) {
            found.accept(RuleViolation.warning(
                    "C-38", place + ".period", "reaches beyond the contract's period; correct one of the two"));
        }
    }

    private static boolean isOutside(Period row, @Nullable Period contract, ZoneId zone) {
        if (contract == null) {
            return false;
        }
        FhirDateTime start = row.start();
        FhirDateTime end = row.end();
        FhirDateTime contractStart = contract.start();
        FhirDateTime contractEnd = contract.end();
        return (start != null && contractStart != null && start.firstDay(zone).isBefore(contractStart.firstDay(zone)))
                || (start != null && contractEnd != null && start.firstDay(zone).isAfter(contractEnd.lastDay(zone)))
                || (end != null && contractEnd != null && end.lastDay(zone).isAfter(contractEnd.lastDay(zone)));
    }

    private static void checkRowState(AttributionList list, Member row, String place, Consumer<RuleViolation> found) {
        String changePlace = place + ".extension(changeType)";
        ChangeType change = row.changeType();
        if (change == null) {
            found.accept(RuleViolation.warning(
                    "ATR-MDL-040", changePlace, "say new, changed, nochange, dropped or cancelled"));
        } else if (!change.isKnown()) {
            ChangeType meant = change.normalized();
            found.accept(RuleViolation.error(
                    "ATR-MDL-046",
                    changePlace,
                    meant.isKnown()
                            ? "no such code; the guide's word for it is '" + meant.code() + "'"
                            : "no such code; say new, changed, nochange, dropped or cancelled"));
        } else if (row.inactive() && !isGone(change)) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-018",
                    changePlace,
                    "the member is inactive; say dropped, or cancelled if added by mistake"));
        } else if (!row.inactive() && isGone(change)) {
            found.accept(RuleViolation.error(
                    change.equals(ChangeType.DROPPED) ? "ATR-MDL-017" : "ATR-MDL-047",
                    place + ".inactive",
                    "the change code says that the member is gone; say inactive true"));
        }
        if (row.inactive() && ListStatus.FINAL.equals(list.status())) {
            found.accept(RuleViolation.warning(
                    "C-30", place + ".inactive", "a final list has active members only; leave the row out"));
        }
    }

    private static boolean isGone(ChangeType change) {
        return change.equals(ChangeType.DROPPED) || change.equals(ChangeType.CANCELLED);
    }

    private static boolean sameTarget(@Nullable Reference one, @Nullable Reference other) {
        return one != null
                && other != null
                && one.key().isPresent()
                && one.key().equals(other.key());
    }

    private static String row(long index) {
        return "Group.member[" + index + "]";
    }
}
